"""Posting something that was found, for everyone in the channel."""

from tests.cast import Room, text
from tests.handlers.acting import (
    buttons,
    nothing_changed,
    nothing_posted,
    presses,
    problem_id,
    writes,
)

TALKS = "https://example.org/talks"


async def test_what_was_found_is_posted_once(room: Room) -> None:
    await room.says("ben", f"share {TALKS} number talks helped us")
    found = await room.says("ana", "find talks")
    done = await presses(room, "ana", found.message, "Post 1 here")
    assert "Posted in this channel" in done.text
    again = await presses(room, "ana", found.message, "Post 1 here")
    assert "It is in this channel already" in again.text
    await room.settle()
    async with nothing_posted(room):
        later = await presses(room, "ana", found.message, "Post 1 here")
        assert "already since Mon 23 Nov" in later.text
    posted = [each for each in room.posts() if "From what the network shared" in text(each)]
    assert len(posted) == 1 and "number talks helped us – Ben (Northside)" in text(posted[0])
    assert not [
        each for each in room.posts("harbor") if "From what the network shared" in text(each)
    ]


async def test_it_is_posted_only_where_the_network_meets(room: Room) -> None:
    saved = await room.says("ben", f"share {TALKS} number talks", "elsewhere")
    async with nothing_changed(room):
        assert "Withdraw" in buttons(saved.message) and "Post it here" not in buttons(saved.message)
        away = await room.says("ben", "post resource 1", "elsewhere")
        assert "only in Coaching Network’s channels" in away.text
        await room.dialog("eve", ("post resource 1", "not here any more"), where="other-network")
    await room.silence("elsewhere", "other-network")
    assert "only in Coaching Network’s channels" in await writes(room, "ben", "post resource 1")


async def test_what_is_gone_is_not_posted(room: Room) -> None:
    saved = await room.says("ben", f"share {TALKS} number talks")
    await presses(room, "ben", saved.message, "Post it here")
    await presses(room, "ben", saved.message, "Withdraw")
    await room.settle()
    assert "withdrawn by whoever shared it" in text(room.posts()[-1])
    async with nothing_changed(room):
        for said in ("post resource 1", "post resource 99", "post checkin 99", "post problem 99"):
            await room.dialog("ben", (said, "not here any more"))
        await room.dialog("ben", ("post recap 1", "in the network’s channels already"))


async def test_what_was_posted_follows_what_is_said(room: Room) -> None:
    saved = await room.says("ben", f"share {TALKS} it heled us")
    await room.says("dee", f"share {TALKS} us too", "harbor")
    await presses(room, "ben", saved.message, "Post it here")
    await room.settle()
    change = await presses(room, "ben", saved.message, "Change")
    assert change.view
    await room.ben.submit(change.view, {"why": "it helped us"})
    await room.settle()
    post = room.post("From what the network shared")
    assert "it helped us – Ben" in text(post) and "us too – Dee" in text(post)
    await presses(room, "ben", saved.message, "Withdraw")
    await room.settle()
    post = room.post("From what the network shared")
    assert "Ben" not in text(post) and "us too – Dee" in text(post)


async def test_a_problem_is_posted_as_it_may_be_read(room: Room) -> None:
    await room.fills("ben", "ask", what="Talk fades", sight="nameless")
    await room.fills("ben", "ask", what="Our own matter", sight="organisation")
    mine, ours = problem_id(room, "Talk fades"), problem_id(room, "Our own matter")
    async with nothing_changed(room):
        await room.dialog("ana", (f"post problem {ours}", "Only its organisation"))
        await room.dialog("dee", (f"post problem {ours}", "not here"), where="harbor")
    await room.dialog("ana", (f"post problem {mine}", "Posted in this channel"))
    await room.settle()
    assert "Raised by A member" in text(room.posts()[-1])
    await room.dialog("ben", (f"unask {mine}", "Withdrawn"))
    await room.settle()
    assert "Talk fades" not in "".join(text(each) for each in room.posts())


async def test_a_check_in_is_posted(room: Room) -> None:
    await room.fills("ben", "checkin", answer0="Number talks")
    found = await room.says("ana", "find in:check-ins")
    await presses(room, "ana", found.message, "Post 1 here")
    await room.settle()
    assert "From Ben’s check-in" in text(room.posts()[-1])
    await room.fills("ben", "checkin", answer0="Wait time")
    await room.settle()
    assert "Wait time" in text(room.post("From Ben’s check-in"))
