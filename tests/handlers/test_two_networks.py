"""Somebody in two networks of one workspace: what they say outside channels is meant for one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import Refusal
from bot.speech import Card, Form, Incoming, Message, Picks, Place, Reply, plain
from storage import networks
from storage.models import CheckIn, Member, Network, Voice, Wish
from tests.cast import CALL, Room, text
from tests.handlers.acting import buttons, field, nothing_changed, presses, writes
from tests.room import is_form, says_of

BOTH = "You are in Coaching Network and Other Network. Which one do you mean?"
TALKS = "https://example.org/talks"


@pytest.fixture
async def both(room: Room) -> Room:
    """The room in which Ben and Ana have spoken in the other network, too."""
    await room.joins("ben", "other-network")
    await room.joins("ana", "other-network")
    await room.says("ben", "me", "other-network")
    await room.says("ana", "me", "other-network")
    await room.settle()
    return room


async def direct(room: Room, who: str, words: str, how: Any = "direct", **more: Any) -> Reply:
    """What the program answers to words in its 1:1 with somebody."""
    me = room.who(who)
    place = Place(me.platform, me.workspace, direct=True)
    delivery = f"{who} {words} {how} {sorted(more)}"
    return await room.homeroom.answer(Incoming(delivery, me, place, words, how=how, **more))


def read(reply: Reply) -> str:
    assert isinstance(reply, Card), reply
    return plain(reply.elements)


def says(reply: Reply, label: str) -> str:
    """The words of a button."""
    assert isinstance(reply, Card)
    rows = [each.buttons for each in reply.elements if hasattr(each, "buttons")]
    return next(each.says for row in rows for each in row if each.label == label)


def kept_in(room: Room, model: type, find: Callable[[Any], Any] = lambda asked: asked) -> list[str]:
    """The networks in which rows of members' stand."""
    with Session(room.homeroom.database.engine) as session:
        asked = select(Network.name).join(Member, Member.network_id == Network.id)
        found = find(asked.join(model, model.member_id == Member.id))  # type: ignore[attr-defined]
        return sorted(session.scalars(found))


def newest(room: Room, who: str) -> Any:
    return room.directs(who)[-1]


# -- what is pressed in a direct message ----------------------------------------------------------


async def test_a_host_s_offer_is_accepted_in_the_direct_message(both: Room) -> None:
    opened = await both.says("ana", "network hand over")
    await both.hands["ana"].submit(opened.view, {"who": "Ben", "then": "stay"})
    await both.settle()
    asked = next(each for each in both.directs("ben") if "asks you to host" in text(each))
    done = await presses(both, "ben", asked, "Accept")
    assert "You are in" not in done.text
    await both.dialog("ben", ("call", "Weekly call"))


async def test_a_reminder_s_buttons_are_about_its_call(both: Room) -> None:
    await both.goes_to(CALL - timedelta(hours=4))
    reminder = next(e for e in both.directs("ben") if "Check in" in buttons(e))
    opened = await presses(both, "ben", reminder, "Check in")
    assert is_form(opened)
    done = await both.hands["ben"].submit(opened.view, {"answer0": "Number talks"})
    assert "checked in" in done.text
    assert kept_in(both, CheckIn) == ["Coaching Network"]
    away = await presses(both, "ben", reminder, "I can’t come")
    assert "You are in" not in away.text


async def test_another_s_direct_message_tells_nothing(both: Room) -> None:
    """Whoever names a message that went to somebody else is asked, as if it were none."""
    await both.goes_to(CALL - timedelta(hours=4))
    theirs = newest(both, "gus")
    number = theirs["ts"] if isinstance(theirs, dict) else theirs.id
    reply = await direct(both, "ben", "checkin", "button", pressed=number)
    assert BOTH in read(reply)


# -- what is typed --------------------------------------------------------------------------------


