"""Random hosts: whatever is done to a series, its rows stay sound."""

from contextlib import suppress
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot import offsets, plan
from bot.errors import Refusal
from storage import steps
from storage.models import Call
from tests.bot.rows import (
    EARLY,
    HOUR,
    all_calls,
    tuesdays,
)

moments = st.integers(0, 35 * 24 * 4).map(lambda quarters: EARLY + quarters * HOUR / 4)


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_whatever_is_done_to_a_series_its_rows_stay_sound(session, data):
    """Random hosts: no row is lost or doubled, and nothing planned belongs to a call that is
    off."""
    session.rollback()
    weekly, now = tuesdays(session), EARLY
    for _ in range(data.draw(st.integers(1, 6))):
        now = max(now, data.draw(moments))
        plan.plan_ahead(session, weekly, now)
        call = data.draw(st.sampled_from(all_calls(session, weekly)))
        with suppress(Refusal):
            _act(session, weekly, call, now, data)
        session.flush()
    _check(session)


def _act(session, weekly, call, now, data):
    act = data.draw(st.sampled_from("move cancel skip start end change".split()))
    match act:
        case "move":
            plan.move(session, call, data.draw(moments), now)
        case "cancel":
            plan.cancel(session, call, now)
        case "skip":
            plan.skip(session, weekly, call.original_on)
        case "start":
            plan.start_now(session, call, now)
        case "end":
            plan.end_now(session, call, now)
        case "change":
            weekly.every = data.draw(st.sampled_from(["week", "fortnight", "month"]))
            weekly.at = data.draw(st.times())
            weekly.starts_on = data.draw(st.dates(date(2026, 11, 1), date(2026, 12, 1)))
            plan.change(session, weekly, now)


def _check(session):
    found = session.scalars(select(Call)).all()
    assert len({call.original_on for call in found}) == len(found)
    for call in found:
        rows = steps.of_call(session, call_id=call.id)
        assert len({row.kind for row in rows}) == len(rows)
        if call.state in ("cancelled", "skipped"):
            assert all(row.state != "planned" for row in rows)
        else:
            assert {"start", "exit"} <= {row.kind for row in rows}
            planned = [row for row in rows if row.state == "planned"]
            assert all(row.due_at >= offsets.due_of(row.kind, call) for row in planned)
