"""The host's words for a call: see what is coming, skip, move, cancel, start and end it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot import plan
from bot.calendar import instant
from bot.errors import Refusal
from bot.speech import (
    Button,
    Buttons,
    DateField,
    Element,
    Form,
    FormErrors,
    Heading,
    LinkField,
    NumberField,
    Reply,
    Say,
    Small,
    Text,
    TimeField,
    When,
    card,
    line,
    say_when,
    zone_or_utc,
)
from handlers.noting import note
from handlers.series import called_off
from handlers.series_form import LONGEST, SHORTEST
from handlers.telling import say_told, tell_called_off, tell_changed
from handlers.words import Ask, number, word
from storage import calls, series
from storage.models import Call, Series

SHOWN = 3
FARTHEST = timedelta(days=365)
SHOWS_WHAT_IS_COMING = (Say("call"), " shows what is coming.")


@word("call", example="call", who="host", past=True)
def overview(ask: Ask) -> Reply:
    """See the coming calls, and plan or change them."""
    every = series.of_network(ask.session, network_id=ask.me.network_id)
    elements: list[Element | str] = [Heading("Calls")]
    if not every:
        elements.append("No call is planned yet.")
    for each in every:
        elements += _series_part(ask, each)
    elements.append(Buttons((Button("Plan another call", "call new", "" if every else "main"),)))
    return card(*elements, summary="Calls")


def _series_part(ask: Ask, known: Series) -> list[Element | str]:
    coming = calls.upcoming(
        ask.session, network_id=known.network_id, now=ask.now, limit=SHOWN, series_id=known.id
    )
    shown: list[Element | str] = [Heading(known.name)]
    for place, call in enumerate(coming):
        now = " · now" if call.state == "open" else ""
        shown.append(
            Text(line(When(call.starts_at, known.zone), f" · {call.minutes} minutes{now}"))
        )
        shown.append(Buttons(_call_buttons(call, first=place == 0)))
    if not coming:
        shown.append("No call is coming.")
    shown.append(Buttons(_series_buttons(known)))
    return shown


def _call_buttons(call: Call, *, first: bool) -> tuple[Button, ...]:
    if call.state == "open":
        return (
            Button("End now", f"call end {call.id}", "main"),
            Button("Notes or recording", f"call notes {call.id}"),
        )
    start = (Button("Start now", f"call start {call.id}", confirm="Post the link now?"),)
    return (
        *(start if first else ()),
        Button("Move", f"call move {call.id}"),
        Button("Skip this date", f"call skip {call.id}", confirm="Leave this date out?"),
        Button(
            "Call it off", f"call cancel {call.id}", "danger", confirm="It will not take place."
        ),
    )


def _series_buttons(known: Series) -> tuple[Button, ...]:
    return (
        Button("Change the series", f"call edit {known.id}"),
        Button("Leave a date out", f"call holiday {known.id}"),
        Button("Calendar", f"calendar {known.id}"),
        Button(
            "End the series",
            f"call finish {known.id}",
            "danger",
            confirm="No further call of this series will take place.",
        ),
    )


@word("call move", who="host", opens=True)
def move(ask: Ask) -> Reply:
    """Move one call to another time."""
    call = _planned(ask)
    form = _move_form(ask, call)
    if ask.said.values is None:
        return form
    read = form.read(ask.said.values)
    starts_at = instant(read["on"], read["at"], zone_or_utc(call.series.zone))
    if starts_at <= ask.now:
        raise FormErrors({"on": "That time is past. Please choose a later one."})
    if starts_at > ask.now + FARTHEST:
        raise FormErrors({"on": "That is more than a year away. Please choose an earlier date."})
    before = call.starts_at, call.minutes
    if (starts_at, read["minutes"]) == before:
        return card("It is already at that time; nothing was changed.")
    plan.move(ask.session, call, starts_at, ask.now, minutes=read["minutes"])
    _note(ask, call, f"moved {call.series.name} from {_at(call, before[0])} to {_at(call)}")
    told = tell_changed(ask, call, *before)
    return card(
        Text(line("Moved to ", When(starts_at, call.series.zone), f", {call.minutes} minutes.")),
        Small((say_told(told),)),
        summary="Moved",
    )


def _move_form(ask: Ask, call: Call) -> Form:
    zone = zone_or_utc(call.series.zone)
    there = call.starts_at.astimezone(ZoneInfo(zone))
    return Form(
        "Move this call",
        ask.said.words,
        (
            DateField("on", "Date", there.date()),
            TimeField("at", f"Time of day, in {zone}", there.time()),
            NumberField("minutes", "Length in minutes", SHORTEST, LONGEST, call.minutes),
        ),
        submit="Move",
        intro=line(call.series.name, ", now ", When(call.starts_at, call.series.zone)),
    )


@word("call skip", who="host")
def skip(ask: Ask) -> Reply:
    """Leave one date out of a series."""
    call = _planned(ask)
    plan.skip(ask.session, call.series, call.original_on)
    _note(ask, call, f"left out {call.series.name} of {_at(call)}")
    return called_off(call, "Skipped", tell_called_off(ask, call))


@word("call cancel", who="host")
def cancel(ask: Ask) -> Reply:
    """Cancel one call."""
    call = _planned(ask)
    plan.cancel(ask.session, call, ask.now)
    _note(ask, call, f"called off {call.series.name} of {_at(call)}")
    return called_off(call, "Cancelled", tell_called_off(ask, call))


@word("call start", who="host")
def start(ask: Ask) -> Reply:
    """Start a call now."""
    call = _planned(ask)
    plan.start_now(ask.session, call, ask.now)
    _note(ask, call, f"started {call.series.name} of {_at(call)}")
    return card("The call has started; the link is being posted.", instead=True)


@word("call end", who="host")
def end(ask: Ask) -> Reply:
    """End the call that is going on."""
    call = _call(ask) if ask.rest else _running(ask)
    if call.state == "ended":
        return card(Text(("That call has ended already. ", *SHOWS_WHAT_IS_COMING)), instead=True)
    plan.end_now(ask.session, call, ask.now)
    _note(ask, call, f"ended {call.series.name} of {_at(call)}")
    return card("The call has ended; the exit ticket is being posted.", instead=True)


@word("call notes", who="host", opens=True)
def notes(ask: Ask) -> Reply:
    """Give the link to a call's notes or recording."""
    call = _call(ask) if ask.rest else _last(ask)
    form = Form(
        "Notes or recording",
        f"call notes {call.id}",
        (
            LinkField(
                "link", "Link", call.notes_link, required=False, hint="It is shown in the recap."
            ),
        ),
        intro=line(call.series.name, ", ", When(call.starts_at, call.series.zone)),
    )
    if ask.said.values is None:
        return form
    call.notes_link = form.read(ask.said.values)["link"]
    ask.session.flush()
    calls.touch(ask.session, call_id=call.id)
    _note(ask, call, f"gave notes or a recording for {call.series.name} of {_at(call)}")
    return card(
        "Saved. The recap shows the link." if call.notes_link else "The recap shows no link now."
    )


