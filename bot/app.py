"""Builds everything: the one place that sees all packages."""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from datetime import timedelta
from typing import Protocol, TypeVar

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler  # type: ignore[import-untyped]

import handlers.everything  # noqa: F401 - registers every word
from bot.clock import Clock, WallClock
from bot.config import Config
from bot.courier import Courier
from bot.courier import Door as Sender
from bot.errands import Patience
from bot.errors import Refusal
from bot.fetch import Titles
from bot.landing import Landing
from bot.llm import Model
from bot.opening import open_database
from bot.speech import Incoming, Reply
from handlers.answer import Answers, NotYetAMember
from jobs import openings, people, titles
from jobs.people import Profile
from jobs.schedule import Schedule

T = TypeVar("T")

TICK_SECONDS = 1
NO_TICK = 60.0  # after so many seconds without one the clock counts as stopped
LONGEST_REST = 12.0  # seconds to finish what is under way: a call of a platform takes up to ten
GRACE = 0.4  # seconds that a saving already under way may take beyond its asker's patience
PERHAPS = (
    "This is taking longer than it should, and it may be saved by now: please look before you"
    " send it again."
)

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
        """Raises ConfigError when the database cannot be used."""
        self.config = config
        self.clock = clock or WallClock()
        self.opened = open_database(config.database_url)
        self.database = self.opened.database
        self.doors: dict[str, Door] = {}
        pace = timedelta(seconds=config.post_pace)
        self.courier = Courier(self.database, self.clock, self.doors, Patience(pace=pace))
        self.model = (
            Model(config.llm_url, config.llm_model, config.llm_key) if config.llm_url else None
        )
        self.titles = Titles()
        web = config.public_url.rstrip("/")
        self._answers = Answers(self.database, self.clock, web)
        self._schedule = Schedule(self.database, self.clock, web=web, model=self.model is not None)
        self._landing = Landing()
        self._ticker = AsyncIOScheduler(timezone="UTC")
        self._ticked = time.monotonic()
        self._tasks: list[asyncio.Task[None]] = []
        self._ticking = threading.Lock()
        self._stopping = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def answer(self, said: Incoming) -> Reply:
        """Answer one act, once it has been committed. Raises Refusal, FormErrors, or what kept
        it from being saved. Cancelled before its turn, it is not done at all."""
        try:
            return await self._kept(self._answers.to(said))
        except NotYetAMember:
            return await self._kept(self._answers.to_newcomer(said))
        finally:
            self.courier.wake()

    async def _kept(self, saving: "Future[Reply]") -> Reply:
        """The reply, once it is committed. Whoever loses patience must not be told that nothing
        was saved while it is being saved: what has not begun is undone, what has begun is waited
        for."""
        try:
            return await self._landing.of(saving)
        except asyncio.CancelledError:
            if saving.cancelled():
                raise
        try:
            return await asyncio.wait_for(asyncio.wrap_future(saving), GRACE)
        except TimeoutError:
            raise Refusal(PERHAPS) from None

    async def start(self) -> None:
        """Begin to tick, send and fetch."""
        self._loop = asyncio.get_running_loop()
        self._ticker.add_job(
            self._tick_calmly,
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
        courier, errands = self._tasks or (None, None)
        return {
            "clock": self._ticker.running and time.monotonic() - self._ticked < NO_TICK,
            "courier": courier is not None and not courier.done(),
            "errands": errands is not None and not errands.done(),
        }

    async def _tick_calmly(self) -> None:
        try:
            await self.tick()
        except Exception:
            log.exception("the clock could not use the database")

    async def tick(self) -> int:
        """Do what the clock has due; how many steps were done."""
        done = await asyncio.to_thread(self._tick)
        self._ticked = time.monotonic()
        self.courier.wake()
        return done

    def _tick(self) -> int:
        with self._ticking:
            return self._schedule.tick()

    async def _errands(self) -> None:
        """What needs the network and no hurry: channels' people, titles, openings."""
        while not self._stopping.is_set():
            try:
                more = await _apart(self._one_errand)
            except Exception:
                log.exception("an errand failed")
                more = False
            if not more:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), TICK_SECONDS)

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
        return asyncio.run_coroutine_threadsafe(ask(), self._loop).result(timeout=300)

    async def rest(self) -> None:
        """Begin nothing more of our own, and finish what is under way; answers are still given."""
        if self._ticker.running:
            self._ticker.shutdown(wait=False)
        self._stopping.set()
        self.courier.stop()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=LONGEST_REST)
        for task in self._tasks:
            task.cancel()

    async def stop(self) -> None:
        """Finish what is under way, then let go of everything. Doors are closed before."""
        await self.rest()
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        with self._ticking:
            if self.model:
                self.model.close()
            self.opened.close()


async def _apart(work: Callable[[], T]) -> T:
    """Work in a thread that does not keep the program from ending: a page or a model may take
    its time."""
    done: Future[T] = Future()

    def run() -> None:
        done.set_running_or_notify_cancel()
        try:
            done.set_result(work())
        except BaseException as problem:
            done.set_exception(problem)

    threading.Thread(target=run, name="errand", daemon=True).start()
    return await asyncio.wrap_future(done)
