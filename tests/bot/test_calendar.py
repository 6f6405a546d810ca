"""When the next call is, whatever the clocks do."""

import json
import os
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.calendar import (
    Rule,
    dates,
    expand,
    instant,
    local_day,
    nth,
)

CASES = Path(__file__).parents[3] / "shared/data/schedules/dateutil_rrule_cases.jsonl"
CHICAGO = "America/Chicago"
calm = settings(deadline=None)  # a loaded machine is not a wrong date
ZONES = sorted(available_timezones() - {"Factory", "localtime"})

days = st.dates(date(1975, 1, 1), date(2095, 12, 31))
zones = st.sampled_from(ZONES)
times = st.times().map(lambda at: at.replace(second=0, microsecond=0, fold=0))
rules = st.builds(
    Rule, st.sampled_from(["week", "fortnight", "month"]), days, times, zones, st.none() | days
)


def rule(every, starts_on, ends_on=None):
    return Rule(every, starts_on, time(15), CHICAGO, ends_on)


# -- which dates ----------------------------------------------------------------------------------


def test_a_week_is_seven_days():
    weekly = rule("week", date(2026, 11, 24))
    assert dates(weekly, date(2026, 11, 23), date(2026, 12, 8)) == [
        date(2026, 11, 24),
        date(2026, 12, 1),
        date(2026, 12, 8),
    ]


def test_every_second_week_stays_in_step_through_a_year_of_53_weeks():
    found = dates(rule("fortnight", date(2026, 12, 8)), date(2026, 12, 1), date(2027, 2, 2))
    assert found == [date(2026, 12, 8) + timedelta(days=14 * n) for n in range(5)]


def test_the_fourth_tuesday_of_the_month():
    found = dates(rule("month", date(2026, 11, 24)), date(2026, 11, 1), date(2027, 2, 28))
    assert found == [
        date(2026, 11, 24),
        date(2026, 12, 22),
        date(2027, 1, 26),
        date(2027, 2, 23),
    ]


def test_a_fifth_weekday_stands_for_the_last():
    found = dates(rule("month", date(2026, 12, 29)), date(2026, 12, 1), date(2027, 3, 31))
    assert found == [
        date(2026, 12, 29),
        date(2027, 1, 26),
        date(2027, 2, 23),
        date(2027, 3, 30),
    ]


def test_once_is_once():
    once = rule("once", date(2026, 11, 24))
    assert dates(once, date(2026, 11, 23), date(2030, 1, 1)) == [date(2026, 11, 24)]
    assert dates(once, date(2026, 11, 24), date(2030, 1, 1)) == []


def test_nothing_comes_after_the_end_or_before_the_start():
    weekly = rule("week", date(2026, 11, 24), date(2026, 12, 1))
    assert dates(weekly, date(2020, 1, 1), date(2030, 1, 1)) == [
        date(2026, 11, 24),
        date(2026, 12, 1),
    ]
    assert dates(weekly, date(2026, 12, 1), date(2030, 1, 1)) == []


@calm
@given(rules, days, st.integers(0, 900))
def test_dates_are_in_order_and_within_bounds(any_rule, after, length):
    until = after + timedelta(days=length)
    found = dates(any_rule, after, until)
    assert found == sorted(set(found))
    assert all(after < on <= until and on >= any_rule.starts_on for on in found)
    assert all(on <= any_rule.ends_on for on in found if any_rule.ends_on)


@calm
@given(rules, days, st.integers(0, 400), st.integers(0, 400))
def test_windows_compose(any_rule, first, one, two):
    middle, last = first + timedelta(days=one), first + timedelta(days=one + two)
    whole = dates(any_rule, first, last)
    assert whole == dates(any_rule, first, middle) + dates(any_rule, middle, last)