def _note(ask: Ask, call: Call, words: str) -> None:
    note(ask, "call", words, call.id)


def _at(call: Call, at: datetime | None = None) -> str:
    return say_when(When(at or call.starts_at, call.series.zone))


def _call(ask: Ask) -> Call:
    call = calls.get(ask.session, network_id=ask.me.network_id, call_id=number(ask.rest))
    if call is None:
        raise Refusal(f"That call is not one of {ask.me.network}’s. Type ", Say("call"), ".")
    return call


def _running(ask: Ask) -> Call:
    call = calls.next_call(
        ask.session, network_id=ask.me.network_id, now=ask.now, channel_id=ask.me.channel_id
    )
    if call is None or (call.state == "planned" and call.starts_at > ask.now):
        raise Refusal("No call is going on. ", *SHOWS_WHAT_IS_COMING)
    return call


def _last(ask: Ask) -> Call:
    call = calls.last(
        ask.session, network_id=ask.me.network_id, now=ask.now, channel_id=ask.me.channel_id
    )
    if call is None:
        raise Refusal("There has been no call yet. ", *SHOWS_WHAT_IS_COMING)
    return call


def _planned(ask: Ask) -> Call:
    if not ask.rest:
        raise Refusal(
            "Which call? Type ", Say("call"), ", and press the button beside the one you mean."
        )
    call = _call(ask)
    if call.state != "planned":
        word_for = {"open": "is going on already", "ended": "has ended"}
        raise Refusal(
            f"That call {word_for.get(call.state, 'will not take place')}. Type ",
            Say("call"),
            " to see what is coming.",
        )
    return call
