"""First use: a channel where nobody has begun yet."""

import asyncio
from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import NotNow, Refusal
from bot.speech import Card, Incoming, plain
from storage import people
from storage.models import Identity, Member, Network, Series
from tests.cast import CALL, Room, text
from tests.handlers.acting import buttons, deactivate, nothing_changed, presses, writes
from tests.room import Seen, options, says_of, title

FORM: dict[str, Any] = {
    "network": "Harbor Lab",
    "organisations": "Harbor Schools\n- Pier Academy\n\nharbor schools",
    "name": "Lab call",
    "every": "fortnight",
    "starts_on": date(2026, 11, 30),
    "at": time(9, 30),
    "zone": "Central",
    "minutes": "45",
    "link": "https://meet.example.org/lab",
}


async def begins(room: Room, who: str, where: str = "elsewhere", **changes: Any) -> Seen:
    """What someone sees who begins a network with the form."""
    opened = await room.says(who, "begin", where)
    assert opened.view, opened.text
    return await room.hands[who].submit(opened.view, FORM | changes)


async def invites(room: Room, who: str, where: str) -> None:
    await room.invites(who, where)


def role(room: Room, name: str, network: str) -> str:
    with Session(room.homeroom.database.engine) as session:
        asked = select(Member.role).join(Network, Network.id == Member.network_id)
        return session.scalars(asked.where(Member.name == name, Network.name == network)).one()


async def test_who_first_types_learn_begins_a_network_with_one_form(room: Room) -> None:
    hello = await room.says("cleo", "", "elsewhere")
    assert "This channel is in no network yet" in hello.text
    opened = await presses(room, "cleo", hello.message, "Begin a network here")
    assert opened.view
    done = await room.cleo.submit(opened.view, FORM)
    assert "Harbor Lab has begun" in done.text and "You are its host" in done.text
    assert room.when("Mon 30 Nov, 09:30") in done.text
    await room.dialog("cleo", ("call", "Lab call"), ("agenda", "45 minutes"), where="elsewhere")
    asked = await room.says("cleo", "checkin", "elsewhere")
    assert asked.view
    assert options(asked.view, "organisation") == ["Harbor Schools", "Pier Academy"]


async def test_who_invites_homeroom_is_led_to_the_same_form(room: Room) -> None:
    await invites(room, "cleo", "elsewhere")
    hello = await room.until(lambda: room.private("cleo", "elsewhere"))
    opened = await presses(room, "cleo", hello[-1], "Begin a network here")
    assert opened.view and title(opened.view) == "Begin a network"
    await room.cleo.submit(opened.view, FORM)
    await room.goes_to(room.clock.now().replace(day=28, hour=16))
    assert "Check-in: Lab call" in text(room.post("Check-in", "elsewhere"))
    assert not any("Lab call" in text(each) for each in room.posts())


async def test_in_a_network_s_channel_the_invitation_says_hello_for_it(room: Room) -> None:
    await room.joins("ana", "elsewhere")
    await room.says("ana", "adopt", "elsewhere")
    await invites(room, "ana", "elsewhere")
    said = await room.until(lambda: room.private("ana", "elsewhere")[1:])
    assert "for Coaching Network" in text(said[-1])


@pytest.mark.parametrize(
    ("changes", "beside", "words"),
    [
        (
            {"zone": "Chicgo"},
            "zone",
            "I don’t know the time zone “Chicgo”. Did you mean America/Ch",
        ),
        ({"zone": "xqzw"}, "zone", "For example: America/Chicago"),
        ({"starts_on": date(2026, 11, 22)}, "starts_on", "That date is past"),
        ({"starts_on": date(2031, 1, 1)}, "starts_on", "more than two years away"),
        ({"starts_on": date(2026, 11, 23), "at": time(8)}, "at", "That time is past today"),
        ({"at": "29:00"}, "at", "a time of day, such as 15:00"),
        ({"network": " \x07 "}, "network", "Please"),
        ({"minutes": "5"}, "minutes", ""),
        ({"link": "meet.example.org"}, "link", "https://"),
        ({"link": "javascript:alert(1)"}, "link", "https://"),
        ({"organisations": "x" * 121}, "organisations", "one organisation a line"),
    ],
)
async def test_what_does_not_fit_is_said_beside_its_field(
    room: Room, changes: dict[str, Any], beside: str, words: str
) -> None:
    async with nothing_changed(room):
        seen = await begins(room, "cleo", **changes)
        assert set(seen.errors) == {beside}
        assert words in seen.errors[beside]
    again = room.still_open("cleo", None, seen)
    assert again
    assert (await room.cleo.submit(again, FORM)).text.count("has begun") == 1


async def test_all_that_does_not_fit_is_said_at_once(room: Room) -> None:
    seen = await begins(
        room, "cleo", zone="Chicgo", starts_on=date(2026, 11, 1), organisations="y" * 200
    )
    assert set(seen.errors) == {"zone", "starts_on", "organisations"}


