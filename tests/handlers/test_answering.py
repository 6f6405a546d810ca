"""One act, one answer: deliveries that come twice, people who left, guests, other workspaces."""

import asyncio

import pytest

from bot.speech import Card, Form, Incoming, Reply, plain
from tests.cast import CALL, Room, text
from tests.gates import held
from tests.handlers.acting import (
    deactivate,
    nothing_changed,
    nothing_posted,
    offers,
    presses,
    problem_id,
    says_in_form,
    writes,
)

TALKS = "https://example.org/talks"


def words(reply: Reply) -> str:
    assert isinstance(reply, Card)
    return plain(reply.elements)


async def test_a_command_delivered_again_changes_nothing(room: Room) -> None:
    ben, here = room.who("ben"), room.place()
    for said in (
        Incoming("d1", ben, here, f"share {TALKS} it helped"),
        Incoming("d2", ben, here, "ask", {"what": "Talk fades", "sight": "network"}, how="form"),
        Incoming("d3", ben, here, "checkin 1", {"answer0": "Number talks"}, how="form"),
        Incoming("d4", ben, here, "post resource 1", how="button"),
    ):
        await room.homeroom.answer(said)
        async with nothing_changed(room):
            again = await room.homeroom.answer(said)
        assert words(again) == "I already have that: it was saved the first time."


async def test_a_refused_delivery_may_come_again_put_right(room: Room) -> None:
    """A form keeps its delivery id while its errors are mended."""
    form = await room.says("ben", "ask")
    assert form.view
    wrong = await room.ben.submit(form.view, {"what": "x" * 3001})
    assert wrong.errors
    done = await room.ben.submit(form.view, {"what": "Talk fades"})
    assert "Raised" in done.text


@pytest.mark.slack_only("Teams's door answers one activity once; tests/teams/test_bad_input.py")
async def test_a_message_delivered_again_changes_nothing(room: Room) -> None:
    assert "Saved for" in await writes(room, "ben", f"share {TALKS} it helped")
    before, heard = room.rows(), len(room.direct("ben"))
    await room.world.redeliver()
    answer = await room.world.until(lambda: "".join(room.direct("ben")[heard:]))
    assert "I already have that" in answer
    assert room.rows() == before


async def test_someone_whose_account_is_deactivated(room: Room) -> None:
    form = await room.says("ben", "checkin")
    await room.fills("ana", "ask", what="Talk fades", sight="network")
    saved = await room.says("ben", f"share {TALKS} it helped")
    deactivate(room, "Ben")
    async with nothing_changed(room):
        assert form.view
        late = await room.ben.submit(form.view, {"answer0": "Hello"})
        assert "Your account was deactivated" in late.text
        await room.ben.close(form.view)
        for said in (
            "",
            "help",
            "chekin",
            "share https://example.org/2 it helped",
            "find talks",
            "agenda",
            "ask",
            "checkin",
            "absent",
            f"offer {problem_id(room, 'Talk fades')}",
            "post resource 1",
            "exit",
        ):
            await room.dialog("ben", (said, "Your account was deactivated"))
        pressed = await presses(room, "ben", saved.message, "Withdraw")
        assert "Your account was deactivated" in pressed.text
    await room.goes_to(CALL.replace(hour=17))
    assert not any("not checked in" in said for said in room.direct("ben"))


async def test_guests_and_other_workspaces_do_all_that_members_do(room: Room) -> None:
    await room.fills("ana", "ask", what="Talk fades", sight="network")
    number = problem_id(room, "Talk fades")
    for who, where in (("gus", "learning-call"), ("dee", "harbor")):
        link = f"https://example.org/{who}"
        await room.dialog(
            who,
            (f"share {link} it helped {who}", "Saved for"),
            (f"find helped {who}", link),
            ("agenda", "Agenda: Weekly call"),
            ("help", "Homeroom for Coaching Network"),
            where=where,
        )
        assert "checked in" in await says_in_form(room, who, "checkin", where, answer0="Hello")
        asked = await says_in_form(room, who, "ask", where, what=f"{who} asks", sight="network")
        assert "Raised" in asked
        assert "Thank you" in await offers(room, who, number, f"{who} offers", where)
        found = await room.says(who, f"find helped {who}", where)
        assert "Posted" in (await presses(room, who, found.message, "Post 1 here")).text
        await room.settle()
        assert "From what the network shared" in text(room.post(f"it helped {who}", where))
    await room.settle()
    for where in ("learning-call", "harbor"):
        assert "2 checked in: Gus and Dee" in text(room.post("Check-in", where))
        assert "2 offers" in text(room.post("Talk fades", where))
        assert room.post("gus asks", where) and room.post("dee asks", where)
    await room.goes_to(CALL.replace(hour=22))
    for who, where in (("gus", "learning-call"), ("dee", "harbor")):
        assert "saved" in await says_in_form(room, who, "exit", where, useful="5")


