"""Times as people say them."""

import re
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.calendar import expand
from bot.timing import (
    just_now,
    read_timing,
    retyped,
    say_timing,
    says_now,
    shifted,
    upcoming,
)

NOW = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)  # a Friday, 10:00 in Chicago
HOME = "America/Chicago"


def times(text: str, count: int = 1, now: datetime = NOW, zone: str = HOME) -> list[str]:
    timing = read_timing(text, now, zone).timing
    there = ZoneInfo(timing.zone)
    return [f"{at.astimezone(there):%a %d %b %H:%M}" for at in islice(upcoming(timing, now), count)]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("tomorrow 9am", "Sat 28 Nov 09:00"),
        ("tomorrow at 9 a.m.", "Sat 28 Nov 09:00"),
        ("today at 15:00", "Fri 27 Nov 15:00"),
        ("in 2 hours", "Fri 27 Nov 12:00"),
        ("in 20 minutes", "Fri 27 Nov 10:20"),
        ("in 3 days 9am", "Mon 30 Nov 09:00"),
        ("Friday noon", "Fri 27 Nov 12:00"),
        ("Friday 9am", "Fri 04 Dec 09:00"),
        ("next Friday 5pm", "Fri 04 Dec 17:00"),
        ("next Tuesday 9:30", "Tue 01 Dec 09:30"),
        ("Dec 3 2pm", "Thu 03 Dec 14:00"),
        ("3rd of December, 14:00", "Thu 03 Dec 14:00"),
        ("Thursday December 3 at 4 pm", "Thu 03 Dec 16:00"),
        ("2026-12-03 14:00", "Thu 03 Dec 14:00"),
        ("Feb 29 noon", "Tue 29 Feb 12:00"),
        ("9am", "Sat 28 Nov 09:00"),
        ("3pm", "Fri 27 Nov 15:00"),
        ("midnight tomorrow", "Sat 28 Nov 00:00"),
    ],
)
def test_once(said: str, meant: str) -> None:
    assert times(said) == [meant]
    assert times(said, 2) == [meant]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("every Thursday 3pm", ["Thu 03 Dec 15:00", "Thu 10 Dec 15:00"]),
        ("Thursdays at 3pm", ["Thu 03 Dec 15:00", "Thu 10 Dec 15:00"]),
        ("every weekday 9am", ["Mon 30 Nov 09:00", "Tue 01 Dec 09:00"]),
        ("weekdays 11am", ["Fri 27 Nov 11:00", "Mon 30 Nov 11:00"]),
        ("every day 8am", ["Sat 28 Nov 08:00", "Sun 29 Nov 08:00"]),
        ("every other Monday 10am", ["Mon 30 Nov 10:00", "Mon 14 Dec 10:00"]),
        ("every second Monday 10am", ["Mon 30 Nov 10:00", "Mon 14 Dec 10:00"]),
        ("every 2 weeks on Monday 10:00", ["Mon 30 Nov 10:00", "Mon 14 Dec 10:00"]),
        ("Mondays and Wednesdays 8:15", ["Mon 30 Nov 08:15", "Wed 02 Dec 08:15"]),
        ("first Monday of the month 9am", ["Mon 07 Dec 09:00", "Mon 04 Jan 09:00"]),
        ("every last Friday of the month 15:30", ["Fri 27 Nov 15:30", "Fri 25 Dec 15:30"]),
        ("monthly on the 15th 9am", ["Tue 15 Dec 09:00", "Fri 15 Jan 09:00"]),
        ("the 15th of every month 9am", ["Tue 15 Dec 09:00", "Fri 15 Jan 09:00"]),
        ("every 31st 9am", ["Mon 30 Nov 09:00", "Thu 31 Dec 09:00"]),
        ("every Thursday 3pm starting Dec 10", ["Thu 10 Dec 15:00", "Thu 17 Dec 15:00"]),
        ("every Monday 9am until Dec 1", ["Mon 30 Nov 09:00"]),
        ("every Tuesday 4pm for 2 weeks", ["Tue 01 Dec 16:00", "Tue 08 Dec 16:00"]),
        ("every Tuesday 4pm 1 time", []),
        ("every Tuesday 4pm for 1 time", ["Tue 01 Dec 16:00"]),
    ],
)
def test_again_and_again(said: str, meant: list[str]) -> None:
    if not meant:
        with pytest.raises(ValueError, match="how often"):
            read_timing(said, NOW, HOME)
        return
    assert times(said, 2) == meant


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("yesterday 3pm", "is over already"),
        ("today 9am", "is over already"),
        ("2020-01-01 9am", "is over already"),
        ("banana", "At what time?"),
        ("tomorrow", "At what time?"),
        ("every 31st", "At what time?"),
        ("Feb 30 9am", "There is no 30 February"),
        ("12/3 9am", "could be two days"),
        ("25:00 tomorrow", "There is no 25:00"),
        ("13pm tomorrow", "There is no 13:00pm"),
        ("every hour", "At most once a day"),
        ("every banana 9am", "how often"),
        ("every 32nd 9am", "No month has a day 32"),
        ("tomorrow 9am Mars/Base", "I don’t know the time zone"),
        ("tomorrow 9am until Friday", "is once"),
        ("every Monday 9am until yesterday", "ends before it begins"),
        ("2036-01-01 9am", "more than two years ahead"),
        ("", "When?"),
        ("x" * 500, "When?"),
    ],
)
def test_what_is_no_time_is_answered_with_a_sentence(said: str, answer: str) -> None:
    with pytest.raises(ValueError, match=answer):
        read_timing(said, NOW, HOME)


