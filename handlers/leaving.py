"""Leaving a network while what one gave stays, and joining it again on purpose."""

from collections.abc import Sequence
from dataclasses import replace

from bot.compose.phrases import listed, shorten
from bot.errors import Refusal
from bot.speech import Button, Buttons, Card, Element, Heading, Reply, Say, Small, Text, card
from handlers.left import ways_back
from handlers.network_hosts import not_asked_any_more
from handlers.network_people import compose_again
from handlers.noting import note
from handlers.refusing import removed_from
from handlers.standings import standings
from handlers.words import Ask, mark, number, word
from storage import bases, commitments, outbox, people, roles, turns
from storage.models import Member
from storage.people import Standing

CONFIRM = (
    "What you gave stays, with your name. You are not asked, reminded or counted any more. You can"
    " join again."
)


@word("leave", example="leave", who="person")
def leave(ask: Ask) -> Reply:
    """Leave a network, and read before what becomes of what you gave."""
    if ask.said.how == "button" and ask.rest.strip():
        return _leave(ask, number(ask.rest))
    return _page(ask, standings(ask))


@word("rejoin", example="rejoin", who="person")
def rejoin(ask: Ask) -> Reply:
    """Join a network again that you left."""
    gone = [each for each in standings(ask) if each.left and not each.removed]
    if ask.rest.strip():
        return _join(ask, number(ask.rest))
    if ask.standing and ask.standing.channel_id:
        return _join(ask, ask.standing.network_id)
    if len(gone) == 1:
        return _join(ask, gone[0].network_id)
    if not gone:
        raise Refusal("You have left no network, so nothing was changed. ", Say("me networks"))
    names = listed([each.network for each in gone])
    return card(f"You left {names}. Which one do you want to join again?", Buttons(ways_back(gone)))


# -- what becomes of it ---------------------------------------------------------------------------


def _page(ask: Ask, every: Sequence[Standing]) -> Card:
    here = [each for each in every if not each.left and not each.removed]
    gone = [each for each in every if each.left and not each.removed]
    shown: list[Element] = []
    if here:
        shown += _what_becomes(here)
        shown += [each for one in here for each in _way_out(ask, one)]
    if gone:
        names = listed([each.network for each in gone])
        shown += [Text((f"You left {names}.",)), Buttons(ways_back(gone))]
    if not shown:
        shown.append(Text(("You are in no network here, so there is none to leave.",)))
    shown.append(Text(("To have what you gave erased, now or later: ", Say("me erase"))))
    if here:
        shown.append(Text(("To stay, but be reminded of nothing: ", Say("me pause"))))
        shown.append(Text(("To say that you can’t come to the next call: ", Say("absent"))))
        shown.append(
            Small(
                (
                    "You leave a channel as any other one, in its own menu: I can’t do that for"
                    " you. While you are in it, no stray message makes you a member again.",
                )
            )
        )
    return card(*shown, summary="How one leaves")


def _what_becomes(here: Sequence[Standing]) -> list[Element]:
    what = here[0].network if len(here) == 1 else "a network"
    hosting = " You host it no more." if any(each.hosts for each in here) else ""
    return [
        Heading("Leaving"),
        Text(
            (
                f"If you leave {what}, what you gave stays there, with your name: check-ins, links,"
                " problems, offers, answers. You are not asked, reminded or counted any more, and"
                " links that you post are not caught. Your roles in calls go to others, your seat"
                f" in a home base is free, and your open commitments rest.{hosting}",
            )
        ),
        Text(("Its hosts see that you left. You can join again whenever you like.",)),
    ]


def _way_out(ask: Ask, here: Standing) -> list[Element]:
    if _is_last(ask, here):
        return list(_hand_over_first(here))
    says = f"leave {here.network_id}"
    button = Button(f"Leave {shorten(here.network, 60)}", says, "danger", confirm=CONFIRM)
    return [Buttons((button,))]


def _is_last(ask: Ask, here: Standing) -> bool:
    hosts = people.hosts(ask.session, network_id=here.network_id)
    return not here.ended and [each.id for each in hosts] == [here.member_id]


def _hand_over_first(here: Standing) -> tuple[Element, ...]:
    return (
        Text(
            (
                f"You are the only host of {here.network}. So that it is not left alone, please"
                " hand it over first, or end it; then you can leave.",
            )
        ),
        Buttons(
            (
                Button("Hand over", mark("network hand over", here.network_id), "main"),
                Button("End it", mark("network end", here.network_id), "danger"),
            )
        ),
    )


# -- leaving --------------------------------------------------------------------------------------


def _leave(ask: Ask, network_id: int) -> Card:
    here = _there(ask, network_id)
    if here.left:
        return _has_left(here, "You have left {} already; nothing was changed.")
    if _is_last(ask, here):
        return card(*_hand_over_first(here), Small(("Nothing was changed.",)))
    ask = replace(ask, standing=here)
    member = _member(ask)
    people.leave(ask.session, member=member, now=ask.now)
    commitments.rest(ask.session, member_id=member.id)
    roles.leave(ask.session, member_id=member.id, after=ask.now)
    bases.leave(ask.session, network_id=network_id, member_id=member.id)
    not_asked_any_more(ask, member)
    outbox.let_go_of_all(ask.session, member_id=member.id)
    compose_again(ask)
    note(ask, "role", "left, and hosts no more" if here.hosts else "left", member.id)
    return _has_left(here, "You have left {}. Thank you for what you gave: it stays.")


def _has_left(here: Standing, words: str) -> Card:
    return card(
        words.format(here.network),
        Text(("To have it erased instead: ", Say("me erase"))),
        Buttons((*ways_back([here]), Button("Erase what I gave", "me erase"))),
        Small(("You are in its channels until you leave those, too, in their own menu.",)),
        summary=words.format(here.network),
        instead=True,
    )


def _there(ask: Ask, network_id: int) -> Standing:
    """Who somebody is in a network of theirs, whose turn they have."""
    if network_id in {each.network_id for each in standings(ask)}:
        turns.take(ask.session, network_id=network_id)
        ask.session.expire_all()  # somebody may have changed it just before
    found = next((each for each in standings(ask) if each.network_id == network_id), None)
    if found is None:
        raise Refusal("You are not in that network, so nothing was changed. ", Say("leave"))
    if found.removed:
        raise removed_from(found.network)
    if not found.active:
        raise Refusal("Your account was deactivated here, so nothing was changed.")
    return found


def _member(ask: Ask) -> Member:
    member = people.get(ask.session, network_id=ask.me.network_id, member_id=ask.me.member_id)
    assert member
    return member


# -- joining again --------------------------------------------------------------------------------


def _join(ask: Ask, network_id: int) -> Card:
    there = _there(ask, network_id)
    if not there.left:
        return card(f"You are in {there.network}.", instead=ask.said.how == "button")
    ask = replace(ask, standing=there)
    member = _member(ask)
    people.come_back(ask.session, member=member)
    commitments.wake(ask.session, member_id=member.id)
    if not member.guest:
        bases.place(ask.session, network_id=network_id, member_id=member.id)
    compose_again(ask)
    note(ask, "role", "joined again", member.id)
    return card(
        f"Welcome back to {there.network}! What you gave before is there, and you are asked and"
        " reminded again as before.",
        Buttons(
            (
                Button("Check in", mark("checkin", network_id), "main"),
                Button("My page", mark("me", network_id)),
            )
        ),
        summary=f"You are in {there.network} again",
        instead=True,
    )
