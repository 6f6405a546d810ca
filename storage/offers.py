"""Help that was offered for a problem, and what of it helped."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage import problems
from storage.models import Helped, Member, Offer, Problem


def get(session: Session, *, network_id: int, offer_id: int) -> tuple[Problem, Offer] | None:
    """An offer of this network, with its problem, unless that was withdrawn."""
    found = session.get(Offer, offer_id)
    problem = session.get(Problem, found.problem_id) if found else None
    if not found or not problem or problem.network_id != network_id:
        return None
    return None if problem.state == "withdrawn" else (problem, found)


def credit(
    session: Session,
    *,
    problem: Problem,
    member_id: int | None,
    words: str,
    source: str,
    now: datetime,
) -> tuple[Offer, bool]:
    """Keep a message as an offer by whoever wrote it, None for somebody who is no member;
    (offer, whether it is new). `source` names the message: it is kept once a problem."""
    known = next((each for each in problem.offers if each.source == source), None)
    if known:
        return known, False
    made = Offer(problem_id=problem.id, member_id=member_id, words=words, source=source, at=now)
    made.member = session.get_one(Member, member_id) if member_id else None
    problem.offers.append(made)
    session.flush()
    problems.index(session, problem)
    return made, True


def helped(session: Session, *, offer: Offer, member_id: int, now: datetime) -> bool:
    """Somebody says that an offer helped; whether they had not said so yet."""
    if session.get(Helped, (offer.id, member_id)):
        return False
    session.add(Helped(offer_id=offer.id, member_id=member_id, at=now))
    session.flush()
    session.refresh(offer, ["helped"])
    return True


def change(session: Session, *, problem: Problem, offer: Offer, words: str) -> None:
    """Say an offer in other words."""
    offer.words = words
    session.flush()
    problems.index(session, problem)


def withdraw(session: Session, *, problem: Problem, offer: Offer) -> None:
    """Take an offer back, with what was said of it."""
    session.execute(delete(Helped).where(Helped.offer_id == offer.id))
    problem.offers.remove(offer)
    session.delete(offer)
    session.flush()
    problems.index(session, problem)


def of_member(session: Session, *, problem: Problem, member_id: int) -> list[Offer]:
    """What a member offered for a problem."""
    return [each for each in problem.offers if each.member_id == member_id]


def find(session: Session, *, ids: set[int]) -> dict[int, Offer]:
    """Offers by their ids."""
    return {each.id: each for each in session.scalars(select(Offer).where(Offer.id.in_(ids)))}