@pytest.mark.parametrize(
    ("said", "comes"),
    [
        ("in 2 hours", "Fri 27 Nov 12:00"),
        ("in 30 minutes", "Fri 27 Nov 10:30"),
        ("in 90 mins", "Fri 27 Nov 11:30"),
        ("in half an hour", "Fri 27 Nov 10:30"),
        ("in an hour and a half", "Fri 27 Nov 11:30"),
        ("in 1.5 hours", "Fri 27 Nov 11:30"),
        ("in 2h", "Fri 27 Nov 12:00"),
        ("2 hours from now", "Fri 27 Nov 12:00"),
        ("today 4pm", "Fri 27 Nov 16:00"),
        ("at 4pm today", "Fri 27 Nov 16:00"),
        ("tonight", "Fri 27 Nov 20:00"),
        ("tonight at 8", "Fri 27 Nov 20:00"),
        ("tonight 8", "Fri 27 Nov 20:00"),
        ("tonight 9:30pm", "Fri 27 Nov 21:30"),
        ("tonight 20:15", "Fri 27 Nov 20:15"),
        ("this evening at 7", "Fri 27 Nov 19:00"),
        ("this afternoon at 3", "Fri 27 Nov 15:00"),
        ("tomorrow morning at 8", "Sat 28 Nov 08:00"),
        ("monday evening 7", "Mon 30 Nov 19:00"),
        ("every morning at 8", "Sat 28 Nov 08:00"),
        ("every friday afternoon at 3", "Fri 27 Nov 15:00"),
    ],
)
def test_later_today_is_said_in_many_ways(said: str, comes: str) -> None:
    assert times(said) == [comes]
    timing = read_timing(said, NOW, HOME).timing
    for again in (say_timing(timing), retyped(timing, NOW, HOME)):
        assert times(again) == [comes], again


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("tonight at 3", "15:00 is not tonight"),
        ("tonight 9am", "09:00 is not tonight"),
        ("tomorrow morning at 3pm", "15:00 is not in the morning"),
        ("every 31st", "At what time? In a month without a 31st it comes on the month’s last day."),
        ("the 30th of every month", "At what time? In a month without a 30th it comes on"),
        ("every 28th", "At what time? For example"),
        ("every Thursday", "At what time? For example"),
    ],
)
def test_what_is_wrong_with_it_is_said_at_once(said: str, why: str) -> None:
    with pytest.raises(ValueError, match="^" + re.escape(why)):
        read_timing(said, NOW, HOME)


@pytest.mark.parametrize("said", ["now", "Now", "right now", "right away", "at once", "ASAP!"])
def test_now_is_no_time_to_come(said: str) -> None:
    assert says_now(said) and not says_now(f"{said} and tomorrow")
    assert list(upcoming(just_now(NOW, HOME), NOW)) == []


def test_guesses_are_said() -> None:
    assert "say 3am or 3pm" in read_timing("tomorrow at 3", NOW, HOME).notes[0]
    assert "took tomorrow" in read_timing("9am", NOW, HOME).notes[0]
    assert "last day" in read_timing("every 31st 9am", NOW, HOME).notes[0]


@pytest.mark.parametrize(
    ("said", "zone", "utc"),
    [
        ("tomorrow 3pm", "Asia/Tokyo", "2026-11-29 06:00"),  # it is Saturday there
        ("tomorrow 3pm ET", HOME, "2026-11-28 20:00"),
        ("tomorrow 15:00 Europe/Berlin", HOME, "2026-11-28 14:00"),
        ("tomorrow 3pm Chicago time", "Europe/Berlin", "2026-11-28 21:00"),
        ("3pm", "Asia/Kolkata", "2026-11-28 09:30"),
    ],
)
def test_each_says_it_in_their_own_zone(said: str, zone: str, utc: str) -> None:
    timing = read_timing(said, NOW, zone).timing
    assert f"{next(upcoming(timing, NOW)):%Y-%m-%d %H:%M}" == utc


