"""The tick: plan ahead, do what is due, compose again what changed, tell what was left out.

APScheduler only calls `tick`; what is due is rows, and each is claimed by the transaction that
does it, so that two replicas may tick on one database.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

import jobs.everything  # noqa: F401 - registers every step
from bot import plan
from bot.clock import Clock
from bot.metrics import Metrics
from jobs.batches import Batches, Claimed, Queue
from jobs.doubt import Doubt
from jobs.missed import skip, tell_left_out, untold
from jobs.rules import Rules
from jobs.table import CHORES, COURSE, TABLE, Errand, Turn
from jobs.zones import plan_or_ask
from storage import calls, checkins, chores, deliveries, due, networks, series, steps
from storage.database import Database
from storage.models import Call, Chore, Step

NOW_AND_THEN = timedelta(hours=1)

# Which posts of a call may still change, by the call's state.
LIVING = {
    "planned": ("checkin", "followup", "agenda", "nudge"),
    "open": ("checkin", "followup", "agenda", "nudge", "start"),
    "ended": ("checkin", "nudge", "exit", "draft", "second", "recap", "tried"),
    "cancelled": ("checkin", "agenda", "nudge"),
    "skipped": ("checkin", "agenda", "nudge"),
}


class Schedule:
    """The clock's work on one database. `model` says whether a model may open recaps."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        web: str,
        model: bool,
        metrics: Metrics | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._web = web
        self._model = model
        self._metrics = metrics or Metrics()
        self._batches = Batches(database, clock)
        self._rules = Rules(database, clock)
        self._doubt = Doubt(database, clock)
        self._seen_to: datetime | None = None
        self._series = Queue(
            "series", _series_to_plan, series.load, lambda s, row: plan_or_ask(s, row, clock.now())
        )
        self._steps = Queue("step", _steps_due, _load_steps, self._do)
        self._calls = Queue("call", _calls_changed, _load_calls, self._compose_again)
        self._chores = Queue("chore", _chores_due, chores.load, self._do_chore)
        self._left_out = Queue(
            "left out",
            untold,
            networks.load,
            lambda s, row: tell_left_out(s, row, clock.now()),
        )

    def tick(self) -> int:
        """Do all that is due now; how many steps and chores were done. Call it from a thread of
        its own."""
        self._now_and_then()
        self._doubt.keep()
        if not self._database.read(self._anything).result():
            self._doubt.settle()
            return 0
        self._batches.empty(self._series)
        done = self._batches.empty(self._steps)
        done += self._batches.empty(self._chores)
        self._batches.empty(self._calls)
        self._doubt.settle()
        self._batches.empty(self._left_out)
        return done

    def _anything(self, session: Session) -> bool:
        now = self._clock.now()
        return due.anything(session, now=now, before=(now + plan.HORIZON).date())

    def _now_and_then(self) -> None:
        """Let go of the ids that no platform delivers any more, and look whether the rules of
        the zones are still those that calls were placed by."""
        now = self._clock.now()
        if self._seen_to is None or abs(now - self._seen_to) >= NOW_AND_THEN:
            self._database.write(lambda session: deliveries.forget(session, now=now)).result()
            self._rules.follow()
            self._seen_to = now

    def _do(self, session: Session, step: Step) -> None:
        now, call = self._clock.now(), step.call
        if plan.settle(call, now):
            call.stale = True
        turn = self._turn(session, call, self._doubt.since(step.due_at), first=True)
        if step.kind in COURSE:
            COURSE[step.kind](turn)
        if plan.is_off(step.kind, call.series.steps) and step.note != plan.BROUGHT_FORWARD:
            steps.skip(step, note="the series leaves it out")
        elif plan.late(step.kind, step.due_at, call, now):
            skip(turn, step)
            self._metrics.skipped()
        else:
            TABLE[step.kind](turn)
            steps.finish(step)

    def _do_chore(self, session: Session, chore: Chore) -> None:
        since = self._doubt.since(chore.due_at)
        errand = Errand(session, chore, self._clock.now(), since, self._web)
        again = CHORES[chore.kind].does(errand)
        chores.finish(session, chore=chore, again=again)

    def _compose_again(self, session: Session, call: Call) -> None:
        """Bring the posts of a call that changed to what they should say now."""
        call.stale = False
        every = steps.of_call(session, call_id=call.id)
        done = {each.kind: each.due_at for each in every if each.state == "done"}
        for kind in LIVING[call.state]:
            if kind in done:
                since = self._doubt.since_again(done[kind], self._clock.now())
                TABLE[kind](self._turn(session, call, since, first=False))

    def _turn(self, session: Session, call: Call, since: datetime, *, first: bool) -> Turn:
        return Turn(session, call, self._clock.now(), first, since, self._web, self._model)


def _series_to_plan(
    session: Session, now: datetime, without: Collection[int], most: int
) -> Claimed:
    before = (now + plan.HORIZON).date()
    return series.claim(session, before=before, limit=most, without=without)


def _steps_due(session: Session, now: datetime, without: Collection[int], most: int) -> Claimed:
    return steps.claim(session, now=now, limit=most, without=without)


def _load_steps(session: Session, ids: Collection[int]) -> Sequence[Step]:
    found = steps.load(session, ids)
    checkins.look_ahead(session, call_ids={each.call_id for each in found})
    return found


def _load_calls(session: Session, ids: Collection[int]) -> Sequence[Call]:
    checkins.look_ahead(session, call_ids=ids)
    return calls.load(session, ids)


def _calls_changed(
    session: Session, _now: datetime, without: Collection[int], most: int
) -> Claimed:
    return calls.claim_stale(session, limit=most, without=without)


def _chores_due(session: Session, now: datetime, without: Collection[int], most: int) -> Claimed:
    return chores.claim(session, now=now, limit=most, without=without)
