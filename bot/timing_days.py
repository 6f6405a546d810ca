"""The days in a time as people say it: a date, or the rule of dates that recur."""

import re
from calendar import isleap, monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from bot.calendar import WEEKDAYS, nth

EXAMPLES = (
    "For example “tomorrow 9am”, “Dec 3 14:00”, “every Thursday 3pm” or “every other Monday 10:00”."
)
_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january february march april may june july august september october november december".split()
)
_SHORT = {name[:3]: name for name in _MONTHS} | {"sept": "september"}
_ORDINALS = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4,
    "last": -1,
}  # fmt: skip
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_BRIEF = {"mon": 0, "tue": 1, "tues": 1, "wed": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4,
          "sat": 5, "sun": 6}  # fmt: skip
_OTHER_WORDS = (
    "day days week weeks month months year weekday weekdays every each other of the on at in and"
    " today tomorrow yesterday next this noon midday midnight am pm daily weekly monthly after"
    " morning afternoon evening tonight fortnight fortnightly o'clock oclock starting until"
)
NOT_ZONES = frozenset(_OTHER_WORDS.split()).union(
    _NAMES, (f"{each}s" for each in _NAMES), _BRIEF, _MONTHS, _SHORT, _ORDINALS
)
"""Words that are about days, though a zone may be called so somewhere."""


@dataclass(frozen=True, slots=True)
class Days:
    """An iCalendar rule, the first day that it may come on, and what of it was a guess."""

    rule: str
    first: date
    notes: tuple[str, ...] = ()


# -- one date -------------------------------------------------------------------------------------


def read_date(said: str, today: date) -> date:
    """The date that is meant, in the past too where it says so. Raises ValueError with a sentence
    for what is no date."""
    said = re.sub(r"^on ", "", said)
    near = {"today": 0, "tomorrow": 1, "the day after tomorrow": 2, "day after tomorrow": 2}
    if said in near:
        return today + timedelta(days=near[said])
    if said == "yesterday":
        return today - timedelta(days=1)
    if (day := _weekday(re.sub(r"^(?:this|next|coming) ", "", said))) is not None:
        ahead = (day - today.weekday()) % 7
        return today + timedelta(days=ahead or (7 if said.startswith("next ") else 0))
    if later := re.fullmatch(r"in (?:an? |(\d{1,3}) )(day|week)s?", said):
        return today + int(later[1] or 1) * timedelta(days=7 if later[2] == "week" else 1)
    return _calendar_date(said, today)


def _calendar_date(said: str, today: date) -> date:
    if iso := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", said):
        return _real(int(iso[1]), int(iso[2]), int(iso[3]))
    if re.fullmatch(r"\d{1,2}[/.]\d{1,2}(?:[/.]\d{2,4})?\.?", said):
        raise ValueError(
            f"“{said}” could be two days. Please write the month’s name, such as “3 Dec”, or"
            " 2026-12-03."
        )
    written = re.fullmatch(
        rf"(?:{_DAY} )?(?:(?:the )?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m>[a-z]+)\.?|"
        r"(?P<m2>[a-z]+)\.? (?P<d2>\d{1,2})(?:st|nd|rd|th)?)(?: (?P<y>\d{4}))?",
        said,
    )
    month = _month((written["m"] or written["m2"]) if written else "")
    if not written or month is None:
        raise ValueError(f"I could not read a day in “{said[:60]}”. {EXAMPLES}")
    day = int(written["d"] or written["d2"])
    if written["y"]:
        return _real(int(written["y"]), month, day)
    if (month, day) == (2, 29):
        return next(
            each for year in _leap_years(today.year) if (each := date(year, 2, 29)) >= today
        )
    found = _real(today.year, month, day)
    return found if found >= today else _real(today.year + 1, month, day)


def _leap_years(year: int) -> list[int]:
    return [each for each in range(year, year + 13) if isleap(each)]


