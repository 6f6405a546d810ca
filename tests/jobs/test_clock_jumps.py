"""Whatever the machine's clock does between two ticks, no step is done twice and none is lost."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from jobs.table import TABLE, Turn
from storage.models import Step
from storage.outbox import key_of
from tests.bot.rows import EARLY, FIRST
from tests.jobs.clockwork import Clockwork, a_network, a_series, clockwork

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
END = FIRST + 5 * DAY
POSTED = ("checkin", "agenda", "start", "exit", "recap")  # in the channel, whatever people did

OFFSETS = (-48, -24, -4, 0, 1, 2, 13, 24, 504)  # hours from the call's start to its steps
AROUND = (-60, -1, 0, 1, 10, 15, 16, 30, 59, 119, 121, 239, 1439, 1441, 4319, 4321)

near = st.builds(  # a step, when it is about to come due or to be too late
    lambda hours, minutes: FIRST + hours * HOUR + minutes * MINUTE,
    st.sampled_from(OFFSETS),
    st.sampled_from(AROUND),
)
jumps = st.lists(
    st.one_of(
        near,
        st.integers(1, 120).map(lambda n: n * MINUTE),
        st.integers(1, 30).map(lambda n: n * HOUR),
        st.sampled_from([-MINUTE, -HOUR, -DAY, HOUR, DAY, timedelta(0)]),
        st.integers(-300, -1).map(lambda n: n * MINUTE),
    ),
    max_size=25,
)


@contextmanager
def counted() -> Iterator[Counter[tuple[int, str]]]:
    """How often each step of each call was done for the first time."""
    whole, done = dict(TABLE), Counter[tuple[int, str]]()

    def counting(kind: str) -> None:
        def job(turn: Turn) -> None:
            done[turn.call.id, kind] += turn.first
            whole[kind](turn)

        TABLE[kind] = job

    for kind in whole:
        counting(kind)
    try:
        yield done
    finally:
        TABLE.update(whole)


def in_time(step: Step, at: datetime) -> bool:
    """Whether a step may still be done when it is first seen due at `at`, by the policy as the
    host reads it."""
    begins, late = FIRST, at - step.due_at
    match step.kind:
        case "checkin":
            return late <= 2 * HOUR and at < begins
        case "followup" | "agenda" | "nudge":
            return at < begins
        case "start":
            return late <= HOUR / 4
        case "draft":
            return late <= DAY and at < begins + DAY
        case "second":
            return at < begins + DAY
        case "exit" | "recap":
            return late <= DAY
    return late <= 3 * DAY


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(jumps)
@example([FIRST + HOUR / 2])  # the start is too late by a quarter
@example([6 * DAY, -DAY, -HOUR, DAY, HOUR, HOUR])
@example([5 * DAY, HOUR, -HOUR, HOUR, 2 * DAY, -DAY, DAY, DAY])
@example([12 * DAY, -12 * DAY + MINUTE, 5 * DAY])
def test_no_step_is_done_twice_and_none_is_lost(jumped):
    with TemporaryDirectory() as folder, clockwork(Path(folder)) as works, counted() as done:
        works.write(lambda s: a_series(s, a_network(s, "N"), ends_on=FIRST.date()).id)
        works.schedule.tick()
        planned = works.steps()
        seen: dict[int, datetime] = {}
        at = EARLY
        for jump in [*jumped, END - EARLY]:
            at = jump if isinstance(jump, datetime) else max(at + jump, EARLY - 2 * DAY)
            works.ticks_at(at)
            for step in planned:
                if at >= step.due_at:
                    seen.setdefault(step.id, at)
        _check(works, planned, seen, done)


def _check(
    works: Clockwork,
    planned: list[Step],
    seen: dict[int, datetime],
    done: Counter[tuple[int, str]],
) -> None:
    now = {step.id: step for step in works.steps()}
    assert now.keys() == {step.id for step in planned}
    keys = {post.key for post in works.posts()}
    for step in planned:
        state = "planned"
        if step.id in seen:
            state = "done" if in_time(step, seen[step.id]) else "skipped"
        assert now[step.id].state == state, step.kind
        assert now[step.id].due_at == step.due_at
        assert done[step.call_id, step.kind] == (state == "done")
        if step.kind in POSTED:
            of = f"call {step.call_id} {step.kind}"
            key = key_of(of=of, platform="slack", workspace="T1", channel="CN")
            assert (key in keys) == (state == "done"), step.kind
    before = works.state()
    assert works.schedule.tick() == 0
    assert works.state() == before
