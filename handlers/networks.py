"""Beginning a network: the first use in a channel."""

from bot.compose import notices
from bot.errors import Refusal
from bot.gather import call_facts
from bot.speech import (
    Button,
    Buttons,
    Form,
    FormErrors,
    Heading,
    Reply,
    Small,
    Text,
    TextField,
    When,
    card,
    line,
)
from handlers.home import menu
from handlers.series_form import new_series, read_series, series_fields
from handlers.words import Ask, word
from storage import calls, networks, people


@word("menu", who="anyone", reads=True)
def bare(ask: Ask) -> Reply:
    """Show the menu for who you are."""
    if ask.standing is not None:
        return menu(ask)
    if ask.said.place.direct or not ask.said.place.channel:
        return card(
            Heading("Hello, I’m Homeroom"),
            "I run a learning network’s weekly call. You are not in a network with me yet.",
            "Type /learn in the channel where your network meets to begin one, or ask its host to"
            " invite you there.",
        )
    return _invitation()


@word("welcome", who="anyone")
def welcome(ask: Ask) -> Reply:
    """Say hello when Homeroom joins a channel."""
    if ask.standing is not None and ask.standing.channel_id:
        call = calls.next_call(ask.session, network_id=ask.me.network_id, now=ask.now)
        return notices.welcome(ask.me.network, call_facts(ask.session, call) if call else None)
    return _invitation()


def _invitation() -> Reply:
    return card(
        Heading("Hello, I’m Homeroom"),
        "I run a learning network’s weekly call: I check people in, post the agenda, collect what"
        " is shared and asked, and write the recap.",
        "One form begins a network in this channel; whoever sends it becomes its host.",
        Buttons((Button("Begin a network here", "begin", "main"),)),
        Small(("If this is your network’s channel already, its host can add it to the network.",)),
        summary="Hello, I’m Homeroom",
    )


@word("begin", who="anyone")
def begin(ask: Ask) -> Reply:
    """Begin a network in this channel, and become its host."""
    place, who = ask.said.place, ask.said.who
    if place.direct or not place.channel:
        raise Refusal("Please type /learn in the channel where your network meets.")
    if ask.standing is not None and ask.standing.channel_id:
        raise Refusal(f"This channel already belongs to {ask.me.network}. Type /learn to see more.")
    form = _form(ask)
    if ask.said.values is None:
        return form
    read = read_series(ask, form)
    names = [name for raw in read["organisations"].split("\n") if (name := raw.strip(" -•\t"))]
    if any(len(name) > 120 for name in names):
        raise FormErrors({"organisations": "Please write one organisation a line, short names."})
    network = networks.add(
        ask.session,
        name=read["network"],
        zone=read["zone"],
        organisations=list(dict.fromkeys(names)),
        now=ask.now,
    )
    channel = networks.add_channel(
        ask.session,
        network_id=network.id,
        platform=place.platform,
        workspace=place.workspace,
        channel=place.channel,
        now=ask.now,
    )
    people.join(
        ask.session,
        network_id=network.id,
        platform=who.platform,
        workspace=who.workspace,
        person=who.person,
        name=who.name,
        now=ask.now,
        role="host",
    )
    series, call = new_series(ask, read, network, [channel])
    first = (
        line("The first call is ", When(call.starts_at, series.zone), ".")
        if call
        else ("No call is due in the coming weeks.",)
    )
    return card(
        Heading(f"{network.name} has begun"),
        Text(first),
        "You are its host. Everyone in this channel can now check in, share, ask and find with"
        " /learn.",
        Small(("Not in this channel yet? Type /invite @Homeroom so that I can post.",)),
        summary=f"{network.name} has begun",
    )


def _form(ask: Ask) -> Form:
    return Form(
        "Begin a network",
        "begin",
        (
            TextField("network", "The network’s name", most=80, example="Coaching Network"),
            TextField(
                "organisations",
                "Its organisations, one a line",
                required=False,
                long=True,
                hint="People choose theirs when they first check in.",
            ),
            *series_fields(ask),
        ),
        submit="Begin",
        intro=("This channel becomes its first channel. Everything can be changed later.",),
    )
