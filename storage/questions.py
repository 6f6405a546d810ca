"""What a network changed of the questions that its calls open with."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.models import Call, Opener, OpeningQuestion


def of_network(session: Session, *, network_id: int) -> Sequence[OpeningQuestion]:
    """The questions that hosts added or took out, the first first."""
    return session.scalars(
        select(OpeningQuestion)
        .where(OpeningQuestion.network_id == network_id)
        .order_by(OpeningQuestion.at, OpeningQuestion.words)
    ).all()


def put(session: Session, *, network_id: int, words: str, out: bool, now: datetime) -> None:
    """Let a network have this question, or have it no more."""
    known = session.get(OpeningQuestion, (network_id, words))
    if known is None:
        session.add(OpeningQuestion(network_id=network_id, words=words, out=out, at=now))
    else:
        known.out = out
    session.flush()


def take_back(session: Session, *, network_id: int, words: str) -> Sequence[int]:
    """Let no call that is to come open with this question; the ids of those that would have."""
    found = session.scalars(
        select(Call.id)
        .join(Opener, Opener.call_id == Call.id)
        .where(Call.network_id == network_id, Call.state == "planned", Opener.question == words)
    ).all()
    session.execute(delete(Opener).where(Opener.call_id.in_(found)))
    session.expire_all()
    return found
