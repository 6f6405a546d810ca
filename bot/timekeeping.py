"""Keeping the clock right: by the machine or the database, with the platforms as witnesses."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.clock import Clock, SteadyClock, wall
from bot.errors import InDoubt, NotNow, Refused
from storage.database import Database
from storage.times import time_there

LONGEST_ANSWER = 5.0  # seconds
SURE = timedelta(seconds=3)  # between two looks at a witness whom nobody believes

log = structlog.get_logger(__name__)


class Witness(Protocol):
    """Somebody else who has a clock."""

    async def time(self) -> datetime:
        """What the platform's own clock says. Raises NotNow, InDoubt or Refused."""
        ...


class Timekeeper:
    """Compares the clock with what it goes by: the database's time where replicas share one, so
    that they agree, else the machine's."""

    def __init__(
        self,
        clock: Clock,
        database: Database,
        witnesses: Mapping[str, Witness],
        told: Callable[[], datetime] = wall,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._database = database
        self._witnesses = witnesses
        self._told = told
        self._pause = pause
        self._asked = False

    async def check(self) -> bool:
        """Put the clock right; whether there was a doubt. At first a witness is asked in any
        case: the machine's clock may be wrong from the beginning."""
        if not isinstance(self._clock, SteadyClock):
            return False
        told = await self._now_there()
        agreed = self._clock.follow(told)
        if agreed and self._asked:
            return False
        witness = await self._witness()
        if witness is None:
            return not agreed
        self._asked = True
        told = await self._now_there()
        if not self._clock.knows(told, witness) and not await self._goes_on(witness):
            return not agreed
        before = self._clock.now()
        self._clock.decide(told, witness)
        if agreed and abs(self._clock.now() - before) <= SteadyClock.AGREES:
            return False
        log.warning("the clock jumped", told=told.isoformat(), witness=witness.isoformat())
        return True

    async def _goes_on(self, witness: datetime) -> bool:
        """Whether a witness that agrees with nobody has a clock that goes: an answer that was
        kept somewhere on the way tells an old time, again and again."""
        before = self._clock.now()
        await self._pause(SURE.total_seconds())
        again = await self._witness()
        elapsed = self._clock.now() - before
        return again is not None and abs(again - witness - elapsed) <= SURE / 2

    async def _now_there(self) -> datetime:
        if self._database.engine.dialect.name == "sqlite":
            return self._told()
        there = await asyncio.wrap_future(self._database.read(time_there))
        return there or self._told()

    async def _witness(self) -> datetime | None:
        for witness in self._witnesses.values():
            try:
                return await asyncio.wait_for(witness.time(), LONGEST_ANSWER)
            except (NotNow, InDoubt, Refused, TimeoutError):
                continue
        return None
