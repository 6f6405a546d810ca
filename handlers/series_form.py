"""The form of a series: shared by a network's beginning, `call new` and `call edit`."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot import plan
from bot.calendar import known_zone, nearest_zone
from bot.compose.protocols import PROTOCOLS
from bot.speech import (
    ChoiceField,
    DateField,
    Field,
    Form,
    FormErrors,
    LinkField,
    NumberField,
    TextField,
    TimeField,
)
from handlers.words import Ask
from storage import calls, series
from storage.models import Call, Channel, Network, Series

EVERY = (
    ("week", "Every week"),
    ("fortnight", "Every second week"),
    ("month", "Every month, on the same weekday"),
    ("once", "Once"),
)
QUESTIONS = (
    "What did you try since last time, and what changed?",
    "What would you like to bring to the call?",
)
SHORTEST, LONGEST = 15, 480
MOST_QUESTIONS = 8


def series_fields(ask: Ask, known: Series | None = None) -> tuple[Field, ...]:
    """What a series needs at least: its name, rhythm, first date, time, zone, length and link."""
    zone = known.zone if known else ask.standing.zone if ask.standing else ""
    return (
        TextField(
            "name", "The call’s name", known.name if known else "Weekly learning call", most=80
        ),
        ChoiceField("every", "How often", EVERY, (known.every if known else "week",)),
        DateField(
            "starts_on",
            "First date",
            known.starts_on if known else None,
            hint="A monthly call keeps its place: the 4th Tuesday, say.",
        ),
        TimeField("at", "Time of day", known.at if known else None),
        TextField(
            "zone",
            "Time zone",
            zone,
            most=60,
            example="America/Chicago",
            hint="A city’s name, such as America/Chicago.",
        ),
        NumberField(
            "minutes", "Length in minutes", SHORTEST, LONGEST, known.minutes if known else 60
        ),
        LinkField("link", "Video link", known.link if known else "", required=False),
    )


def full_form(ask: Ask, channels: Sequence[Channel], known: Series | None, says: str) -> Form:
    """The whole form of a series, for `call new` and `call edit`."""
    chosen = known.channels if known else channels
    return Form(
        "Change the call" if known else "Plan a call",
        says,
        (
            *series_fields(ask, known),
            DateField("ends_on", "Last date", known.ends_on if known else None, required=False),
            ChoiceField(
                "channels",
                "Channels",
                tuple((str(each.id), f"#{each.name or each.external}") for each in channels),
                tuple(str(each.id) for each in chosen),
                many=True,
            ),
            ChoiceField(
                "protocol",
                "Protocol for the problem of practice",
                tuple((each.key, each.name) for each in PROTOCOLS.values()),
                (known.protocol,) if known and known.protocol else ("consultancy",),
            ),
            TextField(
                "questions",
                "Check-in questions, one a line",
                "\n".join(known.questions if known else QUESTIONS),
                long=True,
            ),
            TextField(
                "steps",
                "What I do, and when",
                say_steps(known.steps if known else {}, known.minutes if known else 60),
                long=True,
                hint="One a line, such as “nudge: 4 hours before” or “nudge: off”.",
            ),
        ),
        submit="Save",
    )


def read_series(ask: Ask, form: Form, known: Series | None = None) -> dict[str, Any]:
    """The form's typed values, ready for storage. Raises FormErrors beside each field."""
    errors: dict[str, str] = {}
    try:
        read = form.read(ask.said.values or {})
    except FormErrors as wrong:
        errors = wrong.errors
        read = _what_fits(form, ask.said.values or {}, errors)
    _check_zone(read, errors)
    _check_dates(ask, read, errors, known)
    _check_questions(read, errors)
    _check_steps(read, errors)
    if errors:
        raise FormErrors(errors)
    return read


def _what_fits(form: Form, values: dict[str, Any], errors: dict[str, str]) -> dict[str, Any]:
    fitting = [each for each in form.fields if each.name not in errors]
    return Form(form.title, form.says, tuple(fitting)).read(values)


def _check_zone(read: dict[str, Any], errors: dict[str, str]) -> None:
    typed = read.get("zone")
    if typed is None:
        return
    found = known_zone(typed)
    if found:
        read["zone"] = found
        return
    near = nearest_zone(typed)
    hint = f" Did you mean {near}?" if near else " For example: America/Chicago."
    errors["zone"] = f"I don’t know the time zone “{typed}”.{hint}"


