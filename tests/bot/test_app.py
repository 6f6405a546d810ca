"""The roof: what is saved, what is said when it is not, and how it comes to rest."""

import asyncio
import threading

import pytest

from bot import app
from bot.app import Homeroom
from bot.clock import MovableClock
from bot.config import Config
from bot.errors import ConfigError, Refusal
from bot.playground.watch import HandWatch
from bot.speech import Card, Incoming, Place, Who, plain
from bot.ticker import NO_TICK, SILENT
from storage.database import Closed
from tests import cast
from tests.gates import Gate, held

SHARED = "share https://example.org/talks it helped us"


@pytest.fixture
async def room(tmp_path, template, monkeypatch):
    monkeypatch.setattr("storage.database.BUSY_MS", 20)
    async with cast.room(tmp_path, template) as here:
        yield here


@pytest.fixture
def lock(room):
    """Another program that holds the database."""
    with held(room.homeroom.config.database_url) as other:
        yield other


def says(words, delivery="1"):
    who, place = Who("slack", "T1", "UBEN", "Ben"), Place("slack", "T1", "C1")
    return Incoming(delivery, who, place, words)


def shared(room):
    return room.rows()["resource"]


async def test_a_command_that_could_not_be_saved_is_given_back(room, lock):
    said = await room.says("ben", SHARED)
    assert "I could not save this just now" in said.text
    assert f"/learn {SHARED}" in said.text
    lock.release()
    assert shared(room) == 0
    assert "Saved" in (await room.says("ben", SHARED)).text
    assert shared(room) == 1  # the second one's, and nothing came late


async def test_a_form_that_could_not_be_saved_stays_open_with_its_text(room, lock):
    lock.release()
    opened = await room.says("ben", "checkin")
    lock.take()
    answers = {"answer0": "Number talks", "answer1": "A question"}
    said = await room.ben.submit(opened.view, answers)
    assert "Your words are still here" in str(said.errors)
    still_open = room.ben.views()
    assert [view["id"] for view in still_open] == [opened.view["id"]]
    lock.release()
    assert room.rows()["checkin"] == 0
    again = await room.ben.submit(still_open[0], answers)
    assert not again.errors
    assert room.rows()["checkin"] == 1


async def test_looking_goes_on_while_the_database_is_locked(room, lock):
    assert "Nothing" in (await room.says("ben", "find talks")).text


async def test_what_is_given_up_before_its_turn_is_never_saved(room):
    gate = await asyncio.to_thread(Gate, room.homeroom.database)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await room.homeroom.answer(says(SHARED))
    gate.open()
    await asyncio.gather(*(asyncio.wrap_future(work) for work in gate.works))
    assert shared(room) == 0


@pytest.fixture
def slow_saving(room, monkeypatch):
    """Every saving stands still in its middle until the gate is opened."""
    reached, gate = threading.Event(), threading.Event()
    first = app.Answers._save

    def slowly(*arguments):
        reached.set()
        assert gate.wait(5)
        return first(*arguments)

    monkeypatch.setattr(app.Answers, "_save", slowly)
    return reached, gate


async def test_what_is_being_saved_when_patience_ends_is_waited_for(room, slow_saving):
    reached, gate = slow_saving
    answering = asyncio.create_task(room.homeroom.answer(says(SHARED)))
    assert await asyncio.to_thread(reached.wait, 5)
    answering.cancel()
    await asyncio.sleep(0)
    gate.set()
    assert "Saved" in plain((await answering).elements)
    assert shared(room) == 1


async def test_what_may_be_saved_in_the_end_is_not_called_unsaved(room, slow_saving, monkeypatch):
    reached, gate = slow_saving
    monkeypatch.setattr(app, "GRACE", 0.0)
    answering = asyncio.create_task(room.homeroom.answer(says(SHARED)))
    assert await asyncio.to_thread(reached.wait, 5)
    answering.cancel()
    with pytest.raises(Refusal, match="it may be saved by now: please look"):
        await answering
    gate.set()


