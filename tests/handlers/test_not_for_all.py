"""Addresses that are nothing for a whole network, and words that were said to fewer."""

import pytest

from tests.cast import Room, text
from tests.handlers.acting import nothing_changed

WHY = " it helped me to plan"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("https://ben:hunter2@example.org/x", "a name or a password in it, before the @"),
        ("http://169.254.169.254/latest/meta-data", "inside one organisation’s own network"),
        ("http://10.1.2.3/wiki", "inside one organisation’s own network"),
        ("https://wiki.corp/page", "inside one organisation’s own network"),
        ("https://example.org:99999/", "https://example.org:99999/ is no address that opens"),
        ("https://[oops/", "https://[oops/ is no address that opens"),
        ("http://127.0.0.1/x", "on your own machine"),
    ],
)
async def test_an_address_that_is_not_for_all_is_given_back(
    room: Room, address: str, said: str
) -> None:
    await room.says("ben", "share https://example.org/ it helped")
    async with nothing_changed(room):
        seen = await room.says("ben", f"share {address}{WHY}")
        assert said in seen.text
        assert "nothing was saved" in seen.text.lower() and "You typed: " in seen.text
        seen = await room.fills("ben", "share", link=address, why="it helped")
        assert seen.errors or "web address" in seen.text or "slip" in seen.text


async def test_a_password_is_not_caught(room: Room) -> None:
    before = room.rows()["caught_link"]
    await room.tells("ben", "Look https://ben:hunter2@example.org/x and http://10.1.2.3/wiki")
    await room.settle()
    assert room.rows()["caught_link"] == before


async def test_what_turns_words_about_is_in_no_address(room: Room) -> None:
    seen = await room.says("ben", f"share https://example.org/a\u202egpj.exe{WHY}")
    assert "\u202e" not in seen.text


async def test_what_was_said_elsewhere_is_saved_knowingly(room: Room) -> None:
    message = await room.tells("ben", "Only us: https://example.org/plan says it", "elsewhere")
    seen = await room.points("ben", message)
    assert "everyone in the network will read what you save" in seen.text
    assert "ask whoever wrote it first" in seen.text
    message = await room.tells("ben", "All: https://example.org/plan says it")
    seen = await room.points("ben", message)
    assert seen.view and "everyone in the network will read" not in text(seen.view) + seen.text
