"""A network at a glance, for its hosts: each thing with the button that opens it."""

from collections.abc import Sequence
from datetime import datetime

from bot.calendar import local_day
from bot.compose.pauses import say_days
from bot.compose.phrases import count, listed
from bot.errors import Refusal
from bot.speech import (
    Button,
    Buttons,
    Element,
    Fields,
    Form,
    Heading,
    Line,
    Reply,
    Small,
    TextField,
    When,
    card,
)
from handlers.network_channels import space_name
from handlers.noting import note
from handlers.words import Ask, word
from storage import bases, joinings, networks, organisations, pauses, people
from storage.models import Channel

MOST_NAME = 80
SHOWN = 8


@word("network", example="network", who="host", past=True)
def show(ask: Ask) -> Reply:
    """See your network: its channels, people, hosts, home bases, health and pauses."""
    if ask.rest.strip():
        raise Refusal(
            f"I don’t know what “{ask.rest[:40]}” means here. Type the word alone, and press the"
            " button for what you want."
        )
    network = networks.get(ask.session, network_id=ask.me.network_id)
    ended = network.ended_at
    shown: list[Element | str] = [Heading(network.name)]
    if ended:
        shown.append(Small(("It ended on ", When(ended, network.zone, "day"), ".")))
    shown.append(Fields(tuple(_facts(ask))))
    shown.append(Buttons(_past() if ended else _buttons()))
    return card(*shown, summary=network.name)


def _facts(ask: Ask) -> list[tuple[str, Line]]:
    network_id, session = ask.me.network_id, ask.session
    hosts = people.hosts_in_turn(session, network_id=network_id, now=ask.now)
    waiting = joinings.waiting(session, network_id=network_id)
    facts = [
        ("People", (_people(ask),)),
        ("Organisations", (_organisations(ask),)),
        ("Channels", (_channels(networks.channels(session, network_id=network_id)),)),
        ("Hosts", (listed([_host(each.name, each.away_until, ask) for each in hosts], SHOWN),)),
        ("Home bases", (_bases(ask),)),
        ("Next pause", _pause(ask)),
    ]
    if waiting:
        facts.append(("Asks to join", (count(len(waiting), "channel"),)))
    return [(label, value) for label, value in facts if value and value[0]]


def _people(ask: Ask) -> str:
    return str(len(people.members(ask.session, network_id=ask.me.network_id)))


def _organisations(ask: Ask) -> str:
    known = organisations.counted(ask.session, network_id=ask.me.network_id)
    return listed([f"{each.name} ({each.people})" for each in known], SHOWN) or "none yet"


def _channels(every: Sequence[Channel]) -> str:
    spaces: dict[str, int] = {}
    for each in every:
        name = space_name(each.workspace)
        spaces[name] = spaces.get(name, 0) + 1
    return listed([f"{many} in {name}" for name, many in spaces.items()], SHOWN) or "none"


def _host(name: str, away_until: datetime | None, ask: Ask) -> str:
    away = away_until is not None and away_until > ask.now
    return f"{name} (away)" if away else name


def _bases(ask: Ask) -> str:
    known = bases.open_ones(ask.session, network_id=ask.me.network_id)
    return listed([each.name for each in known], SHOWN) or "none yet"


def _pause(ask: Ask) -> Line:
    today = local_day(ask.now, ask.me.zone)
    found = pauses.coming(ask.session, network_id=ask.me.network_id, on=today)
    if not found:
        return ("none",)
    first = found[0]
    return (f"{first.name}, {say_days(first.first_on, first.last_on)}",)


def _buttons() -> tuple[Button, ...]:
    return (
        Button("People", "network people"),
        Button("Organisations", "network organisations"),
        Button("Channels", "network channels"),
        Button("Hosts", "network hosts"),
        Button("Home bases", "network homes"),
        Button("Health", "network health", "main"),
        Button("Pauses", "network pauses"),
        Button("Who changed what", "network audit"),
        Button("Rename", "network name"),
        Button("End it", "network end", "danger"),
    )


def _past() -> tuple[Button, ...]:
    return (
        Button("Channels", "network channels"),
        Button("Health", "network health"),
        Button("Who changed what", "network audit"),
    )


@word("network name", who="host", opens=True)
def rename(ask: Ask) -> Reply:
    """Give your network another name."""
    network = networks.get(ask.session, network_id=ask.me.network_id)
    form = Form(
        "Rename the network",
        "network name",
        (TextField("name", "Its name", network.name, most=MOST_NAME),),
        intro=("What is posted from now on says the new name.",),
    )
    if ask.said.values is None:
        return form
    name = " ".join(form.read(ask.said.values)["name"].split())
    if name == network.name:
        return card("It has that name already; nothing was changed.")
    note(ask, "network", f"renamed {network.name} to {name}", network.id)
    network.name = name
    ask.session.flush()
    return card(f"Your network is called {name} now.")