async def test_a_form_that_is_sent_twice_begins_one_network(room: Room) -> None:
    opened = await room.says("cleo", "begin", "elsewhere")
    await begins(room, "cleo")
    before = room.rows()
    assert opened.view
    again = await room.cleo.submit(opened.view, FORM)
    assert "already belongs to Harbor Lab" in again.text
    assert room.rows() == before


async def test_two_who_begin_at_once_begin_one_network(room: Room) -> None:
    def sent(name: str) -> Incoming:
        values = FORM | {"starts_on": "2026-11-30", "at": "09:30", "network": f"{name}’s"}
        who, place = room.who(name), room.place("elsewhere")
        return Incoming(f"view {name}", who, place, "begin", values, how="form")

    both = await asyncio.gather(
        *(room.homeroom.answer(sent(each)) for each in ("cleo", "ben")), return_exceptions=True
    )
    refused = [each for each in both if isinstance(each, Refusal)]
    assert len(refused) == 1 and "already belongs to" in str(refused[0])
    with Session(room.homeroom.database.engine) as session:
        assert len(session.scalars(select(Series).where(Series.name == "Lab call")).all()) == 1


async def test_a_network_is_not_begun_in_a_direct_message(room: Room) -> None:
    before = room.rows()
    said = await writes(room, "cleo", "begin")
    assert said == f"Please type {room.typed()} in the channel where your network meets."
    assert room.rows() == before


async def test_a_channel_of_another_network_is_not_begun_anew(room: Room) -> None:
    async with nothing_changed(room):
        seen = await room.says("eve", "begin", "other-network")
    assert "already belongs to Other Network" in seen.text


async def test_a_known_guest_begins_no_network(room: Room) -> None:
    make_guest(room, "Gus")
    await room.joins("gus", "elsewhere")
    async with nothing_changed(room):
        seen = await room.says("gus", "begin", "elsewhere")
    assert "Guests can’t host a network" in seen.text


async def test_a_guest_nobody_knows_yet_begins_no_network(room: Room) -> None:
    """The platform is asked, before a form opens and before it is sent."""
    await room.joins("gus", "elsewhere")
    async with nothing_changed(room):
        seen = await room.says("gus", "begin", "elsewhere")
        assert "Guests can’t host a network" in seen.text and seen.view is None
        forged = Incoming("d1", room.who("gus"), room.place("elsewhere"), "begin", {}, how="form")
        with pytest.raises(Refusal, match="Guests can’t host a network"):
            await room.homeroom.answer(forged)


