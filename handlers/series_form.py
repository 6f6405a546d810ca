"""The form of a series: shared by a network's beginning, `call new` and `call edit`."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from bot import plan
from bot.calendar import instant, known_zone, local_day, nearest_zone
from bot.compose.protocols import PROTOCOLS
from bot.speech import (
    ChoiceField,
    DateField,
    Field,
    Form,
    FormErrors,
    Line,
    LinkField,
    NumberField,
    TextField,
    TimeField,
)
from handlers.network_channels import called
from handlers.series_steps import read_steps, say_steps
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
FARTHEST = timedelta(days=730)
PROTOCOL = "consultancy"


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
                tuple((str(each.id), called(each)) for each in channels),
                tuple(str(each.id) for each in chosen),
                many=True,
            ),
            ChoiceField(
                "protocol",
                "Protocol for the problem of practice",
                tuple((each.key, each.name) for each in PROTOCOLS.values()),
                ((known.protocol if known else "") or PROTOCOL,),
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


Check = Callable[[str], Any]


def read_series(
    ask: Ask, form: Form, known: Series | None = None, also: Mapping[str, Check] | None = None
) -> dict[str, Any]:
    """The form's typed values, ready for storage; `also` reads fields that are not a series'.
    Raises FormErrors beside each field."""
    errors: dict[str, str | Line] = {}
    try:
        read = form.read(ask.said.values or {})
    except FormErrors as wrong:
        errors = {**wrong.errors}
        read = _what_fits(form, ask.said.values or {}, errors)
    minutes = read.get("minutes") or 60
    checks: dict[str, Check] = {
        "zone": read_zone,
        "questions": read_questions,
        "steps": lambda typed: read_steps(typed, minutes),
        **(also or {}),
    }
    for name in checks.keys() & read.keys():
        try:
            read[name] = checks[name](read[name])
        except ValueError as wrong:
            errors[name] = str(wrong)
    errors = {**_wrong_dates(ask, read, known, zoned="zone" not in errors), **errors}
    if errors:
        raise FormErrors(errors)
    return read


def _what_fits(form: Form, values: dict[str, Any], errors: Mapping[str, Any]) -> dict[str, Any]:
    fitting = [each for each in form.fields if each.name not in errors]
    return Form(form.title, form.says, tuple(fitting)).read(values)


def read_zone(typed: str) -> str:
    """The IANA name of a time zone. Raises ValueError with the nearest one."""
    found = known_zone(typed)
    if found:
        return found
    near = nearest_zone(typed)
    hint = f" Did you mean {near}?" if near else " For example: America/Chicago."
    raise ValueError(f"I don’t know the time zone “{typed}”.{hint}")


def read_questions(typed: str) -> list[str]:
    """The check-in's questions, one a line. Raises ValueError for too many or too long."""
    asked = [line for raw in typed.split("\n") if (line := raw.strip(" -•\t"))]
    if not asked:
        raise ValueError("Please write at least one question.")
    if len(asked) > MOST_QUESTIONS:
        raise ValueError(f"{MOST_QUESTIONS} questions are the most that fit into a minute.")
    if any(len(line) > 150 for line in asked):
        raise ValueError("Please keep each question under 150 characters.")
    return asked


def _wrong_dates(
    ask: Ask, read: dict[str, Any], known: Series | None, *, zoned: bool
) -> dict[str, str]:
    first, last, at = read.get("starts_on"), read.get("ends_on"), read.get("at")
    zone = read["zone"] if zoned and "zone" in read else "UTC"
    today = local_day(ask.now, zone)
    wrong = {}
    if first and (known is None or known.starts_on != first):
        if first < today:
            wrong["starts_on"] = "That date is past. Please choose today or later."
        elif first > today + FARTHEST:
            wrong["starts_on"] = "That is more than two years away. Please choose an earlier date."
        elif at and zoned and instant(first, at, zone) <= ask.now:
            wrong["at"] = "That time is past today. Please choose a later time, or another date."
    if first and last and last < first:
        wrong["ends_on"] = "The last date is before the first one."
    return wrong


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
        protocol=read.get("protocol") or PROTOCOL,
        questions=list(read.get("questions") or QUESTIONS),
        steps=read.get("steps") or {},
        ends_on=read.get("ends_on"),
        channels=channels,
    )
    plan.plan_ahead(ask.session, made, ask.now)
    following = calls.next_call(ask.session, network_id=network.id, now=ask.now, series_id=made.id)
    return made, following
