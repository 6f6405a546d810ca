"""The hosts of a network: who is away, and handing over to somebody else."""

from collections.abc import Sequence
from datetime import time, timedelta

from bot.calendar import instant, local_day
from bot.compose.phrases import listed
from bot.errors import Refusal
from bot.publish import to_member
from bot.speech import (
    Button,
    Buttons,
    Card,
    ChoiceField,
    DateField,
    Element,
    Form,
    FormErrors,
    Heading,
    Items,
    Line,
    Reply,
    Say,
    Small,
    Strong,
    Text,
    TextField,
    When,
    card,
    line,
    zone_or_utc,
)
from handlers.network_people import one_named
from handlers.noting import note
from handlers.words import Ask, number, word
from storage import handovers, people
from storage.models import Handover, Member

FARTHEST = timedelta(days=365)
DAY = timedelta(days=1)
STAYS = (("stay", "Host together with them"), ("leave", "Step down once they accept"))


@word("network hosts", example="network hosts", who="host")
def show(ask: Ask) -> Reply:
    """See who hosts, who is away, and who was asked to."""
    session, network_id = ask.session, ask.me.network_id
    every = people.hosts_in_turn(session, network_id=network_id, now=ask.now)
    asked = handovers.waiting(session, network_id=network_id)
    shown: list[Element | str] = [
        Heading("Hosts"),
        Items(tuple(_host(ask, each) for each in every)),
        Small(("What hosts are asked goes to the first of these who is not away.",)),
    ]
    for each in asked:
        shown.append(f"{each.giver.name} has asked {each.taker.name} to host. They have not said.")
        shown.append(Buttons((Button("Take it back", f"network recall {each.id}"),)))
    shown.append(Buttons((Button("Hand over", "network hand over"), _away_button(ask, every))))
    return card(*shown, summary="Hosts")


def _host(ask: Ask, host: Member) -> Line:
    if not _is_away(ask, host):
        return (host.name,)
    assert host.away_until
    until = When(host.away_until - DAY, ask.me.zone, "day")
    return line(host.name, " – away until the end of ", until)


def _is_away(ask: Ask, host: Member) -> bool:
    return host.away_until is not None and host.away_until > ask.now


def _away_button(ask: Ask, every: Sequence[Member]) -> Button:
    me = next((each for each in every if each.id == ask.me.member_id), None)
    if me and _is_away(ask, me):
        return Button("I am back", "network back")
    return Button("I am away", "network away")


@word("network away", example="network away", who="host", opens=True)
def away(ask: Ask) -> Reply:
    """Say until when you are away: what hosts are asked goes to another."""
    zone = zone_or_utc(ask.me.own_zone or ask.me.zone)
    form = Form(
        "I am away",
        "network away",
        (DateField("until", "Last day away"),),
        intro=("Until then what hosts are asked goes to another host first.",),
    )
    if ask.said.values is None:
        return form
    until = form.read(ask.said.values)["until"]
    today = local_day(ask.now, zone)
    if until < today:
        raise FormErrors({"until": "That day is past. Please choose today or later."})
    if until > today + FARTHEST:
        raise FormErrors(
            {"until": "That is more than a year away. To stop hosting, hand over instead."}
        )
    me = _me(ask)
    me.away_until = instant(until + DAY, time(0), zone)
    ask.session.flush()
    note(ask, "role", f"is away until {until.day} {until:%b %Y}", me.id)
    return card(_said_away(ask, me))


def _said_away(ask: Ask, me: Member) -> Text:
    others = [
        each.name
        for each in people.hosts_in_turn(ask.session, network_id=ask.me.network_id, now=ask.now)
        if each.id != me.id and not _is_away(ask, each)
    ]
    assert me.away_until
    until = When(me.away_until - DAY, ask.me.own_zone or ask.me.zone, "day")
    if others:
        goes = (
            f", {others[0]} is asked first."
            if len(others) == 1
            else (f", {listed(others, 3)} are asked first.")
        )
        return Text(line("Noted. Until the end of ", until, goes))
    return Text(
        line(
            "Noted, until the end of ",
            until,
            ". But no other host is there, so you are still asked. Make somebody a host with ",
            Say("network people"),
        )
    )


@word("network back", who="host")
def back(ask: Ask) -> Reply:
    """Say that you are back: hosts’ questions come to you again."""
    me = _me(ask)
    if not _is_away(ask, me):
        return card("You are not away; nothing was changed.", instead=True)
    me.away_until = None
    ask.session.flush()
    note(ask, "role", "is back", me.id)
    return card("Welcome back! What hosts are asked comes to you again.", instead=True)


def _me(ask: Ask) -> Member:
    me = people.get(ask.session, network_id=ask.me.network_id, member_id=ask.me.member_id)
    assert me
    return me


# -- handing over -----------------------------------------------------------------------------


