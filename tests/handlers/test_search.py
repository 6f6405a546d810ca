"""Finding what was shared before, as conversation."""

from datetime import timedelta

import pytest

from bot.errors import Refusal
from handlers.search import since_when
from tests.cast import CALL, MONDAY, Room
from tests.handlers.acting import buttons, links, nothing_changed, presses, strong
from tests.room import identity

SITE = "https://example.org"


async def library(room: Room) -> None:
    """A few things, shared over some weeks."""
    await room.says("ben", f"share {SITE}/talks number talks helped us #maths")
    await room.goes_to(MONDAY + timedelta(days=10))
    await room.says("dee", f"share {SITE}/circles reading circles and talks #reading", "harbor")
    await room.fills("ana", "checkin", answer0="Fluency routines", answer1="Talk moves")
    await room.fills("gus", "ask", what="Talk fades after a week", sight="network")


async def test_filters_narrow(room: Room) -> None:
    await library(room)
    for said, found in (
        ("find talks", {f"{SITE}/talks", f"{SITE}/circles"}),
        ("find talks by:ben", {f"{SITE}/talks"}),
        ("find by: Dee", {f"{SITE}/circles"}),
        ("find by:ben by:dee talks", {f"{SITE}/talks", f"{SITE}/circles"}),
        ("find tag:maths", {f"{SITE}/talks"}),
        ("find tag:#Reading tag:maths", set()),
        ("find in:resources", {f"{SITE}/talks", f"{SITE}/circles"}),
        ("find in:#harbor", {f"{SITE}/circles"}),
        (f"find in:{room.channel().id}", {f"{SITE}/talks"}),
        ("find talks since:2d", {f"{SITE}/circles"}),
        ("find talks since:2026-12", {f"{SITE}/circles"}),
        ("find talks since:2026-11-01", {f"{SITE}/talks", f"{SITE}/circles"}),
        ("FIND Talks IN:links SINCE:week", {f"{SITE}/circles"}),
    ):
        seen = await room.says("gus", said)
        assert set(links(seen.message)) == found, said
    await room.dialog(
        "ben",
        ("find in:problems talk", "Talk fades after a week"),
        ("find in:check-ins fluency", "Ana’s check-in"),
        ("find by:me", f"{SITE}/talks"),
        ("find talk in:problem by:gus", "Gus (Northside)"),
    )


async def test_the_words_that_matched_stand_out(room: Room) -> None:
    await library(room)
    seen = await room.says("ana", "find fluency moves")
    assert set(strong(seen.message)) == {"Fluency", "moves"}


async def test_the_next_page_takes_the_place_of_the_first(room: Room) -> None:
    for n in range(7):
        await room.says("ben", f"share {SITE}/{n} routine {n}")
    before = len(room.private("ana"))
    first = await room.says("ana", "find routine in:resources")
    assert len(links(first.message)) == 5 and "Next page" in buttons(first.message)
    second = await presses(room, "ana", first.message, "Next page")
    assert len(room.private("ana")) == before + 1
    assert identity(second.message) == identity(first.message)
    assert "6. " in second.text and "Next page" not in buttons(second.message)
    every = {*links(first.message), *links(second.message)}
    assert every == {f"{SITE}/{n}" for n in range(7)}
    beyond = await room.says("ana", "find routine page:9")
    assert "nothing more" in beyond.text
    back = await presses(room, "ana", beyond.message, "Back to the first page")
    assert "1. " in back.text
    await room.dialog("ana", ("find routine page:99999999999999999999", "1. "))


async def test_nothing_found_says_what_to_try(room: Room) -> None:
    await library(room)
    async with nothing_changed(room):
        seen = await room.says("ana", "find zebra in:problems by:ben")
        assert "I looked for “zebra in:problems by:ben”" in seen.text
        assert room.typed("ask") in seen.text and "number talks" not in seen.text
        assert "Without by:ben" in buttons(seen.message)
        again = await presses(room, "ana", seen.message, "Without any filter")
        assert "I looked for “zebra”" in again.text


async def test_what_cannot_be_narrowed_to_is_explained(room: Room) -> None:
    async with nothing_changed(room):
        await room.dialog(
            "ben",
            ("find", "What are you looking for?"),
            ("find in:", "What are you looking for?"),
            ("find page:2", "What are you looking for?"),
            ("find talks by:eve", "Nobody in Coaching Network is called “eve”"),
            ("find talks in:#other-network", "I don’t know “in:#other-network”"),
            ("find talks since:soon", "since:8w"),
            ("find talks since:2026-13-01", "since:8w"),
            ("find talks since:0000-00", "since:8w"),
            ('find talks by:"Ana Nobody"', "Nobody"),
            ("find 🎉", "Nothing found"),
            ('find "', "Nothing found"),
            ('find NEAR(a b) OR title:* -"', "Nothing found"),
        )


async def test_other_networks_find_nothing_of_ours(room: Room) -> None:
    await library(room)
    for said in ("find talks", "find in:resources", "find tag:maths", "find since:year"):
        await room.dialog("eve", (said, "Nothing found"), where="other-network")
    await room.dialog("eve", ("find by:ben", "Nobody in Other Network"), where="other-network")
    await room.dialog("cleo", ("find talks", "You are not in a network"), where="elsewhere")


async def test_a_very_long_question_is_answered(room: Room) -> None:
    await room.says("ben", f"share {SITE}/talks number talks helped us")
    many = " ".join(f"word{n}" for n in range(6000))
    await room.dialog(
        "ana",
        (f"find talks {many}", "I looked for the first 40 of your 6,001 words"),
        (f"find {'x' * 40_000} in:problems by:ben", "Nothing found"),
        (f"find talks in:{'x' * 40_000}", "I don’t know “in:xxx"),
        (f"find talks by:{'x' * 40_000}", "Nobody"),
    )


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("today", "2026-11-24"),
        ("Yesterday", "2026-11-23"),
        ("3d", "2026-11-21"),
        ("2weeks", "2026-11-10"),
        ("1m", "2026-10-25"),
        ("month", "2026-10-25"),
        ("1y", "2025-11-24"),
        ("2026-09", "2026-09-01"),
        ("2026-09-15", "2026-09-15"),
    ],
)
def test_since_is_a_day_in_the_networks_zone(typed: str, day: str) -> None:
    since = since_when(typed, CALL, "America/Chicago")
    assert since.isoformat().startswith(f"{day}T0")  # midnight in Chicago


@pytest.mark.parametrize("typed", ["", "5 minutes", "5minutes", "march", "1mm", "9999-99", "²d"])
def test_since_refuses_what_is_no_day(typed: str) -> None:
    with pytest.raises(Refusal, match="since:8w"):
        since_when(typed, CALL, "America/Chicago")


async def test_ones_own_open_problem_can_be_closed_where_it_is_found(room: Room) -> None:
    await room.fills("ben", "ask", what="Parents come late", sight="nameless")
    await room.dialog("gus", ("find parents", "Parents"))
    assert "Close 1" not in buttons(room.seen.message)
    await room.dialog("ben", ("find parents", "Parents"))
    opened = await room.presses("ben", room.seen.message, "Close 1")
    assert opened.view
    await room.ben.submit(opened.view, {"lesson": "We phone first"})
    await room.dialog("ben", ("find parents", "Parents"))
    assert "Close 1" not in buttons(room.seen.message)
