"""Looking, for a network's host, whether everything works for their network, while it runs."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.config import Config
from bot.doctor import in_order, of_address, of_clock, of_model, of_rows, spots
from bot.errors import InDoubt, NotNow, Refused
from bot.findings import Finding, Spot
from storage.database import Database
from storage.probe import can_save

T = TypeVar("T")

Check = Callable[[Sequence[Spot]], Awaitable[list[Finding]]]
"""Looks at a platform, and at these channels of it; raises nothing."""

NOT_CONNECTED = "Whoever runs Homeroom connects it there: the operator’s guide says how."
NOT_SAVED = "Whoever runs Homeroom looks whether its database is there, whole, and has room."


class Timed(Protocol):
    """A door that has a clock."""

    async def time(self) -> datetime: ...


class Examiner:
    """Asks the database, the platforms and the model. Nothing of other networks is told."""

    def __init__(
        self,
        config: Config,
        database: Database,
        clock: Clock,
        doors: Mapping[str, Timed],
        checks: Mapping[str, Check],
    ) -> None:
        self._config, self._database, self._clock = config, database, clock
        self._doors, self._checks = doors, checks

    async def examine(self, network_id: int, *, damaged: bool) -> list[Finding]:
        """What is found, what is to be mended first."""
        now = self._clock.now()
        found = [await self._saves(damaged), await self._time()]
        found += await self._read(lambda session: of_rows(session, now, network_id))
        places = await self._read(lambda session: spots(session, network_id))
        for platform in dict.fromkeys(each.platform for each in places):
            here = [each for each in places if each.platform == platform]
            found += await self._platform(platform, here)
        found += await asyncio.to_thread(of_model, self._config)
        found.append(of_address(self._config))
        return in_order(found)

    async def _platform(self, platform: str, places: list[Spot]) -> list[Finding]:
        check = self._checks.get(platform)
        if check is None:
            return [Finding(each.shown, "It is not connected.", NOT_CONNECTED) for each in places]
        return await check(places)

    async def _saves(self, damaged: bool) -> Finding:
        if damaged:
            return Finding("Database", "It is damaged.", NOT_SAVED)
        try:
            await asyncio.wrap_future(self._database.write(can_save))
        except Exception:
            return Finding("Database", "What is said can’t be saved.", NOT_SAVED)
        return Finding("Database", "What is said is saved.")

    async def _time(self) -> Finding:
        for platform, door in self._doors.items():
            try:
                theirs = await door.time()
            except (NotNow, InDoubt, Refused):
                continue
            return of_clock(self._clock.now(), theirs, platform.capitalize())
        return of_clock(self._clock.now(), None, "The platform")

    async def _read(self, work: Callable[[Session], T]) -> T:
        return await asyncio.wrap_future(self._database.read(work))
