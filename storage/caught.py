"""Links that were posted to others: caught, kept, dismissed, forgotten."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session, contains_eager

from storage.models import CaughtLink, CaughtMessage, Resource, Voice

LONGEST = timedelta(weeks=4)
"""How long a link waits for somebody to keep it."""


def message(session: Session, *, channel_id: int, external: str) -> CaughtMessage | None:
    """A message of a channel, by the platform's id, if it was caught."""
    return session.scalar(
        select(CaughtMessage).where(
            CaughtMessage.channel_id == channel_id, CaughtMessage.external == external
        )
    )


def add(
    session: Session,
    *,
    network_id: int,
    channel_id: int,
    external: str,
    member_id: int | None,
    permalink: str,
    as_of: datetime,
    now: datetime,
) -> CaughtMessage:
    """Know a message from now on; its links are added to it."""
    made = CaughtMessage(
        network_id=network_id,
        channel_id=channel_id,
        external=external,
        member_id=member_id,
        permalink=permalink,
        at=now,
        as_of=as_of,
        gone=False,
    )
    session.add(made)
    session.flush()
    return made


def waiting(session: Session, *, network_id: int, member_id: int) -> list[CaughtLink]:
    """What a member posted and has not decided upon, the last first; the same page once."""
    found = session.scalars(
        select(CaughtLink)
        .join(CaughtLink.message)
        .options(contains_eager(CaughtLink.message))
        .where(
            CaughtMessage.network_id == network_id,
            CaughtMessage.member_id == member_id,
            CaughtLink.state == "waiting",
        )
        .order_by(CaughtMessage.at.desc(), CaughtLink.id)
    ).all()
    return list({each.key: each for each in reversed(found)}.values())[::-1]


def get(session: Session, *, network_id: int, member_id: int, link_id: int) -> CaughtLink | None:
    """A link that this member of this network posted."""
    return session.scalar(
        select(CaughtLink)
        .join(CaughtLink.message)
        .where(
            CaughtLink.id == link_id,
            CaughtMessage.network_id == network_id,
            CaughtMessage.member_id == member_id,
        )
    )


def twins(session: Session, *, link: CaughtLink) -> Sequence[CaughtLink]:
    """Every time the same member posted the same page and it still waits."""
    return session.scalars(
        select(CaughtLink)
        .join(CaughtLink.message)
        .where(
            CaughtMessage.network_id == link.message.network_id,
            CaughtMessage.member_id == link.message.member_id,
            CaughtLink.key == link.key,
            CaughtLink.state == "waiting",
        )
    ).all()


def move(session: Session, *, network_id: int, key: str, was: str, becomes: str) -> None:
    """Whatever of a page was in one state in a network is in another now."""
    ours = select(CaughtMessage.id).where(CaughtMessage.network_id == network_id)
    session.execute(
        update(CaughtLink)
        .where(CaughtLink.message_id.in_(ours), CaughtLink.key == key, CaughtLink.state == was)
        .values(state=becomes)
    )


def spoken_for(session: Session, *, network_id: int, member_id: int, keys: list[str]) -> set[str]:
    """The pages among these that a member shared already."""
    return set(
        session.scalars(
            select(Resource.key)
            .join(Voice)
            .where(
                Resource.network_id == network_id,
                Resource.key.in_(keys),
                Voice.member_id == member_id,
                Voice.withdrawn_at.is_(None),
            )
        )
    )


def forget(session: Session, *, network_id: int, now: datetime) -> datetime | None:
    """Let go of what nobody kept for so long; when there may be more of it."""
    before = now - LONGEST
    ours = select(CaughtMessage.id).where(CaughtMessage.network_id == network_id)
    old = ours.where(CaughtMessage.at <= before)
    session.execute(
        delete(CaughtLink).where(CaughtLink.message_id.in_(old), CaughtLink.state != "kept")
    )
    held = select(CaughtLink.message_id).where(CaughtLink.state == "kept")
    session.execute(
        delete(CaughtMessage).where(CaughtMessage.id.in_(old), CaughtMessage.id.not_in(held))
    )
    rest = select(func.min(CaughtMessage.at)).where(
        CaughtMessage.network_id == network_id, CaughtMessage.at > before
    )
    oldest = session.scalar(rest)
    return oldest + LONGEST if oldest else None
