"""The people of a network, as its hosts see them: who is with whom, who hosts, who has left."""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz, process

from bot import newcomers
from bot.compose.phrases import count, listed, quoted
from bot.compose.places import space_called
from bot.errors import Refusal
from bot.publish import to_member
from bot.speech import (
    Button,
    Buttons,
    ChoiceField,
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
    When,
    card,
    line,
)
from handlers.noting import note
from handlers.words import Ask, number, word
from storage import calls, organisations, people, removals, sayings
from storage.models import Member
from storage.organisations import Counted

SHOWN = 8
MOST_OPTIONS = 99
NONE = "0"
ROLES = (("member", "Member"), ("host", "Host"))
FROM = re.compile(r"(?:(.*)\s)?from (\d{1,9})", re.DOTALL)


def page_of(rest: str) -> tuple[str, int]:
    """What is looked for, and from which of what is found on: "ben from 8"."""
    found = FROM.fullmatch(rest.strip())
    return ((found[1] or "").strip(), int(found[2])) if found else (rest.strip(), 0)


# -- the list ---------------------------------------------------------------------------------


@word("network people", hint="<name>", example="network people", who="host", reads=True)
def show(ask: Ask) -> Reply:
    """See the network’s people, change whom they are with, and who hosts."""
    words, first = page_of(ask.rest)
    found, many = people.search(
        ask.session, network_id=ask.me.network_id, words=words, limit=first + SHOWN
    )
    return card(*_listed(ask, found[first:], many, words, first), summary="The network’s people")


def _listed(
    ask: Ask, found: Sequence[Member], many: int, words: str, first: int
) -> list[Element | str]:
    shown: list[Element | str] = [Heading(f"{ask.me.network}’s people")]
    if words:
        shown.append(f"{count(many, 'person is', 'people are')} found for {quoted(words, 80)}.")
    else:
        shown.append(f"{count(many, 'person', 'people')} in all.")
    for each in found:
        shown.append(_person(ask, each))
        shown.append(Buttons(_buttons(ask, each)))
    buttons = [Button("Find somebody", "network whom")]
    rest = many - first - len(found)
    if rest > 0 and found:
        more = f"network people {words} from {first + SHOWN}".replace("  ", " ")
        buttons.insert(0, Button(f"Show {rest} more", more))
    if _gone(ask):
        buttons.append(Button("Who left or was removed", "network gone"))
    shown.append(Buttons(tuple(buttons)))
    return shown


def _buttons(ask: Ask, member: Member) -> tuple[Button, ...]:
    """Whoever wants to leave does so on their own page, where they read what becomes of it."""
    change = Button("Change", f"network person {member.id}")
    if member.id == ask.me.member_id:
        return (change,)
    gone = f"{member.name} is no member any more. What they gave stays."
    remove = Button("Remove", f"network remove {member.id}", "danger", confirm=gone)
    return (change, remove)


def _person(ask: Ask, member: Member) -> Text:
    marks = [
        member.organisation.name if member.organisation else "no organisation yet",
        *(["host"] if member.role == "host" else []),
        *_guest(ask, member),
    ]
    return Text(line(Strong(member.name), f" – {', '.join(marks)}"))


def _guest(ask: Ask, member: Member) -> list[str]:
    """Whoever has several accounts may be a guest of one workspace only."""
    if member.guest:
        return ["guest"]
    accounts = people.identities(ask.session, member_id=member.id)
    guests = [each.workspace for each in accounts if each.guest]
    return [f"guest in {space_called(each.platform, each.name)}" for each in guests]


@word("network whom", who="host", opens=True)
def whom(ask: Ask) -> Reply:
    """Find somebody by their name."""
    form = Form(
        "Find somebody",
        "network whom",
        (TextField("words", "Their name, or a part of it", most=100),),
        submit="Find",
    )
    if ask.said.values is None:
        return form
    words = form.read(ask.said.values)["words"]
    found, many = people.search(ask.session, network_id=ask.me.network_id, words=words, limit=SHOWN)
    return card(*_listed(ask, found, many, words, 0), summary="The network’s people")


