"""Searching while a message is written: what is offered, and what is not."""

from itertools import count

import pytest

from bot.compose.pages import size
from bot.errors import Refusal
from bot.speech import Buttons, Card, Incoming, Link, Picks, Reply, Text, plain
from tests.cast import CALL, Room
from tests.handlers.acting import deactivate, nothing_changed, offers, problem_id
from tests.handlers.test_search import SITE, library
from tests.jobs.walking import walks_to

_deliveries = count(1)


async def asks(room: Room, who: str, words: str, where: str, how: str = "search") -> Reply:
    """What the program answers to these words."""
    delivery = f"look {next(_deliveries)}"
    return await room.homeroom.answer(
        Incoming(delivery, room.who(who), room.place(where), words, how=how)  # type: ignore[arg-type]
    )


async def looks(room: Room, who: str, words: str = "", where: str = "learning-call") -> Picks:
    """What someone is offered who searches for these words."""
    picks = await asks(room, who, f"look {words}".strip(), where)
    assert isinstance(picks, Picks)
    assert all(len(each.title) <= 80 and len(each.text) <= 120 for each in picks.picks)
    assert not any(isinstance(e, Buttons) for each in picks.picks for e in each.card.elements)
    return picks


def read(picks: Picks) -> str:
    """All that is read of what is offered, and of the cards that go into a message."""
    every = [f"{each.title}\n{each.text}\n{plain(each.card.elements)}" for each in picks.picks]
    return "\n".join((*every, *(each.card.summary for each in picks.picks)))


async def test_what_find_finds_is_offered(room: Room) -> None:
    await library(room)
    async with nothing_changed(room):
        for words, found in (
            ("talks", {f"{SITE}/talks", f"{SITE}/circles"}),
            ("talks by:ben", {f"{SITE}/talks"}),
            ("in:resources", {f"{SITE}/talks", f"{SITE}/circles"}),
            ("tag:reading", {f"{SITE}/circles"}),
            ("talks since:2d", {f"{SITE}/circles"}),
            ("zebra", set()),
        ):
            picks = await looks(room, "gus", words)
            shown = [e for each in picks.picks for e in each.card.elements if isinstance(e, Text)]
            links = {span.url for e in shown for span in e.spans if isinstance(span, Link)}
            assert links == found, words
    first = (await looks(room, "gus", "talks by:ben")).picks[0]
    assert first.text == "number talks helped us #maths – Ben (Northside)"
    assert "From what the network shared" in plain(first.card.elements)
    checkin = await looks(room, "ben", "in:check-ins fluency")
    assert "From Ana’s check-in" in read(checkin)


async def test_nothing_typed_offers_what_was_shared_lately(room: Room) -> None:
    assert not (await looks(room, "ben")).picks
    assert "Nothing has been shared yet" in (await looks(room, "ben")).nothing
    for n in range(27):
        await room.says("ben", f"share {SITE}/{n} routine {n}")
    picks = (await looks(room, "ana")).picks
    assert len(picks) == 25
    assert "routine 26" in picks[0].text
    for begun in ("in:", "page:2"):
        assert (await looks(room, "ana", begun)).picks == picks


async def test_nothing_found_says_what_to_try(room: Room) -> None:
    await library(room)
    for words, told in (
        ("zebra in:problems", "Nothing found for “zebra in:problems”. Try another word"),
        ("zebra stripes", "Try fewer words"),
        ("talks by:eve", "Nobody in Coaching Network is called “eve”"),
        ("talks in:#other-network", "I don’t know “in:#other-network”"),
        ("talks since:soon", "since:8w"),
        ("🎉", "Nothing found"),
        ("x" * 40_000, "Nothing found"),
    ):
        picks = await looks(room, "ben", words)
        assert not picks.picks and told in picks.nothing, words
        assert len(picks.nothing) < 300


async def test_what_only_an_organisation_may_see_is_not_offered(room: Room) -> None:
    await room.fills("ben", "ask", what="Talk fades here", sight="organisation")
    assert "Talk fades here" in (await room.says("ana", "find talk")).text
    for who in ("ben", "ana", "dee"):
        for words in ("talk fades", "in:problems", "by:me", ""):
            assert "fades" not in read(await looks(room, who, words))


async def test_a_nameless_problem_has_no_name(room: Room) -> None:
    await room.fills("ben", "ask", what="Talk fades here", sight="nameless")
    await offers(room, "ana", problem_id(room, "Talk fades here"), "Wait time")
    picks = await looks(room, "ben", "talk fades")
    assert "Talk fades here" in read(picks) and "Ben" not in read(picks)
    assert not (await looks(room, "ana", "by:ben in:problems")).picks


async def test_a_posted_recap_is_offered_by_its_excerpt(room: Room) -> None:
    await room.says("ben", f"share {SITE}/talks number talks helped us")
    await walks_to(room, CALL.replace(day=26))
    picks = await looks(room, "gus", "in:recaps")
    assert "Recap of Weekly call" in read(picks) and len(picks.picks) == 1


async def test_a_long_thing_goes_in_by_its_excerpt(room: Room) -> None:
    await room.fills("ben", "ask", what="talk " * 550, tried="x" * 2900, sight="network")
    (only,) = (await looks(room, "ana", "talk")).picks
    assert size(only.card.elements) < 4000 and "x" * 2900 not in plain(only.card.elements)


async def test_who_is_in_no_network_is_offered_nothing(room: Room) -> None:
    await library(room)
    async with nothing_changed(room):
        for who, where in (("cleo", "elsewhere"), ("cleo", "learning-call")):
            picks = await looks(room, who, "talks", where)
            assert not picks.picks and "You are not in a network here yet" in picks.nothing
        picks = await looks(room, "eve", "talks", "other-network")
        assert not picks.picks and "Nothing found" in picks.nothing
    await room.dialog("eve", ("absent", ""))  # she joins the other one by speaking in it
    both = await looks(room, "eve", "talks", "elsewhere")
    assert both.picks  # of either network, where no channel tells which
    deactivate(room, "Ben")
    gone = await looks(room, "ben", "talks")
    assert not gone.picks and "deactivated" in gone.nothing


async def test_a_search_only_searches(room: Room) -> None:
    async with nothing_changed(room):
        for words in (f"share {SITE} it helped", "absent", "", "begin"):
            assert isinstance(await asks(room, "ben", words, "learning-call"), Picks), words


async def test_nobody_says_it_otherwise(room: Room) -> None:
    async with nothing_changed(room):
        await room.dialog(
            "ben", ("look", "I don’t know “look” yet. Did you mean find?"), ("look 2026", "find")
        )
        pressed = await asks(room, "ben", "look talks", "learning-call", how="button")
        assert isinstance(pressed, Card) and "I don’t know" in plain(pressed.elements)
        with pytest.raises(Refusal, match="not in a network"):
            await asks(room, "cleo", "look 1", "elsewhere", how="command")
