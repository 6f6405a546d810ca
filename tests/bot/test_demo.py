"""The demo: it starts from nothing, keeps what it has, and its clock does what it says."""

import asyncio
import shutil
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import select

from bot import demo
from bot.config import Config
from bot.demo import clock_at, local_workspace
from bot.errors import ConfigError
from bot.offsets import STEPS
from bot.playground.hands import Hands
from bot.playground.plain import plain
from bot.story import Story
from storage import outbox, steps
from storage.database import Database
from storage.models import OutboxPost, Step


@dataclass
class Lived:
    """A first start, when it had come to its end."""

    folder: object
    posts: dict
    log: list
    counts: dict


def posts_of(world):
    """Every message, by channel and ts, as it reads."""
    return {
        (channel, ts): plain(message.get("blocks") or []) or message["text"]
        for channel, there in world.messages.items()
        for ts, message in there.items()
    }


def ours(posts, world):
    return [key for key in posts if world.messages[key[0]][key[1]].get("bot_id")]


@asynccontextmanager
async def opened(folder):
    async with local_workspace(folder, 0, Config()) as running:
        yield running


def outbox_of(folder):
    database = Database(f"sqlite:///{folder / 'homeroom.db'}")
    counts = database.read(outbox.counts).result()
    keys = database.read(
        lambda session: session.scalars(
            select(OutboxPost.key).where(OutboxPost.state == "sent")
        ).all()
    ).result()
    database.close()
    return counts, keys


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "deep" / "folder"

    async def first():
        async with opened(folder) as running:
            return posts_of(running.world), list(running.world.log)

    posts, log = asyncio.run(first())
    counts, _ = outbox_of(folder)
    return Lived(folder, posts, log, counts)


@pytest.fixture
def folder(lived, tmp_path):
    """A demo that has been started once, for this test alone."""
    shutil.copytree(lived.folder, tmp_path / "demo")
    return tmp_path / "demo"


def hands(world, person):
    found = world.people[person]
    return Hands(world, world.workspaces[found.team], found)


def channel(world, name, team="T0COACHES"):
    return next(each for each in world.channels.values() if (each.team, each.name) == (team, name))


def test_the_story_leaves_every_post_sent_and_none_twice(lived):
    assert set(lived.counts) <= {"sent", "skipped"}
    assert lived.counts["sent"] > 100
    _, keys = outbox_of(lived.folder)
    accepted = [call for call in lived.log if call.method == "chat.postMessage" and call.accepted]
    assert len(accepted) == len(keys) == len(set(keys))
    assert {call.error for call in lived.log} == {""}


async def test_a_second_start_keeps_everything(folder, lived):
    async with opened(folder) as running:
        assert posts_of(running.world) == lived.posts
        await running.world.until(lambda: [c for c in running.world.log if c.method == "auth.test"])
        sent = [c for c in running.world.log if c.method in ("chat.postMessage", "chat.update")]
        assert sent == []
        seen = await hands(running.world, "U0BEN").command(
            channel(running.world, "learning-call"), "/learn", "find talk"
        )
        assert "Found for “talk”" in seen.text


async def test_what_was_said_in_one_start_is_found_in_the_next(folder):
    async with opened(folder) as running:
        where = channel(running.world, "learning-call")
        seen = await hands(running.world, "U0BEN").command(
            where, "/learn", "share https://example.org/okapi okapi spotting"
        )
        assert "Saved" in seen.text
    async with opened(folder) as running:
        where = channel(running.world, "learning-call")
        seen = await hands(running.world, "U0ANA").command(where, "/learn", "find okapi")
        assert "https://example.org/okapi" in str(seen.messages)


async def test_the_clock_is_kept(folder):
    async with opened(folder) as running:
        async with httpx.AsyncClient(base_url=running.url) as page:
            await page.post("/page/clock/next", json={})
        moved = running.world.clock.now()
    again = clock_at(folder / "clock").now()
    assert timedelta() <= again - moved < timedelta(minutes=1)


def test_what_an_interrupted_first_start_left_is_removed_journals_and_all(folder):
    for database in ("homeroom.db", "workspace.db"):
        for ending in ("-wal", "-shm"):
            (folder / f"{database}{ending}").write_bytes(b"left over")
    demo.forget(folder)
    left = {each.name for each in folder.iterdir()}
    assert left <= {"homeroom.db.lock", "workspace.db.lock", "web-port", demo.LIVED}