def one_named(ask: Ask, field: str, typed: str) -> Member:
    """The active member who is called so, as they are or with their organisation in brackets.
    Raises FormErrors beside `field`, with who may be meant."""
    every = people.members(ask.session, network_id=ask.me.network_id)
    wanted = " ".join(typed.split()).casefold()
    full = {each.id: _full(each) for each in every}
    found = [
        each
        for each in every
        if wanted in (" ".join(each.name.split()).casefold(), full[each.id].casefold())
    ]
    found = found or [each for each in every if wanted in each.name.casefold().split()]
    if len(found) == 1:
        return found[0]
    if found:
        names = listed([full[each.id] for each in found], 5)
        raise FormErrors(
            {field: f"Several are called so: {names}. Write the name as it stands here."}
        )
    near = process.extract(wanted, full, scorer=fuzz.WRatio, limit=3, score_cutoff=60)
    meant = f" Did you mean {' or '.join(name for name, _, _ in near)}?" if near else ""
    raise FormErrors({field: f"Nobody in {ask.me.network} is called {quoted(typed, 60)}.{meant}"})


def _full(member: Member) -> str:
    home = member.organisation
    return f"{member.name} ({home.name})" if home else member.name


# -- one person -------------------------------------------------------------------------------


@word("network person", who="host", opens=True)
def change(ask: Ask) -> Reply:
    """Change whom a member is with, and whether they host."""
    member = _member(ask)
    form = _form(ask, member)
    if ask.said.values is None:
        return form
    read = form.read(ask.said.values)
    chosen = _organisation(ask, read["organisation"])
    if read["role"] != member.role:
        _may_be(ask, member, read["role"])
    did = [*_be_with(ask, member, chosen), *_be(ask, member, read["role"])]
    if not did:
        return card("Nothing was changed: it is as it was.")
    return card(f"{member.name} {' and '.join(did)}.")


def _form(ask: Ask, member: Member) -> Form:
    known = organisations.counted(ask.session, network_id=ask.me.network_id)
    return Form(
        member.name,
        f"network person {member.id}",
        (
            _organisation_field(known, member),
            ChoiceField("role", "Role", ROLES, (member.role,)),
        ),
        intro=(member.name,),
    )


def _organisation_field(known: Sequence[Counted], member: Member) -> ChoiceField | TextField:
    """A choice; a typed name where there are more than a list can hold."""
    if len(known) <= MOST_OPTIONS:
        options = ((NONE, "None"), *((str(each.id), each.name) for each in known))
        chosen = str(member.organisation_id or NONE)
        return ChoiceField("organisation", "Organisation", options, (chosen,))
    home = member.organisation
    return TextField(
        "organisation",
        "Organisation",
        home.name if home else "",
        required=False,
        most=120,
        hint=f"One of the {len(known)}, by its name.",
    )


def _organisation(ask: Ask, given: str) -> Counted | None:
    """The organisation that was chosen or typed. Raises FormErrors with those that are near."""
    known = organisations.counted(ask.session, network_id=ask.me.network_id)
    if len(known) <= MOST_OPTIONS:
        return next((each for each in known if str(each.id) == given), None)
    return one_organisation(ask, "organisation", given) if given else None


def one_organisation(ask: Ask, field: str, typed: str) -> Counted:
    """The organisation of this name, whatever the case. Raises FormErrors beside `field`."""
    known = organisations.counted(ask.session, network_id=ask.me.network_id)
    wanted = " ".join(typed.split()).casefold()
    for each in known:
        if each.name.casefold() == wanted:
            return each
    names = {each.id: each.name for each in known}
    near = process.extract(wanted, names, scorer=fuzz.WRatio, limit=3, score_cutoff=60)
    meant = f" Did you mean {' or '.join(name for name, _, _ in near)}?" if near else ""
    raise FormErrors({field: f"No organisation is called {quoted(typed, 60)}.{meant}"})


def _be_with(ask: Ask, member: Member, chosen: Counted | None) -> list[str]:
    if member.organisation_id == (chosen.id if chosen else None):
        return []
    member.organisation_id = chosen.id if chosen else None
    ask.session.flush()
    ask.session.refresh(member)
    sayings.index_again(ask.session, member_ids=[member.id])
    compose_again(ask)
    where = chosen.name if chosen else "no organisation"
    itself = member.id == ask.me.member_id
    if itself and chosen:
        newcomers.said(ask.session, member, ask.now)
    else:  # a host knows it, then
        newcomers.told(ask.session, member)
    did = f"says they are with {where}" if itself else f"put {member.name} with {where}"
    note(ask, "role", did, member.id)
    return [f"is with {where} now"]


def _may_be(ask: Ask, member: Member, role: str) -> None:
    if role == "host" and member.guest:
        raise FormErrors({"role": "Guests can’t host a network."})
    if role == "member" and _is_last_host(ask, member):
        raise FormErrors({"role": ("Somebody must host. First ", Say("network hand over"), ".")})


def _is_last_host(ask: Ask, member: Member) -> bool:
    every = people.hosts(ask.session, network_id=ask.me.network_id)
    return [each.id for each in every] == [member.id]


