"""The channels of a network: asking for one by a one-time code, approving, letting one go."""

from collections.abc import Iterator, Sequence

from bot.asked import channels_of, pause_without_channel
from bot.compose.joining import asks_card
from bot.compose.phrases import few, listed, quoted
from bot.compose.places import at_first, channel_called, space_called
from bot.errors import Refusal
from bot.joining import facts, show
from bot.speech import (
    Button,
    Buttons,
    Card,
    Element,
    Heading,
    HowTo,
    Items,
    Reply,
    Say,
    Small,
    Strong,
    Text,
    When,
    card,
    line,
)
from bot.stops import is_outside
from handlers.guests import is_guest, sure_of_guest
from handlers.home_parts import part
from handlers.noting import note
from handlers.words import Ask, number, word
from storage import (
    calls,
    chores,
    codes,
    joinings,
    lanes,
    networks,
    outbox,
    people,
    prompts,
    series,
    turns,
)
from storage.codes import Account
from storage.models import Channel, JoinCode, Joining, Prompt, Workspace

SHOWN = 20
MOST_CALLS = 60
MOST_NAMED = 5
ANOTHER = (" A host of the network gets another one with ", Say("network code"), ".")
NOT_HERE_YET = Small(("Am I not in this channel yet? ", HowTo("invite me")))


# -- the list ---------------------------------------------------------------------------------


@word("network channels", example="network channels", who="host", past=True)
def channels(ask: Ask) -> Reply:
    """See the network’s channels by workspace, and let one go."""
    every = networks.channels(ask.session, network_id=ask.me.network_id)
    first = 0 if not ask.rest.strip() else number(ask.rest)
    shown: list[Element | str] = [Heading(f"{ask.me.network}’s channels")]
    spaces: dict[int, list[Channel]] = {}
    for each in every[first : first + SHOWN]:
        spaces.setdefault(each.workspace_id, []).append(each)
    for own in spaces.values():
        shown.append(Text((Strong(space_name(own[0].workspace)),)))
        for each in own:
            shown += [Text((called(each),)), Buttons((_let_go(each),))]
    if not every:
        shown.append("It has no channel.")
    buttons = [Button("Get a join code", "network code")]
    if len(every) > first + SHOWN:
        rest = len(every) - first - SHOWN
        buttons.insert(0, Button(f"Show {rest} more", f"network channels {first + SHOWN}"))
    shown.append(Buttons(tuple(buttons)))
    shown.append(Small(("To add a channel where you are yourself, type ", Say("adopt"), " in it.")))
    return card(*shown, summary="The network’s channels")


def _let_go(channel: Channel) -> Button:
    return Button(
        "Remove",
        f"network drop {channel.id}",
        "danger",
        confirm=f"Nothing more is posted in {called(channel)}. Its people stay members.",
    )


@word("network drop", who="host", past=True)
def drop(ask: Ask) -> Reply:
    """Let a channel go: nothing more is posted there."""
    every = networks.channels(ask.session, network_id=ask.me.network_id)
    wanted = number(ask.rest)
    channel = next((each for each in every if each.id == wanted), None)
    if channel is None:
        raise Refusal(
            f"That channel is none of {ask.me.network}’s (any more). ",
            Say("network channels"),
            " shows them.",
        )
    if len(every) == 1 and not ask.me.ended:
        raise Refusal(
            "It is the network’s only channel. To stop everything, type ",
            Say("network end"),
            ".",
        )
    name, space = called(channel), channel.workspace
    outbox.stop(
        ask.session,
        platform=space.platform,
        workspace=space.external,
        channel=channel.external,
    )
    asked_there = prompts.live_in(ask.session, network_id=ask.me.network_id, channel_id=channel.id)
    networks.release(ask.session, channel=channel)
    _compose_again(ask)
    note(ask, "network", f"removed {in_full(name)}")
    return card(
        f"{at_first(name)} is no channel of {ask.me.network} any more. What stands there stays;"
        " nothing more is posted. Its people stay members and are still written to directly.",
        *_prompts_left(ask, asked_there),
        instead=True,
    )


def _prompts_left(ask: Ask, asked_there: Sequence[Prompt]) -> Iterator[Element]:
    """What becomes of the prompts that were asked in a channel that was let go."""
    left: list[Prompt] = []
    alone: list[Prompt] = []
    for each in asked_there:
        (left if channels_of(ask.session, each) else alone).append(each)
    for each in alone:
        chores.cancel(ask.session, kind="prompt", ref=each.id)
        pause_without_channel(ask.session, each, ask.now, knows=ask.me.member_id)
        note(ask, "prompt", f"paused the prompt {quoted(each.question, 100)}", each.id)
    if left:
        named = listed([quoted(each.question, 80) for each in left], MOST_NAMED)
        yield Text((f"Asked in its other channels only from now on: {named}.",))
    if alone:
        named = listed([quoted(each.question, 80) for each in alone], MOST_NAMED)
        yield Text(
            (
                f"Paused, as no channel is left to ask it in: {named}. To give it another one: ",
                Say("prompts"),
            )
        )


