"""Seconds: the real ones, and the ones a test passes by hand."""

import asyncio
import time
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


class Watch:
    """Real seconds. Call it for the time; it never goes back."""

    def __call__(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def within(self, waiting: Awaitable[T], seconds: float) -> T:
        """What `waiting` gives; TimeoutError when the seconds are over first."""
        async with asyncio.timeout(seconds):
            return await waiting


class HandWatch(Watch):
    """Stands still until `forward` is called."""

    def __init__(self) -> None:
        self._now = 0.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def __call__(self) -> float:
        return self._now

    def forward(self, seconds: float) -> None:
        """Let the seconds pass, waking whoever waited for them."""
        self._now += seconds
        due = [future for until, future in self._sleepers if until <= self._now]
        self._sleepers = [sleeper for sleeper in self._sleepers if sleeper[0] > self._now]
        for future in due:
            if not future.done():
                future.set_result(None)

    async def sleep(self, seconds: float) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._now + seconds, future))
        await future

    async def within(self, waiting: Awaitable[T], seconds: float) -> T:
        work = asyncio.ensure_future(waiting)
        alarm = asyncio.ensure_future(self.sleep(seconds))
        try:
            await asyncio.wait({work, alarm}, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                return work.result()
            raise TimeoutError
        finally:
            work.cancel()
            alarm.cancel()