def _be(ask: Ask, member: Member, role: str) -> list[str]:
    if role == member.role:
        return []
    member.role = role
    ask.session.flush()
    hosts = role == "host"
    did = "made {} a host" if hosts else "took the host’s role back from {}"
    note(ask, "role", did.format(member.name), member.id)
    if member.id != ask.me.member_id:
        _tell(
            ask,
            member,
            f"{ask.me.name} made you a host of {ask.me.network}."
            if hosts
            else f"{ask.me.name} took the host’s role in {ask.me.network} back from you. You stay"
            " a member.",
        )
    return ["hosts now" if hosts else "does not host any more"]


def _tell(ask: Ask, member: Member, words: str) -> None:
    to_member(
        ask.session,
        member.id,
        card(words),
        network_id=ask.me.network_id,
        of=f"role {member.id} {ask.said.delivery}",
        kind="notice",
        now=ask.now,
    )


# -- who has left -----------------------------------------------------------------------------


@word("network remove", who="host")
def remove(ask: Ask) -> Reply:
    """Remove a member: they read as one who has left."""
    member = _member(ask)
    if member.id == ask.me.member_id:
        raise Refusal(
            "That is you. To stop hosting, type ",
            Say("network hand over"),
            "; to leave, ",
            Say("leave"),
            ". Nothing was changed.",
        )
    member.removed_at, member.role = ask.now, "member"
    people.settle(ask.session, member=member)
    compose_again(ask)
    note(ask, "role", f"removed {member.name}", member.id)
    return card(
        f"{member.name} is no member of {ask.me.network} any more. What they gave stays, in their"
        " name; they are not asked, reminded or counted.",
        Buttons((Button("Bring them back", f"network restore {member.id}"),)),
        instead=True,
    )


@word("network gone", who="host", reads=True)
def gone(ask: Ask) -> Reply:
    """See who left or was removed, and bring back whom you removed."""
    every = _gone(ask)
    _, first = page_of(ask.rest)
    shown: list[Element | str] = [Heading("Who left or was removed")]
    for each in every[first : first + SHOWN]:
        shown += _gone_one(ask, each)
    if len(every) > first + SHOWN:
        more = len(every) - first - SHOWN
        shown.append(Buttons((Button(f"Show {more} more", f"network gone from {first + SHOWN}"),)))
    if not every:
        shown.append("Nobody left or was removed.")
    shown.append(
        Small(
            (
                "Whoever left may join again by themselves, and nobody else can bring them back. ",
                Say("network people"),
                " shows who is here.",
            )
        )
    )
    return card(*shown, summary="Who left or was removed")


def _gone(ask: Ask) -> list[Member]:
    network_id = ask.me.network_id
    left = people.left(ask.session, network_id=network_id)
    return [*left, *people.removed(ask.session, network_id=network_id)]


def _gone_one(ask: Ask, member: Member) -> list[Element]:
    zone = ask.me.own_zone or ask.me.zone
    if member.removed_at is None and member.left_at is not None:
        on = When(member.left_at, zone, "day")
        return [Text(line(Strong(member.name), " – left ", on))]
    restore = Button("Bring back", f"network restore {member.id}")
    return [Text(line(Strong(member.name), " – removed")), Buttons((restore,))]


@word("network restore", who="host")
def restore(ask: Ask) -> Reply:
    """Bring somebody back who was removed."""
    member = people.get(ask.session, network_id=ask.me.network_id, member_id=number(ask.rest))
    if member is None or member.removed_at is None:
        raise Refusal("Nobody like that was removed. ", Say("network gone"), " shows who was.")
    member.removed_at = None
    people.settle(ask.session, member=member)
    note(ask, "role", f"brought {member.name} back", member.id)
    if removals.forget(ask.session, member=member):
        return card(
            "They had everything that was kept of them erased. They may join again: they do, as"
            f" somebody new, when they speak in a channel of {ask.me.network}.",
            instead=True,
        )
    compose_again(ask)
    return card(f"{member.name} is a member of {ask.me.network} again.", instead=True)


def _member(ask: Ask) -> Member:
    member = people.get(ask.session, network_id=ask.me.network_id, member_id=number(ask.rest))
    if member is None or member.removed_at or member.left_at:
        raise Refusal(
            f"Nobody like that is in {ask.me.network}. ",
            Say("network people"),
            " shows who is here.",
        )
    return member


def compose_again(ask: Ask) -> None:
    """Let the posts of the calls to come say who is called what now."""
    for call in calls.upcoming(ask.session, network_id=ask.me.network_id, now=ask.now, limit=20):
        calls.touch(ask.session, call_id=call.id)
