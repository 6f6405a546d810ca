"""Who has which role in a call, who had one before, and the question that a call opens with."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, func, literal, or_, select, union, update
from sqlalchemy.orm import Session

from storage.models import Call, Member, Opener, Problem, RoleTaken, Wish
from storage.models.calls import NOT_HELD

HELD = ("has", "took", "offered")
PRESENTS = "present"


_OF_CALL = select(RoleTaken).where(
    RoleTaken.call_id == bindparam("call"), RoleTaken.state.in_(HELD)
)


def of_call(session: Session, *, call_id: int) -> dict[str, RoleTaken]:
    """Role to whoever has it now."""
    return {each.role: each for each in session.scalars(_OF_CALL, {"call": call_id})}


def passed(session: Session, *, call_id: int) -> dict[str, set[int]]:
    """Role to the members who said that they can't, or gave it away."""
    found = session.execute(
        select(RoleTaken.role, RoleTaken.member_id).where(
            RoleTaken.call_id == call_id, RoleTaken.state == "passed"
        )
    )
    passers: dict[str, set[int]] = {}
    for role, member_id in found:
        passers.setdefault(role, set()).add(member_id)
    return passers


def not_presenting(session: Session, *, call: Call) -> Sequence[Member]:
    """The members who said that they can't present in a call, and those who pause then."""
    said = select(RoleTaken.member_id).where(
        RoleTaken.call_id == call.id, RoleTaken.role == PRESENTS, RoleTaken.state == "passed"
    )
    rest = select(Wish.member_id).where(Wish.paused_until > call.starts_at)
    return session.scalars(
        select(Member)
        .where(Member.network_id == call.network_id, or_(Member.id.in_(said), Member.id.in_(rest)))
        .order_by(Member.id)
    ).all()


def had(session: Session, *, call: Call) -> tuple[dict[int, Counter[str]], dict[int, datetime]]:
    """Member to how often each role was theirs in the series' other calls, and to when the last
    of these began. Whoever raised, by name, what a call worked on presented in it."""
    before = (
        Call.series_id == call.series_id,
        Call.id != call.id,
        Call.starts_at < call.starts_at,
        Call.state.not_in(NOT_HELD),
    )
    taken = (
        select(RoleTaken.member_id, RoleTaken.role, Call.starts_at)
        .join(Call, Call.id == RoleTaken.call_id)
        .where(*before, RoleTaken.state.in_(HELD))
    )
    worked = (
        select(Problem.raised_by, literal(PRESENTS), Call.starts_at)
        .join(Call, Call.id == Problem.worked_at)
        .where(*before, Problem.sight == "network", Problem.state != "withdrawn")
    )
    times: dict[int, Counter[str]] = {}
    last: dict[int, datetime] = {}
    for member_id, role, starts_at in session.execute(union(taken, worked)):
        times.setdefault(member_id, Counter())[role] += 1
        last[member_id] = max(last.get(member_id, starts_at), starts_at)
    return times, last


def resting(session: Session, *, network_id: int, at: datetime) -> set[int]:
    """The members who pause at that time."""
    return set(
        session.scalars(
            select(Wish.member_id)
            .join(Member, Member.id == Wish.member_id)
            .where(Member.network_id == network_id, Wish.paused_until > at)
        )
    )


def calls_of(session: Session, *, member_id: int, after: datetime) -> Sequence[int]:
    """The calls to come in which a member has a role."""
    return session.scalars(
        select(Call.id)
        .join(RoleTaken, RoleTaken.call_id == Call.id)
        .where(RoleTaken.member_id == member_id, RoleTaken.state.in_(HELD), Call.starts_at > after)
        .distinct()
    ).all()


def leave(session: Session, *, member_id: int, after: datetime) -> None:
    """A member has no role any more in the calls to come."""
    coming = select(Call.id).where(Call.starts_at > after)
    session.execute(
        delete(RoleTaken).where(RoleTaken.member_id == member_id, RoleTaken.call_id.in_(coming)),
        execution_options={"synchronize_session": "fetch"},
    )


def give(
    session: Session,
    *,
    call_id: int,
    role: str,
    member_id: int,
    now: datetime,
    chosen: bool = False,
) -> None:
    """A member has a role, dealt to them or `chosen` by somebody; whoever had it has not."""
    session.execute(
        update(RoleTaken)
        .where(
            RoleTaken.call_id == call_id,
            RoleTaken.role == role,
            RoleTaken.member_id != member_id,
            RoleTaken.state.in_(HELD),
        )
        .values(state="passed"),
        execution_options={"synchronize_session": "fetch"},
    )
    state = "took" if chosen else "has"
    known = session.get(RoleTaken, (call_id, role, member_id))
    if known is None:
        session.add(RoleTaken(call_id=call_id, role=role, member_id=member_id, state=state, at=now))
    else:
        known.state, known.at = state, now
    session.flush()


def offer(session: Session, *, taken: RoleTaken) -> None:
    """Whoever has it looks for somebody else."""
    taken.state = "offered"
    session.flush()


def let_go(session: Session, *, taken: RoleTaken) -> None:
    """Whoever has it said that they can't."""
    taken.state = "passed"
    session.flush()


def relieve(session: Session, *, taken: RoleTaken) -> None:
    """Whoever has it has it no more, and is free to have it again."""
    session.delete(taken)
    session.flush()


def can_after_all(session: Session, *, call_id: int, role: str, member_id: int) -> None:
    """Whoever said that they can't is free to have it."""
    known = session.get(RoleTaken, (call_id, role, member_id))
    if known and known.state == "passed":
        relieve(session, taken=known)


# -- the question that a call opens with ----------------------------------------------------------


def opener(session: Session, *, call_id: int) -> str:
    """The question that a call opens with; "" while none was chosen."""
    found = session.get(Opener, call_id)
    return found.question if found else ""


def open_with(session: Session, *, call: Call, question: str, now: datetime) -> None:
    """Let a call open with this question."""
    known = session.get(Opener, call.id)
    if known is None:
        session.add(Opener(call_id=call.id, network_id=call.network_id, question=question, at=now))
    else:
        known.question = question
    session.flush()


def opened_with(session: Session, *, network_id: int) -> Sequence[str]:
    """The questions that a network's calls opened with, the one of longest ago first."""
    last = func.max(Opener.at)
    return session.scalars(
        select(Opener.question)
        .join(Call, Call.id == Opener.call_id)
        .where(Opener.network_id == network_id, Call.state.not_in(NOT_HELD))
        .group_by(Opener.question)
        .order_by(last, Opener.question)
    ).all()
