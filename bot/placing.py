"""A call's steps as rows, put where they belong in time."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.offsets import STEPS, begin_of, due_of, late
from storage import steps
from storage.models import Call, Step

TOO_LATE = "planned too late"
JUST_ASKED = "planned too late: check-in had only just opened"
BROUGHT_FORWARD = "brought forward by a host"
OVERTAKEN = "too late for it once the call was changed"


def first_steps(call: Call, now: datetime) -> list[dict[str, Any]]:
    """The rows of a new call's steps. One whose time has passed is due at once; one that is too
    late is skipped with a note."""
    rows = []
    for kind in STEPS:
        due = due_of(kind, call)
        if due is None:
            continue
        at = _at_once(due, call, now)
        note = TOO_LATE if late(kind, at, call, now) else ""
        if kind == "nudge" and due < now:
            note = note or JUST_ASKED
        state = "skipped" if note else "planned"
        rows.append({"call_id": call.id, "kind": kind, "due_at": at, "state": state, "note": note})
    return rows


def place_steps(session: Session, call: Call, now: datetime) -> None:
    """Put the planned steps where the call and its series now want them. What was done stays as
    it is; what was skipped has another chance where its new time is still to come."""
    rows = {step.kind: step for step in steps.of_call(session, call_id=call.id)}
    for kind in STEPS:
        due, row = due_of(kind, call), rows.get(kind)
        if due is None:
            if row and row.state == "planned":
                session.delete(row)
            continue
        if row is None:
            row = Step(call=call, kind=kind, state="planned")
            session.add(row)
        if row.state == "skipped" and due > now:
            row.state, row.note = "planned", ""
        if row.state == "planned":
            row.due_at = _at_once(due, call, now)
            if late(kind, row.due_at, call, now):
                row.state, row.note = "skipped", OVERTAKEN
    session.flush()


def _at_once(due: datetime, call: Call, now: datetime) -> datetime:
    """`due`, or now where the call is nearer than the step's lead."""
    return now if due < now < begin_of(call) else due


def begin_again(session: Session, call: Call) -> None:
    """Let a call that had begun have its start once more."""
    step = steps.of_kind(session, call_id=call.id, kind="start")
    if step:
        step.state, step.note = "planned", ""


def bring_forward(session: Session, call: Call, kind: str, now: datetime) -> None:
    """Make a step due at once, also one that was passed over when its time came, or is off."""
    step = steps.of_kind(session, call_id=call.id, kind=kind)
    if step is None:
        step = Step(call=call, kind=kind)
        session.add(step)
    step.due_at, step.state, step.note = now, "planned", BROUGHT_FORWARD
    session.flush()
