"""Beginning a network: the first use in a channel, and who hosts it."""

from bot.compose import notices
from bot.compose.phrases import listed
from bot.errors import Refusal
from bot.gather import call_facts
from bot.speech import (
    Button,
    Buttons,
    Card,
    Element,
    Form,
    Heading,
    HowTo,
    Reply,
    Say,
    Strong,
    Text,
    TextField,
    When,
    card,
    line,
)
from bot.stops import is_outside
from handlers.guests import is_guest, sure_of_guest
from handlers.home import homes, menu
from handlers.network_channels import NOT_HERE_YET, called, in_full, look_again, take_in
from handlers.noting import note
from handlers.series_form import new_series, read_series, series_fields
from handlers.words import Ask, mark, told_zone, word
from storage import audit, calls, lanes, networks, people
from storage.models import Call, Channel, Network, Series

LONGEST_NAME = 120
MOST_ORGANISATIONS = 200
GUEST = (
    "Guests can’t host a network. Please ask a full member of this workspace to type ",
    Say(),
    " in this channel.",
)
SEE_MORE = (" Type ", Say(), " to see more.")


@word("menu", who="anyone", reads=True)
def bare(ask: Ask) -> Reply:
    """Show the menu for who you are."""
    place = ask.said.place
    nowhere = place.direct or not place.channel
    if ask.standing is not None:
        more = _no_host(ask) if nowhere or ask.me.channel_id else _not_ours(ask)
        shown = menu(ask)
        return card(*shown.elements, *more, summary=shown.summary)
    if ask.several:
        shown = homes(ask)
        return card(*shown.elements, *([] if nowhere else _not_ours(ask)), summary=shown.summary)
    if nowhere:
        return card(
            Heading("Hello, I am Homeroom"),
            "I run a learning network’s weekly call. You are not in a network with me yet.",
            Text(
                (
                    "Type ",
                    HowTo("call me"),
                    " in the channel where your network meets to begin one, or ask its host to"
                    " invite you there.",
                )
            ),
        )
    return notices.welcome()


def _not_ours(ask: Ask) -> list[Element]:
    """What a member of networks reads in a channel that is no network's."""
    mine = (ask.standing,) if ask.standing else ask.several
    hosted = [each for each in mine if each.hosts and not each.ended]
    own = (
        Button(f"Add it to {each.network[:60]}", mark("adopt", each.network_id)) for each in hosted
    )
    return [
        Text(("This channel is in no network yet.",)),
        Buttons((*own, Button("Begin a network here", "begin"))),
    ]


def _ended_here(ask: Ask) -> list[Element]:
    """How the channel of a network that has ended becomes free for another."""
    me = ask.me
    if not (me.ended and me.hosts and me.channel_id):
        return []
    return [
        Text(("To begin another network in this channel, let the channel go first.",)),
        Buttons((Button("Let this channel go", f"network drop {me.channel_id}"),)),
    ]


def _no_host(ask: Ask) -> list[Element]:
    if ask.me.ended:
        return _ended_here(ask)
    if people.hosts(ask.session, network_id=ask.me.network_id):
        return []
    return [
        Text((f"{ask.me.network} has no host at the moment.",)),
        Buttons((Button("Become its host", "host"),)),
    ]


def _who_hosts(ask: Ask) -> Card:
    """To whoever types it: who hosts each of their networks, and what hosts do there."""
    shown: list[Element] = []
    for each in ask.several or (ask.me,):
        hosts = people.hosts(ask.session, network_id=each.network_id)
        does = f"{listed([host.name for host in hosts])} host{'s' if len(hosts) == 1 else ''}"
        said = f"{does} {each.network}." if hosts else f"{each.network} has no host at the moment."
        shown.append(Text((said,)))
    if ask.standing and not ask.several:
        shown += _no_host(ask)[1:]
    if any(each.hosts for each in ask.several or (ask.me,)):
        shown.append(Text(("What you can change as a host: ", Say("network"))))
    return card(*shown, summary="Who hosts")


@word("welcome", who="anyone")
def welcome(ask: Ask) -> Reply:
    """Say hello when Homeroom joins a channel."""
    place = ask.said.place
    lanes.open_again(
        ask.session, names=[lanes.name_of(place.platform, place.workspace, place.channel)]
    )
    if place.direct:
        return bare(ask)
    look_again(ask)
    if ask.standing is None and not ask.several:
        return notices.welcome()
    if ask.standing and ask.me.ended and ask.me.channel_id:
        return bare(ask)
    if ask.standing is None or not ask.me.channel_id:
        hello = notices.welcome()
        return card(*hello.elements[:2], *_not_ours(ask), summary=hello.summary)
    call = calls.next_call(ask.session, network_id=ask.me.network_id, now=ask.now)
    return notices.welcome(ask.me.network, call_facts(ask.session, call) if call else None)


