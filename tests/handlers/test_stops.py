"""Where a platform takes no posts: a host hears of it once; mended, what waits goes out. Where it
does not say whether it took one, and cannot be read: a host is asked."""

import re
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import InDoubt, Refused
from bot.speech import Post
from storage.models import Identity, Member
from tests.cast import CALL, Room, text
from tests.handlers.acting import presses
from tests.room import Message, says_of

HOUR = timedelta(hours=1)
AGENDA = CALL - 24 * HOUR
CANT = "I can’t post"


def notice(room: Room, who: str = "ana") -> Message:
    (found,) = [message for message in room.directs(who) if CANT in text(message)]
    return found


def agendas(room: Room, where: str = "learning-call") -> int:
    return sum("Agenda" in text(post) for post in room.posts(where))


async def test_a_host_hears_once_that_homeroom_is_in_a_channel_no_more(room: Room) -> None:
    room.loses()
    await room.goes_to(AGENDA)
    said = text(notice(room))
    assert "I can’t post in #learning-call in " in said
    assert room.mends_loss in said and "within a day" in said
    assert agendas(room, "harbor") == 1
    await room.goes_to(AGENDA + HOUR)
    await room.goes_to(CALL - HOUR)
    assert text(notice(room)) == said
    assert [CANT in each for who in ("grace", "ben", "dee") for each in room.direct(who)].count(
        True
    ) == 0


async def test_what_waited_is_posted_when_homeroom_is_invited_again(room: Room) -> None:
    room.loses()
    await room.goes_to(AGENDA)
    assert agendas(room) == 0
    await room.invites("ana", "learning-call")
    await room.replied()
    await room.goes_to(AGENDA + timedelta(minutes=1))
    assert agendas(room) == 1


async def test_a_host_who_mended_it_lets_it_be_tried_at_once(room: Room) -> None:
    room.shuts()
    await room.goes_to(AGENDA)
    assert room.mends_shut in text(notice(room))
    again = await presses(room, "ana", notice(room), "It is mended: try again")
    assert "I try again now" in again.text
    await room.settle()
    assert agendas(room) == 0  # it was not mended, and that is not told again
    assert CANT in text(notice(room))
    room.shuts(again=True)
    await presses(room, "ana", notice(room), "It is mended: try again")
    await room.settle()
    assert agendas(room) == 1
    nothing = await presses(room, "ana", notice(room), "It is mended: try again")
    assert "Nothing is held back" in nothing.text


async def test_it_is_tried_again_by_itself(room: Room) -> None:
    room.shuts()
    await room.goes_to(AGENDA)
    room.shuts(again=True)
    await room.goes_to(AGENDA + timedelta(minutes=11))
    assert agendas(room) == 1


async def test_what_has_become_pointless_is_not_posted_when_it_is_mended(room: Room) -> None:
    room.shuts()
    await room.goes_to(AGENDA)
    room.shuts(again=True)
    await room.goes_to(CALL + timedelta(minutes=1))
    assert agendas(room) == 0
    assert room.post("Starting now")


async def test_a_revoked_token_holds_back_a_workspace_and_nothing_else(room: Room) -> None:
    room.locks_out()
    await room.goes_to(AGENDA)
    assert room.locked_out() <= 3  # a few that were on their way, and then no more
    assert (agendas(room), agendas(room, "harbor")) == (0, 1)
    room.locks_out(again=True)
    await room.goes_to(AGENDA + timedelta(minutes=11))
    assert agendas(room) == 1
    assert "I can’t post anywhere in" in text(notice(room))
    await room.goes_to(AGENDA + HOUR)
    assert agendas(room) == 1


async def test_only_a_host_of_that_network_tries_again(room: Room) -> None:
    room.shuts()
    await room.goes_to(AGENDA)
    lane = f"{room.platform}/{room.channel().team}/{room.channel().id}"
    for who, where in (("ben", "elsewhere"), ("eve", "other-network"), ("cleo", "elsewhere")):
        said = await room.says(who, f"retry {lane}", where)
        assert "I try again" not in said.text


