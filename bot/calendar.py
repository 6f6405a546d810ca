"""When the next call is: recurrence, and what people call their time zone.

Rules run on naive local dates and only then meet the zone, so a call keeps its wall time over
every change of clocks. Pure: nothing here reads the present.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Literal, cast
from unicodedata import normalize
from zoneinfo import ZoneInfo, available_timezones

from dateutil.rrule import rrule, rruleset, rrulestr
from rapidfuzz import fuzz, process

from bot.speech import zone_or_utc
from storage.models import Series

Every = Literal["week", "fortnight", "month", "once"]

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAYS = {"week": 7, "fortnight": 14}


@dataclass(frozen=True, slots=True)
class Rule:
    """A recurrence. `starts_on` is its first date; a month repeats its weekday and its place in
    the month (24 November 2026 is the 4th Tuesday; a 5th weekday stands for the last).
    `ends_on` is the last date that may hold a call."""

    every: Every
    starts_on: date
    at: time
    zone: str
    ends_on: date | None = None


def rule_of(series: Series) -> Rule:
    """The rule that a series keeps."""
    every = cast("Every", series.every)
    return Rule(every, series.starts_on, series.at, series.zone, series.ends_on)


def nth(on: date) -> int:
    """Which weekday of its month a date is: 1 to 4, or -1 for a 5th, which is the last."""
    place = (on.day - 1) // 7 + 1
    return place if place < 5 else -1


def dates(rule: Rule, after: date, until: date) -> list[date]:
    """The rule's dates in `after < date <= until`, in order."""
    first = max(after + timedelta(days=1), rule.starts_on)
    last = min(until, rule.ends_on or until)
    if first > last:
        return []
    if rule.every == "once":
        return [rule.starts_on] if first == rule.starts_on else []
    found = expand(_text(rule), _midnight(_anchor(rule, first)))
    return [each.date() for each in found.between(_midnight(first), _midnight(last), inc=True)]


def expand(text: str, starts: datetime) -> rrule | rruleset:
    """The naive datetimes of an iCalendar recurrence ("FREQ=WEEKLY;INTERVAL=2") from `starts`;
    a DTSTART in the text goes before it. Raises ValueError for what is not a recurrence."""
    return rrulestr(text, dtstart=starts)


def _text(rule: Rule) -> str:
    if rule.every == "month":
        day = WEEKDAYS[rule.starts_on.weekday()]
        return f"FREQ=MONTHLY;BYDAY={nth(rule.starts_on):+d}{day}"
    return f"FREQ=WEEKLY;INTERVAL={DAYS[rule.every] // 7}"


def _anchor(rule: Rule, first: date) -> date:
    """Where the rule may as well begin to reach `first`: from ten years back a next date costs
    ten times as much."""
    if rule.every == "month":
        return first.replace(day=1)
    period = DAYS[rule.every]
    return rule.starts_on + timedelta(days=(first - rule.starts_on).days // period * period)


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time())


def instant(on: date, at: time, zone: str) -> datetime:
    """The UTC instant of a local time. One that a change of clocks leaves out moves forward with
    them; of one that comes twice it is the first. Raises KeyError for a zone nobody knows."""
    return datetime.combine(on, at.replace(fold=0), ZoneInfo(zone)).astimezone(UTC)


def local_day(at: datetime, zone: str) -> date:
    """The date that an instant has in a zone; in UTC, where nobody knows the zone."""
    return at.astimezone(ZoneInfo(zone_or_utc(zone))).date()


def is_zone(zone: str) -> bool:
    """Whether the rules of a zone are known: a zone may be renamed or dropped years after it was
    chosen."""
    return zone_or_utc(zone) == zone


# -- what people call their zone ------------------------------------------------------------------

# EST and MST are also names of zones without summer time, which nobody who types them means.
_SPOKEN = {
    "America/New_York": "eastern,et,est,edt,boston,washington,washington dc,miami,atlanta,"
    "philadelphia,florida,ohio,georgia",
    "America/Chicago": "central,ct,cst,cdt,texas,houston,dallas,austin,minneapolis,st louis,"
    "illinois,minnesota,new orleans",
    "America/Denver": "mountain,mt,mst,mdt,colorado,utah,salt lake city",
    "America/Phoenix": "arizona",
    "America/Los_Angeles": "pacific,pt,pst,pdt,california,san francisco,seattle,oregon,portland,"
    "san diego,la",
    "America/Anchorage": "alaska,akst,akdt",
    "Pacific/Honolulu": "hawaii,hst",
    "America/Halifax": "atlantic,ast,adt",
    "Europe/London": "bst,uk,england,britain",
    "Asia/Kolkata": "india",
    "UTC": "utc,gmt,z",
}
_PLACES = frozenset(
    "Africa America Antarctica Arctic Asia Atlantic Australia Europe Indian Pacific".split()
)


@cache
def _zones() -> dict[str, str]:
    """Everything a zone is called, in the form of `_bare`, to its IANA name."""
    known = sorted(
        available_timezones() - {"Factory", "localtime"}, key=lambda zone: (len(zone), zone)
    )
    places = [zone for zone in known if zone.split("/")[0] in _PLACES and "/" in zone]
    called = {_bare(zone.rsplit("/", 1)[1]): zone for zone in places}
    called |= {_bare(zone): zone for zone in known}
    called |= {name: zone for zone, names in _SPOKEN.items() for name in names.split(",")}
    return called


_FILLING = frozenset("time standard daylight zone us usa canada".split())


def _bare(text: str) -> str:
    plain = normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^\w/+-]+", " ", plain.replace("_", " ").replace(".", "")).split()
    return " ".join(word for word in words if word not in _FILLING)


def known_zone(text: str) -> str | None:
    """The IANA zone that `text` names: itself, its city, or what people in the United States
    say ("Central", "Eastern time", "PST")."""
    return _zones().get(_bare(text))


def nearest_zone(text: str) -> str | None:
    """The zone whose name is most like `text`, to ask "Did you mean …?"; None if none is."""
    if known := known_zone(text):
        return known
    if len(bare := _bare(text)) < 3:
        return None
    longer = [name for name in _zones() if len(name) > 3]
    found = process.extractOne(bare, longer, scorer=fuzz.ratio, score_cutoff=70)
    return _zones()[found[0]] if found else None
