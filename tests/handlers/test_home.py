"""What someone sees who says nothing more than our name, or opens our home."""

import re
from pathlib import Path

import handlers.everything  # noqa: F401 - registers every word
from handlers import words
from tests.cast import CALL, Room, text
from tests.handlers.acting import nothing_changed, presses, says_in_form
from tests.jobs.walking import walks_to

HERE = Path(__file__).parent.parent.parent


async def at_home(room: Room, who: str) -> str:
    """What someone's Home shows."""
    return text(await room.home(who))


async def test_the_menu_knows_how_one_stands_to_the_next_call(room: Room) -> None:
    await room.dialog("ben", ("", "You have not checked in yet"))
    await says_in_form(room, "ben", "checkin", answer0="Yes")
    await room.dialog("ben", ("", "You have checked in"))
    await presses(room, "gus", room.post("Check-in"), "I can’t come")
    await room.dialog("gus", ("", "You said that you can’t come"))


async def test_the_menu_names_only_words_that_are_answered(room: Room) -> None:
    for who in ("ana", "ben"):
        said = (await room.says(who, "")).text
        named = [piece.split()[0] for piece in said.split(f"{room.calls_us} ")[1:]]
        assert named and all(words.match(each) for each in named)


def test_no_text_names_a_word_that_nobody_answers() -> None:
    named = set()
    for folder in ("bot/compose", "handlers", "jobs"):
        for file in (HERE / folder).rglob("*.py"):
            named |= set(re.findall(r'Say\(\s*f?"([a-z][^"]*)"', file.read_text()))
    assert len(named) > 10
    assert not {each for each in named if words.match(each) is None}


async def test_home_shows_a_host_what_waits_for_them(room: Room) -> None:
    await says_in_form(room, "ben", "ask", what="Nobody reads", sight="network")
    await walks_to(room, CALL.replace(hour=23))
    shown = await at_home(room, "ana")
    assert "hello Ana" in shown and "waits" in shown and "Edit the draft" in shown
    assert "Edit the draft" not in await at_home(room, "gus")


async def test_someone_elsewhere_sees_nothing_of_the_network(room: Room) -> None:
    before = room.rows()
    shown = await at_home(room, "cleo")
    async with nothing_changed(room):
        said = (await room.says("cleo", "home", "elsewhere")).text
    assert room.rows() == before
    assert "You are not in a network here yet" in shown and "You are not in a network" in said
    assert "Coaching" not in shown + said
