"""A call's steps as rows, put where they belong in time, and outside the network's pauses."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.calendar import instant, local_day
from bot.offsets import STEPS, begin_of, due_of, late
from bot.speech import zone_or_utc
from storage import pauses, steps
from storage.models import Call, Pause, Step

TOO_LATE = "planned too late"
JUST_ASKED = "planned too late: check-in had only just opened"
BROUGHT_FORWARD = "brought forward by a host"
OVERTAKEN = "too late for it once the call was changed"
RESTS = "the network rested when it was due"
WAITS = ("checkin", "agenda", "tried")
"""Steps that wait for the end of a pause they would fall into. What a call that was held still
needs (its recap) does not wait."""
MORNING = time(8)
FOLLOWS = {"agenda": timedelta(minutes=1)}
"""What comes a moment after the rest of that morning: people check in, then read the agenda."""
DAY = timedelta(days=1)


def first_steps(call: Call, now: datetime, rests: Sequence[Pause] = ()) -> list[dict[str, Any]]:
    """The rows of a new call's steps. One whose time has passed is due at once; one that is too
    late is skipped with a note."""
    rows = []
    for kind in STEPS:
        due = due_of(kind, call)
        if due is None:
            continue
        at = _at_once(_outside(rests, kind, due, call), call, now)
        note = TOO_LATE if late(kind, at, call, now) else ""
        if kind == "nudge" and rest_at(rests, call, due):
            note = note or RESTS
        if kind == "nudge" and due < now:
            note = note or JUST_ASKED
        state = "skipped" if note else "planned"
        rows.append({"call_id": call.id, "kind": kind, "due_at": at, "state": state, "note": note})
    return rows


def place_steps(session: Session, call: Call, now: datetime) -> None:
    """Put the planned steps where the call and its series now want them. What was done stays as
    it is; what was skipped has another chance where its new time is still to come."""
    rows = {step.kind: step for step in steps.of_call(session, call_id=call.id)}
    rests = pauses_of(session, call, now)
    for kind in STEPS:
        due, row = due_of(kind, call), rows.get(kind)
        if due is None:
            if row and row.state == "planned":
                session.delete(row)
            continue
        if row is None:
            row = Step(call=call, kind=kind, state="planned")
            session.add(row)
        due = _outside(rests, kind, due, call)
        if row.state == "skipped" and due > now:
            row.state, row.note = "planned", ""
        if row.state == "planned":
            row.due_at = _at_once(due, call, now)
            if kind == "nudge" and rest_at(rests, call, due):
                row.state, row.note = "skipped", RESTS
            elif late(kind, row.due_at, call, now):
                row.state, row.note = "skipped", OVERTAKEN
    session.flush()


def pauses_of(session: Session, call: Call, now: datetime) -> Sequence[Pause]:
    """The pauses of a call's network that are not over."""
    today = local_day(now, _zone(call))
    return pauses.coming(session, network_id=call.network_id, on=today)


def rest_at(rests: Sequence[Pause], call: Call, at: datetime) -> Pause | None:
    """The pause in which an instant lies."""
    day = local_day(at, _zone(call))
    return next((each for each in rests if each.first_on <= day <= each.last_on), None)


def _zone(call: Call) -> str:
    return zone_or_utc(call.series.network.zone)


def _outside(rests: Sequence[Pause], kind: str, due: datetime, call: Call) -> datetime:
    """`due`, or the morning after the pause it lies in; earlier on that day where the call is."""
    rest = rest_at(rests, call, due) if kind in WAITS else None
    if rest is None:
        return due
    midnight = instant(rest.last_on + DAY, time(0), _zone(call))
    morning = instant(rest.last_on + DAY, MORNING, _zone(call))
    before_it = begin_of(call) - timedelta(hours=2)
    if kind != "tried" and morning > before_it:
        morning = max(midnight, before_it)
    morning += FOLLOWS.get(kind, timedelta())
    return _outside(rests, kind, morning, call)  # another pause may begin there


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
