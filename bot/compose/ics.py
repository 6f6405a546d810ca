"""A series' calls for people's own calendars (iCalendar). Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256

import icalendar

from bot.speech import is_web_address
from storage.models import Call, Series

HOURLY = timedelta(hours=1)


def feed(series: Series, calls: Iterable[Call], name: str, *, at: datetime) -> bytes:
    """The feed that calendars subscribe to, one entry a call, called `name`. `at` (UTC) is when
    this was written. A call that was called off stays, as cancelled, so that it goes away where
    it was already shown."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Homeroom//Learning calls//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for called in ("name", "x-wr-calname"):  # icalendar escapes only what is text by its standard
        calendar.add(called, icalendar.vText(name))
    calendar.add("x-wr-timezone", series.zone)
    calendar.add("refresh-interval", HOURLY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for call in calls:
        calendar.add_component(_entry(call, at))
    written: bytes = calendar.to_ical()
    return written


def _entry(call: Call, at: datetime) -> icalendar.Event:
    series, off = call.series, call.off
    entry = icalendar.Event()
    entry.add("uid", uid(call))
    entry.add("sequence", call.revision)
    entry.add("dtstamp", at)
    entry.add("last-modified", at)
    entry.add("dtstart", call.starts_at)
    entry.add("dtend", call.starts_at + timedelta(minutes=call.minutes))
    entry.add("summary", f"Cancelled: {series.name}" if off else series.name)
    entry.add("status", "CANCELLED" if off else "CONFIRMED")
    if series.link:
        entry.add("location", series.link)
        if is_web_address(series.link):
            entry.add("url", series.link)
    return entry


def uid(call: Call) -> str:
    """What calendars know a call by, wherever it is moved to. The feed's key is a secret, and
    entries are forwarded: they carry its digest."""
    digest = sha256(call.series.feed_key.encode()).hexdigest()[:24]
    return f"{call.original_on:%Y%m%d}-{digest}@homeroom"
