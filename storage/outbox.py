"""What must be on a platform, and what is.

A post is known by its delivery key: putting it twice changes nothing, putting it with another
card is an edition that the courier brings to the platform by an edit.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from storage.models import OutboxPost

_KEYS = uuid.UUID("6f1c2d54-1a53-5a7e-9f0b-6d2f1e0c4b8a")  # ours alone; made once


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
) -> bool:
    """Want this card on the platform, from now on; whether that changed anything."""
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
    busy: frozenset[str],
    limit: int,
) -> Sequence[OutboxPost]:
    """The posts to see to now: the first of each channel that is not `busy`, taken for `lease`
    under `token`. One that another sender took and let lapse is unknown: it may have been
    accepted. A reply waits until its thread's first post is there."""
    ready = session.scalars(
        select(OutboxPost)
        .where(
            OutboxPost.due_at <= now,
            or_(OutboxPost.lease_until.is_(None), OutboxPost.lease_until <= now),
        )
        .order_by(OutboxPost.due_at, OutboxPost.key)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken: dict[str, OutboxPost] = {}
    for post in ready:
        channel = lane(post.platform, post.workspace, post.channel)
        if channel not in busy and channel not in taken and not _waits(session, post):
            taken[channel] = post
    for post in taken.values():
        if post.state == "sending":
            post.state = "unknown"
        post.token, post.lease_until = token, now + lease
    return list(taken.values())


def lane(platform: str, workspace: str, channel: str) -> str:
    """The name of a channel's queue: it keeps a pace of its own."""
    return f"{platform}/{workspace}/{channel}"


def _waits(session: Session, post: OutboxPost) -> bool:
    """Whether a reply's first post is not there yet; then `wake_thread` wakes it, or, when the
    first will never be there, it is skipped with it."""
    if not post.thread_key or post.sent_id:
        return False
    first = session.get(OutboxPost, post.thread_key)
    if first and first.sent_id:
        return False
    post.due_at = None
    if first is None or first.state in ("skipped", "failed"):
        post.state, post.reason = "skipped", "the post it belongs under is not there"
    return True


def wake_thread(session: Session, *, key: str, now: datetime) -> None:
    """The first post is there: its replies may go."""
    session.execute(
        update(OutboxPost)
        .where(OutboxPost.thread_key == key, OutboxPost.state == "planned")
        .values(due_at=now)
    )


def held(session: Session, *, key: str, token: str) -> OutboxPost | None:
    """A claimed post, if the claim still stands; None when another sender has it."""
    post = session.get(OutboxPost, key)
    return post if post and post.token == token else None


def next_due(session: Session) -> datetime | None:
    """When the courier has something to do next."""
    return session.scalar(select(func.min(OutboxPost.due_at)))


def counts(session: Session) -> dict[str, int]:
    """How many posts are in each state."""
    rows = session.execute(select(OutboxPost.state, func.count()).group_by(OutboxPost.state))
    return {state: count for state, count in rows}  # noqa: C416 - it types the row
