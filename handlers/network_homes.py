"""Home bases: members dealt to sub-groups, each with a channel of its own where it wishes."""

from collections.abc import Sequence

from bot.compose.phrases import count, listed
from bot.dealing import Person, deal, repeats
from bot.errors import Refusal
from bot.publish import to_channels
from bot.speech import (
    Button,
    Buttons,
    Card,
    Element,
    Form,
    Heading,
    Line,
    NumberField,
    Reply,
    Say,
    Small,
    Strong,
    Text,
    TextField,
    card,
    line,
)
from handlers.home_parts import part
from handlers.network_channels import called
from handlers.noting import note
from handlers.words import Ask, number, word
from storage import bases, networks, people
from storage.models import HomeBase, Member

MOST_BASES, MOST_NAME, SHOWN = 40, 60, 40


@word("network homes", example="network homes", who="host", reads=True)
def show(ask: Ask) -> Reply:
    """See the home bases, who is in which, and deal them anew."""
    every = bases.open_ones(ask.session, network_id=ask.me.network_id)
    if not every:
        return card(
            "Home bases are small groups of your network that stay together for a while.",
            Buttons((Button("Deal home bases", "network deal", "main"),)),
            summary="No home bases yet",
        )
    seated = _seated(ask)
    shown: list[Element | str] = [Heading("Home bases")]
    for each in every:
        shown.append(Text(_line(each, seated.get(each.id, []))))
        shown.append(Buttons((Button("Rename", f"network base {each.id}"),)))
    shown.append(Buttons((Button("Deal them anew", "network deal"),)))
    shown.append(
        Small(
            (
                "To give one a channel of its own, type ",
                Say("network place A"),
                " in that channel.",
            )
        )
    )
    return card(*shown, summary="Home bases")


def _line(base: HomeBase, members: Sequence[Member]) -> Line:
    where = f" · {called(base.channel)}" if base.channel else ""
    names = listed([each.name for each in members], SHOWN) or "nobody yet"
    return line(Strong(base.name), f"{where}: {names}")


def _seated(ask: Ask) -> dict[int, list[Member]]:
    last = bases.last_round(ask.session, network_id=ask.me.network_id)
    return bases.seated(ask.session, round_id=last.id) if last else {}


@word("network deal", who="host", opens=True)
def deal_out(ask: Ask) -> Reply:
    """Deal the members to home bases: balanced, and with new company."""
    form = Form(
        "Home bases",
        "network deal",
        (NumberField("bases", "How many?", 1, MOST_BASES, _number(ask)),),
        submit="Look it over",
        intro=(
            "Everybody gets a place; organisations are spread, and who has been together before is"
            " kept apart as far as it goes. Nobody is told before you say so.",
        ),
    )
    if ask.said.values is None:
        return form
    return _preview(ask, form.read(ask.said.values)["bases"])


def _number(ask: Ask) -> int:
    return len(bases.open_ones(ask.session, network_id=ask.me.network_id)) or 4


def _dealt(ask: Ask, wanted: int) -> tuple[list[list[Member]], int]:
    """Who would sit together, the same each time until somebody joins, leaves, or is dealt; and
    how many pairs of them have before."""
    everyone = {
        each.id: each
        for each in people.members(ask.session, network_id=ask.me.network_id)
        if not each.guest
    }
    if wanted > len(everyone):
        raise Refusal(
            f"There are only {count(len(everyone), 'member')}. Say a smaller number: ",
            Say("network homes"),
        )
    met = bases.met(ask.session, network_id=ask.me.network_id)
    crowd = [Person(each.id, each.organisation_id or 0) for each in everyone.values()]
    tables = deal(crowd, wanted, met)
    seats = [[everyone[each.id] for each in table] for table in tables]
    return seats, repeats(tables, met)


def _preview(ask: Ask, wanted: int) -> Card:
    tables, again = _dealt(ask, wanted)
    new = (
        f"{count(again, 'pair has', 'pairs have')} been together before: it can hardly be fewer."
        if again
        else "Nobody sits with somebody from before."
    )
    return card(
        Heading("This is how it would be"),
        *(
            Text(line(Strong(f"{place}: "), listed([each.name for each in table], SHOWN)))
            for place, table in enumerate(tables, start=1)
        ),
        Small((new,)),
        Buttons(
            (
                Button("Make it so, and tell them", f"network seat {wanted}", "main"),
                Button("Another number", "network deal"),
            )
        ),
        summary="Home bases to look over",
    )


@word("network seat", who="host")
def seat(ask: Ask) -> Reply:
    """Make the home bases so, and tell everybody."""
    wanted = number(ask.rest)
    if not 1 <= wanted <= MOST_BASES:
        raise Refusal("Please use the button for that: ", Say("network homes"))
    last = bases.last_round(ask.session, network_id=ask.me.network_id)
    if last and (ask.now - last.at).total_seconds() < 60:
        return card("They were dealt just now. ", Buttons((Button("See them", "network homes"),)))
    tables, _ = _dealt(ask, wanted)
    known = bases.wanted(ask.session, network_id=ask.me.network_id, number=wanted)
    seats = {
        base.id: [each.id for each in table] for base, table in zip(known, tables, strict=True)
    }
    made = bases.deal(ask.session, network_id=ask.me.network_id, seats=seats, now=ask.now)
    _post(ask, made.id)
    note(ask, "network", f"dealt {count(wanted, 'home base')}", made.id)
    return card(
        "Done: the channels are told who is in which home base.",
        Buttons((Button("See them", "network homes"),)),
        instead=True,
    )


