"""Bad disks: what was typed is given back, nothing is half saved, and saving goes on after."""

import errno
import os
import resource
import sqlite3
import subprocess
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from bot.web import make_web
from storage.models import Base
from tests import cast
from tests.bot.acts import ANSWERS, LONG, SHARED, about_to
from tests.bot.test_run import bay, first_use, started

pytestmark = pytest.mark.sqlite_only("spoils a file, and fills its disk")

__all__ = ["bay"]


def file_of(room):
    return Path(room.homeroom.config.database_url.removeprefix("sqlite:///"))


def rows(file):
    """How many rows each table holds, but for the ids of deliveries. Only a look: it is not held
    up by a lock, nor by a disk that is full."""
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as looking:
        names = [name for name in Base.metadata.tables if name != "delivery"]
        counts = [looking.execute(f'SELECT count(*) FROM "{name}"').fetchone() for name in names]  # noqa: S608
        return dict(zip(names, (count for (count,) in counts), strict=True))


async def ready(program):
    """Whether it says that it is ready, by its web side."""
    transport = httpx.ASGITransport(make_web(program, []))
    async with httpx.AsyncClient(transport=transport, base_url="http://homeroom") as web:
        return (await web.get("/readyz")).json()["database"]


async def given_back(room):
    """What was typed and what was filled in come back, with no row of it."""
    before = rows(file_of(room))
    said = await room.says("ben", SHARED)
    assert "I could not save this just now. Here are your words:" in said.text
    assert f"/learn {SHARED}" in said.text
    form = room.ben.views()[-1]
    kept = await room.ben.submit(form, ANSWERS)
    assert "Your words are still here" in kept.errors["answer0"]
    assert [view["id"] for view in room.ben.views()] == [form["id"]]
    await room.dialog("ben", ("find geometry", "Nothing found"))  # looking goes on
    assert rows(file_of(room)) == before


async def saved(room):
    """The same words and the same open form are saved, without a restart."""
    before = rows(file_of(room))
    assert "Saved" in (await room.says("ben", SHARED)).text
    done = await room.ben.submit(room.ben.views()[-1], ANSWERS)
    assert "you have checked in" in done.text
    after = rows(file_of(room))
    for name in ("resource", "voice", "checkin"):
        assert after[name] == before[name] + 1


# -- full -----------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path):
    """A disk of three megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    asked = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)]
    try:
        mounted = subprocess.run(asked, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        pytest.skip("disks cannot be mounted here; the other tests of a full disk run everywhere")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def fill(disk):
    """Leave no room at all."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as opened:
        for size in (65536, 4096, 1):
            try:
                while opened.write(b"x" * size):
                    pass
            except OSError as full:
                assert full.errno == errno.ENOSPC
    return filler


async def test_on_a_full_disk_words_are_given_back_until_there_is_room(small_disk, template):
    async with cast.room(small_disk, template) as room:
        await room.says("ben", "checkin")
        assert await ready(room.homeroom)
        filler = fill(small_disk)
        await given_back(room)
        assert not await ready(room.homeroom)
        filler.unlink()
        await saved(room)
        assert await ready(room.homeroom)


@pytest.fixture
def rule(room):
    """Sets a rule of SQLite's on every connection, from the next use on."""
    said = []

    def obey(connection, _record, _proxy):
        for pragma in said:
            connection.execute(f"PRAGMA {pragma}")

    event.listen(room.homeroom.database.engine, "checkout", obey)
    return said.append


async def test_a_database_that_may_not_grow(room, rule):
    """SQLite's own error for a full disk, wherever this runs."""
    for number in range(2):  # so that what comes does not fit into the pages that there are
        await room.says("ana", f"share https://example.org/{number} {LONG}")
    await room.says("ben", "checkin")
    rule("max_page_count=1")  # no page more than there are
    await given_back(room)
    rule("max_page_count=1000000")
    await saved(room)


