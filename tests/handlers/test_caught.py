"""Links that people post to each other: caught, kept or dismissed."""

import re
from datetime import timedelta

import pytest

from tests.cast import MONDAY, Room, text
from tests.handlers.acting import buttons, links, nothing_changed, nothing_posted, presses
from tests.room import says_of

TALKS = "https://example.org/talks"
MADE = ("caught_message", "caught_link", "keeping", "resource", "voice", "member")


def made(room: Room) -> list[int]:
    """How many rows there are of messages, links, keepings, resources, voices and members."""
    rows = room.rows()
    return [rows[each] for each in MADE]


def more(before: list[int], *by: int) -> list[int]:
    """Those of `before`, and so many more."""
    return [one + add for one, add in zip(before, (*by, *[0] * 6), strict=False)]


async def at_home(room: Room, who: str) -> str:
    """What someone's home shows."""
    return text(await room.home(who))


async def test_a_link_that_was_posted_waits_for_whoever_posted_it(room: Room) -> None:
    before = made(room)
    async with nothing_posted(room):
        await room.tells("ben", f"Number talks got us going: {TALKS}?utm_source=mail")
    assert made(room) == more(before, 1, 1)
    home = await room.home("ben")
    assert "Number talks got us going" in text(home)
    assert "#learning-call" in text(home)
    for other in ("ana", "dee", "cleo"):
        assert "Number talks" not in await at_home(room, other)
    await room.dialog("ana", ("find talks", "Nothing found"), ("links", "None of them waits"))
    kept = await presses(room, "ben", home, "Keep")
    assert "Kept: example.org" in kept.text
    assert made(room) == more(before, 1, 1, 1, 1, 1)
    await room.dialog("dee", ("find talks", "Number talks got us going"), where="harbor")
    assert links(room.seen.message)[0].startswith(TALKS)
    assert "Keep" not in buttons(await room.home("ben"))


async def test_a_dismissed_link_is_in_nobodys_way(room: Room) -> None:
    await room.tells("ben", f"Not for everybody: {TALKS}")
    before = made(room)
    listed = await room.says("ben", "links")
    assert "Not for everybody" in listed.text and "Only you see this list" in listed.text
    said = await presses(room, "ben", listed.message, "Dismiss")
    assert "Dismissed: example.org" in said.text and "None of them waits" in said.text
    assert made(room) == before
    number = re.findall(r"\d+", says_of(listed.message, "Keep"))[0]
    async with nothing_changed(room):
        await room.dialog(
            "ben",
            (f"dismiss {number}", "dismissed that one already"),
            (f"keep {number}", "dismissed that one already"),
            ("keep all", "don’t know"),
            ("find talks", "Nothing found"),
        )
        for who in ("ana", "eve"):
            where = "other-network" if who == "eve" else "learning-call"
            await room.dialog(who, (f"keep {number}", "not here any more"), where=where)
            await room.dialog(who, (f"dismiss {number}", "not here any more"), where=where)


async def test_the_same_link_by_many_is_asked_of_each_once(room: Room) -> None:
    for who in ("ben", "ana", "ben"):
        await room.tells(who, f"{who.title()} says so: {TALKS}#{who}")
    assert (await at_home(room, "ben")).count("says so") == 1
    before = made(room)
    for who in ("ben", "ana"):
        await presses(room, who, await room.home(who), "Keep")
    assert made(room) == more(before, 0, 0, 2, 1, 2)
    await room.dialog("dee", ("find says", "and 1 more"), where="harbor")
    before = made(room)
    await room.tells("ben", f"Again: {TALKS}")  # whoever shared it already is not asked
    assert made(room) == more(before, 1)
    assert "Again" not in await at_home(room, "ben")


async def test_all_are_kept_with_one_press(room: Room) -> None:
    many = [f"Number {n:02}: {TALKS}/{n}" for n in range(1, 61)]
    await room.tells("ben", "\n".join(many))
    before = made(room)
    home = await room.home("ben")
    assert "and 55 more" in text(home) and "Show all" in buttons(home)
    listed = await presses(room, "ben", home, "Show all")
    assert "and 45 more" in listed.text
    said = await presses(room, "ben", home, "Keep the latest 50")
    assert "Kept 50 links. 10 more wait." in said.text
    assert made(room) == more(before, 0, 0, 50, 50, 50)
    last = await presses(room, "ben", await room.home("ben"), "Keep all 10")
    assert "Kept 10 links." in last.text
    assert made(room) == more(before, 0, 0, 60, 60, 60)
    async with nothing_changed(room):
        await room.dialog("ben", ("keep all 1", "None of your links waits"))


async def test_an_edit_updates_what_was_caught(room: Room) -> None:
    posted = await room.tells("ben", f"A good one: {TALKS}")
    before = made(room)
    await room.edits("ben", posted, f"A much better one: {TALKS}, and {TALKS}/second too")
    assert made(room) == more(before, 0, 1)
    home = await at_home(room, "ben")
    assert "A much better one" in home and "A good one" not in home
    await room.edits("ben", posted, "Never mind")
    assert made(room) == more(before, 0, -1)
    assert "better" not in await at_home(room, "ben")


async def test_an_edit_updates_what_was_kept_and_a_deletion_withdraws_it(room: Room) -> None:
    posted = await room.tells("ben", f"A good one: {TALKS}")
    await presses(room, "ben", await room.home("ben"), "Keep")
    await room.dialog("dee", ("find good", "A good one"), where="harbor")
    await room.edits("ben", posted, f"A splendid one: {TALKS}")
    await room.dialog("dee", ("find splendid", "A splendid one"), where="harbor")
    await room.dialog("dee", ("find good", "Nothing found"), where="harbor")
    before = made(room)
    await room.deletes("ben", posted)
    await room.dialog("dee", ("find splendid", "Nothing found"), where="harbor")
    assert made(room) == more(before, 0, -1, -1)  # the voice is withdrawn, not gone