async def test_the_same_delivery_is_saved_once(room):
    assert "Saved" in plain((await room.homeroom.answer(says(SHARED))).elements)
    again = await room.homeroom.answer(says("share https://example.org/other", "1"))
    assert "I already have that" in plain(again.elements)
    assert shared(room) == 1


@pytest.mark.sqlite_only("a file has one program")
async def test_a_second_program_on_the_same_file_refuses_to_start(room):
    with pytest.raises(ConfigError, match=r"Another Homeroom .* is running on"):
        Homeroom(room.homeroom.config)
    assert "Saved" in (await room.says("ben", SHARED)).text


async def test_the_file_is_free_when_the_program_has_stopped(tmp_path):
    config = Config(database_url=f"sqlite:///{tmp_path}/homeroom.db")
    for _ in range(2):
        program = Homeroom(config)
        await program.start()
        assert program.health() == {"clock": True, "courier": True, "errands": True}
        await program.stop()
        assert not any(program.health().values())
    with pytest.raises(Closed):
        async with asyncio.timeout(1):
            await program.answer(says("menu"))


async def test_a_program_that_could_not_start_holds_nothing(tmp_path, monkeypatch):
    config = Config(database_url=f"sqlite:///{tmp_path}/homeroom.db")
    monkeypatch.setattr("bot.opening.upgrade", _fails)
    with pytest.raises(ConfigError):
        Homeroom(config)
    monkeypatch.undo()
    await Homeroom(config).stop()


def _fails(_engine):
    raise OSError(28, "No space left on device")


@pytest.fixture
async def watched(tmp_path, template):
    """A program at its start, with its watch in our hand."""
    watch = HandWatch()
    config = Config(database_url=cast.database_url(tmp_path, template))
    program = Homeroom(config, MovableClock(cast.MONDAY, running=False), monotonic=watch)
    await program.start()
    yield program, watch
    await program.stop()


async def test_a_clock_that_stopped_is_seen(watched):
    program, watch = watched
    watch.forward(NO_TICK)
    assert program.health() == {"clock": False, "courier": True, "errands": True}
    await program.tick()
    assert program.health()["clock"]


async def test_a_tick_that_hangs_on_a_lock_is_seen(watched):
    program, watch = watched
    with program._ticking:
        hanging = asyncio.create_task(program.tick())
        await asyncio.sleep(0)
        watch.forward(NO_TICK)
        assert not program.health()["clock"]
    await hanging
    assert program.health()["clock"]


@pytest.mark.parametrize("part", ["courier", "errands"])
async def test_a_part_whose_loop_died_is_seen(watched, part):
    program, _ = watched
    program._tasks[part].cancel()
    await asyncio.wait([program._tasks[part]])
    assert program.health() == {"clock": True, "courier": True, "errands": True} | {part: False}


async def test_a_clock_that_stood_still_is_counted(watched, monkeypatch):
    program, watch = watched
    watch.forward(SILENT)
    program._ticker.watch()
    assert b"homeroom_clock_standstills_total 1.0" in program.metrics.page(None, cast.MONDAY)


async def test_only_doors_answers_and_neither_ticks_nor_sends(tmp_path, template):
    config = Config(database_url=cast.database_url(tmp_path, template))
    program = Homeroom(config, only="doors")
    await program.start()
    assert program.health() == {}
    assert isinstance(await program.answer(says("help")), Card)
    assert set(program._tasks) == {"time"}
    program._ticker.watch()  # nothing is set going
    assert not program._ticker.well
    await program.stop()


async def test_an_errand_that_hangs_does_not_keep_the_program_from_stopping(room, monkeypatch):
    monkeypatch.setattr(app, "LONGEST_REST", 0.01)
    hanging = threading.Event()
    monkeypatch.setattr(room.homeroom, "_one_errand", hanging.wait)
    await room.homeroom.start()
    await asyncio.sleep(0)
    await room.homeroom.rest()
    hanging.set()