def _real(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"{_no_such(year, month, day)} {EXAMPLES}") from None


def _no_such(year: int, month: int, day: int) -> str:
    """What is wrong with a date that there is not."""
    if not 1 <= month <= 12:
        return f"There is no month {month}."
    name = _MONTHS[month - 1].title()
    if (month, day) == (2, 29) and year:
        return f"There is no 29 February in {year}."
    if 1 <= day <= monthrange(2024, month)[1]:
        return f"There is no year {year:04}."
    return f"There is no {day} {name}."


def _month(name: str) -> int | None:
    full = _SHORT.get(name, name)
    return _MONTHS.index(full) + 1 if full in _MONTHS else None


def _weekday(name: str) -> int | None:
    name = name.removesuffix("s") if name.removesuffix("s") in _NAMES else name
    return _NAMES.index(name) if name in _NAMES else _BRIEF.get(name)


# -- dates that recur -----------------------------------------------------------------------------


def read_days(said: str, first: date) -> Days | None:
    """The rule that is said, from `first` on; None for a single date. Raises ValueError for a rule
    that nobody keeps."""
    said = re.sub(r"^(?:on|at) ", "", said)
    for read in (_daily, _monthly, _weekly):
        if found := read(said, first):
            return found
    if re.match(r"(?:every|each)\b", said):
        raise ValueError(f"I could not read how often “{said[:60]}” is. {EXAMPLES}")
    return None


def _daily(said: str, first: date) -> Days | None:
    if said in ("every day", "daily", "each day"):
        return Days("FREQ=DAILY", first)
    if re.fullmatch(r"(?:every |each |on )?(?:weekdays?|school days?|working days?)", said):
        return Days("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", first)
    if written := re.fullmatch(r"every (other|second|\d{1,2}) days?", said):
        return Days(f"FREQ=DAILY{_interval(written[1])}", first)
    return None


def _weekly(said: str, first: date) -> Days | None:
    weeks = r"(?:(?:every|each) )?(?:(other|second|2nd|third|3rd|\d{1,2}) )?(?:weeks?|fortnight)"
    if said in ("weekly", "every week", "each week"):
        return Days(f"FREQ=WEEKLY;BYDAY={WEEKDAYS[first.weekday()]}", first)
    if said in ("fortnightly", "every fortnight"):
        return Days(f"FREQ=WEEKLY;INTERVAL=2;BYDAY={WEEKDAYS[first.weekday()]}", first)
    if written := re.fullmatch(rf"{weeks}(?: on (.+))?", said):
        days = _listed(written[2]) if written[2] else [first.weekday()]
        often = "other" if "fortnight" in said else written[1]
        return _on(days, often, first) if days and said.startswith(("every", "each")) else None
    written = re.fullmatch(r"(?:every|each)(?: (other|second|2nd|third|3rd))? (.+)", said)
    if written and (days := _listed(written[2])):
        return _on(days, written[1], first)
    days = _listed(said)
    if days and (len(days) > 1 or re.search(rf"{_DAY}s\b", said)):
        return _on(days, "", first)  # several days are meant each week
    return None


def _on(days: list[int], often: str, first: date) -> Days:
    by = ",".join(WEEKDAYS[day] for day in sorted(set(days)))
    ahead = min((day - first.weekday()) % 7 for day in days)
    interval = _interval(often)
    # What comes every second week begins with its first day, whichever week that is in.
    return Days(
        f"FREQ=WEEKLY{interval};BYDAY={by}", first + timedelta(days=ahead) if interval else first
    )


def _listed(said: str) -> list[int]:
    """ "monday and thursday" → [0, 3]; empty for anything else."""
    days = [_weekday(each) for each in re.split(r" and | & |,? ", said) if each not in ("", "and")]
    return [day for day in days if day is not None] if None not in days else []


