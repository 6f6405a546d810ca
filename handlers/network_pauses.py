"""Pauses over holidays: no call is held, nobody is asked or reminded."""

from datetime import date, timedelta

from bot import plan
from bot.calendar import local_day
from bot.compose.pauses import no_pause_card, pause_card, say_days
from bot.compose.phrases import count
from bot.errors import Refusal
from bot.gather import call_facts
from bot.publish import to_channels
from bot.speech import (
    Button,
    Buttons,
    Card,
    DateField,
    Element,
    Form,
    FormErrors,
    Heading,
    Reply,
    Say,
    Small,
    Strong,
    Text,
    TextField,
    card,
    line,
)
from handlers.noting import note
from handlers.telling import tell_called_off
from handlers.words import Ask, number, word
from storage import networks, pauses
from storage.models import Pause

LONGEST = timedelta(days=120)
FARTHEST = timedelta(days=730)
SHOWN = 10


@word("network pauses", example="network pauses", who="host", reads=True)
def show(ask: Ask) -> Reply:
    """See when the network rests, and take a pause back."""
    every = pauses.coming(ask.session, network_id=ask.me.network_id, on=_today(ask))
    shown: list[Element | str] = [Heading("Pauses")]
    if not every:
        shown.append("No pause is planned.")
    for each in every[:SHOWN]:
        shown.append(Text(line(Strong(each.name), f", {say_days(each.first_on, each.last_on)}")))
        shown.append(
            Buttons(
                (
                    Button(
                        "Take it back",
                        f"network unpause {each.id}",
                        confirm="The calls that it left out are held after all.",
                    ),
                )
            )
        )
    if len(every) > SHOWN:
        shown.append(f"… and {len(every) - SHOWN} more after these.")
    shown.append(Buttons((Button("Plan a pause", "network pause", "main"),)))
    return card(*shown, summary="Pauses")


@word("network pause", example="network pause", who="host", opens=True)
def pause(ask: Ask) -> Reply:
    """Let the network rest over holidays: no calls, no reminders, no prompts."""
    form = Form(
        "Plan a pause",
        "network pause",
        (
            TextField("name", "What is it called?", most=60, example="Winter break"),
            DateField("first", "First day"),
            DateField("last", "Last day"),
        ),
        submit="Plan it",
        intro=("Calls on these days are not held, and nobody is asked or reminded.",),
    )
    if ask.said.values is None:
        return form
    read = form.read(ask.said.values)
    _check(ask, read["first"], read["last"])
    made = pauses.add(
        ask.session,
        network_id=ask.me.network_id,
        first_on=read["first"],
        last_on=read["last"],
        name=read["name"],
    )
    left_out = plan.rest(ask.session, made, ask.now)
    facts = [call_facts(ask.session, each) for each in left_out]
    told = sum(tell_called_off(ask, each) for each in left_out)
    days = say_days(made.first_on, made.last_on)
    note(ask, "network", f"planned the pause {made.name}, {days}", made.id)
    _post(ask, made, pause_card(ask.me.network, made.name, made.first_on, made.last_on, facts))
    return card(
        f"Planned: {made.name}, {days}.",
        Small((_say_left_out(len(facts), told),)),
        summary="The pause is planned",
    )


def _say_left_out(calls: int, told: int) -> str:
    if not calls:
        return "No call was planned on these days; none will be. The channels are told."
    answered = f" and {count(told, 'person')} who had answered" if told else ""
    return f"{count(calls, 'call is', 'calls are')} not held. The channels{answered} are told."


def _check(ask: Ask, first: date, last: date) -> None:
    today = _today(ask)
    if last < first:
        raise FormErrors({"last": "The last day is before the first one."})
    if last < today:
        raise FormErrors({"last": "That day is past. Please choose today or later."})
    if first > today + FARTHEST:
        raise FormErrors({"first": "That is more than two years away."})
    if last - first > LONGEST:
        raise FormErrors(
            {
                "last": (
                    f"A pause has at most {LONGEST.days} days. To stop for good, type ",
                    Say("network end"),
                    ".",
                )
            }
        )
    for each in pauses.coming(ask.session, network_id=ask.me.network_id, on=first):
        if each.first_on <= last:
            days = say_days(each.first_on, each.last_on)
            also = "Take that back first, or choose other days."
            raise FormErrors({"first": f"Then is {each.name} already, {days}. {also}"})


@word("network unpause", who="host")
def unpause(ask: Ask) -> Reply:
    """Take a pause back: calls are held after all."""
    found = pauses.get(ask.session, network_id=ask.me.network_id, pause_id=number(ask.rest))
    if found is None:
        raise Refusal(
            "That pause is not here (any more). ", Say("network pauses"), " shows what is planned."
        )
    name, first, last = found.name, found.first_on, found.last_on
    pauses.drop(ask.session, pause=found)
    back = plan.rest_no_more(ask.session, found, ask.now)
    facts = [call_facts(ask.session, each) for each in back]
    _post(ask, found, no_pause_card(ask.me.network, name, first, last, facts))
    note(ask, "network", f"took back the pause {name}, {say_days(first, last)}", found.id)
    held = f" {count(len(back), 'call is', 'calls are')} held after all." if back else ""
    return card(f"Taken back: {name}.{held} The channels are told.", instead=True)


def _post(ask: Ask, made: Pause, shown: Card) -> None:
    to_channels(
        ask.session,
        networks.meeting_channels(ask.session, network_id=ask.me.network_id),
        shown,
        of=f"pause {made.id} {made.first_on}",
        kind="notice",
        now=ask.now,
    )


def _today(ask: Ask) -> date:
    return local_day(ask.now, ask.me.zone)
