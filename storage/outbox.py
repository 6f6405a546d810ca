"""What must be on a platform, and what is.

A post is known by its delivery key: putting it twice changes nothing, putting it with another
card is an edition that the courier brings to the platform by an edit.
"""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from storage.models import OutboxPost

_KEYS = uuid.UUID("6f1c2d54-1a53-5a7e-9f0b-6d2f1e0c4b8a")  # ours alone; made once

_LANE = OutboxPost.platform + "/" + OutboxPost.workspace + "/" + OutboxPost.channel
_FIRST = aliased(OutboxPost)
_ITS_THREAD_IS_UNDER_WAY = exists().where(
    _FIRST.key == OutboxPost.thread_key,
    _FIRST.sent_id == "",
    _FIRST.state.not_in(("skipped", "failed")),
)


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
    thread_key: str = "",
    call_id: int | None = None,
    not_after: datetime | None = None,
    since: datetime | None = None,
) -> bool:
    """Want this card on the platform, from now on; whether that changed anything. `since` says
    since when it should have been there, where its step came late."""
    post = session.get(OutboxPost, key)
    if post is None:
        session.add(
            OutboxPost(
                key=key,
                network_id=network_id,
                kind=kind,
                platform=platform,
                workspace=workspace,
                channel=channel,
                lane=lane(platform, workspace, channel),
                wanted_at=min(since or now, now),
                direct=member_id is not None,
                member_id=member_id,
                thread_key=thread_key,
                call_id=call_id,
                card=card,
                due_at=now,
                not_after=not_after,
            )
        )
        session.flush()
        return True
    if post.card == card:
        return False
    post.card = card
    post.edition += 1
    if post.state in ("planned", "sent"):
        post.due_at = now if post.due_at is None else min(post.due_at, now)
    return True


def get(session: Session, *, key: str) -> OutboxPost | None:
    """A post by its delivery key."""
    return session.get(OutboxPost, key)


def of_call(session: Session, *, call_id: int) -> Sequence[OutboxPost]:
    """All posts of a call."""
    return session.scalars(select(OutboxPost).where(OutboxPost.call_id == call_id)).all()


def members_told(session: Session, *, call_id: int, kind: str) -> set[int]:
    """The members for whom a call has a direct post of this kind."""
    found = session.scalars(
        select(OutboxPost.member_id).where(OutboxPost.call_id == call_id, OutboxPost.kind == kind)
    )
    return {member_id for member_id in found if member_id is not None}


def claim(
    session: Session,
    *,
    now: datetime,
    token: str,
    lease: timedelta,
    busy: Collection[str],
    limit: int,
) -> list[OutboxPost]:
    """The posts to see to now: the first of each lane that is not `busy`, taken for `lease`
    under `token`. One that another sender took and let lapse is unknown: it may have been
    accepted. A reply waits until its thread's first post is there."""
    due = session.scalars(
        select(OutboxPost)
        .where(
            OutboxPost.due_at <= now,
            or_(OutboxPost.lease_until.is_(None), OutboxPost.lease_until <= now),
            _LANE.not_in(busy),
            ~_ITS_THREAD_IS_UNDER_WAY,
        )
        .order_by(OutboxPost.due_at, OutboxPost.key)
        .limit(limit)
        .with_for_update(of=OutboxPost, skip_locked=True)
    )
    taken: dict[str, OutboxPost] = {}
    for post in due:
        channel = lane(post.platform, post.workspace, post.channel)
        if channel not in taken and _needs_a_sender(session, post, now):
            post.token, post.lease_until = token, now + lease
            taken[channel] = post
    return list(taken.values())


def lane(platform: str, workspace: str, channel: str) -> str:
    """The name of a channel's queue: it keeps a pace of its own."""
    return f"{platform}/{workspace}/{channel}"


def _needs_a_sender(session: Session, post: OutboxPost, now: datetime) -> bool:
    """Whether there is something to do for a due post; what came to nothing is written down."""
    if post.state == "sending":
        post.state = "unknown"  # its sender let it lapse
    if post.state == "planned":
        if post.not_after and now > post.not_after:
            return _skip(post, "it was too late to send")
        if post.thread_key and not _is_there(session, post.thread_key):
            return _skip(post, "the post it belongs under is not there")
        return True
    if post.state == "unknown" or (post.state == "sent" and post.edition > post.sent_edition):
        return True
    post.due_at = None
    return False


def _skip(post: OutboxPost, why: str) -> bool:
    post.state, post.due_at, post.lease_until, post.reason = "skipped", None, None, why
    return False


def _is_there(session: Session, key: str) -> bool:
    post = session.get(OutboxPost, key)
    return post is not None and post.sent_id != ""


def held(session: Session, *, key: str, token: str, there: bool) -> OutboxPost | None:
    """A claimed post, if the claim still stands; None when another sender has it. What is known
    to be `there` wins over whoever took it since."""
    post = session.get(OutboxPost, key)
    if post and post.token != token and there and not post.sent_id:
        post.token = token
    return post if post and post.token == token else None


def counts(session: Session) -> dict[str, int]:
    """How many posts are in each state."""
    rows = session.execute(select(OutboxPost.state, func.count()).group_by(OutboxPost.state))
    return {state: count for state, count in rows}  # noqa: C416 - it types the row
