"""What members said they will do, and what became of it. A call's own are in `tickets`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select, update
from sqlalchemy.orm import Session

from storage.calls import end_of
from storage.models import Call, Commitment

STATES = ("open", "kept", "changed", "dropped")


def add(
    session: Session, *, network_id: int, member_id: int, words: str, now: datetime
) -> tuple[Commitment, bool]:
    """Keep a commitment that was made between calls; (it, whether it is new): an open one in the
    same words is the same."""
    for known in of_member(session, member_id=member_id):
        if known.words == words:
            return known, False
    made = Commitment(network_id=network_id, member_id=member_id, words=words, at=now)
    session.add(made)
    session.flush()
    return made, True


def get(session: Session, *, network_id: int, commitment_id: int) -> Commitment | None:
    """A commitment of this network."""
    found = session.get(Commitment, commitment_id)
    return found if found and found.network_id == network_id else None


def answer(
    session: Session, *, commitment: Commitment, state: str, now: datetime, became: str = ""
) -> bool:
    """Say what became of it; whether that is new."""
    before = (commitment.state, commitment.became)
    commitment.state = state
    commitment.became = (became or commitment.became) if state == "changed" else ""
    commitment.answered_at = None if state == "open" else now
    session.flush()
    return before != (commitment.state, commitment.became)


def rest(session: Session, *, member_id: int) -> None:
    """Let what a member promised rest: nobody asks after it."""
    _turn(session, member_id, "open", "resting")


def wake(session: Session, *, member_id: int) -> None:
    """Ask after what rested."""
    _turn(session, member_id, "resting", "open")


def _turn(session: Session, member_id: int, state: str, becomes: str) -> None:
    session.execute(
        update(Commitment)
        .where(Commitment.member_id == member_id, Commitment.state == state)
        .values(state=becomes)
    )


def of_member(session: Session, *, member_id: int) -> Sequence[Commitment]:
    """A member's open commitments, the newest first."""
    return session.scalars(
        select(Commitment)
        .where(Commitment.member_id == member_id, Commitment.state == "open")
        .order_by(Commitment.at.desc(), Commitment.id.desc())
    ).all()


def before(
    session: Session, *, call: Call, last: Call | None, since: datetime | None = None
) -> Sequence[Commitment]:
    """What was promised before a call, in its series or between calls: all that is open, or what
    of it was promised from `since` on, and what was answered since the `last` call ended. What was
    promised at the last call goes first; the newest before the older."""
    still_open = [Commitment.state == "open", *([Commitment.at >= since] if since else [])]
    asked = _earlier(call).where(
        or_(
            and_(*still_open),
            Commitment.answered_at >= end_of(last) if last else Commitment.answered_at.is_not(None),
        )
    )
    newest = (Commitment.at.desc(), Commitment.id.desc())
    if last is None:
        return session.scalars(asked.order_by(*newest)).all()
    at_last = case((Commitment.call_id == last.id, 0), else_=1)
    return session.scalars(asked.order_by(at_last, *newest)).all()


def open_before(session: Session, *, call: Call, since: datetime) -> int:
    """How many that were promised before `since` are still open before a call."""
    older = _earlier(call).where(Commitment.state == "open", Commitment.at < since)
    return session.scalar(older.with_only_columns(func.count())) or 0


def _earlier(call: Call) -> Select[Any]:
    in_series = select(Call.id).where(Call.series_id == call.series_id)
    return select(Commitment).where(
        Commitment.network_id == call.network_id,
        Commitment.at < call.starts_at,
        or_(Commitment.call_id.is_(None), Commitment.call_id.in_(in_series)),
        or_(Commitment.call_id.is_(None), Commitment.call_id != call.id),
    )


def answered_between(
    session: Session, *, call: Call, since: datetime, until: datetime
) -> Sequence[Commitment]:
    """What of the promises of a call's series, or between calls, was answered in this time."""
    in_series = select(Call.id).where(Call.series_id == call.series_id)
    return session.scalars(
        select(Commitment)
        .where(
            Commitment.network_id == call.network_id,
            or_(Commitment.call_id.is_(None), Commitment.call_id.in_(in_series)),
            Commitment.answered_at >= since,
            Commitment.answered_at < until,
        )
        .order_by(Commitment.answered_at, Commitment.id)
    ).all()