def test_a_time_that_the_clocks_leave_out_moves_with_them() -> None:
    before = datetime(2027, 3, 12, 12, tzinfo=UTC)
    timing = read_timing("every Sunday 2:30", before, HOME).timing
    gap, after = islice(upcoming(timing, before), 2)
    assert f"{gap.astimezone(ZoneInfo(HOME)):%d %H:%M}" == "14 03:30" and shifted(timing, gap)
    assert f"{after.astimezone(ZoneInfo(HOME)):%d %H:%M}" == "21 02:30"
    assert not shifted(timing, after)


def test_a_time_that_comes_twice_is_the_first() -> None:
    before = datetime(2026, 10, 30, 12, tzinfo=UTC)
    timing = read_timing("2026-11-01 1:30", before, HOME).timing
    assert list(upcoming(timing, before)) == [datetime(2026, 11, 1, 6, 30, tzinfo=UTC)]


DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
said_days = st.one_of(
    st.sampled_from(["every day", "every weekday", "weekly", "fortnightly", "monthly"]),
    st.sampled_from(DAYS).map("every {}".format),
    st.builds("every {} weeks on {}".format, st.integers(2, 9), st.sampled_from(DAYS)),
    st.builds(
        "every {} {} of the month".format,
        st.sampled_from(["first", "second", "third", "fourth", "last"]),
        st.sampled_from(DAYS),
    ),
    st.integers(1, 31).map(lambda day: f"every month on the {day}th"),
)
zones = st.sampled_from([HOME, "Europe/Berlin", "Asia/Kathmandu", "Pacific/Apia", "UTC"])
instants = st.integers(0, 4 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@settings(max_examples=150, deadline=None)
@given(said_days, st.integers(0, 23), st.sampled_from([0, 15, 30]), zones, instants)
def test_what_is_said_of_a_time_means_the_same(
    days: str, hour: int, minute: int, zone: str, now: datetime
) -> None:
    timing = read_timing(f"{days} {hour}:{minute:02}", now, zone).timing
    coming = list(islice(upcoming(timing, now), 6))
    assert coming == sorted(set(coming)) and all(each > now for each in coming)
    again = read_timing(say_timing(timing), now, "UTC").timing
    assert list(islice(upcoming(again, now), 6)) == coming
    typed = read_timing(retyped(timing, now, zone), now, zone).timing
    assert list(islice(upcoming(typed, now), 6)) == coming
    starts = datetime.combine(timing.starts_on, timing.at)
    wanted = list(islice(expand(timing.rule, starts), 6))
    local = [each.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for each in coming]
    assert [each.date() for each in local] == [each.date() for each in wanted]


PIECES = (
    "every other monday 31st at 3 3pm noon until for 2 weeks in hours tomorrow first of the month"
    " 9:99 -1 dec 2026-02-30 et utc and , : next"
).split()


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=8).map(" ".join))
@example("every \U0001f600 9am")
@example("for 0 weeks every day 9am")
@example("every day 9am for 999 years")
def test_whatever_is_typed_is_a_time_to_come_or_a_sentence(text: str) -> None:
    try:
        understood = read_timing(text, NOW, HOME)
    except ValueError as problem:
        assert str(problem) and "\n" not in str(problem)
        return
    assert next(upcoming(understood.timing, NOW)) > NOW


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("29 february 2027 9am", "There is no 29 February in 2027."),
        ("2026-13-01 9am", "There is no month 13."),
        ("0000-01-01 9am", "There is no year 0000."),
        ("31 april 9am", "There is no 31 April."),
        ("yesterday", "Thursday 26 November is over already."),
        ("2026-11-20", "Friday 20 November is over already."),
        ("31 april", "There is no 31 April."),
        ("every 32nd", "No month has a day 32."),
        ("every 31st", "At what time?"),
        ("banana", "At what time?"),
        ("-1", "At what time?"),
        ("-1 9am", "“-1”"),
    ],
)
def test_what_is_wrong_is_said_at_once_and_of_which_year(said: str, wrong: str) -> None:
    with pytest.raises(ValueError, match="For example") as told:
        read_timing(said, NOW, HOME)
    assert wrong in str(told.value)


@pytest.mark.parametrize("said", ["mon, wed and fri 9am", "Monday, Wednesday & Friday 9am"])
def test_several_days_are_meant_each_week(said: str) -> None:
    assert times(said, 4) == times("every mon wed fri 9am", 4)
    assert times(said, 2) == ["Mon 30 Nov 09:00", "Wed 02 Dec 09:00"]
    said_again = retyped(read_timing(said, NOW, HOME).timing, NOW, HOME)
    assert said_again == "every Monday, Wednesday and Friday 9am"