def _check_dates(
    ask: Ask, read: dict[str, Any], errors: dict[str, str], known: Series | None
) -> None:
    starts_on, ends_on = read.get("starts_on"), read.get("ends_on")
    zone = read.get("zone") if "zone" not in errors else None
    today = ask.now.astimezone(ZoneInfo(zone)).date() if zone else ask.now.date()
    moved = known is None or known.starts_on != starts_on
    if starts_on and starts_on < today and moved:
        errors["starts_on"] = "That date is past. Please choose today or later."
    if starts_on and starts_on > today + timedelta(days=730):
        errors["starts_on"] = "That is more than two years away. Please choose an earlier date."
    if starts_on and ends_on and ends_on < starts_on:
        errors["ends_on"] = "The last date is before the first one."


def _check_questions(read: dict[str, Any], errors: dict[str, str]) -> None:
    if "questions" not in read:
        return
    asked = [line.strip(" -•\t") for line in read["questions"].split("\n")]
    read["questions"] = [line for line in asked if line]
    if len(read["questions"]) > MOST_QUESTIONS:
        errors["questions"] = f"{MOST_QUESTIONS} questions are the most that fit under a minute."
    if any(len(line) > 150 for line in read["questions"]):
        errors["questions"] = "Please keep each question under 150 characters."


def _check_steps(read: dict[str, Any], errors: dict[str, str]) -> None:
    if "steps" not in read:
        return
    try:
        read["steps"] = read_steps(read["steps"], read.get("minutes") or 60)
    except ValueError as wrong:
        errors["steps"] = str(wrong)


# What each step that can be moved is called in the form, one a line.
STEP_NAMES = {
    "checkin": "check-in",
    "agenda": "agenda",
    "nudge": "nudge",
    "draft": "recap draft",
    "recap": "recap",
    "tried": "tried it",
}


def say_steps(steps: dict[str, Any], minutes: int) -> str:
    """A series' steps as lines that `read_steps` reads."""
    return "\n".join(
        f"{name}: {plan.say_offset(plan.offset_of(kind, steps, minutes))}"
        for kind, name in STEP_NAMES.items()
    )


def read_steps(typed: str, minutes: int) -> dict[str, Any]:
    """Step kind → minutes from the start, None where it is off; only what differs from the
    defaults. Raises ValueError with a sentence for the person."""
    kinds = {name: kind for kind, name in STEP_NAMES.items()}
    found: dict[str, Any] = {}
    for each in filter(None, (line.strip() for line in typed.split("\n"))):
        name, _, when = each.partition(":")
        kind = kinds.get(" ".join(name.casefold().split()))
        if kind is None:
            known = ", ".join(STEP_NAMES.values())
            raise ValueError(f"I don’t know the step “{name[:40]}”. The steps are: {known}.")
        found[kind] = plan.parse_offset(when)
    for kind in STEP_NAMES.keys() - found.keys():
        found[kind] = None  # a line taken out is a step turned off
    if wrong := plan.misplaced(found):
        raise ValueError(next(iter(wrong.values())))
    return {
        kind: minute
        for kind, minute in found.items()
        if minute != plan.offset_of(kind, {}, minutes)
    }


def new_series(
    ask: Ask, read: dict[str, Any], network: Network, channels: Sequence[Channel]
) -> tuple[Series, Call | None]:
    """Keep a new series and plan its first calls; (series, its next call)."""
    made = series.add(
        ask.session,
        network_id=network.id,
        name=read["name"],
        every=read["every"],
        starts_on=read["starts_on"],
        at=read["at"],
        zone=read["zone"],
        minutes=read["minutes"],
        link=read["link"],
        protocol=read.get("protocol") or "consultancy",
        questions=list(read.get("questions") or QUESTIONS),
        steps=read.get("steps") or {},
        ends_on=read.get("ends_on"),
        channels=channels,
    )
    plan.plan_ahead(ask.session, made, ask.now)
    following = calls.next_call(ask.session, network_id=network.id, now=ask.now, series_id=made.id)
    return made, following
