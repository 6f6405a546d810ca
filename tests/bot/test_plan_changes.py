"""A series' calls and their steps: moved, called off, changed."""

from datetime import UTC, date, datetime, time

import pytest

from bot import plan
from bot.errors import Refusal
from storage import steps
from storage.models import CheckIn
from tests.bot.rows import (
    DAY,
    EARLY,
    FIRST,
    HOUR,
    MONDAY,
    WEEK,
    all_calls,
    ana,
    finish,
    shown,
    tuesdays,
)

# -- moving ---------------------------------------------------------------------------------------


def test_a_moved_call_takes_its_planned_steps_along(session, weekly):
    call = plan.plan_ahead(session, weekly, EARLY)[0]
    finish(session, call, "checkin")
    plan.move(session, call, FIRST + DAY, MONDAY, minutes=90)
    at = shown(session, call)
    assert (call.moved, call.stale, call.revision, call.minutes) == (True, True, 1, 90)
    assert call.original_on == date(2026, 11, 24)
    assert at["checkin"] == ("done", -48)  # posted, so it is not posted again
    assert at["agenda"] == ("planned", 0)
    assert at["exit"] == ("planned", 25.5)
    plan.plan_ahead(session, weekly, MONDAY)
    assert len([c for c in all_calls(session, weekly) if c.starts_at < FIRST + WEEK]) == 1


def test_a_call_moved_back_is_no_longer_moved(session, weekly):
    call = plan.plan_ahead(session, weekly, EARLY)[0]
    plan.move(session, call, FIRST + DAY, MONDAY)
    plan.move(session, call, FIRST, MONDAY)
    assert not call.moved


def test_a_call_moved_near_opens_its_check_in_at_once(session, weekly):
    call = plan.plan_ahead(session, weekly, EARLY)[1]
    plan.move(session, call, MONDAY + 2 * HOUR, MONDAY)
    at = {each.kind: each.due_at for each in steps.of_call(session, call_id=call.id)}
    assert at["checkin"] == at["agenda"] == at["nudge"] == MONDAY


def test_a_call_that_nobody_came_to_can_still_be_moved_and_begins_again(session, weekly):
    call = plan.plan_ahead(session, weekly, EARLY)[0]
    plan.settle(call, FIRST)
    finish(session, call, "start")
    plan.move(session, call, FIRST + DAY, FIRST + HOUR / 4)
    assert (call.state, call.started_at) == ("planned", None)
    assert shown(session, call)["start"] == ("planned", 24)


def test_a_call_moved_into_the_past_stays_consistent(session, weekly):
    call = plan.plan_ahead(session, weekly, EARLY)[0]
    plan.move(session, call, MONDAY - 2 * DAY, MONDAY)
    states = {each.kind: each.state for each in steps.of_call(session, call_id=call.id)}
    assert call.state == "ended"
    assert states.pop("tried") == "planned"
    assert states.pop("recap") == "planned"  # within its 24 hours
    assert set(states.values()) == {"skipped"}


def test_what_is_over_is_not_moved(session, weekly):
    first, second = plan.plan_ahead(session, weekly, EARLY)[:2]
    with pytest.raises(Refusal, match="has ended"):
        plan.move(session, first, FIRST + DAY, FIRST + 2 * HOUR)
    plan.cancel(session, second, MONDAY)
    with pytest.raises(Refusal, match="called off"):
        plan.move(session, second, FIRST + 2 * WEEK, MONDAY)


def test_a_recap_can_be_brought_forward_even_after_it_was_held_back(session, weekly):
    call = plan.plan_ahead(session, weekly, EARLY)[0]
    finish(session, call, "recap")
    plan.bring_forward(session, call, "recap", FIRST + 2 * DAY)
    assert shown(session, call)["recap"] == ("planned", 48)
    own = {"recap": None}
    other = plan.plan_ahead(session, tuesdays(session, weekly.network_id, steps=own), EARLY)[0]
    assert "recap" not in shown(session, other)
    plan.bring_forward(session, other, "recap", FIRST + DAY)
    assert shown(session, other)["recap"] == ("planned", 24)


# -- calling off ----------------------------------------------------------------------------------


def test_a_cancelled_call_does_nothing_more(session, weekly):
    call = plan.plan_ahead(session, weekly, EARLY)[0]
    finish(session, call, "checkin")
    plan.cancel(session, call, MONDAY)
    assert (call.state, call.stale, call.revision) == ("cancelled", True, 1)
    assert {state for state, _ in shown(session, call).values()} == {"done", "skipped"}
    assert steps.of_kind(session, call_id=call.id, kind="agenda").note == "the call was cancelled"
    assert plan.plan_ahead(session, weekly, EARLY) == []