async def test_who_is_in_two_networks_is_asked_which(both: Room) -> None:
    said = f"share {TALKS} it helped us #talk"
    async with nothing_changed(both):
        assert BOTH in read(await direct(both, "ben", said))
    assert BOTH in await writes(both, "ben", said)
    asked = newest(both, "ben")
    assert buttons(asked) == ["Coaching Network", "Other Network"]
    assert said in text(asked)
    done = await presses(both, "ben", asked, "Other Network")
    assert "Saved" in done.text and "In Other Network." in done.text
    assert kept_in(both, Voice) == ["Other Network"]
    # What follows stays in the same network.
    changed = await presses(both, "ben", done.message, "Change")
    assert field(changed.view, "why") == "it helped us"
    kept = await both.hands["ben"].submit(changed.view, {"why": "it helped them"})
    assert "Changed" in kept.text
    found = await direct(both, "ben", "find helped", "button")
    assert BOTH in read(found)
    there = await direct(both, "ben", says(found, "Other Network"), "button")
    assert "it helped them" in read(there)


async def test_a_form_keeps_the_network_that_was_chosen(both: Room) -> None:
    assert BOTH in await writes(both, "ben", "share")
    opened = await presses(both, "ben", newest(both, "ben"), "Other Network")
    assert is_form(opened)
    wrong = await both.hands["ben"].submit(opened.view, {"link": "example.org", "why": "so"})
    assert set(wrong.errors) == {"link"}
    again = both.still_open("ben", opened.view, wrong)
    done = await both.hands["ben"].submit(again, {"link": TALKS, "why": "it helped"})
    assert "Saved" in done.text
    assert kept_in(both, Voice) == ["Other Network"]


async def test_a_form_that_was_opened_before_one_joined_another_keeps_its_network(
    room: Room,
) -> None:
    form = await direct(room, "ben", "share", "button")
    assert isinstance(form, Form)
    await room.joins("ben", "other-network")
    await room.says("ben", "me", "other-network")
    values = {"link": TALKS, "why": "so"}
    assert "Saved" in read(await direct(room, "ben", form.says, "form", values=values))
    assert kept_in(room, Voice) == ["Coaching Network"]


async def test_what_is_too_long_for_a_button_is_given_back(both: Room) -> None:
    said = f"share {TALKS} {'why ' * 600}so"
    async with nothing_changed(both):
        shown = read(await direct(both, "ben", said))
    assert said in shown and "in:" in shown
    number = other(both)
    assert "Saved" in read(await direct(both, "ben", f"in:{number} {said}"))
    assert kept_in(both, Voice) == ["Other Network"]


def other(room: Room) -> int:
    with Session(room.homeroom.database.engine) as session:
        return session.scalars(select(Network.id).where(Network.name == "Other Network")).one()


async def test_what_only_a_host_may_say_is_said_where_they_host(both: Room) -> None:
    assert "Weekly call" in read(await direct(both, "ana", "call"))
    assert BOTH in read(await direct(both, "ben", "call"))


async def test_a_mark_opens_no_network_to_who_is_not_in_it(room: Room) -> None:
    async with nothing_changed(room):
        for said in ("find talk", "home", "share https://example.org so", "network", "checkin"):
            with pytest.raises(Refusal, match="not in that network"):
                await direct(room, "ben", f"in:{other(room)} {said}", "button")
            with pytest.raises(Refusal, match="not in that network"):
                await direct(room, "cleo", f"in:{room.network_id} {said}", "button")
        values = {"link": TALKS, "why": "so", "which_network": str(other(room))}
        with pytest.raises(Refusal, match="not in that network"):
            await direct(room, "ben", "share", "form", values=values)


async def test_in_a_network_s_channel_no_other_is_meant(both: Room) -> None:
    async with nothing_changed(both):
        said = await both.says("ben", f"in:{other(both)} share {TALKS} so")
    assert "another network’s" in said.text
    await both.dialog("ben", (f"in:{both.network_id} share {TALKS} so", "Saved"))


# -- about oneself --------------------------------------------------------------------------------


async def test_to_be_left_alone_is_wished_of_every_network(both: Room) -> None:
    said = read(await direct(both, "ben", "me nudges off"))
    assert "Nobody nudges you" in said and "In Coaching Network and Other Network." in said
    assert kept_in(both, Wish, lambda asked: asked.where(Wish.nudges.is_(False))) == [
        "Coaching Network",
        "Other Network",
    ]
    form = await direct(both, "ben", "me pause")
    assert isinstance(form, Form)
    done = await direct(both, "ben", form.says, "form", values={"until": "2 weeks"})
    assert "Paused until" in read(done) and "In Coaching Network and Other Network." in read(done)
    paused = kept_in(both, Wish, lambda asked: asked.where(Wish.paused_until.is_not(None)))
    assert paused == ["Coaching Network", "Other Network"]
    await both.says("ben", "me resume", "other-network")
    paused = kept_in(both, Wish, lambda asked: asked.where(Wish.paused_until.is_not(None)))
    assert paused == ["Coaching Network"]


