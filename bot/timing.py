"""A time as people say it: "tomorrow 9am", "every other Monday 10:00 ET until 20 December".

A small grammar of our own: see decision 12. Rules run on naive local time and only then meet the
zone, as a series' does. Pure: the present is passed in.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from bot.calendar import expand, instant
from bot.timing_days import EXAMPLES, read_date, read_days, say_days
from bot.timing_pieces import LIMIT, NO_TIME, read_time, take_limit, take_start, take_zone

FARTHEST = timedelta(days=800)
HORIZON = timedelta(days=1200)


@dataclass(frozen=True, slots=True)
class Timing:
    """Once (`rule` is "") on `starts_on` at the local time `at` in `zone`, or on every date of an
    iCalendar rule from `starts_on` on, up to and including `until`."""

    starts_on: date
    at: time
    zone: str
    rule: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """What was understood, and what of it was a guess: sentences for whoever said it."""

    timing: Timing
    notes: tuple[str, ...] = ()


_NOW = re.compile(r"(?:(?:right|just) )?now|(?:right|straight) away|at once|immediately|asap")


def says_now(text: str) -> bool:
    """Whether a time is no other than the present."""
    return _NOW.fullmatch(text.casefold().strip(" .!")) is not None


def just_now(now: datetime, zone: str) -> Timing:
    """Once, at the present minute: nothing of it is to come."""
    here = now.astimezone(ZoneInfo(zone))
    return Timing(here.date(), here.time().replace(second=0, microsecond=0), zone)


def read_timing(text: str, now: datetime, zone: str) -> Understood:
    """Understand a time that is still to come, said by somebody who lives in `zone`. Raises
    ValueError with a sentence for them."""
    said = " ".join(text.casefold().replace(",", " ").split())
    said = re.sub(r"^(?!in )(.+) from now$", r"in \1", said)
    if not said or len(said) > LIMIT:
        raise ValueError(f"When? {EXAMPLES}")
    rest, limit = take_limit(said)
    rest, start = take_start(rest)
    rest, named = take_zone(rest)
    there = named or zone
    here = now.astimezone(ZoneInfo(there))
    if soon := _from_now(rest, here, there):
        if limit or start:
            raise ValueError(f"That is once, so it has no end to say. {EXAMPLES}")
        return Understood(soon)
    if re.search(r"\b(?:every|each) (?:\d+ )?(?:minute|hour)s?\b|\bhourly\b", rest):
        raise ValueError(f"At most once a day, please. {EXAMPLES}")
    before = rest
    try:
        rest, at, notes = read_time(rest)
    except ValueError as wrong:
        notes = _sure_of_days(before, here)
        if not notes or not str(wrong).startswith(NO_TIME):
            raise
        raise ValueError(f"{NO_TIME} {' '.join(notes)} {EXAMPLES}") from None
    first = read_date(start, here.date()) if start else None
    days = read_days(rest, first or here.date())
    if days is None:
        if limit or start:
            raise ValueError(f"“{text.strip()[:60]}” is once, so it has no end to say. {EXAMPLES}")
        return _once(rest, at, here, there, notes)
    timing = Timing(days.first, at, there, days.rule, limit.last_day(days, here) if limit else None)
    return Understood(_begun(timing, now), (*notes, *days.notes))


def _sure_of_days(said: str, here: datetime) -> tuple[str, ...]:
    """Of a time that lacks its hour: whether its day could be at all, and what is to be said of
    it. Raises ValueError with what is wrong with it, so that nobody adds an hour in vain."""
    try:
        days = read_days(said, here.date())
        on = None if days else read_date(said, here.date())
    except ValueError as wrong:
        if str(wrong).startswith(("There is no ", "No month ")):
            raise
        return ()  # what is no day at all may still lack its hour only
    if on and on < here.date():
        raise ValueError(f"{_day(on)} is over already. {EXAMPLES}")
    return days.notes if days else ()


_FROM_NOW = re.compile(
    r"in (?:(?P<half>half an?)|an?|(?P<count>\d{1,3}(?:\.5)?)) ?"
    r"(?:(?P<minutes>minutes?|mins?|m)|(?:hours?|hrs?|h))(?P<more> and a half)?"
)


def _from_now(rest: str, here: datetime, zone: str) -> Timing | None:
    """ "in 2 hours", "in half an hour": to the minute."""
    written = _FROM_NOW.fullmatch(rest)
    if not written:
        return None
    count = 0.5 if written["half"] else float(written["count"] or 1)
    count += 0.5 if written["more"] else 0
    wait = timedelta(minutes=count) if written["minutes"] else timedelta(hours=count)
    if wait < timedelta(minutes=1):
        raise ValueError("That is now. Say a time that is still to come, such as “in 10 minutes”.")
    then = (here.astimezone(ZoneInfo("UTC")) + wait).astimezone(here.tzinfo)
    return Timing(then.date(), then.time().replace(second=0, microsecond=0), zone)


def _once(rest: str, at: time, here: datetime, zone: str, notes: tuple[str, ...]) -> Understood:
    today = here.date()
    if not rest:  # only a time of day
        on = today
        if instant(on, at, zone) <= here:
            on += timedelta(days=1)
            notes = (*notes, f"{at:%H:%M} is over for today, so I took tomorrow.")
        return Understood(Timing(on, at, zone), notes)
    on = read_date(rest, today)
    weekday = re.fullmatch(r"(?:on |this )?[a-z]+day", rest) and rest not in ("today", "yesterday")
    if weekday and instant(on, at, zone) <= here:
        on += timedelta(days=7)
    if instant(on, at, zone) <= here:
        raise ValueError(f"{_day(on)}, {at:%H:%M} is over already. {EXAMPLES}")
    if on - today > FARTHEST:
        raise ValueError(f"{_day(on)} is more than two years ahead. {EXAMPLES}")
    return Understood(Timing(on, at, zone), notes)


def _begun(timing: Timing, now: datetime) -> Timing:
    """The same from its first date that is still to come. Raises ValueError where there is none."""
    first = next_after(timing, now)
    if first is None:
        raise ValueError(f"That ends before it begins. {EXAMPLES}")
    on = first.astimezone(ZoneInfo(timing.zone)).date()
    return Timing(on, timing.at, timing.zone, timing.rule, timing.until)


def next_after(timing: Timing, after: datetime) -> datetime | None:
    """The first instant (UTC) later than `after`; None when there is no more."""
    return next((each for each in upcoming(timing, after)), None)


def upcoming(timing: Timing, after: datetime) -> Iterator[datetime]:
    """The instants (UTC) later than `after`, in order, for some three years."""
    if not timing.rule:
        if (only := instant(timing.starts_on, timing.at, timing.zone)) > after:
            yield only
        return
    local = after.astimezone(ZoneInfo(timing.zone)).date() - timedelta(days=1)
    starts = datetime.combine(timing.starts_on, time())
    since = max(starts, datetime.combine(local, time()))
    last = since + HORIZON
    if timing.until:
        last = min(last, datetime.combine(timing.until, time()))
    for each in expand(timing.rule, starts).between(since, last, inc=True):
        at = instant(each.date(), timing.at, timing.zone)
        if at > after:
            yield at


def shifted(timing: Timing, at: datetime) -> bool:
    """Whether a change of clocks leaves this time of day out on that day."""
    return at.astimezone(ZoneInfo(timing.zone)).time() != timing.at


def say_timing(timing: Timing) -> str:
    """ "every Thursday 15:00 America/Chicago starting 2026-12-03": words that are understood as
    the same, whenever and wherever they are read."""
    at = f"{timing.at:%H:%M} {timing.zone}"
    if not timing.rule:
        return f"{timing.starts_on:%Y-%m-%d} {at}"
    until = f" until {timing.until:%Y-%m-%d}" if timing.until else ""
    return f"{say_days(timing.rule)} {at} starting {timing.starts_on:%Y-%m-%d}{until}"


def retyped(timing: Timing, now: datetime, zone: str) -> str:
    """ "every Thursday 3pm": what somebody who lives in `zone` would type for it now, as briefly as
    it is still understood as the same."""
    at = _clock(timing.at) + ("" if timing.zone == zone else f" {timing.zone}")
    if timing.rule:
        until = f" until {_date(timing.until)}" if timing.until else ""
        first = next_after(timing, now)
        day = first.astimezone(ZoneInfo(timing.zone)).date() if first else timing.starts_on
        every = f"{say_days(timing.rule)} {at}"
        briefly = [f"{every}{until}", f"{every} starting {_date(day)}{until}"]
    else:
        briefly = [f"{timing.starts_on.day} {timing.starts_on:%B} {at}"]
        briefly += [f"{_date(timing.starts_on)} {at}"]
    return next(
        (each for each in briefly if _reads_as(each, timing, now, zone)), say_timing(timing)
    )


def _reads_as(text: str, timing: Timing, now: datetime, zone: str) -> bool:
    try:
        read = read_timing(text, now, zone).timing
    except ValueError:
        return False
    alike = (read.rule, read.at, read.zone, read.until) == (
        timing.rule, timing.at, timing.zone, timing.until,
    )  # fmt: skip
    comes = [list(islice(upcoming(each, now), 3)) for each in (read, timing)]
    return alike and comes[0] == comes[1]


def tell_timing(timing: Timing, zone: str) -> str:
    """ "every Thursday at 15:00": when something recurs, for somebody who lives in `zone`: another
    zone is named."""
    there = "" if timing.zone == zone else f" ({timing.zone})"
    until = f" until {_date(timing.until)}" if timing.until else ""
    return f"{say_days(timing.rule)} at {timing.at:%H:%M}{there}{until}" if timing.rule else "once"


def _clock(at: time) -> str:
    half = f"{at:%p}".lower()
    return f"{at.hour % 12 or 12}{f':{at:%M}' if at.minute else ''}{half}"


def _date(on: date) -> str:
    return f"{on.day} {on:%B} {on.year}"


def _day(on: date) -> str:
    return f"{on:%A} {on.day} {on:%B}"
