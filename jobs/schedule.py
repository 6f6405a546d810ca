"""The tick: plan ahead, do what is due, compose again what changed.

Each step is a transaction of its own, so that one that fails holds up no other. APScheduler only
calls `tick`; what is due is rows.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

import jobs.everything  # noqa: F401 - registers every step
from bot import plan
from bot.clock import Clock
from bot.compose.notices import skipped_notice
from bot.gather import call_facts
from bot.publish import to_member
from jobs.table import TABLE, Turn
from storage import calls, people, series, steps
from storage.database import Database
from storage.models import Call, Step

AGAIN = timedelta(minutes=1)

# Which posts of a call may still change, by the call's state.
LIVING = {
    "planned": ("checkin", "agenda", "nudge"),
    "open": ("checkin", "agenda", "nudge", "start"),
    "ended": ("checkin", "exit", "draft", "second", "recap", "tried"),
    "cancelled": ("checkin", "agenda"),
    "skipped": ("checkin", "agenda"),
}

log = structlog.get_logger(__name__)


class Schedule:
    """The clock's work on one database. `model` says whether a model may open recaps."""

    def __init__(self, database: Database, clock: Clock, *, web: str, model: bool) -> None:
        self._database = database
        self._clock = clock
        self._web = web
        self._model = model

    def tick(self) -> int:
        """Do all that is due now; how many steps were done. Call it from a thread of its own."""
        self._write(self._plan)
        done = 0
        while self._one_step():
            done += 1
        while self._write(self._compose_again):
            pass
        return done

    def _write(self, work: Callable[[Session], bool]) -> bool:
        return self._database.write(work).result()

    def _plan(self, session: Session) -> bool:
        now = self._clock.now()
        for each in series.to_plan(session, before=(now + plan.HORIZON).date()):
            plan.plan_ahead(session, each, now)
        return True

    def _one_step(self) -> bool:
        """Do the step that has been due longest; False when none is."""
        try:
            return self._write(self._do_next)
        except Exception:
            log.exception("a step failed; it is tried again in a minute")
            return self._write(self._postpone_next)

    def _do_next(self, session: Session) -> bool:
        now = self._clock.now()
        due = steps.due(session, now=now, limit=1)
        if not due:
            return False
        step = due[0]
        if plan.settle(step.call, now):
            step.call.stale = True
        if plan.is_off(step.kind, step.call.series.steps):
            steps.finish(session, step=step)  # it was there only to mark the time
        elif plan.late(step.kind, step.due_at, step.call, now):
            _skip(session, step, now)
        else:
            TABLE[step.kind](self._turn(session, step.call, first=True))
            steps.finish(session, step=step)
        return True

    def _postpone_next(self, session: Session) -> bool:
        now = self._clock.now()
        for step in steps.due(session, now=now, limit=1):
            step.due_at = now + AGAIN
        return True

    def _compose_again(self, session: Session) -> bool:
        """Bring the posts of one call that changed to what they should say now."""
        changed = calls.stale(session, limit=1)
        for call in changed:
            call.stale = False
            done = {
                step.kind
                for step in steps.of_call(session, call_id=call.id)
                if step.state == "done"
            }
            for kind in LIVING[call.state]:
                if kind in done:
                    TABLE[kind](self._turn(session, call, first=False))
        return bool(changed)

    def _turn(self, session: Session, call: Call, *, first: bool) -> Turn:
        return Turn(session, call, self._clock.now(), first, self._web, self._model)


def _skip(session: Session, step: Step, now: datetime) -> None:
    """A step that came too late is skipped, and the host hears of it."""
    steps.skip(session, step=step, note="the program was off when it was due")
    why = "I was not running when it was due, and it is too late for it now."
    notice = skipped_notice(call_facts(session, step.call), step.kind, why)
    for host in people.hosts(session, network_id=step.call.network_id)[:1]:
        to_member(
            session,
            host.id,
            notice,
            network_id=step.call.network_id,
            of=f"call {step.call_id} {step.kind} skipped",
            kind="notice",
            now=now,
            call_id=step.call_id,
        )
