"""The host's words for the call: plan, change, skip, move, cancel, start and end."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from bot import plan
from bot.calendar import instant
from bot.compose.notices import cancelled_notice, moved_notice
from bot.compose.facts import CallFacts
from bot.errors import Refusal
from bot.gather import call_facts
from bot.publish import to_member
from bot.speech import (
    Button,
    Buttons,
    Card,
    DateField,
    Element,
    Form,
    FormErrors,
    Heading,
    LinkField,
    NumberField,
    Reply,
    Small,
    Text,
    TimeField,
    When,
    card,
    line,
)
from handlers.series_form import LONGEST, SHORTEST, full_form, new_series, read_series
from handlers.words import Ask, number, word
from storage import calls, checkins, networks, series
from storage.models import Call, Series


@word("call", hint="plan, move, skip, start or end a call", example="call", who="host")
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
    coming = [
        call
        for call in calls.upcoming(ask.session, network_id=known.network_id, now=ask.now, limit=20)
        if call.series_id == known.id
    ][:3]
    shown: list[Element | str] = [Heading(known.name)]
    for call in coming:
        shown.append(
            Text(
                line(
                    When(call.starts_at, known.zone),
                    f" · {call.minutes} minutes",
                    " · now" if call.state == "open" else "",
                )
            )
        )
        shown.append(Buttons(_call_buttons(call)))
    if not coming:
        shown.append("No call is coming.")
    shown.append(
        Buttons(
            (
                Button("Change the series", f"call edit {known.id}"),
                Button("Calendar", f"calendar {known.id}"),
                Button(
                    "End the series",
                    f"call finish {known.id}",
                    "danger",
                    confirm="No further call of this series will take place.",
                ),
            )
        )
    )
    return shown


def _call_buttons(call: Call) -> tuple[Button, ...]:
    if call.state == "open":
        return (
            Button("End now", f"call end {call.id}", "main"),
            Button("Notes or recording", f"call notes {call.id}"),
        )
    return (
        Button("Start now", f"call start {call.id}"),
        Button("Move", f"call move {call.id}"),
        Button("Skip", f"call skip {call.id}", confirm="Leave this date out?"),
        Button("Cancel", f"call cancel {call.id}", "danger", confirm="Cancel this call?"),
    )


@word("call new", who="host")
def new(ask: Ask) -> Reply:
    """Plan a call, once or recurring."""
    channels = networks.channels(ask.session, network_id=ask.me.network_id)
    form = full_form(ask, channels, None, "call new")
    if ask.said.values is None:
        return form
    read = read_series(ask, form)
    chosen = [each for each in channels if str(each.id) in read["channels"]]
    network = networks.get(ask.session, network_id=ask.me.network_id)
    same = [
        each
        for each in series.of_network(ask.session, network_id=network.id)
        if (each.name, each.starts_on, each.at) == (read["name"], read["starts_on"], read["at"])
    ]
    if same:
        return card("That call is already planned, with this name, first date and time.")
    made, call = new_series(ask, read, network, chosen)
    first = (
        line("Planned. The next one is ", When(call.starts_at, made.zone), ".")
        if call
        else ("Planned. No call is due in the coming weeks.",)
    )
    return card(
        Text(first), Small(("Type /learn call to move, skip or change it.",)), summary="Planned"
    )


@word("call edit", who="host")
def edit(ask: Ask) -> Reply:
    """Change a series."""
    known = _series(ask)
    channels = networks.channels(ask.session, network_id=ask.me.network_id)
    form = full_form(ask, channels, known, ask.said.words)
    if ask.said.values is None:
        return form
    read = read_series(ask, form, known)
    before = {call.id: call.starts_at for call in _coming(ask, known)}
    read["channels"] = [each for each in channels if str(each.id) in read["channels"]]
    for name, value in read.items():
        setattr(known, name, value)
    ask.session.flush()
    plan.change(ask.session, known, ask.now)
    for call in _coming(ask, known):
        if call.id in before and before[call.id] != call.starts_at:
            _tell_moved(ask, call, before[call.id])
    return card("Changed. Posts that are already there are corrected in place.")


def _coming(ask: Ask, known: Series) -> list[Call]:
    every = calls.upcoming(ask.session, network_id=known.network_id, now=ask.now, limit=60)
    return [call for call in every if call.series_id == known.id]


@word("call move", who="host")
def move(ask: Ask) -> Reply:
    """Move one call to another time."""
    call = _planned(ask)
    zone = ZoneInfo(call.series.zone)
    there = call.starts_at.astimezone(zone)
    form = Form(
        "Move this call",
        ask.said.words,
        (
            DateField("on", "Date", there.date()),
            TimeField("at", "Time of day", there.time().replace(second=0, microsecond=0)),
            NumberField("minutes", "Length in minutes", SHORTEST, LONGEST, call.minutes),
        ),
        submit="Move",
        intro=line(call.series.name, ", now ", When(call.starts_at, call.series.zone)),
    )
    if ask.said.values is None:
        return form
    read = form.read(ask.said.values)
    starts_at = instant(read["on"], read["at"], call.series.zone)
    if starts_at <= ask.now:
        raise FormErrors({"on": "That time is past. Please choose a later one."})
    before = call.starts_at
    if (starts_at, read["minutes"]) == (before, call.minutes):
        return card("It is already at that time; nothing was changed.")
    plan.move(ask.session, call, starts_at, ask.now, minutes=read["minutes"])
    told = _tell_moved(ask, call, before)
    return card(
        Text(line("Moved to ", When(starts_at, call.series.zone), ".")),
        Small(
            (
                f"Posts are corrected in place. {told} who had answered {'is' if told == 1 else 'are'} told.",
            )
        ),
        summary="Moved",
    )


def _tell_moved(ask: Ask, call: Call, before: datetime) -> int:
    facts = call_facts(ask.session, call)
    return _tell(
        ask, call, moved_notice(facts, before), f"call {call.id} moved to {call.starts_at:%s}"
    )


@word("call skip", who="host")
def skip(ask: Ask) -> Reply:
    """Leave one date out of a series."""
    call = _planned(ask)
    told = _tell_cancelled(ask, call)
    plan.skip(ask.session, call.series, call.original_on)
    return _off(call, "Skipped", told)


@word("call cancel", who="host")
def cancel(ask: Ask) -> Reply:
    """Cancel one call."""
    call = _planned(ask)
    told = _tell_cancelled(ask, call)
    plan.cancel(ask.session, call, ask.now)
    return _off(call, "Cancelled", told)


def _off(call: Call, done: str, told: int) -> Card:
    return card(
        Text(line(f"{done}: ", When(call.starts_at, call.series.zone), ".")),
        Small(
            (
                f"Posts are corrected in place; {told} who had answered {'was' if told == 1 else 'were'} told.",
            )
        ),
        summary=done,
        instead=True,
    )


def _tell_cancelled(ask: Ask, call: Call) -> int:
    facts = call_facts(ask.session, call)
    return _tell(ask, call, cancelled_notice(facts), f"call {call.id} cancelled")


def _tell(ask: Ask, call: Call, notice: Card, of: str) -> int:
    """Tell everyone who had answered; how many."""
    spoke = {each.member_id for each in checkins.of_call(ask.session, call_id=call.id)}
    spoke |= {each.id for each in checkins.absent(ask.session, call_id=call.id)}
    spoke.discard(ask.me.member_id)
    return sum(
        to_member(
            ask.session,
            member_id,
            notice,
            network_id=call.network_id,
            of=of,
            kind="notice",
            now=ask.now,
            call_id=call.id,
        )
        for member_id in sorted(spoke)
    )


@word("call start", who="host")
def start(ask: Ask) -> Reply:
    """Start a call now."""
    call = _planned(ask)
    plan.start_now(ask.session, call, ask.now)
    return card("The call has started; the link is being posted.", instead=True)


@word("call end", who="host")
def end(ask: Ask) -> Reply:
    """End a call now."""
    call = _call(ask)
    if call.state != "open":
        raise Refusal("That call is not going on. /learn call shows what is coming.")
    plan.end_now(ask.session, call, ask.now)
    return card("The call has ended; the exit ticket is being posted.", instead=True)


@word("call finish", who="host")
def finish(ask: Ask) -> Reply:
    """End a series: no further call takes place."""
    known = _series(ask)
    for call in _coming(ask, known):
        if call.state == "planned":
            _tell_cancelled(ask, call)
    plan.end(ask.session, known, ask.now)
    return card(
        f"{known.name} has ended. What was shared stays and is found as before.", instead=True
    )


@word("call notes", who="host")
def notes(ask: Ask) -> Reply:
    """Give the link to a call's notes or recording."""
    call = _call(ask)
    form = Form(
        "Notes or recording",
        ask.said.words,
        (
            LinkField(
                "link", "Link", call.notes_link, required=False, hint="It is shown in the recap."
            ),
        ),
    )
    if ask.said.values is None:
        return form
    call.notes_link = form.read(ask.said.values)["link"]
    ask.session.flush()
    calls.touch(ask.session, call_id=call.id)
    return card("Saved. The recap shows the link.")


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
        raise Refusal(f"That series is not one of {ask.me.network}’s. Type /learn call.")
    return known


def _call(ask: Ask) -> Call:
    call = calls.get(ask.session, network_id=ask.me.network_id, call_id=number(ask.rest))
    if call is None:
        raise Refusal(f"That call is not one of {ask.me.network}’s. Type /learn call.")
    return call


def _planned(ask: Ask) -> Call:
    call = _call(ask)
    if call.state != "planned":
        word_for = {"open": "is going on already", "ended": "has ended"}
        raise Refusal(
            f"That call {word_for.get(call.state, 'will not take place')}. Type /learn call to see"
            " what is coming."
        )
    return call