def _interval(often: str | None) -> str:
    count = {"other": 2, "second": 2, "2nd": 2, "third": 3, "3rd": 3}.get(often or "")
    count = count or int(often or 1)
    if not 1 <= count <= 60:
        raise ValueError(f"Every {often}? {EXAMPLES}")
    return f";INTERVAL={count}" if count > 1 else ""


_OF_MONTH = r"(?: (?:of|in) (?:the|each|every) month)?"
_EVERY_MONTH = r"(?:(?:monthly|every month|each month) (?:on )?(?:the )?|(?:every |each |the )?)"


def _monthly(said: str, first: date) -> Days | None:
    if said in ("monthly", "every month", "each month"):
        return _nth_weekday(nth(first), first.weekday(), first)
    written = re.fullmatch(
        rf"{_EVERY_MONTH}({'|'.join(_ORDINALS)}) ({_DAY}|day)({_OF_MONTH[3:-2]})?", said
    ) or re.fullmatch(rf"{_EVERY_MONTH}({'|'.join(_ORDINALS)}) ({_DAY}|day){_OF_MONTH}", said)
    if written and _recurs(said):
        place = _ORDINALS[written[1]]
        if written[2] == "day":
            return _month_day(31 if place == -1 else place, first)
        weekday = _weekday(written[2])
        # "every second Monday" without its month is every other week, as people mean it.
        if weekday is not None and ("month" in said or place not in (2, 3)):
            return _nth_weekday(place, weekday, first)
        return None
    dated = re.fullmatch(rf"{_EVERY_MONTH}(\d{{1,2}})(?:st|nd|rd|th)(?: day)?{_OF_MONTH}", said)
    return _month_day(int(dated[1]), first) if dated and _recurs(said) else None


def _recurs(said: str) -> bool:
    return bool(
        re.match(r"every|each|monthly", said) or re.search(r"(?:the|each|every) month", said)
    )


def _nth_weekday(place: int, weekday: int, first: date) -> Days:
    return Days(f"FREQ=MONTHLY;BYDAY={place:+d}{WEEKDAYS[weekday]}", first)


def _month_day(day: int, first: date) -> Days:
    if not 1 <= day <= 31:
        raise ValueError(f"No month has a day {day}. {EXAMPLES}")
    if day <= 28:
        return Days(f"FREQ=MONTHLY;BYMONTHDAY={day}", first)
    upto = ",".join(str(each) for each in range(28, day + 1))
    note = f"In a month without a {day}th it comes on the month’s last day."
    return Days(
        f"FREQ=MONTHLY;BYMONTHDAY={upto};BYSETPOS=-1", first, (note.replace("31th", "31st"),)
    )


# -- saying it ------------------------------------------------------------------------------------


def say_days(rule: str) -> str:
    """ "every second week on Monday": words that `read_days` reads as this rule."""
    parts = dict(each.split("=", 1) for each in rule.split(";"))
    count = int(parts.get("INTERVAL", 1))
    if parts["FREQ"] == "DAILY":
        return "every day" if count == 1 else f"every {count} days"
    if parts["FREQ"] == "WEEKLY":
        if parts["BYDAY"] == "MO,TU,WE,TH,FR" and count == 1:
            return "every weekday"
        days = [_NAMES[WEEKDAYS.index(each)].title() for each in parts["BYDAY"].split(",")]
        named = " and ".join(filter(None, (", ".join(days[:-1]), days[-1])))
        return f"every {named}" if count == 1 else f"every {count} weeks on {named}"
    if "BYDAY" in parts:
        place, day = int(parts["BYDAY"][:-2]), parts["BYDAY"][-2:]
        name = next(each for each, number in _ORDINALS.items() if number == place)
        return f"every {name} {_NAMES[WEEKDAYS.index(day)].title()} of the month"
    return f"every month on the {_ordinal(int(parts['BYMONTHDAY'].split(',')[-1]))}"


def _ordinal(day: int) -> str:
    ends = {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th") if day not in (11, 12, 13) else "th"
    return f"{day}{ends}"