def test_a_date_can_be_left_out_before_it_is_planned(session, weekly):
    plan.plan_ahead(session, weekly, EARLY)
    far = date(2027, 2, 9)
    skipped = plan.skip(session, weekly, far)
    assert skipped.state == "skipped"
    assert plan.skip(session, weekly, far) is skipped
    assert plan.skip(session, weekly, date(2027, 2, 10)) is None
    made = plan.plan_ahead(session, weekly, datetime(2027, 2, 1, tzinfo=UTC))
    assert [call.original_on.day for call in made] == [2, 16, 23, 2]


def test_a_planned_call_can_be_left_out_but_not_one_that_runs(session, weekly):
    first, second = plan.plan_ahead(session, weekly, EARLY)[:2]
    plan.skip(session, weekly, second.original_on)
    assert (second.state, second.stale, second.revision) == ("skipped", True, 1)
    assert {state for state, _ in shown(session, second).values()} == {"skipped"}
    plan.settle(first, FIRST)
    with pytest.raises(Refusal, match="has begun"):
        plan.skip(session, weekly, first.original_on)


# -- changing the series --------------------------------------------------------------------------


def test_another_hour_moves_what_was_not_moved_by_hand(session, weekly):
    first, second, third = plan.plan_ahead(session, weekly, EARLY)[:3]
    plan.move(session, second, FIRST + 8 * DAY, EARLY)
    weekly.at, weekly.minutes = time(10), 90
    plan.change(session, weekly, MONDAY)
    assert first.starts_at == FIRST - 5 * HOUR
    assert second.starts_at == FIRST + 8 * DAY
    assert (third.starts_at, third.minutes) == (FIRST + 2 * WEEK - 5 * HOUR, 90)
    assert shown(session, first)["agenda"] == ("planned", -29)
    assert all(call.stale and call.revision for call in (first, second, third))


def test_another_zone_keeps_the_dates(session, weekly):
    first = plan.plan_ahead(session, weekly, EARLY)[0]
    weekly.zone = "Europe/Berlin"
    plan.change(session, weekly, EARLY)
    assert first.starts_at == datetime(2026, 11, 24, 14, tzinfo=UTC)


def test_a_time_that_has_passed_today_is_for_the_next_call(session, weekly):
    first, second = plan.plan_ahead(session, weekly, EARLY)[:2]
    weekly.at = time(9)
    plan.change(session, weekly, FIRST - HOUR)
    assert (first.starts_at, first.state) == (FIRST, "planned")
    assert second.starts_at == FIRST + WEEK - 6 * HOUR


def test_other_steps_are_placed_anew(session, weekly):
    first = plan.plan_ahead(session, weekly, EARLY)[0]
    finish(session, first, "checkin")
    weekly.steps = {"agenda": -120, "nudge": None, "checkin": -60}
    plan.change(session, weekly, MONDAY)
    at = shown(session, first)
    assert at["agenda"] == ("planned", -2)
    assert at["checkin"] == ("done", -48)
    assert "nudge" not in at
    weekly.steps = {}
    plan.change(session, weekly, MONDAY)
    assert shown(session, first)["nudge"] == ("planned", -4)


def test_another_weekday_drops_what_nobody_knew_of_and_cancels_the_rest(session, weekly):
    first = plan.plan_ahead(session, weekly, EARLY)[0]
    member = ana(session, weekly.network_id)
    session.add(CheckIn(call_id=first.id, member_id=member.id, answers=["Yes"], at=EARLY))
    weekly.starts_on = date(2026, 11, 26)
    plan.change(session, weekly, EARLY)
    found = [(call.original_on.day, call.state) for call in all_calls(session, weekly)]
    assert found == [
        (24, "cancelled"),
        (26, "planned"),
        (3, "planned"),
        (10, "planned"),
        (17, "planned"),
    ]


def test_what_has_begun_is_not_changed(session, weekly):
    first = plan.plan_ahead(session, weekly, EARLY)[0]
    plan.settle(first, FIRST)
    weekly.starts_on, weekly.at = date(2026, 11, 26), time(8)
    plan.change(session, weekly, FIRST + HOUR / 2)
    assert (first.state, first.starts_at, first.revision) == ("open", FIRST, 0)


def test_a_series_that_ends_lets_its_calls_go(session, weekly):
    first, second = plan.plan_ahead(session, weekly, EARLY)[:2]
    plan.settle(first, FIRST)
    finish(session, second, "checkin")
    plan.end(session, weekly, FIRST + HOUR / 2)
    found = [(call.original_on.day, call.state) for call in all_calls(session, weekly)]
    assert found == [(24, "open"), (1, "cancelled")]
    assert weekly.ended_at == FIRST + HOUR / 2
    assert shown(session, first)["recap"] == ("planned", 24)
