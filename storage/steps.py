"""What the clock is to do for calls, and when."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import literal_column, select, update
from sqlalchemy.orm import Session

from storage.models import Call, Step

# Spelt out, not bound: with a parameter SQLite leaves the partial index aside.
_PLANNED = Step.state == literal_column("'planned'")
_DUE = select(Step).where(_PLANNED).order_by(Step.due_at, Step.id)


def due(
    session: Session, *, now: datetime, limit: int, without: Collection[int] = ()
) -> Sequence[Step]:
    """Planned steps whose time has come, the longest due first, `without` some by their ids. On
    PostgreSQL they are claimed until the transaction ends; another replica passes over them."""
    asked = _DUE.where(Step.due_at <= now)
    if without:
        asked = asked.where(Step.id.not_in(without))
    return session.scalars(asked.limit(limit).with_for_update(of=Step, skip_locked=True)).all()


def next_due(session: Session) -> tuple[datetime, str, Call] | None:
    """(when, kind, call) of the step that comes next."""
    step = session.scalar(_DUE.limit(1))
    return (step.due_at, step.kind, step.call) if step else None


def of_call(session: Session, *, call_id: int) -> Sequence[Step]:
    """A call's steps in the order of time."""
    return session.scalars(
        select(Step).where(Step.call_id == call_id).order_by(Step.due_at, Step.id)
    ).all()


def of_kind(session: Session, *, call_id: int, kind: str) -> Step | None:
    """A call's step of one kind; None where its series leaves it out."""
    return session.scalar(select(Step).where(Step.call_id == call_id, Step.kind == kind))


def finish(session: Session, *, step: Step) -> None:
    """The step is done."""
    step.state, step.note = "done", ""
    session.flush()


def skip(session: Session, *, step: Step, note: str) -> None:
    """The step is left out; `note` says why, for the host."""
    step.state, step.note = "skipped", note
    session.flush()


def skip_planned(session: Session, *, call_id: int, note: str) -> None:
    """Leave out what is still planned for a call."""
    session.execute(
        update(Step).where(Step.call_id == call_id, _PLANNED).values(state="skipped", note=note),
        execution_options={"synchronize_session": "fetch"},
    )