async def test_what_is_kept_is_told_and_erased_whichever_network(both: Room) -> None:
    assert "as a file" in read(await direct(both, "ben", "me export"))
    assert isinstance(await direct(both, "ben", "me erase"), Form)
    assert BOTH in read(await direct(both, "ben", "me"))


# -- the home, the menu, and what is found --------------------------------------------------------


async def test_the_home_shows_both_and_the_way_into_each(both: Room) -> None:
    shown = await both.home("ben")
    assert "Coaching Network" in text(shown) and "Other Network" in text(shown)
    assert "Weekly call" in text(shown)
    one = await direct(both, "ben", says_of(shown, "Open Other Network"), "button")
    assert "Other Network: hello " in read(one) and "Weekly call" not in read(one)
    assert isinstance(one, Card) and one.instead
    back = await direct(both, "ben", says(one, "My other networks"), "button")
    assert "Coaching Network" in read(back) and "Other Network" in read(back)
    assert isinstance(back, Card) and back.instead
    shared = await direct(both, "ben", says(one, "Share a resource"), "button")
    assert isinstance(shared, Form) and shared.says == f"in:{other(both)} share"


async def test_the_menu_and_help_are_for_both(both: Room) -> None:
    assert "Coaching Network" in await writes(both, "ben", "menu")
    assert "Other Network" in text(newest(both, "ben"))
    told = read(await direct(both, "ana", "help"))
    assert "Homeroom for Coaching Network and Other Network" in told and "As a host" in told
    assert "me networks" in told
    assert "me networks" not in (await both.says("gus", "help")).text
    unclear = read(await direct(both, "ben", "chekin"))
    assert "Did you mean checkin?" in unclear


async def test_one_of_two_networks_can_begin_a_third(both: Room) -> None:
    await both.joins("ana", "elsewhere")
    menu = await both.says("ana", "", "elsewhere")
    assert "Add it to Coaching Network" in buttons(menu.message)
    assert "Add it to Other Network" not in buttons(menu.message)
    opened = await both.says("ana", "begin", "elsewhere")
    assert is_form(opened)
    done = await presses(both, "ana", menu.message, "Add it to Coaching Network")
    assert "is one of Coaching Network’s now" in done.text


async def test_a_search_while_writing_looks_in_both(both: Room) -> None:
    await both.says("ana", f"share {TALKS} it helped us")
    await both.says("eve", "share https://example.org/theirs it helped them", "other-network")
    found = await direct(both, "ben", "look helped", "search")
    assert isinstance(found, Picks)
    assert {TALKS, "https://example.org/theirs"} <= {
        word for each in found.picks for word in f"{each.title} {each.text}".split()
    } or len(found.picks) == 2
    mine = await direct(both, "eve", "look helped", "search")
    assert isinstance(mine, Picks) and len(mine.picks) == 1


async def test_a_message_outside_the_channels_is_saved_where_one_says(both: Room) -> None:
    message = Message("1.2", f"Look at {TALKS}", links=(TALKS,))
    form = await direct(both, "ben", "save", "shortcut", message=message)
    assert isinstance(form, Form)
    assert form.fields[0].name == "which_network"
    values = {"link": TALKS, "why": "so", "tags": "", "which_network": str(other(both))}
    assert "Saved" in read(await direct(both, "ben", form.says, "form", values=values))
    assert kept_in(both, Voice) == ["Other Network"]


# -- a network that has ended ---------------------------------------------------------------------


def ends(room: Room, name: str) -> None:
    def end(session: Session) -> None:
        network = session.scalars(select(Network).where(Network.name == name)).one()
        networks.end(session, network=network, now=room.clock.now())

    room.homeroom.database.write(end).result()


async def test_a_network_that_has_ended_counts_no_more_where_another_goes_on(both: Room) -> None:
    ends(both, "Coaching Network")
    assert "Saved" in read(await direct(both, "ben", f"share {TALKS} so"))
    assert kept_in(both, Voice) == ["Other Network"]
    await both.dialog("ben", ("find talks", "Nothing found"))
    assert "Only a host of Other Network" in (await both.says("ana", "adopt", "elsewhere")).text