def _post(ask: Ask, round_id: int) -> None:
    """Tell the network's channels of all bases, and each base's own channel of its own."""
    every = bases.open_ones(ask.session, network_id=ask.me.network_id)
    seated = _seated(ask)
    own = [each.channel for each in every if each.channel]
    common = [
        each
        for each in networks.meeting_channels(ask.session, network_id=ask.me.network_id)
        if each.id not in {channel.id for channel in own}
    ]
    to_channels(
        ask.session,
        common,
        card(
            Heading("Home bases"),
            *(Text(_line(each, seated.get(each.id, []))) for each in every),
            summary="Home bases",
        ),
        of=f"home bases {round_id}",
        kind="notice",
        now=ask.now,
    )
    for each in every:
        if each.channel:
            _greet(ask, each, seated.get(each.id, []), round_id)


def _greet(ask: Ask, base: HomeBase, members: Sequence[Member], round_id: int) -> None:
    assert base.channel
    to_channels(
        ask.session,
        [base.channel],
        card(
            Heading(f"This is {base.name}’s home"),
            Text((f"Here are {listed([each.name for each in members], SHOWN) or 'nobody yet'}.",)),
            summary=f"{base.name}’s home",
        ),
        of=f"home base {base.id} of {round_id}",
        kind="notice",
        now=ask.now,
    )


@word("network base", who="host", opens=True)
def rename(ask: Ask) -> Reply:
    """Give a home base another name."""
    base = bases.get(ask.session, network_id=ask.me.network_id, base_id=number(ask.rest))
    if base is None:
        raise Refusal("That home base is not here any more. ", Say("network homes"))
    form = Form(
        "Rename the home base",
        ask.said.words,
        (TextField("name", "Its name", base.name, most=MOST_NAME),),
    )
    if ask.said.values is None:
        return form
    before, base.name = base.name, " ".join(form.read(ask.said.values)["name"].split())
    ask.session.flush()
    if base.name != before:
        note(ask, "network", f"renamed the home base {before} to {base.name}", base.id)
    return card(f"It is called {base.name} now.", Buttons((Button("See them", "network homes"),)))


@word("network place", who="host")
def give_channel(ask: Ask) -> Reply:
    """Make the channel that you are in a home base’s own."""
    if ask.me.channel_id is None:
        raise Refusal(
            "Say that in the channel that is to be the home base’s. If it is not one of the"
            " network’s yet, type ",
            Say("adopt"),
            " there first.",
        )
    wanted = ask.rest.strip().casefold()
    every = bases.open_ones(ask.session, network_id=ask.me.network_id)
    found = [
        each
        for each in every
        if wanted and wanted in (each.name.casefold(), each.name.casefold().removeprefix("base "))
    ]
    if not every:
        raise Refusal(
            "There are no home bases yet, so nothing was changed. To deal your members to some,"
            " type ",
            Say("network deal"),
        )
    if not found:
        names = listed([each.name for each in every], SHOWN)
        short = every[0].name.removeprefix("Base ")
        raise Refusal(
            f"I know no home base “{ask.rest.strip()[:60]}”. There are: {names}. For example: ",
            Say(f"network place {short}"),
        )
    other = bases.of_channel(ask.session, channel_id=ask.me.channel_id)
    if other and other.id != found[0].id:
        raise Refusal(f"This channel is {other.name}’s already.")
    channel = networks.channel(ask.session, channel_id=ask.me.channel_id)
    found[0].channel_id, found[0].channel = channel.id, channel
    ask.session.flush()
    last = bases.last_round(ask.session, network_id=ask.me.network_id)
    _greet(ask, found[0], _seated(ask).get(found[0].id, []), last.id if last else 0)
    note(ask, "network", f"gave {found[0].name} a channel of its own", found[0].id)
    return card(f"This channel is {found[0].name}’s home now.")


@part(40)
def in_home(ask: Ask) -> list[Element]:
    """Your home base, and who is in it."""
    last = bases.last_round(ask.session, network_id=ask.me.network_id)
    if last is None:
        return []
    base = bases.base_of(ask.session, round_id=last.id, member_id=ask.me.member_id)
    if base is None:
        return []
    members = bases.seated(ask.session, round_id=last.id).get(base.id, [])
    others = [each.name for each in members if each.id != ask.me.member_id]
    return [
        Text(line("Your home base: ", Strong(base.name), f", with {listed(others, SHOWN)}"))
        if others
        else Text(line("Your home base: ", Strong(base.name)))
    ]
