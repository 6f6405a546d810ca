"""The tick: plan ahead, do what is due, compose again what changed.

Each piece of work is a transaction of its own, and one that fails rests for a minute, so that it
holds up no other. APScheduler only calls `tick`; what is due is rows.
"""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from sqlalchemy.orm import Session

import jobs.everything  # noqa: F401 - registers every step
from bot import plan
from bot.clock import Clock
from jobs.missed import skip
from jobs.table import COURSE, TABLE, Turn
from storage import calls, deliveries, series, steps
from storage.database import Database
from storage.models import Call, Series, Step

AGAIN = timedelta(minutes=1)
TIDY = timedelta(hours=1)

# Which posts of a call may still change, by the call's state.
LIVING = {
    "planned": ("checkin", "agenda", "nudge"),
    "open": ("checkin", "agenda", "nudge", "start"),
    "ended": ("checkin", "nudge", "exit", "draft", "second", "recap", "tried"),
    "cancelled": ("checkin", "agenda", "nudge"),
    "skipped": ("checkin", "agenda", "nudge"),
}

log = structlog.get_logger(__name__)

Row = TypeVar("Row", Series, Step, Call)
Find = Callable[[Session, datetime, Collection[int]], Row | None]


class Schedule:
    """The clock's work on one database. `model` says whether a model may open recaps."""

    def __init__(self, database: Database, clock: Clock, *, web: str, model: bool) -> None:
        self._database = database
        self._clock = clock
        self._web = web
        self._model = model
        self._resting: dict[tuple[str, int], datetime] = {}
        self._tidied: datetime | None = None

    def tick(self) -> int:
        """Do all that is due now; how many steps were done. Call it from a thread of its own."""
        now = self._clock.now()
        self._resting = {row: until for row, until in self._resting.items() if until > now}
        self._tidy(now)
        self._all("series", _series_to_plan, self._plan)
        done = self._all("step", _step_due, self._do)
        self._all("call", _call_changed, self._compose_again)
        return done

    def _all(self, name: str, find: Find[Row], do: Callable[[Session, Row], None]) -> int:
        """Do with one row after the other until none is found; how many went well."""
        went = [*iter(lambda: self._one(name, find, do), None)]
        return went.count(True)

    def _one(self, name: str, find: Find[Row], do: Callable[[Session, Row], None]) -> bool | None:
        """Whether it went well; None when there is nothing to do."""
        taken: list[int] = []

        def work(session: Session) -> bool:
            resting = [ref for kind, ref in self._resting if kind == name]
            row = find(session, self._clock.now(), resting)
            if row is None:
                return False
            taken.append(row.id)
            do(session, row)
            return True

        try:
            return self._database.write(work).result() or None
        except Exception:
            if not taken:
                raise
            log.exception("the clock could not do this; again in a minute", of=name, id=taken[0])
            self._resting[name, taken[0]] = self._clock.now() + AGAIN
            return False

    def _plan(self, session: Session, known: Series) -> None:
        plan.plan_ahead(session, known, self._clock.now())

    def _do(self, session: Session, due: Step) -> None:
        now, call = self._clock.now(), due.call
        if plan.settle(call, now):
            call.stale = True
        turn = self._turn(session, call, since=due.due_at)
        if due.kind in COURSE:
            COURSE[due.kind](turn)
        if plan.is_off(due.kind, call.series.steps) and due.note != plan.BROUGHT_FORWARD:
            steps.skip(session, step=due, note="the series leaves it out")
        elif plan.late(due.kind, due.due_at, call, now):
            skip(turn, due)
        else:
            TABLE[due.kind](turn)
            steps.finish(session, step=due)

    def _compose_again(self, session: Session, call: Call) -> None:
        """Bring the posts of a call that changed to what they should say now."""
        call.stale = False
        done = {s.kind for s in steps.of_call(session, call_id=call.id) if s.state == "done"}
        for kind in LIVING[call.state]:
            if kind in done:
                TABLE[kind](self._turn(session, call))

    def _tidy(self, now: datetime) -> None:
        """Let go, now and then, of the ids that no platform delivers any more."""
        if self._tidied is None or now >= self._tidied + TIDY:
            self._database.write(lambda session: deliveries.forget(session, now=now)).result()
            self._tidied = now

    def _turn(self, session: Session, call: Call, *, since: datetime | None = None) -> Turn:
        now = self._clock.now()
        return Turn(session, call, now, bool(since), since or now, self._web, self._model)


def _series_to_plan(session: Session, now: datetime, without: Collection[int]) -> Series | None:
    before = (now + plan.HORIZON).date()
    return next(iter(series.to_plan(session, before=before, limit=1, without=without)), None)


def _step_due(session: Session, now: datetime, without: Collection[int]) -> Step | None:
    return next(iter(steps.due(session, now=now, limit=1, without=without)), None)


def _call_changed(session: Session, _now: datetime, without: Collection[int]) -> Call | None:
    return next(iter(calls.stale(session, limit=1, without=without)), None)
