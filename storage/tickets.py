"""Exit tickets, commitments and what became of resources."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.models import Commitment, ExitTicket, Trial


def put(
    session: Session,
    *,
    call_id: int,
    member_id: int,
    useful: int,
    recommend: bool | None,
    takeaway: str,
    now: datetime,
) -> bool:
    """Keep a member's exit ticket; again replaces it. Whether anything changed."""
    known = of_member(session, call_id=call_id, member_id=member_id)
    if known is None:
        known = ExitTicket(call_id=call_id, member_id=member_id, at=now, useful=useful)
        session.add(known)
    elif (known.useful, known.recommend, known.takeaway) == (useful, recommend, takeaway):
        return False
    known.useful, known.recommend, known.takeaway = useful, recommend, takeaway
    session.flush()
    return True


def of_member(session: Session, *, call_id: int, member_id: int) -> ExitTicket | None:
    """A member's exit ticket of a call."""
    return session.scalar(
        select(ExitTicket).where(ExitTicket.call_id == call_id, ExitTicket.member_id == member_id)
    )


def of_call(session: Session, *, call_id: int) -> Sequence[ExitTicket]:
    """A call's exit tickets, the first first."""
    return session.scalars(
        select(ExitTicket).where(ExitTicket.call_id == call_id).order_by(ExitTicket.at)
    ).all()


def commit_to(
    session: Session, *, network_id: int, call_id: int, member_id: int, words: str, now: datetime
) -> bool:
    """Keep what a member will do after a call: one commitment a call, changed or taken back
    with "" . Whether anything changed."""
    known = commitment_of(session, call_id=call_id, member_id=member_id)
    if words == (known.words if known else ""):
        return False
    if known and not words:
        session.delete(known)
    elif known:
        known.words, known.state, known.became, known.answered_at = words, "open", "", None
    else:
        session.add(
            Commitment(
                network_id=network_id, call_id=call_id, member_id=member_id, words=words, at=now
            )
        )
    session.flush()
    return True


def commitment_of(session: Session, *, call_id: int, member_id: int) -> Commitment | None:
    """What a member committed to after a call."""
    return session.scalar(
        select(Commitment).where(Commitment.call_id == call_id, Commitment.member_id == member_id)
    )


def commitments(session: Session, *, call_id: int) -> Sequence[Commitment]:
    """What was committed to after a call."""
    return session.scalars(
        select(Commitment).where(Commitment.call_id == call_id).order_by(Commitment.at)
    ).all()


def tried(
    session: Session, *, resource_id: int, member_id: int, outcome: str, now: datetime
) -> bool:
    """Keep what became of a resource at a member's: helped, adapted or no. Whether that is new."""
    known = session.get(Trial, (resource_id, member_id))
    if known and known.outcome == outcome:
        return False
    if known is None:
        session.add(Trial(resource_id=resource_id, member_id=member_id, outcome=outcome, at=now))
    else:
        known.outcome, known.at = outcome, now
    session.flush()
    return True


def outcomes(session: Session, *, resource_id: int) -> dict[str, int]:
    """How many members said each outcome of a resource."""
    rows = session.execute(
        select(Trial.outcome, func.count())
        .where(Trial.resource_id == resource_id)
        .group_by(Trial.outcome)
    )
    return {outcome: count for outcome, count in rows}  # noqa: C416 - it types the row
