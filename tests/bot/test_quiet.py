"""When somebody may be nudged."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.quiet import Quiet, may_nudge_at

NIGHTS = Quiet(time(21), time(7), (5, 6))
HOME = "America/Chicago"


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-11-24 12:00", "2026-11-24 12:00"),
        ("2026-11-24 22:00", "2026-11-25 07:00"),
        ("2026-11-24 03:00", "2026-11-24 07:00"),
        ("2026-11-24 07:00", "2026-11-24 07:00"),
        ("2026-11-27 21:00", "2026-11-30 07:00"),  # over the weekend
        ("2026-11-28 12:00", "2026-11-30 07:00"),
        ("2026-03-06 22:00", "2026-03-09 07:00"),  # the clocks change in between
    ],
)
def test_a_nudge_waits_for_the_morning_of_a_working_day(now: str, then: str) -> None:
    there = ZoneInfo(HOME)
    asked = datetime.fromisoformat(now).replace(tzinfo=there)
    assert may_nudge_at(NIGHTS, HOME, asked) == datetime.fromisoformat(then).replace(tzinfo=there)


def test_each_has_a_night_of_their_own() -> None:
    noon = datetime(2026, 11, 24, 18, tzinfo=UTC)  # 12:00 in Chicago, 3:00 in Tokyo
    assert may_nudge_at(NIGHTS, HOME, noon) == noon
    assert may_nudge_at(NIGHTS, "Asia/Tokyo", noon) == datetime(2026, 11, 24, 22, tzinfo=UTC)


def test_where_every_day_is_free_nobody_is_nudged() -> None:
    assert (
        may_nudge_at(Quiet(time(0), time(0), range(7)), HOME, datetime(2026, 1, 1, tzinfo=UTC))
        is None
    )


zones = st.sampled_from([HOME, "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "nowhere"])
hours = st.times().map(lambda at: at.replace(second=0, microsecond=0))


@settings(max_examples=300, deadline=None)
@given(hours, hours, st.sets(st.integers(0, 6), max_size=6), zones, st.integers(0, 2_000_000))
def test_it_is_never_in_a_quiet_hour_nor_earlier_than_asked(
    begins: time, ends: time, free: set[int], zone: str, minutes: int
) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    at = may_nudge_at(Quiet(begins, ends, free), zone, now)
    assert at is not None and now <= at <= now + timedelta(days=9)
    there = at.astimezone(ZoneInfo("UTC" if zone == "nowhere" else zone))
    assert there.weekday() not in free
    clock = there.time().replace(tzinfo=None)
    quiet = begins <= clock < ends if begins <= ends else clock >= begins or clock < ends
    assert not quiet
