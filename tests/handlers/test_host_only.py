"""A host's words from a member: refused kindly, and nothing is changed or posted."""

import pytest

from bot.errors import Refusal
from bot.speech import Incoming, Place, Say, Who
from tests.cast import CALL, Room
from tests.handlers.acting import nothing_changed, presses

HOST_WORDS = [
    "call",
    "call new",
    "call edit 1",
    "call finish 1",
    "call holiday 1",
    "call move 1",
    "call skip 1",
    "call cancel 1",
    "call start 1",
    "call end 1",
    "call notes 1",
    "recap",
    "recap edit 1",
    "recap approve 1",
    "recap hold 1",
    "adopt",
    "agenda add 1",
    "agenda order 1",
    "network",
    "network name",
    "network channels",
    "network drop 1",
    "network code",
    "network approve 1",
    "network decline 1",
    "network people",
    "network whom",
    "network person 1",
    "network remove 1",
    "network gone",
    "network restore 1",
    "network organisations",
    "organisation add",
    "organisation rename 1",
    "organisation merge 1",
    "network hosts",
    "network away",
    "network back",
    "network hand over",
    "network recall 1",
    "network audit",
    "network pauses",
    "network pause",
    "network unpause 1",
]


past_doors = pytest.mark.slack_only("asks the program itself: another door would show nothing more")


def said(words: str, who: Who, place: Place, values: dict[str, str] | None = None) -> Incoming:
    return Incoming(f"{who} {words}", who, place, words, values)


async def refused(room: Room, asked: Incoming) -> Refusal:
    """Why somebody is refused; nothing is changed. One room will do for many of them."""
    async with nothing_changed(room):
        try:
            seen = await room.homeroom.answer(asked)
        except Refusal as why:
            return why
    pytest.fail(f"{asked.words!r} was not refused: {seen}")


@past_doors
@pytest.mark.parametrize("sent", [None, {"name": "Mine", "opening": "Mine", "link": ""}])
async def test_a_member_is_told_who_may(room: Room, sent: dict[str, str] | None) -> None:
    for words in HOST_WORDS:
        why = await refused(room, said(words, room.who("ben"), room.place(), sent))
        assert "Only a host" in str(why), words
        assert any(isinstance(each, Say) for each in why.said), words  # what they may type instead


@past_doors
async def test_a_host_of_another_network_finds_nothing_there(room: Room) -> None:
    await room.goes_to(CALL)
    for words in (each for each in HOST_WORDS if each.endswith("1")):
        why = await refused(room, said(words, room.who("eve"), room.place("other-network")))
        assert "Weekly call" not in str(why), words


async def test_a_host_who_is_one_no_more_presses_an_old_button(room: Room) -> None:
    shown = (await room.says("ana", "call")).message
    with room.homeroom.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE member SET role = 'member' WHERE name = 'Ana'")
    async with nothing_changed(room):
        seen = await presses(room, "ana", shown, "Call it off")
    assert "Only a host of Coaching Network" in seen.text
