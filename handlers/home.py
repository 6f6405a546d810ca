"""What someone sees who opens Homeroom's home or says nothing more than its name."""

import dataclasses
from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from bot.compose import home as compose
from bot.compose.home import HomeFacts
from bot.compose.phrases import shorten
from bot.gather import call_facts, raised, shared
from bot.speech import Button, Buttons, Card, Element, HowTo, Reply, Small, Text, card
from handlers.home_parts import parts
from handlers.meant import marked_card
from handlers.words import Ask, word
from storage import calls, checkins, problems, recaps, resources

LATELY = timedelta(days=28)


@word("home", who="anyone", reads=True)
def home(ask: Ask) -> Reply:
    """Show your home."""
    if ask.standing is None and ask.several:
        return homes(ask)
    if ask.standing is None:
        return card(
            Text(
                (
                    "You are not in a network here yet. Type ",
                    HowTo("call me"),
                    " in your network’s channel, or ask its host to invite you.",
                )
            )
        )
    shown = compose.home(_facts(ask), tuple(parts(ask)))
    others = [Buttons((Button("My other networks", "me networks"),))] if ask.several else []
    return card(
        shown.elements[0],
        *others,
        *shown.elements[1:],
        summary=shown.summary,
        instead=ask.said.how == "button",
    )


@word("me networks", example="me networks", who="person", reads=True)
def my_networks(ask: Ask) -> Reply:
    """See what is next in each of your networks, where you are in several."""
    return homes(ask)


def homes(ask: Ask) -> Card:
    """The menus of all the networks that whoever asks may mean."""
    mine = ask.several or (ask.me,)
    each = [dataclasses.replace(ask, standing=one, several=()) for one in mine]
    shown = [element for one in each for element in _door_to(one)]
    if not ask.several:
        shown.append(Small(("Are you in others, too? Say that to me directly.",)))
    return card(*shown, summary="Your networks", instead=ask.said.how == "button")


def _door_to(ask: Ask) -> Sequence[Element]:
    """A network's menu, with the way into its home; everything in it is done there."""
    me = ask.me
    way = Buttons((Button(f"Open {shorten(me.network, 50)}", "home"),))
    shown = menu(ask)
    return marked_card(card(shown.elements[0], way, *shown.elements[1:]), me.network_id).elements


def menu(ask: Ask) -> Card:
    """The short answer to our bare name, for a member."""
    return compose.menu(_facts(ask))


def _facts(ask: Ask) -> HomeFacts:
    me, session = ask.me, ask.session
    call = calls.next_call(session, network_id=me.network_id, now=ask.now, channel_id=me.channel_id)
    waiting = problems.waiting(session, network_id=me.network_id, before=ask.now)
    lately = resources.shared_between(
        session, network_id=me.network_id, since=ask.now - LATELY, until=ask.now
    )
    drafted = recaps.waiting(session, network_id=me.network_id) if me.hosts else None
    return HomeFacts(
        me.network,
        me.name,
        hosts=me.hosts,
        call=call_facts(session, call) if call else None,
        state=_state(ask, call.id) if call else "",
        problems=tuple(
            raised(each) for each in problems.of_member(session, member_id=me.member_id)
        ),
        resources=tuple(shared(each) for each in reversed(lately)),
        asks=tuple(raised(each) for each in waiting if not each.offers) if me.hosts else (),
        draft=call_facts(session, drafted.call) if drafted else None,
        ended=me.ended,
    )


def _state(ask: Ask, call_id: int) -> Literal["", "answered", "absent"]:
    if checkins.of_member(ask.session, call_id=call_id, member_id=ask.me.member_id):
        return "answered"
    away = checkins.absent(ask.session, call_id=call_id)
    return "absent" if ask.me.member_id in {each.id for each in away} else ""