async def test_an_interrupted_first_start_begins_anew(folder, lived, monkeypatch):
    (folder / demo.LIVED).unlink()  # as if it had been killed in its middle
    begun = []

    async def short(self, today):
        begun.append(len(posts_of(self._world)))
        self._clock.stand()

    monkeypatch.setattr(Story, "live", short)
    async with opened(folder) as running:
        assert begun == [0]
        assert running.world.people["U0ANA"].real_name
    assert (folder / demo.LIVED).exists()


async def test_a_story_that_fails_leaves_no_trace_of_a_finished_start(tmp_path, monkeypatch):
    async def fail(self, today):
        raise LookupError("on purpose")

    monkeypatch.setattr(Story, "live", fail)
    with pytest.raises(LookupError):
        async with opened(tmp_path):
            pass
    assert not (tmp_path / demo.LIVED).exists()
    monkeypatch.undo()
    monkeypatch.setattr(Story, "live", _nothing)
    async with opened(tmp_path):  # and holds nothing
        pass


async def _nothing(self, today):
    self._clock.stand()


async def test_a_second_demo_in_the_same_folder_refuses(folder):
    async with opened(folder):
        with pytest.raises(ConfigError, match="already running"):
            async with opened(folder):
                pass


async def test_a_taken_port_is_said(folder):
    async with opened(folder) as running:
        port = int(running.url.rpartition(":")[2])
        other = folder.with_name("other")
        shutil.copytree(folder, other)
        with pytest.raises(ConfigError, match=f"{port} cannot be listened on"):
            async with local_workspace(other, port, Config()):
                pass


async def test_next_does_the_step_that_it_named(folder):
    """A whole week by the clock's button: each step is done at its time, and says so."""
    async with opened(folder) as running, httpx.AsyncClient(base_url=running.url) as page:
        said = []
        for _ in range(9):
            coming = await named(folder)
            told = (await page.post("/page/clock/next", json={}, timeout=30)).json()
            said += told["did"]
            assert f"{coming.label}." in told["did"]
            assert running.world.clock.now() >= coming.at
            assert running.world.clock.now() - coming.at < timedelta(minutes=1)
            assert await named(folder) != coming
    kinds = " ".join(said)
    for word in (
        "Agenda",
        "Reminder",
        "starting",
        "exit ticket",
        "Recap is drafted",
        "Recap is posted",
    ):
        assert word.casefold() in kinds.casefold(), said


@dataclass
class Coming:
    at: datetime
    label: str


async def named(folder):
    """What the database has planned next."""
    database = Database(f"sqlite:///{folder / 'homeroom.db'}")
    due = database.read(steps.next_due).result()
    database.close()
    return Coming(due[0], f"{STEPS[due[1]].label} · {due[2].series.name}")


async def test_set_does_every_step_on_the_way(folder):
    async with opened(folder) as running, httpx.AsyncClient(base_url=running.url) as page:
        week = running.world.clock.now() + timedelta(days=7)
        told = (
            await page.post("/page/clock/set", json={"at": week.isoformat()}, timeout=60)
        ).json()
        assert len(told["did"]) >= 7
        assert timedelta() <= running.world.clock.now() - week < timedelta(minutes=1)
        back = (await page.post("/page/clock/set", json={"at": "2020-01-01T00:00:00+00:00"})).json()
        assert running.world.clock.now() > week
        assert back["did"] == ["The clock has moved; nothing was due."] or "error" in back
    database = Database(f"sqlite:///{folder / 'homeroom.db'}")
    overdue = database.read(
        lambda session: session.scalars(
            select(Step.kind).where(Step.state == "planned", Step.due_at <= week)
        ).all()
    ).result()
    database.close()
    assert overdue == []


async def test_outsiders_see_nothing(folder):
    """People who are in none of the network's channels."""
    async with opened(folder) as running:
        world = running.world
        inside = {
            person
            for each in world.channels.values()
            if any(p in each.members for p in bots(world)) and not each.im
            for person in each.members
        }
        outside = [
            each
            for each in world.people.values()
            if each.id not in inside and not each.bot and not each.deactivated
        ]
        assert outside
        before = posts_of(world)
        for person in outside:
            own = hands(world, person.id)
            place = next(
                each
                for each in world.channels.values()
                if person.id in each.members and not each.im
            )
            for words in ("find talk", "agenda", "recap", "me", "call", "network"):
                seen = await own.command(place, "/learn", words)
                assert not seen.failure
                assert "http" not in seen.text.replace("https://…", ""), seen.text
        assert posts_of(world) == before


def bots(world):
    return {each.bot_user_id for each in world.installations}


def test_a_clock_without_a_file_is_the_real_one(tmp_path):
    assert abs(clock_at(tmp_path / "clock").now() - datetime.now(UTC)) < timedelta(seconds=5)