def take_in(
    ask: Ask, *, network_id: int, platform: str, workspace: str, external: str, name: str
) -> Channel:
    """Make a channel one of a network's: its calls are posted there too. Raises ValueError where
    it is one already, this network's or another's."""
    at = {"platform": platform, "workspace": workspace, "channel": external}
    try:
        if not networks.is_free(ask.session, **at):
            raise ValueError("that channel is a network's already")
    except networks.BeingTaken:
        raise Refusal(
            "A host of another network is taking this channel in at this very moment, so nothing"
            " was changed. Please look again in a minute: ",
            Say("network channels"),
        ) from None
    channel = networks.add_channel(ask.session, network_id=network_id, name=name, now=ask.now, **at)
    for each in series.of_network(ask.session, network_id=network_id):
        each.channels.append(channel)
    ask.session.flush()
    if not is_outside(ask.session, **at):
        lanes.open_again(ask.session, names=[lanes.name_of(platform, workspace, external)])
    _compose_again(ask, network_id)
    return channel


def _compose_again(ask: Ask, network_id: int | None = None) -> None:
    wanted = network_id or ask.me.network_id
    for call in calls.upcoming(ask.session, network_id=wanted, now=ask.now, limit=MOST_CALLS):
        calls.touch(ask.session, call_id=call.id)


# -- a code, and asking with it -----------------------------------------------------------------


@word("network code", who="host")
def code(ask: Ask) -> Reply:
    """Get a one-time code by which another channel may ask to join."""
    if ask.said.how == "mention":
        # Not with Say, which would name us as one does here.
        raise Refusal(
            "Say it to me directly, where nobody else reads it: ",
            Strong("network code"),
            ". A code is only for whom you give it to.",
        )
    made = joinings.make(
        ask.session, network_id=ask.me.network_id, made_by=ask.me.member_id, now=ask.now
    )
    if made is None:
        raise Refusal(
            f"{joinings.MOST_OPEN} codes of {ask.me.network} are good at the moment; each is good"
            " for three days. Please use one of those first."
        )
    note(ask, "network", "made a join code")
    until = When(ask.now + joinings.GOOD_FOR, ask.me.own_zone or ask.me.zone)
    return card(
        Text(line("The join code is ", Strong(made), ".")),
        Text(
            line(
                "In the channel that is to join, in this workspace or another one, a full member"
                " says ",
                Say(f"network join {made}"),
            )
        ),
        Text(("I then ask you and the other hosts before the channel is taken in.",)),
        Small(
            line(
                "It is good once, until ",
                until,
                ". Homeroom must be installed there. Where one talks to me in another way than"
                f" here, the words are: network join {made}",
            )
        ),
        summary="A join code",
    )


@word(
    "network join",
    hint="<code>",
    example="network join K7QP-2M4X",
    who="person",
    full=True,
)
def join(ask: Ask) -> Reply:
    """Ask that this channel may join a network, with a code from its host."""
    place, who = ask.said.place, ask.said.who
    if place.direct or not place.channel:
        raise Refusal("Please say that in the channel that is to join, with the same code.")
    if not who.person:
        raise Refusal("I can’t tell who you are here, so nothing was changed.")
    typed = codes.read(ask.rest)
    if codes.read(ask.rest, codes.LINK):
        raise Refusal(
            "That code links two accounts of one person. A channel joins by another, from a"
            " network’s host; nothing was changed."
        )
    if typed is None:
        raise Refusal(
            "A join code has eight letters and digits, such as K7QP-2M4X, and comes from a"
            " network’s host. Type ",
            Say("network join"),
            " and the code.",
        )
    space = people.workspace_at(ask.session, platform=who.platform, external=who.workspace)
    account = Account(space.id, who.person)
    closed = codes.closed_until(ask.session, account=account, now=ask.now)
    if closed:
        zone = ask.standing.zone if ask.standing else "UTC"
        return card(
            Text(
                line(
                    "There were too many wrong codes. I try none until ",
                    When(closed, zone, "time"),
                    ", so nothing was changed. Please say it again then.",
                )
            )
        )
    found = joinings.find(ask.session, code=typed)
    if found is None:
        # Not a refusal, which would undo the counting.
        codes.count_wrong(ask.session, account=account, now=ask.now)
        return card(Text(line("That code is none that I can use; nothing was changed.", *ANOTHER)))
    return _asked(ask, found, account)


def _asked(ask: Ask, found: JoinCode, account: Account) -> Card:
    """Use the code up and ask the hosts; who asks reads why where that can't be."""
    turns.take(ask.session, network_id=found.network_id)
    ask.session.refresh(found)
    network = networks.get(ask.session, network_id=found.network_id)
    place, who = ask.said.place, ask.said.who
    space = people.workspace_at(ask.session, platform=place.platform, external=place.workspace)
    _refuse(ask, found, space)
    if not joinings.use(ask.session, code=found, now=ask.now):
        raise Refusal("That code was used just now, and each is good once.", *ANOTHER)
    codes.forgive(ask.session, account=account)
    asked = joinings.ask(
        ask.session,
        network_id=network.id,
        workspace_id=space.id,
        external=place.channel,
        by=account,
        name=who.name,
        called=place.name.casefold(),
        now=ask.now,
    )
    show(ask.session, asked, ask.now)
    return card(
        f"I have asked {network.name}’s hosts whether this channel may join. You and they are told"
        " what they decide; until then nothing changes here.",
        NOT_HERE_YET,
        summary=f"Asked {network.name}’s hosts",
    )


