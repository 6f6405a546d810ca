"""The ticker: calls the clock every second, and is set going again when it stops.

APScheduler can stop for good while it says that it is running (measured), so it is believed only
when it ticks.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler  # type: ignore[import-untyped]

TICK_SECONDS = 1
WATCH_SECONDS = 10
SILENT = 30.0  # after so many seconds without a call the ticker is set going again
NO_TICK = 60.0  # after so many seconds without a tick that went well the clock is not well

log = structlog.get_logger(__name__)


class Ticker:
    """Calls `tick` every second, one call at a time. `revived` is told of each standstill."""

    def __init__(
        self,
        tick: Callable[[], Awaitable[object]],
        *,
        revived: Callable[[], None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tick = tick
        self._revived = revived
        self._monotonic = monotonic
        self._scheduler: AsyncIOScheduler | None = None
        self._watching: asyncio.Task[None] | None = None
        self._called = self._ticked = monotonic()
        self._under_way = False
        self._said = False

    def start(self) -> None:
        """Begin to tick. To be called in the loop."""
        self._called = self._ticked = self._monotonic()
        self._set_going()
        self._watching = asyncio.create_task(self._keep_watch())

    def stop(self) -> None:
        """Begin no tick any more."""
        if self._watching:
            self._watching.cancel()
        if self._scheduler:
            self._let_go(self._scheduler)
        self._scheduler = None

    def ticked(self) -> None:
        """A tick went well, whoever called it."""
        self._ticked = self._monotonic()

    @property
    def well(self) -> bool:
        """Whether it ticks: not that it says so, but that a tick went well lately."""
        watched = self._watching is not None and not self._watching.done()
        on = self._scheduler is not None and watched
        return on and self._monotonic() - self._ticked < NO_TICK

    def watch(self) -> None:
        """Set the ticker going again when nothing calls any more. One that hangs in a tick is
        only told of: a second would wait for the same thing."""
        silent = self._monotonic() - self._called
        if self._scheduler is None or silent < SILENT:
            return
        if not self._said:
            log.error("the clock stands still", seconds=int(silent), in_a_tick=self._under_way)
        self._said = True
        if not self._under_way:
            self._called = self._monotonic()
            self._let_go(self._scheduler)
            self._set_going()
            self._revived()

    async def _keep_watch(self) -> None:
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            try:
                self.watch()
            except Exception:
                log.exception("the clock could not be set going")

    def _set_going(self) -> None:
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._scheduler.add_job(
            self._call,
            "interval",
            seconds=TICK_SECONDS,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        self._scheduler.start()

    @staticmethod
    def _let_go(scheduler: AsyncIOScheduler) -> None:
        with suppress(Exception):  # one that is broken is left behind
            scheduler.shutdown(wait=False)

    async def _call(self) -> None:
        self._called, self._said, self._under_way = self._monotonic(), False, True
        try:
            await self._tick()
        except Exception:
            log.exception("the clock could not use the database")
        finally:
            self._under_way = False
