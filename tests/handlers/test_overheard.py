"""What was overheard comes in any order, more than once, and from people of any kind."""

from datetime import timedelta
from itertools import count, permutations
from typing import Any

import pytest
from msgspec.structs import replace

from bot.speech import File, Incoming, Message, Noticed
from tests.cast import MONDAY, Room
from tests.handlers.acting import deactivate, nothing_changed
from tests.handlers.test_caught import TALKS, at_home, made, more

_deliveries = count(1)


async def hears(
    room: Room, words: str, text: str = "", second: int = 0, who: str = "ben", **more: Any
) -> Any:
    """Tell the program of a message of Ben's, as it was `second` seconds after Monday's nine."""
    links = tuple(each for each in text.split() if each.startswith("http"))
    own = room.who("ben").person
    at = MONDAY + timedelta(seconds=second)
    message = Message("m1", text, own, "https://chat.example/m1", links, at=at)
    said = Incoming(
        f"overheard {next(_deliveries)}",
        room.who(who),
        room.place(),
        words,
        message=replace(message, **more),
        how="overheard",
    )
    return await room.homeroom.answer(said)


POSTED = ("overheard", f"First {TALKS}", 1)
SECOND = ("overheard edit", f"Second {TALKS}/2", 2)
THIRD = ("overheard edit", f"Third {TALKS}/3", 3)
GONE = ("overheard gone", "", 4)


@pytest.mark.parametrize("order", list(permutations((POSTED, SECOND, THIRD))))
async def test_the_last_edit_stands_in_whatever_order_they_come(room: Room, order: Any) -> None:
    before = made(room)
    for words, text, second in order:
        await hears(room, words, text, second)
    home = await at_home(room, "ben")
    assert "Third" in home and "First" not in home and "Second" not in home
    assert made(room) == more(before, 1, 1)


@pytest.mark.parametrize("order", [o for o in permutations((POSTED, SECOND, GONE)) if o[2] != GONE])
async def test_what_was_deleted_is_not_caught_when_it_comes_late(room: Room, order: Any) -> None:
    before = made(room)
    for words, text, second in order:
        await hears(room, words, text, second)
    assert made(room) == more(before, 1)
    assert "First" not in await at_home(room, "ben")
    assert await hears(room, "overheard mark", f"First {TALKS}", who="ana") is None
    assert made(room) == more(before, 1)


async def test_a_link_that_was_taken_out_stays_out(room: Room) -> None:
    before = made(room)
    await hears(room, "overheard edit", "Nothing here any more", 2)
    assert await hears(room, *POSTED) is None
    assert made(room) == more(before, 1)


async def test_the_same_delivery_twice_is_one(room: Room) -> None:
    link = (TALKS,)
    message = Message("m1", f"First {TALKS}", room.who("ben").person, links=link, at=MONDAY)
    said = Incoming("once", room.who("ben"), room.place(), "overheard", None, message, "overheard")
    before = made(room)
    assert await room.homeroom.answer(said) == Noticed(put=("caught",))
    assert await room.homeroom.answer(said) is None
    assert made(room) == more(before, 1, 1)


async def test_whoever_is_deactivated_or_of_another_network_does_nothing(room: Room) -> None:
    await hears(room, *POSTED)
    deactivate(room, "Gus")
    async with nothing_changed(room):
        for who in ("gus", "eve", "cleo"):
            for words in ("overheard mark", "overheard unmark"):
                assert await hears(room, words, POSTED[1], who=who) is None
            other = await hears(room, "overheard", POSTED[1], who=who, id=f"of {who}")
            assert other is None


async def test_what_a_deactivated_member_had_kept_is_withdrawn_with_its_message(room: Room) -> None:
    await hears(room, *POSTED)
    await room.presses("ben", await room.home("ben"), "Keep")
    deactivate(room, "Ben")
    await hears(room, "overheard edit", f"Again {TALKS}/2", 3)
    await room.dialog("dee", ("find again", "Again"), where="harbor")
    await hears(room, *GONE)
    for words in ("find first", "find again"):
        await room.dialog("dee", (words, "Nothing found"), where="harbor")
    assert await hears(room, "overheard", f"Again {TALKS}", 5, id="m2") is None


async def test_words_in_every_script_are_kept_as_they_are(room: Room) -> None:
    said = "مرحبا 数学 Здравствуйте 👩🏽‍🏫 *bold* <b> & “quoted”"
    await hears(room, "overheard", f"{said} {TALKS}")
    assert "مرحبا 数学 Здравствуйте 👩🏽‍🏫" in await at_home(room, "ben")
    await hears(room, "overheard mark", who="ana")
    await room.dialog("dee", ("find Здравствуйте", "数学"), where="harbor")
    assert "*bold* <b> &" in room.seen.text


async def test_a_message_without_words_or_with_a_file_alone(room: Room) -> None:
    file = File("Strips", "https://files.example/strips")
    picture = File("Us", "https://files.example/us", picture=True)
    await hears(room, "overheard", files=(file, picture))
    home = await at_home(room, "ben")
    assert "Strips" in home and "Us" not in home
    await hears(room, "overheard mark", who="ana")
    await room.dialog("dee", ("find strips", "Posted by Ben"), where="harbor")


async def test_a_thousand_links_in_a_message_are_all_there(room: Room) -> None:
    before = made(room)
    text = "\n".join(f"Number {number} {TALKS}/{number}" for number in range(1_000))
    await hears(room, "overheard", text)
    assert made(room) == more(before, 1, 1_000)
    assert "and 995 more" in await at_home(room, "ben")
    assert await hears(room, "overheard mark", who="ana") == Noticed(put=("kept",))
    assert made(room) == more(before, 1, 1_000, 50, 50, 50)
    assert "and 945 more" in await at_home(room, "ben")


@pytest.mark.parametrize("words", ["share https://x.org", "keep all", "help", ""])
async def test_no_other_word_is_overheard(room: Room, words: str) -> None:
    async with nothing_changed(room):
        assert await hears(room, words, POSTED[1]) is None
