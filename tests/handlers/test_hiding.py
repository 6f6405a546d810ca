"""A host hides something, with a reason; it can be brought back."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Hidden
from tests.cast import CALL, MONDAY, Room, text
from tests.handlers.acting import (
    buttons,
    nothing_changed,
    nothing_posted,
    offers,
    presses,
    problem_id,
)

WORDS = "Kim Miller can’t read yet"


async def makes(room: Room, kind: str) -> str:
    """Ben says something that does not belong here; what a host names it by."""
    if kind == "resource":
        await room.says("ben", f"share https://example.org/talks {WORDS}")
        return "resource:1"
    if kind == "problem":
        await room.fills("ben", "ask", what=WORDS, sight="network")
        return f"problem:{problem_id(room, WORDS)}"
    if kind == "offer":
        await room.fills("ana", "ask", what="Parents come late", sight="network")
        await offers(room, "ben", problem_id(room, "Parents come late"), WORDS)
        return "offer:1"
    if kind == "checkin":
        await room.fills("ben", "checkin 1", answer0=WORDS)
        return "checkin:1"
    await room.says("ana", "prompt in 1 hour: How is it going?")
    await room.says("ana", "prompt schedule 1")
    await room.goes_to(MONDAY + timedelta(hours=1))
    form = await room.says("ben", "answer 1")
    await room.ben.submit(form.view, {"words": WORDS})
    return "answer:1"


async def hides(room: Room, what: str, reason: str = "It names a student.") -> str:
    named = "problem:1" if what.startswith("offer") else what
    form = await room.says("ana", f"hide {named}")
    assert form.view, form.text
    return str((await room.ana.submit(form.view, {"what": what, "reason": reason})).text)


@pytest.mark.parametrize("kind", ["resource", "problem", "offer", "checkin", "answer"])
async def test_it_is_gone_everywhere_and_comes_back_as_it_was(room: Room, kind: str) -> None:
    what = await makes(room, kind)
    await room.goes_to(CALL - timedelta(hours=20))
    found = await room.says("gus", "find Kim Miller")
    assert "Miller" in found.text
    assert "Hidden" in await hides(room, what)
    await room.settle()
    assert "Nothing found" in (await room.says("gus", "find Kim Miller")).text
    for where in ("learning-call", "harbor"):
        assert not any("Miller" in text(each) for each in room.every_post(where))
    told = room.direct("ben")[-1]
    assert "It names a student." in told and "Ana" in told
    listed = (await room.says("ana", "hidden")).text
    assert "The reason: It names a student." in listed
    assert ("example.org/talks" if kind == "resource" else WORDS) in listed
    back = await presses(room, "ana", (await room.says("ana", "hidden")).message, "Bring it back")
    assert "It is back" in back.text
    await room.settle()
    assert "Miller" in (await room.says("gus", "find Kim Miller")).text
    await room.dialog("ana", ("hidden", "Nothing is hidden"))
    assert room.rows()["hidden"] == 0


@pytest.mark.parametrize("kind", ["resource", "problem", "checkin"])
async def test_it_goes_from_the_agendas_of_calls_that_are_over(room: Room, kind: str) -> None:
    what = await makes(room, kind)
    await room.says("gus", "share https://example.org/other They counted Kim aloud")
    await room.goes_to(CALL - timedelta(hours=20))
    await room.goes_to(CALL)
    await room.goes_to(CALL + timedelta(hours=2))
    assert WORDS in text(room.post("Agenda"))
    assert "Hidden" in await hides(room, what)
    await room.goes_to(CALL + timedelta(hours=2, seconds=5))
    for where in ("learning-call", "harbor"):
        assert not any("Miller" in text(each) for each in room.every_post(where))
        agenda = text(room.post("Agenda", where))
        assert "[erased]" in agenda and "They counted Kim aloud" in agenda
        assert "example.org/talks" not in agenda
    with Session(room.homeroom.database.engine) as session:
        assert "texts" not in session.scalars(select(Hidden)).one().before
    back = await presses(room, "ana", (await room.says("ana", "hidden")).message, "Bring it back")
    assert "only the agendas of calls that are over stay without it" in back.text


async def test_what_comes_back_takes_nobody_s_place(room: Room) -> None:
    """While it was hidden, somebody else said something of its kind."""
    offered = await makes(room, "offer")
    await hides(room, offered)
    await offers(room, "gus", problem_id(room, "Parents come late"), "We sent a bus")
    await room.settle()
    back = await presses(room, "ana", (await room.says("ana", "hidden")).message, "Bring it back")
    assert "It is back" in back.text
    await room.settle()
    shown = "\n".join(text(each) for each in room.every_post())
    assert WORDS in shown and "We sent a bus" in shown
    assert len(re.findall("Offered by", shown)) == 2


@pytest.mark.parametrize("kind", ["resource", "problem", "offer", "answer"])
async def test_whoever_it_is_from_withdraws_it_for_good_while_it_is_hidden(
    room: Room, kind: str
) -> None:
    what = await makes(room, kind)
    await hides(room, what)
    await room.settle()
    told = next(e for e in reversed(room.directs("ben")) if "names a student" in text(e))
    gone = await presses(room, "ben", told, "Withdraw it for good")
    assert "Withdrawn for good" in gone.text
    assert "Nothing is hidden" in (await room.says("ana", "hidden")).text
    async with nothing_changed(room):
        await room.dialog("ana", ("hide undo 1", "has withdrawn it meanwhile"))
    await room.settle()
    assert "Nothing found" in (await room.says("gus", "find Kim Miller")).text
    assert not any("Miller" in text(each) for each in room.every_post())


async def test_of_a_hidden_resource_only_ones_own_words_are_withdrawn(room: Room) -> None:
    what = await makes(room, "resource")
    await room.says("gus", "share https://example.org/talks It helped us")
    await hides(room, what)
    await room.dialog("eve", ("withdraw 1", "You have not shared"), where="other-network")
    await room.dialog("ben", ("withdraw 1", "Withdrawn for good"), ("withdraw 1", "You have not"))
    await room.dialog("ana", ("hide undo 1", "It is back"))
    found = (await room.says("gus", "find talks")).text
    assert "It helped us" in found and "Miller" not in found


async def test_a_page_stays_hidden_though_what_was_said_of_it_was_withdrawn(room: Room) -> None:
    await hides(room, await makes(room, "resource"))
    await room.dialog("ben", ("withdraw 1", "Withdrawn for good"), ("withdraw 1", "You have not"))
    again = await room.says("gus", "share https://example.org/talks It helped us")
    assert "nobody sees it for now" in again.text
    await room.dialog("ana", ("hidden", "It names a student."), ("hide undo 1", "It is back"))
    found = (await room.says("dee", "find talks", "harbor")).text
    assert "It helped us" in found and "Miller" not in found


async def test_only_hosts_of_this_network_hide(room: Room) -> None:
    await makes(room, "resource")
    async with nothing_changed(room):
        await room.dialog("ben", ("hide resource:1", "Only a host"), ("hide undo 1", "Only a host"))
        await room.dialog("eve", ("hide resource:1", "Find it first"), where="other-network")
        await room.dialog(
            "ana", ("hide", "Find it first"), ("hide resource:99 x:1", "Find it first")
        )
        await room.dialog("ana", ("hide undo 7", "not hidden"))


async def test_a_nameless_problem_is_hidden_without_learning_whose_it_is(room: Room) -> None:
    await room.fills("ben", "ask", what=WORDS, sight="nameless")
    said = await hides(room, f"problem:{problem_id(room, WORDS)}")
    assert "Ben" not in said
    await room.settle()
    assert "It names a student." in room.direct("ben")[-1]
    assert "Ben" not in (await room.says("ana", "hidden")).text


async def shares_again(room: Room, who: str, why: str) -> str:
    where = "harbor" if who == "dee" else "learning-call"
    return str((await room.says(who, f"share https://example.org/talks {why}", where)).text)


async def test_everyone_who_spoke_for_what_is_hidden_is_told(room: Room) -> None:
    await makes(room, "resource")
    await room.says("dee", "share https://example.org/talks we do it, too", "harbor")
    await hides(room, "resource:1")
    await room.settle()
    for who in ("ben", "dee"):
        assert sum("It names a student." in each for each in room.direct(who)) == 1
    assert not any("It names a student." in each for each in room.direct("gus"))


@pytest.mark.parametrize("who", ["ben", "dee"])
async def test_what_is_hidden_stays_hidden_for_whoever_shares_it_again(
    room: Room, who: str
) -> None:
    await hides(room, await makes(room, "resource"))
    await room.settle()
    before = room.rows()
    said = await shares_again(room, who, "it is a good one")
    assert "Ana has hidden this link from the network" in said
    assert "please talk to Ana" in said and "Saved" not in said
    assert "Bring it back" not in buttons(room.seen.message)
    added = {"voice": before["voice"] + (who != "ben")}
    assert {**room.rows(), "member": 0} == {**before, **added, "member": 0}
    await room.settle()
    for reader in ("gus", "ana"):
        await room.dialog(reader, ("find good one", "Nothing found"))
        assert "example.org" not in text(await room.home(reader))
    assert "It names a student." in (await room.says("grace", "hidden")).text
    back = await presses(room, "grace", room.seen.message, "Bring it back")
    assert "It is back" in back.text
    await room.dialog("gus", ("find good one", "it is a good one"))
    log = (await room.says("ana", "network audit")).text
    assert "hid a resource" in log and "brought back a resource" in log


async def test_a_host_who_shares_what_is_hidden_may_bring_it_back(room: Room) -> None:
    await hides(room, await makes(room, "resource"))
    said = await room.says("grace", "share https://example.org/talks it is a good one")
    assert "Ana has hidden this link" in said.text
    assert "It is back" in (await presses(room, "grace", said.message, "Bring it back")).text
    await room.dialog("gus", ("find good one", "it is a good one"), ("find Miller", WORDS))


async def test_a_hidden_link_is_not_caught_again(room: Room) -> None:
    posted = await room.tells("ben", "See https://example.org/talks")
    assert "example.org/talks" in (await room.says("ben", "links")).text
    old = room.seen.message
    await hides(room, await makes(room, "resource"))
    await room.dialog("ben", ("links", "None of them waits"))
    assert "A host has hidden that link" in (await presses(room, "ben", old, "Keep")).text
    async with nothing_posted(room):
        await room.tells("gus", "Or this: https://example.org/talks/?utm_source=mail")
        await room.dialog("gus", ("links", "None of them waits"))
    assert room.rows()["caught_link"] == 1
    await room.dialog("gus", ("find talks", "Nothing found"))
    assert posted
    await room.says("ana", "hide undo 1")
    assert "example.org/talks" in (await room.says("ben", "find Miller")).text


async def test_what_was_said_anew_can_be_hidden_again(room: Room) -> None:
    await hides(room, await makes(room, "checkin"))
    await room.fills("ben", "checkin 1", answer0="Kim Miller can’t write either")
    assert "Hidden" in await hides(room, "checkin:1", "It does so again.")
    assert room.rows()["hidden"] == 1
    await room.dialog("gus", ("find Miller", "Nothing found"))
    await room.dialog("ana", ("hidden", "It does so again."), ("hidden", "Bring it back"))


async def test_what_a_host_hid_is_not_said_to_be_withdrawn_by_its_author(room: Room) -> None:
    for kind, said in (
        ("problem", "A host has hidden this problem."),
        ("resource", "hidden this."),
    ):
        what = await makes(room, kind)
        if kind == "resource":
            await room.says("ben", "post resource 1")
            await room.settle()
        await hides(room, what)
        await room.settle()
        shown = "\n".join(text(each) for each in room.every_post())
        assert said in shown and "withdrawn by" not in shown, shown


async def test_a_hidden_offer_goes_from_what_the_raiser_was_told(room: Room) -> None:
    offered = await makes(room, "offer")
    await room.settle()
    assert WORDS in room.direct("ana")[-1]
    told = len(room.direct("ana"))
    await hides(room, offered)
    await room.settle()
    assert not any(WORDS in each for each in room.direct("ana"))
    assert "A host has hidden this offer." in room.direct("ana")[told - 1]
    shown = "\n".join(text(each) for each in room.every_post())
    assert "taken back by" not in shown
    await presses(room, "ana", (await room.says("ana", "hidden")).message, "Bring it back")
    await room.settle()
    assert WORDS in room.direct("ana")[told - 1] and len(room.direct("ana")) == told
