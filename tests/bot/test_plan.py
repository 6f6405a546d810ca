"""A series' calls and their steps: made, begun, ended."""

from datetime import UTC, date, datetime

import pytest

from bot import offsets, plan
from bot.errors import Refusal
from storage import steps
from tests.bot.rows import DAY, EARLY, FIRST, HOUR, MONDAY, WEEK, shown, tuesdays

# -- making ---------------------------------------------------------------------------------------


def test_five_weeks_are_planned_and_planning_again_changes_nothing(session, weekly):
    made = plan.plan_ahead(session, weekly, EARLY)
    assert [call.starts_at for call in made] == [FIRST + n * WEEK for n in range(5)]
    assert weekly.planned_until == date(2026, 12, 22)
    assert plan.plan_ahead(session, weekly, EARLY) == []
    assert [call.original_on.day for call in plan.plan_ahead(session, weekly, MONDAY)] == [29]


def test_the_steps_of_a_call(session, weekly):
    call = plan.plan_ahead(session, weekly, EARLY)[0]
    assert shown(session, call) == {
        "checkin": ("planned", -48),
        "followup": ("planned", -30),
        "agenda": ("planned", -24),
        "nudge": ("planned", -4),
        "start": ("planned", 0),
        "exit": ("planned", 1),
        "draft": ("planned", 2),
        "second": ("planned", 13),
        "recap": ("planned", 24),
        "tried": ("planned", 504),
    }


def test_a_series_own_steps(session):
    own = {"checkin": -2880 * 2, "nudge": None, "draft": None, "exit": None, "tried": 1440}
    call = plan.plan_ahead(session, tuesdays(session, steps=own), EARLY)[0]
    assert shown(session, call) == {
        "checkin": ("planned", -96),
        "followup": ("planned", -30),
        "agenda": ("planned", -24),
        "start": ("planned", 0),
        "exit": ("planned", 1),  # off, but with it the call ends
        "recap": ("planned", 24),
        "tried": ("planned", 24),
    }
    assert [offsets.is_off(kind, own) for kind in ("exit", "second", "recap")] == [
        True,
        True,
        False,
    ]


def test_a_long_call_is_drafted_after_its_end(session):
    call = plan.plan_ahead(session, tuesdays(session, minutes=180, steps={"draft": 60}), EARLY)[0]
    at = shown(session, call)
    assert (at["exit"][1], at["draft"][1]) == (3, 3)


def test_a_first_call_that_is_near_opens_its_check_in_at_once(session, weekly):
    now = FIRST - 2 * HOUR
    call = plan.plan_ahead(session, weekly, now)[0]
    at = shown(session, call)
    assert at["checkin"] == at["agenda"] == ("planned", -2)
    assert at["start"] == ("planned", 0)
    # Nobody is reminded in the minute in which they are first asked.
    assert at["nudge"][0] == "skipped"
    assert "only just opened" in steps.of_kind(session, call_id=call.id, kind="nudge").note
    assert [due.kind for due in steps.due(session, now=now, limit=9)] == [
        "checkin",
        "followup",
        "agenda",
    ]


def test_a_call_that_is_running_is_made_and_what_is_too_late_is_skipped(session, weekly):
    call = plan.plan_ahead(session, weekly, FIRST + HOUR / 2)[0]
    at = shown(session, call)
    assert {kind for kind in at if at[kind][0] == "skipped"} == {
        "checkin",
        "followup",
        "agenda",
        "nudge",
        "start",
    }
    assert steps.of_kind(session, call_id=call.id, kind="start").note == "planned too late"
    assert plan.settle(call, FIRST + HOUR / 2)
    assert (call.state, call.started_at) == ("open", FIRST)


def test_no_call_is_made_in_the_past(session, weekly):
    made = plan.plan_ahead(session, weekly, FIRST + HOUR)
    assert made[0].starts_at == FIRST + WEEK


def test_the_next_call_is_made_however_far_it_is(session):
    far = tuesdays(session, starts_on=date(2027, 6, 1))
    made = plan.plan_ahead(session, far, EARLY)
    assert [call.original_on for call in made] == [date(2027, 6, 1)]
    assert plan.plan_ahead(session, far, MONDAY) == []


def test_calls_keep_their_hour_over_summer_time(session, weekly):
    now = datetime(2027, 3, 1, tzinfo=UTC)
    made = plan.plan_ahead(session, weekly, now)
    assert [call.starts_at.hour for call in made] == [21, 21, 20, 20, 20]
    assert {
        (call.starts_at - steps.of_kind(session, call_id=call.id, kind="agenda").due_at)
        for call in made
    } == {DAY}


# -- the call's own course ------------------------------------------------------------------------


def test_a_call_opens_and_ends_with_the_time(session, weekly):
    call = plan.plan_ahead(session, weekly, EARLY)[0]
    assert not plan.settle(call, FIRST - HOUR)
    assert plan.settle(call, FIRST + HOUR / 6)
    assert (call.state, call.started_at) == ("open", FIRST)
    assert not plan.settle(call, FIRST + HOUR / 2)
    assert plan.settle(call, FIRST + 3 * HOUR)
    assert (call.state, call.ended_at) == ("ended", FIRST + HOUR)


def test_a_call_begun_early(session, weekly):
    call = plan.plan_ahead(session, weekly, EARLY)[0]
    now = FIRST - HOUR / 2
    plan.start_now(session, call, now)
    at = shown(session, call)
    assert (call.state, call.stale, call.revision) == ("open", True, 1)
    assert at["start"] == ("planned", -0.5)
    assert at["exit"] == ("planned", 0.5)
    assert at["nudge"][0] == "skipped"
    plan.start_now(session, call, now + HOUR / 4)
    assert call.started_at == now
    assert call.revision == 1


def test_a_call_ended_early_asks_for_its_exit_tickets_at_once(session, weekly):
    call = plan.plan_ahead(session, weekly, EARLY)[0]
    with pytest.raises(Refusal, match="has not begun"):
        plan.end_now(session, call, FIRST - HOUR)
    now = FIRST + HOUR / 2
    plan.end_now(session, call, now)
    assert (call.state, call.ended_at) == ("ended", now)
    assert shown(session, call)["exit"] == ("planned", 0.5)
    assert shown(session, call)["draft"] == ("planned", 2)
    with pytest.raises(Refusal, match="has ended"):
        plan.end_now(session, call, now)