@word("network hand", hint="over", example="network hand over", who="host", opens=True)
def hand_over(ask: Ask) -> Reply:
    """Hand over: ask a member to host; they must accept."""
    form = Form(
        "Hand over",
        "network hand over",
        (
            TextField("who", "Who is to host?", most=120, hint="A member’s name."),
            ChoiceField("then", "And you?", STAYS, ("leave",)),
        ),
        submit="Ask them",
        intro=("I ask them directly. Nothing changes until they accept.",),
    )
    if ask.said.values is None:
        return form
    read = form.read(ask.said.values)
    wanted = one_named(ask, "who", read["who"])
    if wanted.id == ask.me.member_id:
        raise FormErrors({"who": "That is you. Please name somebody else."})
    if wanted.guest:
        raise FormErrors({"who": "Guests can’t host a network. Please name a full member."})
    if wanted.role == "host" and read["then"] == "stay":
        raise FormErrors({"who": f"{wanted.name} hosts already."})
    made, new = handovers.ask(
        ask.session,
        network_id=ask.me.network_id,
        from_id=ask.me.member_id,
        to_id=wanted.id,
        leaves=read["then"] == "leave",
        now=ask.now,
    )
    if not new:
        return card(f"{wanted.name} was asked already, and has not said yet.")
    if not _show(ask, made):
        handovers.settle(ask.session, handover=made, state="recalled")
        raise Refusal(f"I can’t write to {wanted.name} directly, so I did not ask them.")
    note(ask, "role", f"asked {wanted.name} to host", wanted.id)
    return card(
        f"I have asked {wanted.name}. You are told what they say; until then nothing changes."
    )


@word("network accept", who="nobody")
def accept(ask: Ask) -> Reply:
    """Accept to host the network."""
    asked = _asked(ask)
    giver, taker = asked.giver, asked.taker
    if giver.role != "host" or not giver.active:
        raise Refusal(f"{giver.name} does not host any more, so nothing was changed.")
    if taker.guest:
        raise Refusal("Guests can’t host a network, so nothing was changed.")
    handovers.settle(ask.session, handover=asked, state="accepted")
    taker.role = "host"
    if asked.leaves and giver.id != taker.id:
        giver.role = "member"
    ask.session.flush()
    words = "took over as host from" if asked.leaves else "accepted to host, asked by"
    note(ask, "role", f"{words} {giver.name}", taker.id)
    _show(ask, asked)
    _tell_giver(ask, asked, f"{taker.name} has accepted and hosts {ask.me.network} now.")
    return card(
        Text(
            (
                f"You host {ask.me.network} now. Type ",
                Say("network"),
                " for the network, and ",
                Say("call"),
                " for its calls.",
            )
        ),
        instead=True,
    )


@word("network refuse", who="nobody")
def refuse(ask: Ask) -> Reply:
    """Decline to host the network."""
    asked = _asked(ask)
    handovers.settle(ask.session, handover=asked, state="declined")
    note(ask, "role", f"declined to host, asked by {asked.giver.name}", asked.to_id)
    _show(ask, asked)
    _tell_giver(ask, asked, f"{asked.taker.name} declined to host. Nothing was changed.")
    return card("Thank you for saying so. Nothing was changed.", instead=True)


@word("network recall", who="host")
def recall(ask: Ask) -> Reply:
    """Take back that somebody was asked to host."""
    asked = _found(ask)
    if asked.state != "asked":
        raise Refusal(f"{asked.taker.name} has answered already; nothing was changed.")
    handovers.settle(ask.session, handover=asked, state="recalled")
    note(ask, "role", f"took back that {asked.taker.name} was asked to host", asked.to_id)
    _show(ask, asked)
    return card(f"Taken back: {asked.taker.name} is not asked any more.", instead=True)


def not_asked_any_more(ask: Ask, member: Member) -> None:
    """Somebody leaves: what they were asked, or asked somebody, stands no more."""
    for each in handovers.waiting(ask.session, network_id=member.network_id):
        if each.from_id == member.id:
            handovers.settle(ask.session, handover=each, state="recalled")
            _show(ask, each)
        elif each.to_id == member.id:
            handovers.settle(ask.session, handover=each, state="declined")
            _show(ask, each)
            _tell_giver(ask, each, f"{member.name} has left {ask.me.network}, and does not host.")


def _found(ask: Ask) -> Handover:
    found = handovers.get(ask.session, network_id=ask.me.network_id, handover_id=number(ask.rest))
    if found is None:
        raise Refusal("That is not here. ", Say("help"), " shows what you can do.")
    return found


def _asked(ask: Ask) -> Handover:
    """What whoever asks was asked, if it still stands."""
    found = _found(ask)
    if found.to_id != ask.me.member_id:
        raise Refusal("Only whoever was asked can answer that.")
    if found.state != "asked":
        became = {
            "accepted": "You accepted already",
            "declined": "You declined already",
            "recalled": "It was taken back",
        }[found.state]
        raise Refusal(f"{became}; nothing was changed.")
    return found


def _show(ask: Ask, asked: Handover) -> bool:
    return to_member(
        ask.session,
        asked.to_id,
        _card(ask.me.network, asked),
        network_id=asked.network_id,
        of=f"handover {asked.id}",
        kind="notice",
        now=ask.now,
    )


def _card(network: str, asked: Handover) -> Card:
    giver = asked.giver.name
    if asked.state != "asked":
        became = {
            "accepted": f"You accepted to host {network}.",
            "declined": f"You declined to host {network}.",
            "recalled": f"{giver} took it back: you are not asked to host {network} any more.",
        }[asked.state]
        return card(became)
    then = "in their place" if asked.leaves else "together with them"
    return card(
        Text(line(Strong(giver), f" asks you to host {network}, {then}.")),
        "A host plans the calls, approves the recaps, and is told when something needs a hand."
        " There may be several hosts.",
        Buttons(
            (
                Button("Accept", f"network accept {asked.id}", "main"),
                Button("Decline", f"network refuse {asked.id}"),
            )
        ),
        summary=f"{giver} asks you to host {network}",
    )


def _tell_giver(ask: Ask, asked: Handover, words: str) -> None:
    to_member(
        ask.session,
        asked.from_id,
        card(words),
        network_id=asked.network_id,
        of=f"handover {asked.id} told",
        kind="notice",
        now=ask.now,
    )