async def test_the_running_program_when_no_file_may_grow(bay):
    """The real process, whose files the system lets grow no more, as on a full disk."""
    async with started(bay.by_socket(), bay.folder) as running:
        await bay.world.until(lambda: bay.world.deliveries.sockets.count(bay.app))
        await first_use(bay)
        pid = running.process.pid
        size = max(each.stat().st_size for each in bay.folder.glob("homeroom.db*"))
        _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, -1))
        before = rows(bay.folder / "homeroom.db")
        async with httpx.AsyncClient(base_url=bay.web) as web:
            for number in range(2):
                words = f"share https://example.org/{number} {LONG}"
                said = await bay.learn(words)
                assert "I could not save this just now. Here are your words:" in said.text
                assert f"/learn {words}" in said.text
            assert rows(bay.folder / "homeroom.db") == before
            assert (await web.get("/readyz")).json()["database"] is False
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, most))
            assert "Saved" in (await bay.learn(words)).text
            assert (await web.get("/readyz")).json()["database"] is True
        after = rows(bay.folder / "homeroom.db")
        assert {name for name in after if after[name] != before[name]} == {
            "passage",
            "resource",
            "voice",
        }


# -- read-only, locked, away ----------------------------------------------------------------------


async def test_a_disk_that_became_read_only(room, rule):
    await room.says("ben", "checkin")
    rule("query_only=ON")
    await given_back(room)
    assert not await ready(room.homeroom)
    rule("query_only=OFF")
    await saved(room)
    assert await ready(room.homeroom)


async def test_whatever_is_done_while_nothing_can_be_saved_is_given_back(room, rule):
    acts = await about_to(room)
    before = rows(file_of(room))
    rule("query_only=ON")
    await acts.given_back()
    assert "example.org/before" in (await room.says("ben", "find before")).text
    with pytest.raises(OperationalError):
        await room.settle()  # neither the clock nor the courier does anything by halves
    assert rows(file_of(room)) == before
    rule("query_only=OFF")
    await acts.saved()


async def test_the_clock_and_the_courier_catch_up(room, rule):
    """What came due while nothing could be saved is done once, by the next tick."""
    rule("query_only=ON")
    before = len(room.posts())
    for _ in range(3):
        with pytest.raises(OperationalError):
            await room.goes_to(cast.CALL - timedelta(hours=24))
    assert len(room.posts()) == before
    rule("query_only=OFF")
    await room.settle()
    agendas = [each for each in room.posts() if "Agenda: Weekly call" in cast.text(each)]
    assert len(agendas) == len(room.posts()) - before == 1


async def test_a_lock_that_lasts_longer_than_anyone_waits(tmp_path, template, monkeypatch):
    monkeypatch.setattr("storage.database.BUSY_MS", 20)
    async with cast.room(tmp_path, template) as room:
        await room.says("ben", "checkin")
        with closing(sqlite3.connect(file_of(room), isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            await given_back(room)
            assert not await ready(room.homeroom)
            other.execute("ROLLBACK")
        await saved(room)
        assert await ready(room.homeroom)


async def test_a_file_that_was_away_for_a_while(room):
    await room.says("ben", "checkin")
    file = file_of(room)
    away = file.rename(file.with_name("away.db"))
    assert not await ready(room.homeroom)
    away.rename(file)
    assert await ready(room.homeroom)
    await saved(room)


# -- damaged --------------------------------------------------------------------------------------


async def test_a_file_that_is_damaged_while_it_is_used(room):
    await room.says("ben", "checkin")
    before = rows(file_of(room))
    file = file_of(room)
    whole = spoil(room, file)
    said = await room.says("ben", SHARED)
    assert "I could not save this just now. Here are your words:" in said.text
    assert f"/learn {SHARED}" in said.text
    kept = await room.ben.submit(room.ben.views()[-1], ANSWERS)
    assert "Your words are still here" in kept.errors["answer0"]
    assert not await ready(room.homeroom)
    assert room.homeroom.damaged
    file.write_bytes(whole)
    room.homeroom.database.engine.dispose()
    assert rows(file_of(room)) == before
    assert not await ready(room.homeroom)  # whoever runs it must look, and restore


def spoil(room, file):
    """Overwrite all pages but the first, and let go of what is held in memory. What was there."""
    with closing(sqlite3.connect(file)) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = file.read_bytes()
    with file.open("r+b") as opened:
        opened.seek(4096)
        opened.write(os.urandom(len(whole) - 4096))
    room.homeroom.database.engine.dispose()
    return whole
