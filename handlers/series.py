"""A host plans, changes and ends a series of calls, and everyone puts it into their calendar."""

from collections.abc import Sequence
from datetime import UTC, timedelta
from typing import Any
from urllib.parse import urlencode

from bot import plan
from bot.compose.facts import CallFacts
from bot.compose.phrases import listed
from bot.errors import Refusal
from bot.gather import call_facts
from bot.speech import (
    Button,
    Buttons,
    Card,
    DateField,
    Form,
    FormErrors,
    Reply,
    Say,
    Small,
    Text,
    When,
    card,
    line,
    say_when,
)
from handlers.noting import note
from handlers.series_form import full_form, new_series, read_series
from handlers.telling import say_told, tell_called_off, tell_changed
from handlers.words import Ask, number, word
from storage import calls, networks, series
from storage.models import Call, Channel, Series

MOST_COMING = 60
NAMED = {
    "name": "its name",
    "every": "how often",
    "starts_on": "the first date",
    "at": "the time of day",
    "zone": "the time zone",
    "minutes": "the length",
    "link": "the video link",
    "ends_on": "the last date",
    "channels": "the channels",
    "protocol": "the protocol",
    "questions": "the questions",
    "steps": "the steps",
}
"""What a change of a series is called where one reads who made it."""


@word("call new", who="host", opens=True)
def new(ask: Ask) -> Reply:
    """Plan a call, once or recurring."""
    channels = networks.channels(ask.session, network_id=ask.me.network_id)
    form = full_form(ask, channels, None, "call new")
    if ask.said.values is None:
        return form
    read = read_series(ask, form)
    network = networks.get(ask.session, network_id=ask.me.network_id)
    for each in series.of_network(ask.session, network_id=network.id):
        if (each.name, each.starts_on, each.at) == (read["name"], read["starts_on"], read["at"]):
            return card("That call is already planned, with this name, first date and time.")
    made, call = new_series(ask, read, network, _chosen(channels, read["channels"]))
    note(ask, "series", f"planned {made.name}", made.id)
    return card(
        Text(line("Planned. ", *_next(made, call))),
        Small(("Type ", Say("call"), " to move, skip or change it.")),
        summary="Planned",
    )


def _chosen(channels: Sequence[Channel], ids: Sequence[str]) -> list[Channel]:
    return [each for each in channels if str(each.id) in ids]


def _next(known: Series, call: Call | None) -> tuple[str | When, ...]:
    if call is None:
        return ("No call is due on these dates.",)
    return ("The next one is ", When(call.starts_at, known.zone), ".")


@word("call edit", who="host", opens=True)
def edit(ask: Ask) -> Reply:
    """Change a series."""
    known = _series(ask)
    channels = networks.channels(ask.session, network_id=ask.me.network_id)
    form = full_form(ask, channels, known, ask.said.words)
    if ask.said.values is None:
        return form
    read = read_series(ask, form, known)
    read["channels"] = _chosen(channels, read["channels"])
    if all(getattr(known, name) == value for name, value in read.items()):
        return card("Nothing was changed: it is as it was.")
    changed = [NAMED[name] for name, value in read.items() if getattr(known, name) != value]
    note(ask, "series", f"changed {known.name}: {listed(changed, len(NAMED))}", known.id)
    told = _change(ask, known, read)
    call = calls.next_call(
        ask.session, network_id=known.network_id, now=ask.now, series_id=known.id
    )
    return card(
        Text(line("Changed. ", *_next(known, call))),
        Small((say_told(told),)),
        summary="Changed",
    )


def _change(ask: Ask, known: Series, read: dict[str, Any]) -> int:
    """Change the series, and tell whoever had answered for a call that is another now; how many
    were told."""
    before = [(call, call.starts_at, call.minutes) for call in _coming(ask, known)]
    for name, value in read.items():
        setattr(known, name, value)
    ask.session.flush()
    plan.change(ask.session, known, ask.now)
    return sum(
        tell_called_off(ask, call)
        if call.state == "cancelled"
        else tell_changed(ask, call, starts_at, minutes)
        for call, starts_at, minutes in before
    )


