"""What must be on a platform, and what is.

A post is known by its delivery key: putting it twice changes nothing, putting it with another
card is an edition that the courier brings to the platform by an edit.
"""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select, text, update
from sqlalchemy.orm import Session

from storage import lanes, old_posts
from storage.models import OutboxPost

_KEYS = uuid.UUID("6f1c2d54-1a53-5a7e-9f0b-6d2f1e0c4b8a")  # ours alone; made once

LATEST = timedelta(days=1)
"""A post that could not be sent for so long is not sent any more, unless it says otherwise."""


_AT_ONCE = 500  # keys in a statement


def key_of(*, of: str, platform: str, workspace: str, channel: str) -> str:
    """The delivery key of what a post is `of` ("call 12 agenda") in one channel: 32 hex digits."""
    return uuid.uuid5(_KEYS, f"{of}|{platform}|{workspace}|{channel}").hex


def put(
    session: Session,
    *,
    key: str,
    network_id: int,
    kind: str,
    platform: str,
    workspace: str,
    channel: str,
    card: bytes,
    now: datetime,
    member_id: int | None = None,
    direct: bool = False,
    thread_key: str = "",
    thread_of: str = "",
    call_id: int | None = None,
    not_after: datetime | None = None,
    since: datetime | None = None,
    not_before: datetime | None = None,
) -> bool:
    """Want this card on the platform, from now on; whether that changed anything. `since` says
    since when it should have been there, where its step came late. With another `not_after`, one
    that was too late may be in time again. It is not sent before `not_before`. A `direct` one
    without `member_id` is for somebody who is no member, whom `channel` names."""
    first = max(now, not_before or now)
    post = session.get(OutboxPost, key)
    if post is None:
        lane = lanes.name_of(platform, workspace, channel)
        lanes.ensure(session, names=[lane])
        session.add(
            OutboxPost(
                key=key,
                network_id=network_id,
                kind=kind,
                platform=platform,
                workspace=workspace,
                channel=channel,
                lane=lane,
                wanted_at=min(since or now, now),
                direct=direct or member_id is not None,
                member_id=member_id,
                thread_key=thread_key,
                thread_of=thread_of,
                call_id=call_id,
                card=card,
                due_at=first,
                not_after=not_after or first + LATEST,
            )
        )
        session.flush()
        return True
    moved = bool(not_after) and not_after != post.not_after and not post.sent_id
    if post.card == card and not moved:
        return False
    session.refresh(post, with_for_update=True)  # a courier may be writing of it just now
    if post.state in old_posts.STATES:
        return False
    post.card = card
    post.edition += 1
    if moved and not post.sent_id:
        post.not_after = not_after
        if post.state == "skipped" and not_after and not_after > now:
            post.state = "planned"
    if post.state in ("planned", "sent"):
        soon = now if post.sent_id else first
        post.due_at = soon if post.due_at is None else min(post.due_at, soon)
    return True


def let_go(session: Session, *, key: str) -> bool:
    """Not send a post that has become pointless; False where it was sent, or may have been."""
    post = session.get(OutboxPost, key)
    if post is None or post.sent_id or post.tries:
        return False
    if post.state == "skipped":
        return True
    if post.state != "planned":
        return False
    post.state, post.due_at, post.reason = "skipped", None, "it became pointless"
    session.flush()
    return True


def let_go_of_all(session: Session, *, member_id: int) -> None:
    """Not send what a member was still to be told, but what they asked for: all that is kept of
    them."""
    session.execute(
        update(OutboxPost)
        .where(
            OutboxPost.member_id == member_id,
            OutboxPost.kind != "export",
            OutboxPost.state == "planned",
            OutboxPost.sent_id == "",
            OutboxPost.tries == 0,
        )
        .values(state="skipped", due_at=None, reason="they have left")
    )


def get(session: Session, *, key: str) -> OutboxPost | None:
    """A post by its delivery key."""
    return session.get(OutboxPost, key)


def those(session: Session, *, keys: Collection[str]) -> list[OutboxPost]:
    """The posts that there are of these delivery keys."""
    every, found = sorted(keys), list[OutboxPost]()
    for at in range(0, len(every), _AT_ONCE):
        some = OutboxPost.key.in_(every[at : at + _AT_ONCE])
        found += session.scalars(select(OutboxPost).where(some)).all()
    return found


def sent_as(session: Session, *, keys: Collection[str], sent_id: str) -> str | None:
    """Which of these delivery keys the platform has under its own id `sent_id`."""
    if not sent_id or not keys:
        return None
    return session.scalar(
        select(OutboxPost.key).where(OutboxPost.key.in_(keys), OutboxPost.sent_id == sent_id)
    )


def thread_of(session: Session, *, platform: str, channel: str, thread: str) -> str:
    """What the thread under this post of ours is of ("asking 12"), where what people type there
    counts; "" for any other."""
    if not thread:
        return ""
    found = select(OutboxPost.thread_of).where(
        OutboxPost.channel == channel,
        OutboxPost.sent_id == thread,
        OutboxPost.thread_of != text("''"),  # as the index says it
        OutboxPost.platform == platform,
    )
    return session.scalars(found).first() or ""


def network_of_direct(
    session: Session, *, member_ids: Collection[int], platform: str, channel: str, sent_id: str
) -> int | None:
    """The network of a direct post to one of these members, which their platform has in the 1:1
    with `channel` under its own id `sent_id`."""
    if not sent_id or not member_ids:
        return None
    return session.scalar(
        select(OutboxPost.network_id)
        .where(
            OutboxPost.member_id.in_(member_ids),
            OutboxPost.sent_id == sent_id,
            OutboxPost.platform == platform,
            OutboxPost.channel == channel,
        )
        .limit(1)
    )


def of_call(session: Session, *, call_id: int) -> Sequence[OutboxPost]:
    """All posts of a call."""
    return session.scalars(select(OutboxPost).where(OutboxPost.call_id == call_id)).all()


_MEMBERS_TOLD = select(OutboxPost.member_id).where(
    OutboxPost.call_id == bindparam("call"), OutboxPost.kind == bindparam("kind")
)


def members_told(session: Session, *, call_id: int, kind: str) -> set[int]:
    """The members for whom a call has a direct post of this kind."""
    found = session.scalars(_MEMBERS_TOLD, {"call": call_id, "kind": kind})
    return {member_id for member_id in found if member_id is not None}


def stop(session: Session, *, platform: str, workspace: str, channel: str) -> None:
    """Send and change nothing more in a channel; what is being sent just now still is."""
    there = (
        OutboxPost.lane == lanes.name_of(platform, workspace, channel),
        OutboxPost.due_at.is_not(None),
    )
    for state, becomes in (("planned", "skipped"), ("sent", "sent")):
        session.execute(
            update(OutboxPost)
            .where(*there, OutboxPost.state == state)
            .values(state=becomes, due_at=None)
        )


def ever_sent(session: Session, *, lane: str) -> bool:
    """Whether anything that is known of was ever posted in a lane."""
    found = select(OutboxPost.key).where(OutboxPost.lane == lane, OutboxPost.sent_id != "")
    return session.scalar(found.limit(1)) is not None


def counts(session: Session) -> dict[str, int]:
    """How many posts are in each state."""
    rows = session.execute(select(OutboxPost.state, func.count()).group_by(OutboxPost.state))
    return {state: count for state, count in rows}  # noqa: C416 - it types the row
