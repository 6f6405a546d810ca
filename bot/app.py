"""Builds everything: the one place that sees all packages."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Literal, Protocol, TypeVar

import structlog
from msgspec.structs import replace
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import IntegrityError

import handlers.everything  # noqa: F401 - registers every word
from bot.clock import Clock, SteadyClock, wall
from bot.config import Config
from bot.courier import Courier
from bot.courier import Door as Sender
from bot.errands import Patience
from bot.errors import InDoubt, NotNow, Refused, Unsure
from bot.examining import Check, Examiner
from bot.fetch import Titles
from bot.findings import Finding, Looked
from bot.landing import Landing
from bot.llm import Model
from bot.metrics import Metrics
from bot.opening import open_database
from bot.speech import Incoming, Place, Reply, Who
from bot.ticker import Ticker
from bot.timekeeping import Timekeeper
from bot.whole import check_whole
from handlers.answer import Answers, MustWrite
from handlers.words import needs_full
from jobs import doctor, doubt, joinings, openings, people, titles
from jobs.people import Profile
from jobs.schedule import Schedule
from storage import claims
from storage.alone import file_of
from storage.whole import is_damage

T = TypeVar("T")
Part = Literal["", "doors", "clock"]
Upkeep = Callable[[], Awaitable[bool]]
"""Does a piece of it; whether there may be more."""

ERRANDS_REST = 1.0  # seconds
TIME_REST = 10.0  # seconds
LONGEST_REST = 12.0  # seconds to finish what is under way: a call of a platform takes up to ten
TO_ASK = 1.0  # seconds for asking a platform who somebody is, of those that it waits for us
GRACE = 0.4  # seconds that a saving already under way may take beyond its asker's patience
PERHAPS = (
    "This is taking longer than it should, and it may be saved by now: please look before you"
    " send it again."
)

log = structlog.get_logger(__name__)


class Door(Sender, Protocol):
    """What the roof asks of a door: to send, and to say who is where."""

    async def people(self, workspace: str, channel: str) -> Sequence[Profile]: ...

    async def look(self, workspace: str, channel: str) -> Looked: ...

    async def person_name(self, workspace: str, person: str) -> str: ...

    async def is_guest(self, place: Place, person: str) -> bool | None: ...

    async def time(self) -> datetime: ...


class Homeroom:
    """The program without its doors: answers, clock and courier over one database.

    `doors` ("slack" → a door) is filled before `start`. `only` the doors' part of the work answers
    people, and neither ticks nor sends; only the clock's ticks, sends and runs errands.
    """

    def __init__(
        self,
        config: Config,
        clock: Clock | None = None,
        *,
        only: Part = "",
        patience: Patience | None = None,
        told: Callable[[], datetime] = wall,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Raises ConfigError when the database cannot be used."""
        self.config = config
        self.only = only
        self.clock = clock or SteadyClock(told())
        self.metrics = Metrics()
        self.damaged = False
        """Whether the database was seen to be damaged; it stays so until a backup is restored."""
        check_whole(config.database_url)
        self.opened = open_database(config.database_url)
        self.database = self.opened.database
        event.listen(self.database.engine, "handle_error", self._database_failed)
        self.doors: dict[str, Door] = {}
        self.upkeep: list[Upkeep] = []
        """What doors have to do now and then, such as renewing tokens."""
        self.checks: dict[str, Check] = {}
        """How doors are looked at, by platform."""
        self._examiner = Examiner(config, self.database, self.clock, self.doors, self.checks)
        self._timekeeper = Timekeeper(self.clock, self.database, self.doors, told)
        patience = patience or Patience(pace=timedelta(seconds=config.post_pace))
        self._look_after_the_dead(patience)
        self.courier = Courier(
            self.database,
            self.clock,
            self.doors,
            patience,
            self.metrics,
            trusted=self._is_as_it_was(),
        )
        self.model = (
            Model(config.llm_url, config.llm_model, config.llm_key) if config.llm_url else None
        )
        self.titles = Titles()
        web = config.public_url.rstrip("/")
        self._answers = Answers(self.database, self.clock, web)
        self._schedule = Schedule(
            self.database,
            self.clock,
            web=web,
            model=self.model is not None,
            metrics=self.metrics,
        )
        self._landing = Landing()
        self._ticker = Ticker(self.tick, revived=self.metrics.stood_still, monotonic=monotonic)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._ticking = threading.Lock()
        self._stopping = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def _look_after_the_dead(self, patience: Patience) -> None:
        """A file has one program: whoever was sending before us is gone."""
        if file_of(self.config.database_url):
            look_at = self.clock.now() + patience.settle
            self.database.write(lambda session: claims.let_go(session, look_at=look_at)).result()

    def _is_as_it_was(self) -> bool:
        """Whether nothing that was posted can be missing in the database: a file keeps all that
        it confirmed, unless it was put back."""
        if not file_of(self.config.database_url):
            return False
        now = self.clock.now()
        return self.database.read(lambda session: doubt.is_as_it_was(session, now)).result()

    async def answer(self, said: Incoming) -> Reply:
        """Answer one act, once it has been committed. Raises Refusal, FormErrors, or what kept
        it from being saved. Cancelled before its turn, it is not done at all."""
        if needs_full(said.words):
            said = replace(said, who=await self._told_of(said))
        with self.metrics.answering():
            try:
                return await self._kept(self._answers.to(said))
            except MustWrite:
                return await self._kept(self._answers.by_writing(said))
            finally:
                self.courier.wake()

    async def _told_of(self, said: Incoming) -> Who:
        """Who speaks, with whether they are a guest, if their platform tells that in time."""
        door = self.doors.get(said.place.platform)
        if door is None or not said.who.person:
            return said.who
        try:
            async with asyncio.timeout(TO_ASK):
                guest = await door.is_guest(said.place, said.who.person)
        except (NotNow, InDoubt, Refused, TimeoutError) as why:
            log.info("nobody told whether they are a guest", why=str(why) or type(why).__name__)
            guest = None
        return replace(said.who, guest=guest)

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
            raise Unsure(PERHAPS) from None

    async def start(self) -> None:
        """Begin to tick, send and fetch, where that is ours to do."""
        self._loop = asyncio.get_running_loop()
        await self._keep_time()
        if self.only == "doors":
            self._tasks = {"time": asyncio.create_task(self._go_on_keeping_time())}
            return
        self._ticker.start()
        self._tasks = {
            "courier": asyncio.create_task(self.courier.run()),
            "errands": asyncio.create_task(self._errands()),
        }

    def health(self) -> dict[str, bool]:
        """Part by part, whether the program does its work: the parts that are ours."""
        if self.only == "doors":
            return {}
        under_way = {name for name, task in self._tasks.items() if not task.done()}
        return {
            "clock": self._ticker.well,
            "courier": "courier" in under_way,
            "errands": "errands" in under_way,
        }

    async def _keep_time(self) -> None:
        try:
            if await self._timekeeper.check():
                self.metrics.clock_disagreed()
        except Exception:  # a database that is away tells no time; the clock goes on without
            log.exception("the clock could not be compared")

    async def _go_on_keeping_time(self) -> None:
        """What the tick does besides, where there is none."""
        while not self._stopping.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), TIME_REST)
            await self._keep_time()

    def _database_failed(self, context: ExceptionContext) -> None:
        if isinstance(context.sqlalchemy_exception, IntegrityError):
            return  # two who did the same at once; whoever asked deals with it
        self.metrics.database_failed()
        self.damaged = self.damaged or is_damage(context.original_exception)

    async def tick(self) -> int:
        """Do what the clock has due; how many steps were done."""
        begun = time.perf_counter()
        await self._keep_time()
        done = await asyncio.to_thread(self._tick)
        self.metrics.ticked(time.perf_counter() - begun)
        self._ticker.ticked()
        self.courier.wake()
        return done

    def _tick(self) -> int:
        with self._ticking:
            return self._schedule.tick()

    async def _errands(self) -> None:
        """What needs the network and no hurry: channels' people, titles, openings, tokens."""
        while not self._stopping.is_set():
            try:
                more = any([await each() for each in self.upkeep])
                more = await _apart(self._one_errand) or more
            except Exception:
                log.exception("an errand failed")
                more = False
            if not more:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), ERRANDS_REST)

    def _one_errand(self) -> bool:
        database, clock = self.database, self.clock
        return (
            joinings.look_next(database, clock, self._look_at)
            or people.read_next(database, clock, self._people_of)
            or doctor.look_next(database, clock, self._examine)
            or titles.fetch_next(database, clock, self.titles.of)
            or (self.model is not None and openings.open_next(database, clock, self.model))
        )

    def _people_of(
        self, platform: str, workspace: str, channel: str
    ) -> tuple[Looked, Sequence[Profile]]:
        """Ask a door, from a thread, for a channel and its people; nobody where it does not tell
        them."""

        async def ask() -> tuple[Looked, Sequence[Profile]]:
            door = self.doors[platform]
            looked = await door.look(workspace, channel)
            try:
                return looked, await door.people(workspace, channel)
            except (NotNow, InDoubt, Refused) as problem:
                log.info("a channel's people could not be read", why=str(problem))
                return looked, ()

        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(ask(), self._loop).result(timeout=300)

    def _look_at(
        self, platform: str, workspace: str, channel: str, person: str
    ) -> tuple[Looked, str]:
        """Ask a door, from a thread, for a channel and what somebody there is called."""

        async def ask() -> tuple[Looked, str]:
            door = self.doors[platform]
            looked = await door.look(workspace, channel)
            return looked, await door.person_name(workspace, person) if person else ""

        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(ask(), self._loop).result(timeout=60)

    def _examine(self, network_id: int) -> list[Finding]:
        """Look, from a thread, whether everything works for a network."""
        assert self._loop is not None
        looking = self._examiner.examine(network_id, damaged=self.damaged)
        return asyncio.run_coroutine_threadsafe(looking, self._loop).result(timeout=300)

    async def rest(self) -> None:
        """Begin nothing more of our own, and finish what is under way; answers are still given."""
        self._ticker.stop()
        self._stopping.set()
        self.courier.stop()
        tasks = self._tasks.values()
        if tasks:
            await asyncio.wait(tasks, timeout=LONGEST_REST)
        for task in tasks:
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
