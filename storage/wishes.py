"""What members wish: to be left alone for a while, not to be nudged; and what they saved."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from storage.models import Passage, Problem, Saved, Wish


def of_member(session: Session, *, member_id: int) -> Wish:
    """What a member wishes, kept from the first change on."""
    return session.get(Wish, member_id) or Wish(
        member_id=member_id, nudges=True, paused_until=None, greet=False
    )


def put(
    session: Session,
    *,
    member_id: int,
    nudges: bool | None = None,
    paused_until: datetime | None = None,
    going_on: bool = False,
) -> Wish:
    """Change a wish: `nudges`, a pause, or `going_on` after one."""
    wish = of_member(session, member_id=member_id)
    if nudges is not None:
        wish.nudges = nudges
    if paused_until or going_on:
        wish.paused_until = paused_until
    session.add(wish)
    session.flush()
    return wish


def to_greet(session: Session, *, member_id: int) -> None:
    """A member is new: once they do something, they are told what is kept of them."""
    if session.get(Wish, member_id) is None:
        session.add(Wish(member_id=member_id, nudges=True, paused_until=None, greet=True))
        session.flush()


def greet(session: Session, *, member_id: int) -> bool:
    """Whether a member is to be told, which they are from now on."""
    wish = session.get(Wish, member_id)
    if wish is None or not wish.greet:
        return False
    wish.greet = False
    session.flush()
    return True


def save(session: Session, *, member_id: int, kind: str, ref: int, now: datetime) -> bool:
    """Save something found for oneself; whether it was not yet."""
    if session.get(Saved, (member_id, kind, ref)):
        return False
    session.add(Saved(member_id=member_id, kind=kind, ref=ref, at=now))
    session.flush()
    return True


def save_instead(session: Session, *, kind: str, was: int, becomes: int) -> None:
    """Let whoever saved something for themselves have saved what came in its place."""
    for each in session.scalars(select(Saved).where(Saved.kind == kind, Saved.ref == was)).all():
        save(session, member_id=each.member_id, kind=kind, ref=becomes, now=each.at)
        session.delete(each)
    session.flush()


def is_here(session: Session, *, network_id: int, kind: str, ref: int) -> bool:
    """Whether a network's search holds this."""
    found = select(Passage.id).where(
        Passage.network_id == network_id, Passage.kind == kind, Passage.ref == ref
    )
    return session.scalar(found) is not None


def let_go(session: Session, *, member_id: int, kind: str, ref: int) -> bool:
    """Save it no longer; whether it was."""
    known = session.get(Saved, (member_id, kind, ref))
    if known:
        session.delete(known)
        session.flush()
    return known is not None


def saved(
    session: Session, *, member_id: int, organisation_id: int | None = None
) -> Sequence[Passage]:
    """What a member of this organisation saved and can still find, the latest saved first."""
    not_theirs = select(Problem.id).where(
        Problem.sight == "organisation", Problem.organisation_id.is_distinct_from(organisation_id)
    )
    return session.scalars(
        select(Passage)
        .join(Saved, (Saved.kind == Passage.kind) & (Saved.ref == Passage.ref))
        .where(
            Saved.member_id == member_id,
            or_(Passage.kind != "problem", Passage.ref.not_in(not_theirs)),
        )
        .order_by(Saved.at.desc(), Saved.ref.desc())
    ).all()
