"""What people typed in the threads of questions that were asked, and of protocols in writing."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.models import ThreadReply

MOST = 3000
"""Characters that are kept of an answer: as many as fit in its form."""


def shortened(words: str) -> str:
    """The words, cut where they are longer than is kept, and then with … at their end."""
    return words if len(words) <= MOST else words[: MOST - 1].rstrip() + "…"


def get(session: Session, *, channel_id: int, external: str) -> ThreadReply | None:
    """What is kept of a message, by the platform's id."""
    return session.scalar(
        select(ThreadReply).where(
            ThreadReply.channel_id == channel_id, ThreadReply.external == external
        )
    )


def add(
    session: Session,
    *,
    channel_id: int,
    external: str,
    member_id: int | None,
    words: str,
    as_of: datetime,
    now: datetime,
    asking_id: int | None = None,
    run_id: int | None = None,
) -> ThreadReply:
    """Keep what somebody typed; without `member_id`, that a message is gone that never came."""
    made = ThreadReply(
        channel_id=channel_id,
        external=external,
        asking_id=asking_id,
        run_id=run_id,
        thought_id=0,
        member_id=member_id,
        words=shortened(words),
        at=now,
        as_of=as_of,
        gone=member_id is None,
    )
    session.add(made)
    session.flush()
    return made


def typed(session: Session, *, asking_id: int, member_id: int) -> Sequence[ThreadReply]:
    """What a member typed in the threads of a question, in the order in which it came."""
    return session.scalars(
        select(ThreadReply)
        .where(
            ThreadReply.asking_id == asking_id,
            ThreadReply.member_id == member_id,
            ThreadReply.gone.is_(False),
        )
        .order_by(ThreadReply.id)
    ).all()


def let_go(session: Session, *, asking_id: int, member_id: int) -> None:
    """What a member typed there counts no more, whatever becomes of the messages."""
    session.execute(
        update(ThreadReply)
        .where(ThreadReply.asking_id == asking_id, ThreadReply.member_id == member_id)
        .values(gone=True)
    )