async def test_where_the_first_host_cannot_be_told_another_is(room: Room) -> None:
    make_host(room, "grace")
    refuse_direct(room, "ana")
    room.loses()
    await room.goes_to(AGENDA)
    assert "I can’t post in #learning-call in " in text(notice(room, "grace"))
    await room.goes_to(AGENDA + HOUR)
    assert "I can’t post in #learning-call in " in text(notice(room, "grace"))


def make_host(room: Room, who: str) -> None:
    external = room.who(who).person

    def promote(session: Session) -> None:
        member_id = session.scalars(
            select(Identity.member_id).where(Identity.external == external)
        ).one()
        session.get_one(Member, member_id).role = "host"

    room.homeroom.database.write(promote).result()


def refuse_direct(room: Room, who: str) -> None:
    door, places = room.homeroom.doors[room.platform], room.direct_places(who)
    send = door.send

    async def refuses(post: Post) -> str:
        if post.place.channel in places:
            raise Refused("user_disabled", "place")
        return await send(post)

    door.send = refuses  # type: ignore[method-assign]


async def test_a_host_says_that_it_is_not_there(room: Room) -> None:
    silent(room, takes=False)
    await asked_about_the_agenda(room)
    assert (agendas(room), agendas(room, "harbor")) == (0, 1)
    asked = question(room)
    pressed = says_of(asked, "It is not there: send it again")
    said = await presses(room, "ana", asked, "It is not there: send it again")
    assert "I send it now" in said.text
    await room.settle()
    assert agendas(room) == 1
    again = await room.says("ana", pressed)  # on another device, where it still stood
    assert "It is there" in again.text
    await room.goes_to(AGENDA + HOUR)
    assert agendas(room) == 1


async def test_a_host_says_that_it_is_there(room: Room) -> None:
    silent(room, takes=True)
    await asked_about_the_agenda(room)
    said = await presses(room, "ana", question(room), "It is there")
    assert "I leave it as it is" in said.text
    await room.goes_to(AGENDA + HOUR)
    assert agendas(room) == 1


async def test_it_is_too_late_to_send_it_again(room: Room) -> None:
    silent(room, takes=False)
    await asked_about_the_agenda(room)
    await room.goes_to(CALL + timedelta(minutes=1))
    said = await presses(room, "ana", question(room), "It is not there: send it again")
    assert "too late" in said.text
    await room.settle()
    assert agendas(room) == 0


async def test_only_a_host_of_that_network_says_what_is_there(room: Room) -> None:
    silent(room, takes=False)
    await asked_about_the_agenda(room)
    said = says_of(question(room), "It is not there: send it again")
    key = re.fullmatch(r"resend ([0-9a-f]{32})", said)
    assert key
    for who, where in (("ben", "elsewhere"), ("eve", "other-network"), ("cleo", "elsewhere")):
        for word in ("resend", "found"):
            said = await room.says(who, f"{word} {key[1]}", where)
            assert "Thank you" not in said.text
    await room.settle()
    assert agendas(room) == 0


def silent(room: Room, *, takes: bool) -> None:
    """As on Teams: the agenda's answer is lost in #learning-call, and nothing can be read back."""
    door, lost = room.homeroom.doors[room.platform], [room.channel().id]
    send = door.send

    async def loses(post: Post) -> str:
        if post.place.channel not in lost:
            return await send(post)
        lost.clear()
        if takes:
            await send(post)
        raise InDoubt

    async def nothing(post: Post, since: object) -> None:
        return None

    door.send, door.find = loses, nothing  # type: ignore[method-assign,assignment]


async def asked_about_the_agenda(room: Room) -> None:
    await room.goes_to(AGENDA)
    await room.goes_to(AGENDA + timedelta(seconds=20))
    said = text(question(room))
    assert "an agenda, in #learning-call" in said
    assert not any("Was an agenda posted" in each for each in room.direct("ben"))


def question(room: Room) -> Message:
    (found,) = [
        message for message in room.directs("ana") if "did not tell me whether" in text(message)
    ]
    return found