def _refuse(ask: Ask, found: JoinCode, space: Workspace) -> None:
    place = ask.said.place
    network = networks.get(ask.session, network_id=found.network_id)
    if found.used_at:
        raise Refusal("That code was used already, and each is good once.", *ANOTHER)
    if found.good_until <= ask.now:
        raise Refusal("That code is too old: each is good for three days.", *ANOTHER)
    if network.ended_at:
        raise Refusal(f"{network.name} has ended, so no channel can join it. Nothing was changed.")
    if is_guest(ask):
        raise Refusal(
            "Guests can’t bring a channel into a network. Please ask a full member of this"
            " workspace to type it; the code is still good."
        )
    sure_of_guest(ask)
    own = networks.in_workspace(
        ask.session, platform=place.platform, workspace=place.workspace, channel=place.channel
    )
    if network.id in own:
        raise Refusal(f"This channel is one of {network.name}’s already; the code is still good.")
    if own:
        raise Refusal(
            "This channel belongs to another network already, and a channel has one network."
            " Nothing was changed; the code is still good."
        )
    if joinings.asked_for(ask.session, network_id=network.id, space=space, external=place.channel):
        raise Refusal(
            f"{network.name}’s hosts have been asked about this channel already. Nothing was"
            " changed; the code is still good."
        )


# -- what hosts decide ----------------------------------------------------------------------------


@word("network approve", who="host")
def approve(ask: Ask) -> Reply:
    """Take a channel in that asked to join."""
    asked = _waiting(ask)
    try:
        take_in(
            ask,
            network_id=ask.me.network_id,
            platform=asked.workspace.platform,
            workspace=asked.workspace.external,
            external=asked.external,
            name=asked.name,
        )
    except ValueError:
        return _decided(ask, asked, "late")
    return _decided(ask, asked, "approved")


@word("network decline", who="host")
def decline(ask: Ask) -> Reply:
    """Decline a channel that asked to join."""
    return _decided(ask, _waiting(ask), "declined")


def _waiting(ask: Ask) -> Joining:
    found = joinings.get(ask.session, network_id=ask.me.network_id, joining_id=number(ask.rest))
    if found is None:
        raise Refusal(
            f"No such channel asked to join {ask.me.network}. ",
            Say("network channels"),
            " shows the channels.",
        )
    if found.state != "asked":
        by = f" by {found.decider.name}" if found.decider else ""
        done = "approved" if found.state == "approved" else "declined"
        raise Refusal(f"That was {done} already{by}; nothing was changed.")
    return found


def _decided(ask: Ask, asked: Joining, state: str) -> Card:
    joinings.decide(
        ask.session,
        joining=asked,
        state=state,  # type: ignore[arg-type]
        by=ask.me.member_id,
    )
    joinings.look_again(ask.session, joining=asked, now=ask.now)
    known = facts(ask.session, asked)
    words = {"approved": "approved", "declined": "declined", "late": "could not approve"}[state]
    note(ask, "network", f"{words} {in_full(known.channel)}", asked.id)
    show(ask.session, asked, ask.now)
    shown = asks_card(known)
    return card(*shown.elements, summary=shown.summary, instead=True)


def look_again(ask: Ask) -> None:
    """Homeroom has come into this channel: what was said of it when it asked to join is looked at
    again."""
    place = ask.said.place
    space = people.workspace_at(ask.session, platform=place.platform, external=place.workspace)
    asked = joinings.last(ask.session, workspace_id=space.id, external=place.channel)
    if asked and asked.state in ("asked", "approved"):
        joinings.look_again(ask.session, joining=asked, now=ask.now)


@part(60, hosts=True)
def asking(ask: Ask) -> list[Element]:
    """The channels that wait for a host."""
    every = joinings.waiting(ask.session, network_id=ask.me.network_id)
    if not every:
        return []
    known = [facts(ask.session, each) for each in every]
    return [
        Text((Strong("Channels that ask to join"),)),
        Items(few([(f"{at_first(each.channel)}, asked by {each.asked_by}",) for each in known], 5)),
        Buttons(
            tuple(
                button
                for each in known[:2]
                for button in (
                    Button(f"Approve {each.channel}"[:70], f"network approve {each.id}", "main"),
                    Button(f"Decline {each.channel}"[:70], f"network decline {each.id}"),
                )
            )
        ),
    ]


def called(channel: Channel) -> str:
    """A channel as people know it."""
    space = channel.workspace
    return channel_called(channel.name, space_called(space.platform, space.name))


def in_full(name: str) -> str:
    """A channel in the middle of a sentence that says what it is."""
    return f"the channel {name}" if name.startswith("#") else name


def space_name(space: Workspace) -> str:
    """A workspace by its name, else by its platform."""
    return space_called(space.platform, space.name)