async def test_where_homeroom_is_not_it_answers_privately(room: Room) -> None:
    async with nothing_posted(room):
        await room.dialog(
            "ben",
            (f"share {TALKS} it helped", "Saved for"),
            ("find helped", TALKS),
            ("agenda", "Agenda: Weekly call"),
            where="elsewhere",
        )
    async with nothing_changed(room):
        for said in ("share https://example.org", "find talks", "checkin", "ask", "exit", "oops"):
            await room.dialog("cleo", (said, "not in a network"), where="elsewhere")
    await room.silence("elsewhere")


async def test_eve_reaches_nothing_of_ours(room: Room) -> None:
    await room.fills("ben", "ask", what="Talk fades", sight="network")
    await room.says("ben", f"share {TALKS} it helped")
    async with nothing_changed(room):
        for said, answer in (
            (f"offer {problem_id(room, 'Talk fades')}", "That problem is not here"),
            (f"unask {problem_id(room, 'Talk fades')}", "That problem is not here"),
            ("checkin 1", "not one of Other Network’s"),
            ("absent 1", "not one of Other Network’s"),
            ("present 1", "not one of Other Network’s"),
            ("exit 1", "There is no call to say that of"),
            ("voice 1", "You have not shared that one"),
            ("withdraw 1", "You have not shared that one"),
            ("tried 1 helped", "not here any more"),
            ("post resource 1", "not here any more"),
            ("post checkin 1", "not here any more"),
            (f"post problem {problem_id(room, 'Talk fades')}", "not here any more"),
            ("find talk", "Nothing found"),
        ):
            await room.dialog("eve", (said, answer), where="other-network")
    await room.silence("other-network", "elsewhere")


async def test_the_same_link_in_two_networks_is_two_resources(room: Room) -> None:
    await room.says("ben", f"share {TALKS} it helped us")
    await room.dialog(
        "eve",
        (f"share {TALKS} it helped them", "Saved"),
        ("find helped", "it helped them"),
        where="other-network",
    )
    assert "it helped us" not in room.seen.text
    await room.dialog("ana", ("find helped", "it helped us"))
    assert "it helped them" not in room.seen.text


async def test_the_same_act_twice_at_once_happens_once(room: Room) -> None:
    """Someone double-clicks, or sends again because no answer came."""
    await room.says("ana", f"share {TALKS} it helped us")
    before = room.rows()
    share = f"share {TALKS} us too"
    await asyncio.gather(*(room.says("ben", share) for _ in range(4)))
    told = [text(each) for each in room.private("ben")]
    assert sum("Saved for" in each for each in told) == 1
    assert sum("This is already saved" in each for each in told) == 3
    assert room.rows()["voice"] == before["voice"] + 1
    found = await room.says("ana", "find helped us")
    await asyncio.gather(*(presses(room, "ana", found.message, "Post 1 here") for _ in range(4)))
    await room.settle()
    assert len([each for each in room.posts() if "From what the network shared" in text(each)]) == 1


async def test_while_the_database_is_locked_nothing_is_lost(room: Room) -> None:
    form = await room.says("ben", "checkin")
    assert form.view
    before = room.rows()
    with held(room.homeroom.config.database_url) as other:
        words = f"share {TALKS} it helped us"
        told = await room.says("gus", words)
        assert "could not save this just now" in told.text
        assert room.typed(words) in told.text or room.stands("gus", words)
        kept = await room.ben.submit(form.view, {"answer0": "Number talks"})
        assert "could not save this just now" in kept.text
        await room.dialog("gus", ("find talks", "Nothing found"))  # looking waits for nobody
        other.release()
    assert room.rows() == before
    still = room.still_open("ben", form.view, kept)
    assert still
    done = await room.ben.submit(still)
    assert "you have checked in" in done.text


async def test_a_word_that_opens_a_form_opens_it_again(room: Room) -> None:
    """When an answer was lost, nothing had been said yet that could be had already."""
    ben, here = room.who("ben"), room.place()
    for said in (
        Incoming("d1", ben, here, "ask Talk fades", how="command"),
        Incoming("d2", ben, here, "checkin 1", how="button"),
        Incoming("d3", ben, here, "checkin", how="mention"),
    ):
        async with nothing_changed(room):
            first = await room.homeroom.answer(said)
            assert isinstance(first, Form)
            assert await room.homeroom.answer(said) == first


async def test_a_welcome_that_comes_again_is_not_said_again(room: Room) -> None:
    for how in ("join", "home"):
        said = Incoming(f"d{how}", room.who("ben"), room.place(), "welcome", how=how)
        assert isinstance(await room.homeroom.answer(said), Card)
        async with nothing_changed(room):
            assert await room.homeroom.answer(said) is None