async def test_a_network_is_not_begun_while_nobody_tells_who_is_a_guest(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = room.homeroom.doors[room.platform]

    async def silent(*_: Any) -> None:
        raise NotNow(5)

    opened = await room.says("cleo", "begin", "elsewhere")
    with monkeypatch.context() as patch:
        patch.setattr(door, "is_guest", silent)
        again = await room.says("cleo", "begin", "elsewhere")
        assert again.view  # who only looks at the form begins nothing
        async with nothing_changed(room):
            assert opened.view
            seen = await room.cleo.submit(opened.view, FORM)
            assert "I could not find out just now whether you are a full member" in (
                seen.text + "".join(map(str, seen.errors.values()))
            )
    still = room.still_open("cleo", None, seen)
    assert still  # with all that was typed
    assert "has begun" in (await room.cleo.submit(still, FORM)).text


async def test_somebody_the_platform_shows_nothing_of_begins_no_network(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unknown(*_: Any) -> None:
        return None

    monkeypatch.setattr(room.homeroom.doors[room.platform], "is_guest", unknown)
    async with nothing_changed(room):
        seen = await begins(room, "cleo")
    assert "I could not find out" in seen.text + "".join(map(str, seen.errors.values()))


def make_guest(room: Room, name: str) -> None:
    def tell(session: Session) -> None:
        account = session.scalars(select(Identity).join(Member).where(Member.name == name)).one()
        people.tell(session, account=account, name=name, zone="", guest=True, active=True)

    room.homeroom.database.write(tell).result()


# -- a channel more, a host less ------------------------------------------------------------------


async def test_a_host_adds_a_channel_and_its_calls_are_posted_there_too(room: Room) -> None:
    await room.joins("ana", "elsewhere")
    await invites(room, "ana", "elsewhere")
    menu = await room.says("ana", "", "elsewhere")
    assert "This channel is in no network yet" in menu.text
    done = await presses(room, "ana", menu.message, "Add it to Coaching Network")
    assert "its calls are posted here too" in done.text
    await room.settle()
    assert "Check-in: Weekly call" in text(room.post("Check-in", "elsewhere"))
    assert len([each for each in room.posts() if "Check-in" in text(each)]) == 1
    await room.dialog("ana", ("adopt", "is one of Coaching Network’s already"), where="elsewhere")
    await room.says("cleo", "", "elsewhere")
    assert "Coaching Network" in room.seen.text and "no network" not in room.seen.text


async def test_a_member_cannot_add_a_channel(room: Room) -> None:
    menu = await room.says("ben", "", "elsewhere")
    assert "Begin a network here" in buttons(menu.message)
    assert not any("Add it" in each for each in buttons(menu.message))
    async with nothing_changed(room):
        assert "Only a host" in (await room.says("ben", "adopt", "elsewhere")).text


async def test_a_network_whose_hosts_have_left_offers_itself(room: Room) -> None:
    assert "Become its host" not in buttons((await room.says("ben", "")).message)
    deactivate(room, "Ana")
    deactivate(room, "Grace")
    menu, later = await room.says("ben", ""), await room.says("gus", "")
    done = await presses(room, "ben", menu.message, "Become its host")
    assert "You host Coaching Network now" in done.text
    assert role(room, "Ben", "Coaching Network") == "host"
    await room.dialog("ben", ("call", "Weekly call"))
    async with nothing_changed(room):
        assert (
            "Ben hosts Coaching Network"
            in (await presses(room, "gus", later.message, "Become its host")).text
        )


async def test_a_guest_does_not_become_its_host(room: Room) -> None:
    deactivate(room, "Ana")
    deactivate(room, "Grace")
    make_guest(room, "Gus")
    menu = await room.says("gus", "")
    async with nothing_changed(room):
        refused = await presses(room, "gus", menu.message, "Become its host")
    assert "Guests can’t host" in refused.text


# -- after its end --------------------------------------------------------------------------------


async def ends(room: Room) -> None:
    """Ana ends the Coaching Network."""
    await room.fills("ana", "network end", sure="Coaching Network")
    await room.settle()


async def test_whose_network_has_ended_begins_another(room: Room) -> None:
    await ends(room)
    menu = await room.says("ben", "", "elsewhere")
    assert "Begin a network here" in buttons(menu.message)
    opened = await presses(room, "ben", menu.message, "Begin a network here")
    assert opened.view
    done = await room.hands["ben"].submit(opened.view, FORM)
    assert "Harbor Lab has begun" in done.text
    # From now on the one that goes on is meant, where no channel tells.
    assert "Saved" in await writes(room, "ben", "share https://example.org/a it helped")
    await room.dialog("ben", ("find helped", "example.org/a"), where="elsewhere")
    await room.dialog("ben", ("find helped", "Nothing found"))
    await room.dialog("ana", ("begin", "It has ended, and whoever hosted it can let"))


async def test_whoever_hosted_it_begins_another_in_its_channel(room: Room) -> None:
    await ends(room)
    menu = await room.says("ana", "")
    assert "let the channel go first" in menu.text
    gone = await presses(room, "ana", menu.message, "Let this channel go")
    assert "no channel of Coaching Network any more" in gone.text
    opened = await room.says("ana", "begin")
    assert opened.view
    assert "has begun" in (await room.hands["ana"].submit(opened.view, FORM)).text


async def test_in_a_network_that_has_ended_no_button_can_only_refuse(room: Room) -> None:
    await room.fills("ben", "ask", what="Talk fades", sight="network")
    await room.says("ben", "share https://example.org/a it helped")
    await room.goes_to(CALL.replace(day=25, hour=4))
    await ends(room)
    for who in ("ana", "ben"):
        pressed = 0
        for said in ("", "home", "problems", "agenda", "me", "help", "find helped", *HOSTS[who]):
            seen = await room.says(who, said)
            assert "has ended, so" not in seen.text, said
            for label in buttons(seen.message):
                words = says_of(seen.message, label)
                answer = await asked(room, who, words)
                assert "has ended, so" not in answer, f"{said} [{label}] {words}: {answer}"
                pressed += 1
        assert pressed
    told = (await room.says("ben", "help")).text
    assert "find" in told and "checkin" not in told
    refused = (await room.says("ben", "share https://example.org/b it helped")).text
    assert "has ended, so that can’t be done in it any more" in refused
    assert "Recap: Weekly call" in (await room.says("ana", "recap")).text


HOSTS: dict[str, tuple[str, ...]] = {
    "ana": ("network", "prompts", "call", "recap", "network people", "network channels", "hidden"),
    "ben": (),
}


async def asked(room: Room, who: str, words: str) -> str:
    """What the program answers to a press, undone again where it would do something."""
    said = Incoming(f"{who} {words}", room.who(who), room.place(), words, how="button")
    if not words or words.startswith(("network drop", "me erase")):
        return ""
    try:
        reply = await room.homeroom.answer(said)
    except Refusal as no:
        return str(no)
    return plain(reply.elements) if isinstance(reply, Card) else ""
