"""Builds everything: the one place that sees all packages."""

import asyncio
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler  # type: ignore[import-untyped]

import handlers.everything  # noqa: F401 - registers every word
from bot.clock import Clock, WallClock
from bot.config import Config
from bot.courier import Courier
from bot.courier import Door as Sender
from bot.fetch import Titles
from bot.llm import Model
from bot.speech import Incoming, Reply
from handlers.answer import Answers, NotYetAMember
from jobs import openings, people, titles
from jobs.people import Profile
from jobs.schedule import Schedule
from storage.database import Database
from storage.migrate import upgrade

TICK_SECONDS = 1

log = structlog.get_logger(__name__)


class Door(Sender, Protocol):
    """What the roof asks of a door: to send, and to say who is where."""

    async def people(self, workspace: str, channel: str) -> Sequence[Profile]: ...

    async def channel_name(self, workspace: str, channel: str) -> str: ...


class Homeroom:
    """The program without its doors: answers, clock and courier over one database.

    `doors` ("slack" → a door) is filled before `start`.
    """

    def __init__(self, config: Config, clock: Clock | None = None) -> None:
        self.config = config
        self.clock = clock or WallClock()
        self.database = Database(config.database_url)
        upgrade(self.database.engine)
        self.doors: dict[str, Door] = {}
        self.courier = Courier(self.database, self.clock, self.doors, pace=config.post_pace)
        self.model = (
            Model(config.llm_url, config.llm_model, config.llm_key) if config.llm_url else None
        )
        self.titles = Titles()
        web = config.public_url.rstrip("/")
        self._answers = Answers(self.database, self.clock, web)
        self._schedule = Schedule(self.database, self.clock, web=web, model=self.model is not None)
        self._ticker = AsyncIOScheduler(timezone="UTC")
        self._tasks: list[asyncio.Task[None]] = []
        self._ticking = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def answer(self, said: Incoming) -> Reply:
        """Answer one act, once it has been committed. Raises Refusal, FormErrors, or what kept
        it from being saved."""
        try:
            return await asyncio.wrap_future(self._answers.to(said))
        except NotYetAMember:
            return await asyncio.wrap_future(self._answers.to_newcomer(said))
        finally:
            self.courier.wake()

    async def start(self) -> None:
        """Begin to tick, send and fetch."""
        self._loop = asyncio.get_running_loop()
        self._ticker.add_job(
            self.tick,
            "interval",
            seconds=TICK_SECONDS,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        self._ticker.start()
        self._tasks = [
            asyncio.create_task(self.courier.run()),
            asyncio.create_task(self._errands()),
        ]

    def health(self) -> dict[str, bool]:
        """Part by part, whether the program does its work."""
        return {
            "clock": self._ticker.running,
            "courier": bool(self._tasks) and not any(task.done() for task in self._tasks),
        }

    async def tick(self) -> int:
        """Do what the clock has due; how many steps were done."""
        done = await asyncio.to_thread(self._tick)
        self.courier.wake()
        return done

    def _tick(self) -> int:
        with self._ticking:
            return self._schedule.tick()

    async def _errands(self) -> None:
        """What needs the network and no hurry: channels' people, titles, openings."""
        while True:
            try:
                while await asyncio.to_thread(self._one_errand):
                    pass
            except Exception:
                log.exception("an errand failed")
            await asyncio.sleep(TICK_SECONDS)

    def _one_errand(self) -> bool:
        database, clock = self.database, self.clock
        return (
            people.read_next(database, clock, self._people_of)
            or titles.fetch_next(database, clock, self.titles.of)
            or (self.model is not None and openings.open_next(database, clock, self.model))
        )

    def _people_of(
        self, platform: str, workspace: str, channel: str
    ) -> tuple[str, Sequence[Profile]]:
        """Ask a door, from a thread, for a channel's name and people."""

        async def ask() -> tuple[str, Sequence[Profile]]:
            door = self.doors[platform]
            name = await door.channel_name(workspace, channel)
            return name, await door.people(workspace, channel)

        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(ask(), self._loop).result(timeout=60)

    async def stop(self) -> None:
        """Finish what is under way, then let go of everything. Doors are closed before."""
        if self._ticker.running:
            self._ticker.shutdown(wait=False)
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        with self._ticking:
            self.titles.close()
            if self.model:
                self.model.close()
            self.database.close()
