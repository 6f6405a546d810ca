"""What people's own calendars are told."""

from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest

from bot.compose.ics import feed, uid
from storage.models import Call, Series

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
STARTS = datetime(2026, 11, 24, 21, tzinfo=UTC)


def a_series(**changes):
    values = {
        "name": "Tuesday call",
        "zone": "America/Chicago",
        "link": "https://video.example/room?a=1,2;b",
        "feed_key": "secret-key",
    }
    return Series(**(values | changes))


def a_call(series, **changes):
    values = {
        "original_on": date(2026, 11, 24),
        "starts_at": STARTS,
        "minutes": 60,
        "state": "planned",
        "revision": 0,
    }
    return Call(series=series, **(values | changes))


def read(written):
    calendar = icalendar.Calendar.from_ical(written)
    return calendar, calendar.walk("VEVENT")


def only(call):
    """The entry of a feed with one call."""
    return read(feed(call.series, [call], "Lab", at=AT))[1][0]


def test_a_feed_reads_back():
    series = a_series()
    later = a_call(series, original_on=date(2026, 12, 1), starts_at=STARTS + timedelta(days=7))
    calendar, entries = read(feed(series, [a_call(series), later], "Learning Lab", at=AT))
    assert calendar["METHOD"] == "PUBLISH"
    assert calendar["X-WR-CALNAME"] == "Learning Lab"
    assert calendar["REFRESH-INTERVAL"].dt == timedelta(hours=1)
    first, second = entries
    assert first["DTSTART"].dt == STARTS
    assert first["DTEND"].dt == STARTS + timedelta(hours=1)
    assert first["DTSTAMP"].dt == first["LAST-MODIFIED"].dt == AT
    assert (first["SUMMARY"], first["STATUS"]) == ("Tuesday call", "CONFIRMED")
    assert first["URL"] == first["LOCATION"] == series.link
    assert first["UID"] != second["UID"]


def test_instants_are_written_in_utc():
    series = a_series()
    written = feed(series, [a_call(series)], "Lab", at=AT)
    assert b"DTSTART:20261124T210000Z\r\n" in written
    assert b"DTSTAMP:20261120T080000Z\r\n" in written
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in written


def test_the_name_of_a_calendar_is_text_too():
    written = feed(a_series(), [], "Reading, writing\nBEGIN:VEVENT", at=AT)
    assert b"X-WR-CALNAME:Reading\\, writing\\nBEGIN:VEVENT\r\n" in written
    assert b"\r\nNAME:Reading\\, writing\\nBEGIN:VEVENT\r\n" in written


def test_a_moved_call_keeps_its_name_and_counts_up():
    series = a_series()
    before = a_call(series)
    after = a_call(series, starts_at=STARTS + timedelta(days=1), moved=True, revision=2)
    entry = only(after)
    assert entry["UID"] == uid(before)
    assert entry["SEQUENCE"] == 2
    assert series.feed_key not in entry["UID"]


@pytest.mark.parametrize("state", ["cancelled", "skipped"])
def test_what_was_called_off_stays_as_cancelled(state):
    entry = only(a_call(a_series(), state=state, revision=1))
    assert (entry["STATUS"], entry["SUMMARY"]) == ("CANCELLED", "Cancelled: Tuesday call")


def test_a_call_without_a_link_and_one_with_a_place_instead():
    assert "LOCATION" not in only(a_call(a_series(link="")))
    entry = only(a_call(a_series(link="Room 4; dial 55, then #")))
    assert entry["LOCATION"] == "Room 4; dial 55, then #"
    assert "URL" not in entry


HOSTILE = [
    "Reading, writing; and \\n arithmetic",
    "Call\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:Injected",
    "Call\r\nATTACH:https://evil.example",
    "BEGIN:VEVENT",
    'quotes " and : colons',
    "emoji 👩🏽‍🏫 " * 20,
    "x" * 500,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text):
    series = a_series(name=text, link=text)
    entries = read(feed(series, [a_call(series)], text, at=AT))[1]
    assert len(entries) == 1
    assert entries[0]["SUMMARY"] == text.replace("\r\n", "\n")
    assert "ATTACH" not in entries[0]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_line_is_longer_than_calendars_take(text):
    series = a_series(name=text)
    lines = feed(series, [a_call(series)], text, at=AT).split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert not any(b"\n" in line or b"\r" in line for line in lines)
