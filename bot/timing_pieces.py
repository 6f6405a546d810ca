"""The pieces that stand around the days in a time as people say it: time of day, zone, limits."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from bot.calendar import expand, known_zone
from bot.timing_days import EXAMPLES, NOT_ZONES, Days, read_date

LIMIT = 200  # characters
NAMED = {"noon": time(12), "midday": time(12), "midnight": time(0)}
NO_TIME = "At what time?"
PARTS = {"morning": time(9), "afternoon": time(14), "evening": time(18), "tonight": time(20)}
_CLOCK = re.compile(
    r"(?:\bat |@ ?)?(?<!-)\b(\d{1,2})(?:[:.h](\d{2}))?\s?"
    r"(a\.?m\.?|p\.?m\.?|o'?clock)?(?=\s|$)(?! ?(?:st|nd|rd|th)\b)"
)


@dataclass(frozen=True, slots=True)
class Limit:
    """How long something recurs: up to a day, or for so many weeks or months or times."""

    day: str = ""
    count: int = 0
    unit: str = ""

    def last_day(self, days: Days, here: datetime) -> date:
        """The last day that it may come on. Raises ValueError with a sentence."""
        if self.day:
            return read_date(self.day, here.date())
        if self.unit == "time":
            starts = datetime.combine(days.first, time())
            found = expand(f"{days.rule};COUNT={self.count}", starts)
            return list(found)[-1].date()
        span = relativedelta(**{f"{self.unit}s": self.count})  # type: ignore[arg-type]
        return days.first + span - timedelta(days=1)


def take_limit(said: str) -> tuple[str, Limit | None]:
    """The words without "until 20 december" or "for 6 weeks", and that."""
    if found := re.search(
        r"\s*\b(?:until|till|through|ending|ends)(?: on)? (.+?)(?= starting|$)", said
    ):
        return _without(said, found), Limit(day=found[1])
    if found := re.search(r"\s*\bfor (\d{1,3}|a) (day|week|month|year|time)s?\b", said):
        count = 1 if found[1] == "a" else int(found[1])
        if count < 1:
            raise ValueError(f"For how long? {EXAMPLES}")
        return _without(said, found), Limit(count=count, unit=found[2])
    return said, None


def take_start(said: str) -> tuple[str, str]:
    """The words without "starting 3 december", and that date's words."""
    found = re.search(r"\s*\b(?:starting|beginning|from)(?: on)? (.+)$", said)
    return (_without(said, found), found[1]) if found else (said, "")


def take_zone(said: str) -> tuple[str, str]:
    """The words without the zone at their end, and that zone's IANA name, or ""."""
    words = said.split()
    for length in (4, 3, 2, 1):
        tail = words[-length:]
        if len(words) < length or any(each in NOT_ZONES or each[0].isdigit() for each in tail):
            continue
        if zone := known_zone(" ".join(tail).strip("()")):
            return " ".join(words[:-length]), zone
    if len(words) > 1 and re.fullmatch(r"[a-z]+/[a-z_/]+|\(.*\)", words[-1]):
        raise ValueError(f"I don’t know the time zone “{words[-1]}”. {EXAMPLES}")
    return said, ""


def read_time(said: str) -> tuple[str, time, tuple[str, ...]]:
    """The words without the time of day, that time, and what of it was a guess. Raises ValueError
    where there is none, or none that is a time."""
    for name, at in NAMED.items():
        if found := re.search(rf"(?:\bat )?\b{name}\b", said):
            return _without(said, found), at, ()
    for found in _CLOCK.finditer(said):
        if not _is_clock(said, found):
            continue
        at, notes = _at(int(found[1]), found[2], found[3] or "")
        rest = _without(said, found)
        if part := _PART.search(rest):
            sure = bool(found[3]) or int(found[1]) in (0, *range(13, 24))
            return _on_days(_without(rest, part)), _in_part(part[1], at, sure), ()
        return rest, at, notes
    for name, at in PARTS.items():
        if found := re.search(rf"\b(?:in the |this )?{name}\b", said):
            return _on_days(_without(said, found)), at, (f"I took “{name}” as {at:%H:%M}.",)
    raise ValueError(f"{NO_TIME} {EXAMPLES}")


_PART = re.compile(rf"\b(?:in the |this )?({'|'.join(PARTS)})\b")


def _in_part(part: str, said: time, sure: bool) -> time:
    """The time of day that "8" or "8:30" is in the morning, or tonight. Raises ValueError where it
    is in no such part of a day."""
    half = said.hour % 12
    late = half + 12 if half or part == "afternoon" else 0
    at = said if sure else said.replace(hour=half if part == "morning" else late)
    fits = {"morning": at.hour < 12, "afternoon": 12 <= at.hour < 19}.get(part, at.hour >= 16)
    if not fits:
        there = "tonight" if part == "tonight" else f"in the {part}"
        raise ValueError(f"{at:%H:%M} is not {there}. {EXAMPLES}")
    return at


def _on_days(rest: str) -> str:
    """The days of "every morning", of "this evening"."""
    return "every day" if rest in ("every", "each") else rest or "today"


def _is_clock(said: str, found: re.Match[str]) -> bool:
    """A bare number is a time where it is said to be one, or where it is the last word."""
    if found[2] or found[3] or found[0].lstrip().startswith(("at ", "@")):
        return True
    before = said[: found.start()].split()
    days = NOT_ZONES - _DAYS - PARTS.keys()
    return found.end() == len(said) and bool(before) and before[-1] not in days


_DAYS = frozenset(
    f"{day}{s}"
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    for s in ("", "s")
) | frozenset("day days weekday weekdays today tomorrow daily".split())


def _at(hour: int, minutes: str | None, half: str) -> tuple[time, tuple[str, ...]]:
    minute, half = int(minutes or 0), half.replace(".", "")
    if minute > 59 or hour > 23 or (half in ("am", "pm") and not 1 <= hour <= 12):
        raise ValueError(f"There is no {hour}:{minute:02}{half} in a day. {EXAMPLES}")
    if half in ("am", "pm"):
        return time(hour % 12 + (12 if half == "pm" else 0), minute), ()
    if minutes or hour == 0 or hour > 12:
        return time(hour, minute), ()
    guess = time(hour + 12 if hour < 7 else hour)
    return guess, (f"I took “{hour}” as {guess:%H:%M}: say {hour}am or {hour}pm to be sure.",)


def _without(said: str, found: re.Match[str]) -> str:
    return " ".join(f"{said[: found.start()]} {said[found.end() :]}".split())