@calm
@given(days, st.integers(0, 4000), st.sampled_from([("week", 7), ("fortnight", 14)]))
def test_weeks_keep_their_distance_from_the_first_date(starts_on, later, every):
    after = starts_on + timedelta(days=later)
    found = dates(rule(every[0], starts_on), after, after + timedelta(days=100))
    assert len(found) in (100 // every[1], 100 // every[1] + 1)
    assert all((on - starts_on).days % every[1] == 0 for on in found)


@calm
@given(days, st.integers(0, 4000))
def test_months_keep_their_weekday_and_its_place(starts_on, later):
    after = starts_on + timedelta(days=later)
    found = dates(rule("month", starts_on), after, after + timedelta(days=200))
    assert [on.month % 12 for on in found[1:]] == [(on.month + 1) % 12 for on in found[:-1]]
    for on in found:
        assert on.weekday() == starts_on.weekday()
        if nth(starts_on) == -1:
            assert (on + timedelta(days=7)).month != on.month
        else:
            assert nth(on) == nth(starts_on) or on.day > 28


def cases():
    if not CASES.exists():
        if os.environ.get("CI"):
            raise FileNotFoundError(CASES)
        return [pytest.param({}, marks=pytest.mark.skip(reason=f"left out: {CASES} is not here"))]
    lines = CASES.read_text(encoding="utf-8").splitlines()
    return [pytest.param(case, id=case["test"]) for case in map(json.loads, lines)]


@pytest.mark.parametrize("case", cases())
def test_recurrences_as_dateutil_means_them(case):
    starts = datetime.fromisoformat(case.get("dtstart", "1970-01-01T00:00:00"))
    found = expand(case.get("rrule") or case["ical_text"], starts)
    assert [each.isoformat() for each in found] == case["expected"]


def test_what_is_not_a_recurrence_is_refused():
    with pytest.raises(ValueError, match=r"."):
        expand("FREQ=SOMETIMES", datetime(2026, 1, 1))  # noqa: DTZ001 rules are naive


# -- which instant --------------------------------------------------------------------------------


def test_a_call_keeps_its_hour_when_summer_time_ends():
    # Chicago leaves summer time on 1 November 2026: 15:00 is 20:00 UTC before, 21:00 after.
    before = instant(date(2026, 10, 27), time(15), CHICAGO)
    after = instant(date(2026, 11, 3), time(15), CHICAGO)
    assert (before.hour, after.hour) == (20, 21)


def test_a_time_that_is_left_out_moves_forward():
    # New York skips from 02:00 to 03:00 on 8 March 2026.
    made = instant(date(2026, 3, 8), time(2, 30), "America/New_York")
    assert made == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)
    assert made.astimezone(ZoneInfo("America/New_York")).time() == time(3, 30)


def test_of_a_time_that_comes_twice_it_is_the_first():
    for at in (time(1, 30), time(1, 30, fold=1)):
        made = instant(date(2026, 11, 1), at, "America/New_York")
        assert made == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_a_day_that_a_country_left_out():
    # Samoa had no 30 December 2011.
    made = instant(date(2011, 12, 30), time(10), "Pacific/Apia")
    assert local_day(made, "Pacific/Apia") == date(2011, 12, 31)


@calm
@given(days, times, zones)
def test_the_wall_shows_the_time_unless_the_clocks_skip_it(on, at, zone):
    made = instant(on, at, zone)
    shown = made.astimezone(ZoneInfo(zone))
    if shown.replace(tzinfo=None) == datetime.combine(on, at):
        assert shown.fold == 0
    else:
        assert shown.replace(tzinfo=None) > datetime.combine(on, at)
        naive = datetime.combine(on, at, ZoneInfo(zone))
        assert naive.utcoffset() != naive.replace(fold=1).utcoffset()


@calm
@given(rules, days)
def test_instants_follow_each_other(any_rule, after):
    found = dates(any_rule, after, after + timedelta(days=200))
    made = [instant(on, any_rule.at, any_rule.zone) for on in found]
    assert all(one < two for one, two in pairwise(made))