def _coming(ask: Ask, known: Series) -> Sequence[Call]:
    return calls.upcoming(
        ask.session,
        network_id=known.network_id,
        now=ask.now,
        limit=MOST_COMING,
        series_id=known.id,
    )


@word("call holiday", who="host", opens=True)
def holiday(ask: Ask) -> Reply:
    """Leave a date out of a series, such as a holiday, however far ahead."""
    known = _series(ask)
    form = Form(
        "Leave a date out",
        ask.said.words,
        (DateField("on", "Which date?", hint="The date that the call would have had."),),
        submit="Leave it out",
        intro=(f"{known.name}. All other calls stay as they are.",),
    )
    if ask.said.values is None:
        return form
    on = form.read(ask.said.values)["on"]
    call = calls.on(ask.session, series_id=known.id, original_on=on)
    if call and call.state in ("skipped", "cancelled"):
        return card("That date is left out already; nothing was changed.")
    call = plan.skip(ask.session, known, on)
    if call is None or call.starts_at <= ask.now:
        raise FormErrors({"on": f"{known.name} has no call to come on that date."})
    day = say_when(When(call.starts_at, known.zone))
    note(ask, "call", f"left out {known.name} of {day}", call.id)
    return called_off(call, "Left out", tell_called_off(ask, call))


def called_off(call: Call, done: str, told: int) -> Card:
    """What a host reads who called a call off."""
    return card(
        Text(line(f"{done}: ", When(call.starts_at, call.series.zone), ".")),
        Small((say_told(told),)),
        summary=done,
        instead=True,
    )


@word("call finish", who="host")
def finish(ask: Ask) -> Reply:
    """End a series: no further call takes place."""
    known = _series(ask)
    coming = _coming(ask, known)
    plan.end(ask.session, known, ask.now)
    note(ask, "series", f"ended the series {known.name}", known.id)
    told = sum(tell_called_off(ask, call) for call in coming if call.state == "cancelled")
    return card(
        f"{known.name} has ended. What was shared stays and is found as before.",
        Small((say_told(told),)),
        summary=f"{known.name} has ended",
        instead=True,
    )


@word("calendar", who="nobody", reads=True)
def calendar(ask: Ask) -> Reply:
    """Put a series into your own calendar."""
    known = _series(ask)
    call = calls.next_call(
        ask.session, network_id=ask.me.network_id, now=ask.now, series_id=known.id
    )
    buttons = []
    if ask.web:
        buttons.append(
            Button("Add the whole series (.ics)", url=f"{ask.web}/calendar/{known.feed_key}.ics")
        )
    if call:
        buttons.append(
            Button("This call in Google Calendar", url=google_link(call_facts(ask.session, call)))
        )
    if not buttons:
        raise Refusal("No call is coming, so there is nothing to put into a calendar.")
    about = (
        "Subscribe to the first link in your calendar: moved and skipped calls change there too."
        if ask.web
        else "This Homeroom has no public address, so it cannot offer a calendar to subscribe to."
    )
    return card(f"{known.name} in your calendar", Buttons(tuple(buttons)), Small((about,)))


def google_link(call: CallFacts) -> str:
    """An address that opens a filled-in entry in Google Calendar."""
    until = call.starts_at + timedelta(minutes=call.minutes)
    stamp = "%Y%m%dT%H%M%SZ"
    dates = f"{call.starts_at.astimezone(UTC):{stamp}}/{until.astimezone(UTC):{stamp}}"
    asked = {"action": "TEMPLATE", "text": call.name, "dates": dates, "location": call.link}
    return f"https://calendar.google.com/calendar/render?{urlencode(asked)}"


def _series(ask: Ask) -> Series:
    known = series.get(ask.session, network_id=ask.me.network_id, series_id=number(ask.rest))
    if known is None:
        raise Refusal(f"That series is not one of {ask.me.network}’s. Type ", Say("call"), ".")
    if known.ended_at:
        raise Refusal(
            f"{known.name} has ended already. Type ", Say("call"), " to see what is coming."
        )
    return known
