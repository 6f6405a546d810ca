"""The steps of a call: what they are, when each is due, and how late it may still be done.

An offset is in minutes from the call's start: -2880 is two days before. Pure.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from storage.calls import end_of
from storage.models import Call

HOUR, DAY, WEEK = 60, 1440, 10080


@dataclass(frozen=True, slots=True)
class StepKind:
    """`label` names it for people. `offset` is its default, None where it depends on the call.
    A step that comes late is still done within `grace` and before `until`. A `fixed` one can be
    turned off but not moved."""

    label: str
    offset: int | None
    grace: timedelta | None = None
    until: Literal["start", "recap"] | None = None
    fixed: bool = False


STEPS = {
    "checkin": StepKind("Check-in opens", -2 * DAY, timedelta(hours=2), "start"),
    "followup": StepKind("Commitments are asked after", -30 * HOUR, until="start"),
    "agenda": StepKind("Agenda is posted", -DAY, until="start"),
    "nudge": StepKind("Reminder to those who have not answered", -4 * HOUR, until="start"),
    "start": StepKind("“Starting now”, with the link", 0, timedelta(minutes=15), fixed=True),
    "exit": StepKind("Exit ticket, at the end", None, timedelta(hours=24), fixed=True),
    "draft": StepKind("Recap is drafted for the host", None, timedelta(hours=24), "recap"),
    "second": StepKind("A second host is asked about the recap", None, None, "recap", True),
    "recap": StepKind("Recap is posted", DAY, timedelta(hours=24)),
    "tried": StepKind("“Tried it?” is asked", 3 * WEEK, timedelta(hours=72)),
}
MARKS = ("start", "exit")
"""Steps that have a row even where they are off: with them the call begins and ends."""


def offset_of(kind: str, steps: Mapping[str, Any], minutes: int) -> int | None:
    """A step's offset in a series with these `steps` and a call of `minutes`; None if off."""
    if kind in steps:
        own: int | None = steps[kind]
        return own
    match kind:
        case "exit":
            return minutes
        case "draft":
            return max(2 * HOUR, minutes)
        case "second":
            draft, recap = (offset_of(each, steps, minutes) for each in ("draft", "recap"))
            return None if draft is None or recap is None else (draft + recap) // 2
    return STEPS[kind].offset


def is_off(kind: str, steps: Mapping[str, Any]) -> bool:
    """Whether a series leaves this step out; its row, if there is one, then only marks time,
    unless somebody brought it forward."""
    return offset_of(kind, steps, 0) is None


def begin_of(call: Call) -> datetime:
    """When the call began or will begin."""
    return call.started_at or call.starts_at


def due_of(kind: str, call: Call) -> datetime | None:
    """When a step of this call is due; None where the series leaves it out."""
    if kind in MARKS:
        return begin_of(call) if kind == "start" else end_of(call)
    offset = offset_of(kind, call.series.steps, call.minutes)
    if offset is None:
        return None
    due = begin_of(call) + timedelta(minutes=offset)
    return max(due, end_of(call)) if kind == "draft" else due


def late(kind: str, due_at: datetime, call: Call, now: datetime) -> bool:
    """Whether it is too late to do a step that was due at `due_at`."""
    policy = STEPS[kind]
    if policy.grace is not None and now > due_at + policy.grace:
        return True
    match policy.until:
        case "start":
            return now >= begin_of(call)
        case "recap":
            posted = due_of("recap", call)
            return posted is not None and now >= posted
    return False


# -- how people read and write an offset ----------------------------------------------------------

_UNITS = {"w": WEEK, "d": DAY, "h": HOUR, "m": 1}
_SAID = ((WEEK, "week"), (DAY, "day"), (HOUR, "hour"))
_PART = (
    r"(\d{1,6}(?:\.\d{1,2})?|an?(?=\s))\s*(weeks?|wks?|w|days?|d|hours?|hrs?|h|minutes?|mins?|m)\b"
)
_OFFSET = re.compile(rf"(?:{_PART}[\s,]*(?:and\s+)?)+(before|after)", re.IGNORECASE)
_EXAMPLE = "Write it as “2 days before”, “90 min after” or “off”."
EARLIEST, LATEST = -4 * WEEK, 26 * WEEK


def parse_offset(text: str) -> int | None:
    """Minutes from the start, as people write them: "48h before", "1 h 30 min after", "at the
    start"; None for "off". Raises ValueError with a sentence for the person."""
    said = " ".join(text.split()).casefold()
    if said in ("off", "no", "never", "none"):
        return None
    if said in ("at the start", "at start", "start", "0"):
        return 0
    written = _OFFSET.fullmatch(said)
    if not written:
        raise ValueError(f"“{text.strip()}” is not a time before or after the call. {_EXAMPLE}")
    parts = re.findall(_PART, said)
    minutes = round(sum(_number(count) * _UNITS[unit[0]] for count, unit in parts))
    offset = -minutes if said.endswith("before") else minutes
    if not EARLIEST <= offset <= LATEST:
        raise ValueError("A step lies at most 4 weeks before or 26 weeks after the call.")
    return offset


def _number(written: str) -> float:
    return 1 if written.startswith("a") else float(written)


def say_offset(minutes: int | None) -> str:
    """ "2 days before": an offset in the words that `parse_offset` reads."""
    if minutes is None:
        return "off"
    if minutes == 0:
        return "at the start"
    side = "before" if minutes < 0 else "after"
    for size, unit in _SAID:
        count, rest = divmod(abs(minutes), size)
        if not rest:
            return f"{count} {unit}{'' if count == 1 else 's'} {side}"
    return f"{abs(minutes)} min {side}"


def misplaced(steps: Mapping[str, int | None]) -> dict[str, str]:
    """What is wrong with a series' steps: kind to a sentence; empty when nothing is."""
    wrong: dict[str, str] = {}
    for kind, offset in steps.items():
        if kind not in STEPS or offset is None:
            continue
        if STEPS[kind].fixed:
            wrong[kind] = "This has its own time: it can only be turned off."
        elif STEPS[kind].until == "start" and offset >= 0:
            wrong[kind] = f"This must come before the call. {_EXAMPLE}"
        elif STEPS[kind].until != "start" and offset <= 0:
            wrong[kind] = f"This must come after the start. {_EXAMPLE}"
    draft, recap = (offset_of(kind, steps, 0) for kind in ("draft", "recap"))
    if not wrong and draft is not None and recap is not None and recap <= draft:
        wrong["recap"] = f"The recap is drafted {say_offset(draft)}; post it later than that."
    return wrong
