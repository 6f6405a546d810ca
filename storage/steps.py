"""What the clock is to do for calls, and when."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, literal_column, select, update
from sqlalchemy.orm import Session, lazyload

from storage.models import Call, Series, Step

# Spelt out, not bound: with a parameter SQLite leaves the partial index aside.
_PLANNED = Step.state == literal_column("'planned'")
_DUE = select(Step).where(_PLANNED).order_by(Step.due_at, Step.id)


# The ids to leave out are written into the statement: a database takes only so many parameters.
_CLAIM = (
    select(Step.id, Call.network_id)
    .join(Call, Call.id == Step.call_id)
    .where(
        _PLANNED,
        Step.due_at <= bindparam("now"),
        Step.id.not_in(bindparam("without", expanding=True, literal_execute=True)),
    )
    .order_by(Step.due_at, Step.id)
    .limit(bindparam("most"))
    .with_for_update(of=Step, skip_locked=True)
)


def claim(
    session: Session, *, now: datetime, limit: int, without: Collection[int] = ()
) -> list[tuple[int, int]]:
    """(step, network) ids of planned steps whose time has come, the longest due first, `without`
    some. On PostgreSQL they are held until the transaction ends; another replica passes over
    them."""
    asked = {"now": now, "most": limit, "without": list(without)}
    return [(step, network) for step, network in session.execute(_CLAIM, asked)]


def load(session: Session, ids: Collection[int]) -> Sequence[Step]:
    """Steps with their calls, in the order of time."""
    return session.scalars(
        select(Step).where(Step.id.in_(ids)).order_by(Step.due_at, Step.id)
    ).all()


def due(session: Session, *, now: datetime, limit: int) -> Sequence[Step]:
    """What `claim` finds, as rows."""
    return load(session, [step for step, _ in claim(session, now=now, limit=limit)])


def next_due(session: Session) -> tuple[datetime, str, Call] | None:
    """(when, kind, call) of the step that comes next."""
    step = session.scalar(_DUE.limit(1))
    return (step.due_at, step.kind, step.call) if step else None


# Whoever asks for a call's steps has the call; joined to each of them it took twice the time.
_OF_CALL = (
    select(Step)
    .where(Step.call_id == bindparam("call"))
    .order_by(Step.due_at, Step.id)
    .options(lazyload(Step.call))
)


def of_call(session: Session, *, call_id: int) -> Sequence[Step]:
    """A call's steps in the order of time."""
    return session.scalars(_OF_CALL, {"call": call_id}).all()


def of_kind(session: Session, *, call_id: int, kind: str) -> Step | None:
    """A call's step of one kind; None where its series leaves it out."""
    return session.scalar(select(Step).where(Step.call_id == call_id, Step.kind == kind))


def finish(step: Step) -> None:
    """The step is done."""
    step.state, step.note = "done", ""


def skip(step: Step, *, note: str) -> None:
    """The step is left out; `note` says why, for the host."""
    step.state, step.note = "skipped", note


class LeftOut(NamedTuple):
    """A step that was skipped, and the little that a host must read of its call."""

    kind: str
    call_id: int
    series_id: int
    name: str
    starts_at: datetime
    zone: str
    minutes: int


def left_out(session: Session, *, network_id: int, note: str) -> list[LeftOut]:
    """The steps of a network that were skipped with this note, the latest call first."""
    rows = session.execute(
        select(
            Step.kind,
            Call.id,
            Series.id,
            Series.name,
            Call.starts_at,
            Series.zone,
            Call.minutes,
        )
        .select_from(Call)
        .join(Step, Step.call_id == Call.id)
        .join(Series, Series.id == Call.series_id)
        .where(Call.network_id == network_id, Step.state == "skipped", Step.note == note)
        .order_by(Call.starts_at.desc(), Call.id, Step.due_at, Step.id)
    )
    return [LeftOut(*row) for row in rows]


def skip_planned(session: Session, *, call_id: int, note: str) -> None:
    """Leave out what is still planned for a call."""
    session.execute(
        update(Step).where(Step.call_id == call_id, _PLANNED).values(state="skipped", note=note),
        execution_options={"synchronize_session": "fetch"},
    )
