"""A PostgreSQL server that is restarted, away, frozen, or killed in the middle of something."""

import asyncio
from contextlib import contextmanager
from functools import partial

import pytest
from sqlalchemy import event

import handlers.answer
from bot.doors import SLACK_PATIENCE
from bot.slack import listeners
from tests import cast
from tests.bot.acts import ANSWERS, LONG, SHARED, about_to
from tests.bot.test_disks import ready
from tests.mortal import mortal


@pytest.fixture(scope="module")
def server():
    with mortal() as made:
        yield made


@pytest.fixture
async def room(tmp_path, server):
    server.start()
    async with cast.room(tmp_path, server) as here:
        yield here


async def test_while_it_is_away_all_is_given_back_and_after_it_is_saved(room, server):
    acts = await about_to(room)
    before = room.rows()
    assert await ready(room.homeroom)
    server.stop()
    await acts.given_back()
    assert "find talks" in (await room.says("ben", "find talks")).text
    assert not await ready(room.homeroom)
    server.start()
    assert await ready(room.homeroom)
    assert room.rows() == before
    await acts.saved()


@pytest.mark.parametrize("first", ["command", "form", "look", "button"])
async def test_the_first_act_after_a_restart_is_saved(room, server, first):
    """All connections are gone, and nobody has noticed."""
    acts = await about_to(room)
    server.restart()
    match first:
        case "command":
            assert "Saved" in (await room.says("ben", "share https://example.org/1 it")).text
        case "form":
            done = await room.ben.submit(acts.form, {"answer0": "Number talks"})
            assert "you have checked in" in done.text
        case "look":
            assert "example.org/before" in (await room.says("ben", "find before")).text
        case "button":
            assert "Posted in this channel" in await acts._presses()


async def kept_once(room, acts, kind):
    """The same by the same hands, once the server is back: what was read, and what was posted."""
    match kind:
        case "command":
            told = (await room.says("ben", SHARED)).text
        case "form":
            told = (await room.ben.submit(room.ben.views()[-1], ANSWERS)).text
        case "problem":
            told = (await room.fills("ben", "ask", what=LONG, sight="network")).text
        case "button":
            told = await acts._presses()
    await room.settle()
    keys = [m["metadata"]["event_payload"]["key"] for m in room.posts()]
    assert len(keys) == len(set(keys))
    return told


async def does(room, acts, kind):
    """Each kind once, while something dies; what was told then."""
    match kind:
        case "command":
            return (await room.says("ben", SHARED)).text
        case "form":
            return str((await room.ben.submit(acts.form, ANSWERS)).errors)
        case "problem":
            await room.ben.close(acts.form)
            opened = await room.says("ben", "ask")
            room.dying.append(1)
            told = await room.ben.submit(opened.view, {"what": LONG, "sight": "network"})
            await room.ben.close(opened.view)
            return str(told.errors)
        case "button":
            return await acts._presses()


ONCE = "I already have that: it was saved the first time."
NEW = {
    "command": ("Saved", "This is already saved, as you said it"),
    "form": ("you have checked in", ONCE),  # the very window that was sent before
    "problem": ("Raised", "You have already raised this, in the same words"),
    "button": ("Posted in this channel", "It is in this channel already"),
}
GROWN = {
    "command": {"resource": 1, "voice": 1, "passage": 1},
    "form": {"checkin": 1, "passage": 1},
    "problem": {"problem": 1, "passage": 1},
    "button": {},
}
kinds = pytest.mark.parametrize("kind", NEW)


def grown(room, before):
    after = room.rows()
    more = {name: count - before[name] for name, count in after.items()}
    return {name: n for name, n in more.items() if n and name not in ("outbox", "lane")}


def lose_the_next_answer(room, server):
    """A list: once something is in it, the server dies right after the next commit."""
    now = []

    def lose_the_answer(connection):
        if now:
            now.clear()
            driver = connection.connection.driver_connection
            driver.commit()
            server.stop()
            driver.close()

    event.listen(room.homeroom.database.engine, "commit", lose_the_answer)
    return now


@kinds
async def test_killed_in_the_middle_of_a_transaction(room, server, kind, monkeypatch):
    """Its rows are written, and not committed: they are gone, and the words are not."""
    acts = await about_to(room)
    before, left = room.rows(), [1]
    reply = handlers.answer.Answers._reply

    def dies(self, session, said, *rest):
        done = reply(self, session, said, *rest)
        session.flush()
        if left and (kind != "problem" or said.values):
            left.clear()
            server.stop()
        return done

    monkeypatch.setattr(handlers.answer.Answers, "_reply", dies)
    room.dying = []
    assert "could not save this just now" in await does(room, acts, kind)
    server.start()
    assert room.rows() == before
    assert NEW[kind][0] in await kept_once(room, acts, kind)
    assert grown(room, before) == GROWN[kind]


@kinds
async def test_killed_between_a_commit_and_its_answer(room, server, kind):
    """It was kept, and nobody knows: the same typed again is recognised by what it says."""
    acts = await about_to(room)
    before, room.dying = room.rows(), lose_the_next_answer(room, server)
    if kind != "problem":
        room.dying.append(1)
    assert "could not save this just now" in await does(room, acts, kind)
    server.start()
    assert grown(room, before) == GROWN[kind]
    assert NEW[kind][1] in await kept_once(room, acts, kind)
    assert grown(room, before) == GROWN[kind]


async def test_what_was_changed_after_an_answer_was_lost_is_not_lost(room, server):
    """The same window is sent again, and says something else now."""
    acts = await about_to(room)
    losing = lose_the_next_answer(room, server)
    losing.append(1)
    await does(room, acts, "form")
    server.start()
    told = await room.ben.submit(room.ben.views()[-1], {"answer0": "Wait time"})
    assert "Changed: your check-in" in told.text
    await room.settle()
    assert "Wait time" in (await room.says("ana", "find wait")).text


@contextmanager
def no_slow_machine():
    """What is asked is given up when the program itself would: here the database is what is slow,
    not the machine."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("ask", "ask_aloud"):
            patch.setattr(listeners, name, partial(_soon, getattr(listeners, name)))
        yield


def _soon(ask, answer, asked, _patience, *typed):
    return ask(answer, asked, SLACK_PATIENCE, *typed)


async def test_while_it_is_frozen_nobody_waits_and_nothing_is_there_twice(room, server):
    """It may be saved or not, and the person is told so; the words come back."""
    acts = await about_to(room)
    before = room.rows()
    with no_slow_machine(), server.frozen():
        told, form = await asyncio.gather(
            room.says("ben", SHARED), room.ana.click(acts.found, "Post 1 here")
        )
        assert not told.failure and not form.failure  # both were acked in time
        assert "saved" in told.text and f"/learn {SHARED}" in told.text
    assert "aved" in await kept_once(room, acts, "command")
    assert "in this channel" in await kept_once(room, acts, "button")
    for name in ("resource", "voice"):
        assert room.rows()[name] == before[name] + 1
