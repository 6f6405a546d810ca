"""A series' steps as a host writes them: one a line, such as “nudge: 4 hours before”."""

from typing import Any

from bot import plan

# What each step is called in the form; of those with a time of their own, what that is called.
NAMES = {
    "checkin": "check-in",
    "followup": "follow-up",
    "agenda": "agenda",
    "nudge": "nudge",
    "start": "starting now",
    "exit": "exit ticket",
    "draft": "recap draft",
    "second": "second host",
    "recap": "recap",
    "tried": "tried it",
}
OWN_TIME = {
    "start": "at the start",
    "exit": "at the end",
    "second": "between draft and recap",
}


def say_steps(steps: dict[str, Any], minutes: int) -> str:
    """A series' steps as lines that `read_steps` reads."""
    return "\n".join(f"{name}: {_said(kind, steps, minutes)}" for kind, name in NAMES.items())


def _said(kind: str, steps: dict[str, Any], minutes: int) -> str:
    offset = plan.offset_of(kind, steps, minutes)
    return OWN_TIME[kind] if kind in OWN_TIME and offset is not None else plan.say_offset(offset)


def read_steps(typed: str, minutes: int) -> dict[str, Any]:
    """Step kind → minutes from the start, None where it is off; only what differs from the
    defaults. A line that was taken out is a step turned off. Raises ValueError with a sentence
    for the person."""
    kinds = {name: kind for kind, name in NAMES.items()}
    found: dict[str, int | None] = dict.fromkeys(NAMES)
    for each in filter(None, (line.strip() for line in typed.split("\n"))):
        name, _, when = each.partition(":")
        kind = kinds.get(" ".join(name.casefold().split()))
        if kind is None:
            known = ", ".join(NAMES.values())
            raise ValueError(f"I don’t know the step “{name[:40]}”. The steps are: {known}.")
        found[kind] = _read(kind, when, minutes)
    if wrong := plan.misplaced({k: v for k, v in found.items() if k not in OWN_TIME}):
        raise ValueError(next(iter(wrong.values())))
    defaults = {kind: plan.offset_of(kind, {}, minutes) for kind in NAMES}
    if found["draft"] is None or found["recap"] is None:
        defaults["second"] = found["second"] = None  # there is nothing to ask a second host
    return {kind: offset for kind, offset in found.items() if offset != defaults[kind]}


def _read(kind: str, when: str, minutes: int) -> int | None:
    if kind not in OWN_TIME:
        return plan.parse_offset(when)
    said = " ".join(when.casefold().split())
    if said == "off":
        return None
    if said in ("on", OWN_TIME[kind]):
        return plan.offset_of(kind, {}, minutes)
    raise ValueError(
        f"“{NAMES[kind]}” has its own time: write “{NAMES[kind]}: {OWN_TIME[kind]}” or “off”."
    )
