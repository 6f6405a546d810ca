"""Check-ins, and who can't come."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from storage import search
from storage.models import Absence, Call, CheckIn, Member

Put = Literal["new", "changed", "same"]


def of_member(session: Session, *, call_id: int, member_id: int) -> CheckIn | None:
    """What a member answered for a call."""
    return session.scalar(
        select(CheckIn).where(CheckIn.call_id == call_id, CheckIn.member_id == member_id)
    )


def put(session: Session, *, call: Call, member_id: int, answers: list[str], now: datetime) -> Put:
    """Keep a member's answers for a call; again replaces them. What came of it."""
    _forget(session)
    known = of_member(session, call_id=call.id, member_id=member_id)
    if known and known.answers == answers:
        return "same"
    done: Put = "changed" if known else "new"
    if known:
        known.answers, known.edited_at = answers, now
    else:
        known = CheckIn(call_id=call.id, member_id=member_id, answers=answers, at=now)
        session.add(known)
    session.flush()
    index(session, call, session.get_one(Member, member_id), known)
    return done


def index(session: Session, call: Call, member: Member, checkin: CheckIn) -> None:
    """Let search find what a member answered for a call, in their name."""
    search.put(
        session,
        kind="checkin",
        ref=checkin.id,
        title=f"{member.name}’s check-in for {call.series.name}",
        body="\n".join(checkin.answers),
        byline=search.byline(member),
        at=checkin.at,
        scope=search.Scope(call.network_id, "checkin", member_ids=(member.id,)),
    )


_OF_CALLS = (
    select(CheckIn)
    .where(CheckIn.call_id.in_(bindparam("calls", expanding=True)))
    .order_by(CheckIn.at, CheckIn.id)
)
_AWAY = (
    select(Absence)
    .where(Absence.call_id.in_(bindparam("calls", expanding=True)))
    .join(Member)
    .order_by(Member.name)
)
_AHEAD = "who spoke"


@dataclass
class Spoke:
    """Who answered for a call, and who can't come."""

    checkins: list[CheckIn] = field(default_factory=list)
    absent: list[Member] = field(default_factory=list)


def look_ahead(session: Session, *, call_ids: Iterable[int]) -> None:
    """Read who spoke for many calls at once: until the session ends, or somebody speaks in it,
    `of_call` and `absent` know it without asking."""
    spoke = {call_id: Spoke() for call_id in call_ids}
    session.info[_AHEAD] = spoke
    for checkin in session.scalars(_OF_CALLS, {"calls": list(spoke)}):
        spoke[checkin.call_id].checkins.append(checkin)
    for absence in session.scalars(_AWAY, {"calls": list(spoke)}):
        spoke[absence.call_id].absent.append(absence.member)


def _known(session: Session, call_id: int) -> Spoke | None:
    ahead: dict[int, Spoke] = session.info.get(_AHEAD, {})
    return ahead.get(call_id)


def _forget(session: Session) -> None:
    session.info.pop(_AHEAD, None)


def of_call(session: Session, *, call_id: int) -> Sequence[CheckIn]:
    """A call's check-ins, the first first."""
    if known := _known(session, call_id):
        return known.checkins
    return session.scalars(_OF_CALLS, {"calls": [call_id]}).all()


def cannot_come(session: Session, *, call_id: int, member_id: int, now: datetime) -> None:
    """Keep that a member can't come; again changes nothing."""
    _forget(session)
    if not is_absent(session, call_id=call_id, member_id=member_id):
        session.add(Absence(call_id=call_id, member_id=member_id, at=now))
        session.flush()


def is_absent(session: Session, *, call_id: int, member_id: int) -> bool:
    """Whether a member said that they can't come."""
    return session.get(Absence, (call_id, member_id)) is not None


def can_come(session: Session, *, call_id: int, member_id: int) -> None:
    """A member can come after all."""
    _forget(session)
    session.execute(
        delete(Absence).where(Absence.call_id == call_id, Absence.member_id == member_id)
    )


def absent(session: Session, *, call_id: int) -> Sequence[Member]:
    """Who can't come to a call, by name."""
    if known := _known(session, call_id):
        return known.absent
    return [each.member for each in session.scalars(_AWAY, {"calls": [call_id]})]


def silent(session: Session, *, call: Call) -> Sequence[Member]:
    """The network's active members who have neither checked in nor said that they can't come."""
    spoke = select(CheckIn.member_id).where(CheckIn.call_id == call.id)
    away = select(Absence.member_id).where(Absence.call_id == call.id)
    return session.scalars(
        select(Member)
        .where(
            Member.network_id == call.network_id,
            Member.active,
            Member.id.not_in(spoke.union(away)),
        )
        .order_by(Member.id)
    ).all()


def get(session: Session, *, network_id: int, checkin_id: int) -> CheckIn | None:
    """A check-in of this network."""
    return session.scalar(
        select(CheckIn)
        .join(Call, Call.id == CheckIn.call_id)
        .where(CheckIn.id == checkin_id, Call.network_id == network_id)
    )