@word("begin", who="anyone", opens=True, full=True)
def begin(ask: Ask) -> Reply:
    """Begin a network in this channel, and become its host."""
    place = ask.said.place
    if place.direct or not place.channel:
        raise Refusal("Please type ", HowTo("call me"), " in the channel where your network meets.")
    if ask.standing is not None and ask.me.channel_id:
        over = " It has ended, and whoever hosted it can let the channel go."
        raise Refusal(
            f"This channel already belongs to {ask.me.network}.{over if ask.me.ended else ''}",
            *SEE_MORE,
        )
    if is_guest(ask):
        raise Refusal(*GUEST)
    form = _form(ask)
    if ask.said.values is None:
        return form
    sure_of_guest(ask)
    read = read_series(ask, form, also={"organisations": read_organisations})
    network, channel = _begun(ask, read["network"], read["zone"], read["organisations"])
    return _hello(network, *new_series(ask, read, network, [channel]))


def read_organisations(typed: str) -> list[str]:
    """Organisations, one a line, each once. Raises ValueError for what is no list of names."""
    names = [name for raw in typed.split("\n") if (name := raw.strip(" -•\t"))]
    once = list({name.casefold(): name for name in reversed(names)}.values())[::-1]
    if any(len(name) > LONGEST_NAME for name in once):
        raise ValueError(f"Please write one organisation a line, in {LONGEST_NAME} characters.")
    if len(once) > MOST_ORGANISATIONS:
        raise ValueError(f"At most {MOST_ORGANISATIONS} organisations fit here.")
    return once


def _begun(ask: Ask, name: str, zone: str, organisations: list[str]) -> tuple[Network, Channel]:
    """A new network with this channel, and whoever asks as its host."""
    place, who = ask.said.place, ask.said.who
    at = {"platform": place.platform, "workspace": place.workspace, "channel": place.channel}
    if not networks.is_free(ask.session, **at):  # somebody else was faster
        known = networks.channel_at(ask.session, **at)
        assert known
        network = networks.get(ask.session, network_id=known.network_id)
        raise Refusal(f"This channel already belongs to {network.name}.", *SEE_MORE)
    network = networks.add(
        ask.session, name=name, zone=zone, organisations=organisations, now=ask.now
    )
    channel = networks.add_channel(
        ask.session,
        network_id=network.id,
        platform=place.platform,
        workspace=place.workspace,
        channel=place.channel,
        name=place.name.casefold(),
        now=ask.now,
    )
    host = people.join(
        ask.session,
        network_id=network.id,
        platform=who.platform,
        workspace=who.workspace,
        person=who.person,
        name=who.name,
        zone=told_zone(who),
        now=ask.now,
        role="host",
    )
    audit.note(
        ask.session,
        network_id=network.id,
        by=host.id,
        what="network",
        words=f"began {network.name}",
        now=ask.now,
        ref=network.id,
    )
    return network, channel


def _hello(network: Network, known: Series, call: Call | None) -> Card:
    first = (
        line("The first call is ", When(call.starts_at, known.zone), ".")
        if call
        else ("No call is due on these dates. Type ", Say("call"), " to plan one.")
    )
    return card(
        Heading(f"{network.name} has begun"),
        Text(first),
        Text(
            (
                "You are its host. Everyone in this channel can now check in, share, ask and find"
                " with ",
                Say(),
                ". To change questions, steps or protocol, type ",
                Say("call"),
            )
        ),
        NOT_HERE_YET,
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


@word("adopt", who="host")
def adopt(ask: Ask) -> Reply:
    """Add this channel to your network: its calls are posted here too."""
    place, me = ask.said.place, ask.me
    if place.direct or not place.channel:
        raise Refusal("Please type ", Say("adopt"), " in the channel that you want to add.")
    if me.channel_id:
        return card(f"This channel is one of {me.network}’s already.")
    channel = take_in(
        ask,
        network_id=me.network_id,
        platform=place.platform,
        workspace=place.workspace,
        external=place.channel,
        name=place.name.casefold(),
    )
    note(ask, "network", f"added {in_full(called(channel))}", channel.id)
    outside = is_outside(
        ask.session, platform=place.platform, workspace=place.workspace, channel=place.channel
    )
    return card(
        f"This channel is one of {me.network}’s now, and its calls are posted here too.",
        Text((Strong("I am not in it yet. "), HowTo("invite me"))) if outside else NOT_HERE_YET,
        instead=True,
    )


@word("host", who="anyone", full=True)
def become_host(ask: Ask) -> Reply:
    """See who hosts, or become the host of a network that has none."""
    if ask.said.how != "button":
        return _who_hosts(ask)
    known = people.hosts(ask.session, network_id=ask.me.network_id)
    member = people.get(ask.session, network_id=ask.me.network_id, member_id=ask.me.member_id)
    if known:
        raise Refusal(f"{known[0].name} hosts {ask.me.network}.", *SEE_MORE)
    if member is None or member.guest or is_guest(ask):
        raise Refusal(*GUEST)
    sure_of_guest(ask)
    member.role = "host"
    ask.session.flush()
    note(ask, "role", "became host, as nobody hosted it", member.id)
    return card(
        Text((f"You host {ask.me.network} now. Type ", Say("call"), " to see what is planned.")),
        instead=True,
    )
