"""Keeping the clock right: by the machine or the database, with the platforms as witnesses."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

import structlog

from bot.clock import Clock, SteadyClock, wall
from bot.errors import InDoubt, NotNow, Refused
from storage.database import Database
from storage.times import time_there

LONGEST_ANSWER = 5.0  # seconds

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
    ) -> None:
        self._clock = clock
        self._database = database
        self._witnesses = witnesses
        self._told = told
        self._asked = False

    async def check(self) -> bool:
        """Put the clock right; whether there was a doubt. At first a witness is asked in any
        case: the machine's clock may be wrong from the beginning."""
        if not isinstance(self._clock, SteadyClock):
            return False
        told = await self._now_there()
        if self._clock.follow(told) and self._asked:
            return False
        witness = await self._witness()
        self._asked = True
        if witness is None:
            return False
        before = self._clock.now()
        self._clock.decide(await self._now_there(), witness)
        off = abs(self._clock.now() - before) > SteadyClock.TOLERATED
        if off or not self._clock.follow(await self._now_there()):
            log.warning("the clock jumped", told=told.isoformat(), witness=witness.isoformat())
            return True
        return False

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
