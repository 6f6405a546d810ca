"""Series over every change of clocks: no occurrence lost, none twice, each at its local time."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bot.calendar import Rule, dates, instant, nth

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
calm = settings(deadline=None)
ZONES = (
    "America/Chicago America/St_Johns America/Santiago America/Asuncion America/Havana"
    " Europe/London Europe/Berlin Europe/Chisinau Africa/Casablanca Africa/Cairo Asia/Beirut"
    " Asia/Jerusalem Asia/Kathmandu Australia/Sydney Australia/Lord_Howe Pacific/Chatham"
    " Pacific/Auckland Antarctica/Troll UTC"
).split()

days = st.dates(date(2020, 1, 1), date(2032, 12, 31))
every = st.sampled_from(["week", "fortnight", "month"])


@cache
def changes(zone: str) -> list[tuple[datetime, timedelta]]:
    """The changes of clocks in eight years: (the instant, by how much they are put forward)."""
    there, found = ZoneInfo(zone), []
    hours = (datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=n) for n in range(8 * 8766))
    for one, two in pairwise(hours):
        before, after = (each.astimezone(there).utcoffset() for each in (one, two))
        if before != after and before is not None and after is not None:
            found.append((two, after - before))
    return found


@st.composite
def over_a_change(draw: st.DrawFn) -> tuple[Rule, date]:
    """A rule that has an occurrence on the day of a change of clocks, near its hour; that day."""
    zone = draw(st.sampled_from([each for each in ZONES if changes(each)]))
    at, _ = draw(st.sampled_from(changes(zone)))
    near = (at - timedelta(hours=3)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    local = near + timedelta(minutes=draw(st.integers(0, 6 * 60)))
    weeks = draw(st.integers(0, 30)) * 2
    starts_on = local.date() - weeks * WEEK
    return Rule(draw(every), starts_on, local.time().replace(second=0), zone), local.date()


def shown(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def exists(local: datetime, zone: str) -> bool:
    """Whether the clocks of a zone ever show this time."""
    return shown(local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC), zone) == local


@calm
@given(over_a_change())
def test_over_a_change_of_clocks_each_comes_once_at_its_hour(made):
    rule, on = made
    found = dates(rule, on - 60 * DAY, on + 60 * DAY)
    if rule.every != "month":
        assert on in found
    instants = [instant(each, rule.at, rule.zone) for each in found]
    assert all(one < two for one, two in pairwise(instants))
    for each, at in zip(found, instants, strict=True):
        local = datetime.combine(each, rule.at)
        if exists(local, rule.zone):
            assert shown(at, rule.zone) == local
            hours = [at - timedelta(minutes=30 * n) for n in range(1, 5)]
            assert local not in [shown(before, rule.zone) for before in hours]  # it is the first
        else:  # forward, by as much as was left out
            moved = shown(at, rule.zone) - local
            gaps = [by for when, by in changes(rule.zone) if abs(when - at) < DAY]
            assert moved in gaps and moved > timedelta(0)


def by_hand(rule: Rule, after: date, until: date) -> list[date]:
    """The same dates, day by day, as somebody with a calendar on the wall would find them."""
    return [
        on
        for n in range(1, (until - after).days + 1)
        if rule.starts_on <= (on := after + n * DAY) <= (rule.ends_on or date.max) and _is(rule, on)
    ]


def _is(rule: Rule, on: date) -> bool:
    if on.weekday() != rule.starts_on.weekday():
        return False
    if rule.every != "month":
        return (on - rule.starts_on).days % {"week": 7, "fortnight": 14}[rule.every] == 0
    if rule.starts_on.day > 28:  # a fifth stands for the last
        return (on + WEEK).month != on.month
    return (on.day - 1) // 7 == (rule.starts_on.day - 1) // 7


@calm
@given(every, days, st.none() | days, st.integers(0, 3000), st.integers(0, 800))
@example("fortnight", date(2020, 12, 28), None, 0, 800)  # 2020 and 2026 have 53 weeks
@example("fortnight", date(2026, 12, 21), None, 0, 800)
@example("fortnight", date(2026, 12, 28), None, 300, 800)
@example("month", date(2027, 3, 29), None, 0, 800)  # a fifth Monday
@example("month", date(2028, 2, 29), None, 0, 800)  # the fifth Tuesday of a February
@example("month", date(2027, 2, 28), None, 0, 800)  # the fourth Sunday, and the last
def test_dates_are_those_that_a_calendar_on_the_wall_shows(kind, starts_on, ends_on, later, length):
    rule = Rule(kind, starts_on, time(15), "UTC", ends_on)
    after = starts_on + timedelta(days=later - 30)
    until = after + timedelta(days=length)
    assert dates(rule, after, until) == by_hand(rule, after, until)


@calm
@given(days)
def test_every_month_has_one_call_whatever_the_place(starts_on):
    rule = Rule("month", starts_on, time(15), "UTC")
    found = dates(rule, starts_on - DAY, starts_on + timedelta(days=3000))
    months = [(on.year, on.month) for on in found]
    assert len(set(months)) == len(months)
    first, last = months[0], months[-1]
    assert len(months) == (last[0] - first[0]) * 12 + last[1] - first[1] + 1


@calm
@given(days, st.integers(1, 4))
def test_the_place_in_the_month_is_that_of_the_first_date(starts_on, place):
    assume(nth(starts_on) == place)
    rule = Rule("month", starts_on, time(15), "UTC")
    assert {nth(on) for on in dates(rule, starts_on, starts_on + 900 * DAY)} <= {place, -1}