async def test_what_one_has_changed_since_is_ones_own(room: Room) -> None:
    posted = await room.tells("ben", f"A good one: {TALKS}")
    await presses(room, "ben", await room.home("ben"), "Keep")
    await room.says("ben", f"share {TALKS} In my own careful words")
    await room.edits("ben", posted, f"A splendid one: {TALKS}")
    await room.dialog("dee", ("find careful", "In my own careful words"), where="harbor")
    await room.deletes("ben", posted)
    await room.dialog("dee", ("find careful", "In my own careful words"), where="harbor")


async def test_only_the_networks_own_channels_and_members_count(room: Room) -> None:
    room.newcomer("zoe")
    async with nothing_changed(room):
        await room.tells("ben", f"Elsewhere: {TALKS}", "elsewhere")
        posted = await room.tells("zoe", f"I am new here: {TALKS}")
        await room.edits("zoe", posted, f"I am very new here: {TALKS}")
    assert "new here" not in await at_home(room, "ana")
    await room.tells("eve", f"Ours alone: {TALKS}", "other-network")
    await room.dialog("ana", ("links", "None of them waits"))
    for who in ("ana", "ben"):
        assert "Ours alone" not in await at_home(room, who)
    assert "Ours alone" in await at_home(room, "eve")


async def test_what_others_cannot_open_and_what_is_no_link_is_not_caught(room: Room) -> None:
    async with nothing_changed(room):
        for words in ("No link at all", "https://[oops", "javascript:alert(1) file:///etc/passwd"):
            await room.tells("ben", words)
    before = made(room)
    for address in (
        "localhost:8080/mine",
        "127.0.0.1",
        "[::1]/b",
        "wiki/a",
        "10.0.0.7",
        "nas.local",
    ):
        await room.tells("ben", f"Ours: http://{address}")
    assert made(room) == before
    await room.tells("ben", f"Ours: http://wiki/a and everybody’s: {TALKS}")
    assert made(room) == more(before, 1, 1)


async def test_what_is_said_to_homeroom_is_not_overheard(room: Room) -> None:
    before = made(room)
    await room.mentions("ben", f"share {TALKS} it helped")
    await room.replied()
    assert made(room) == more(before, 0, 0, 0, 1, 1)


async def test_a_channel_keeps_all_or_none_when_a_host_says_so(room: Room) -> None:
    async with nothing_changed(room):
        await room.dialog("ben", ("links all", "Only a host of Coaching Network"))
        await room.dialog("ana", ("links some", "You typed: some"))
    listed = await room.says("ana", "links")
    assert "whoever posted one keeps or dismisses it" in listed.text
    await presses(room, "ana", listed.message, "Keep all here")
    await room.settle()
    assert "all links are kept for the network" in text(room.post("from now on"))
    assert "Ana decided so" in text(room.post("from now on"))
    assert room.rows()["audit"] == 1
    before = made(room)
    posted = await room.tells("ben", f"Kept at once: {TALKS}")
    assert made(room) == more(before, 1, 1, 1, 1, 1)
    await room.dialog("dee", ("find kept", "Ben (Northside)"), where="harbor")
    assert "Keep" not in buttons(await room.home("ben"))
    await room.deletes("ben", posted)
    await room.dialog("dee", ("find kept", "Nothing found"), where="harbor")
    # Another channel goes on as it did.
    await room.tells("dee", f"Harbor waits: {TALKS}/harbor", "harbor")
    assert "Harbor waits" in await at_home(room, "dee")
    await room.dialog("ana", ("links none", "the channel is told"), ("links none", "Nothing chang"))
    rows = room.rows()
    await room.tells("ben", f"Between us: {TALKS}/2")
    assert {**room.rows(), "outbox": 0} == {**rows, "outbox": 0}
    assert rows["audit"] == 2


async def test_what_nobody_keeps_is_forgotten_after_four_weeks(room: Room) -> None:
    posted = await room.tells("ben", f"Kept: {TALKS}/kept")
    await presses(room, "ben", await room.home("ben"), "Keep")
    room.clock.move(MONDAY + timedelta(days=1))
    await room.tells("ben", f"Left: {TALKS}/left")
    before = made(room)
    room.clock.move(MONDAY + timedelta(days=28, hours=1))
    await room.homeroom.tick()
    assert made(room) == before
    room.clock.move(MONDAY + timedelta(days=29, minutes=1))
    await room.homeroom.tick()
    assert made(room) == more(before, -1, -1)
    await room.dialog("ben", ("links", "None of them waits"))
    await room.deletes("ben", posted)  # what was kept still follows its message
    await room.dialog("dee", ("find kept", "Nothing found"), where="harbor")


async def test_a_word_of_ours_for_what_is_overheard_is_nobodys_to_type(room: Room) -> None:
    async with nothing_changed(room):
        for words in ("overheard", "overheard gone 1", "overheard mark 2", "overheard edit 3"):
            assert "I don’t know" in (await room.says("ben", words)).text


@pytest.mark.parametrize("how", ["keep x", "dismiss", "keep 99999999999", "keep -1"])
async def test_a_button_that_somebody_typed(room: Room, how: str) -> None:
    async with nothing_changed(room):
        said = (await room.says("ben", how)).text
    assert "not here any more" in said or "I don’t know" in said or "use the button" in said
