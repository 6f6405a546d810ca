"""Sends what the outbox holds, once.

A post is marked as being sent in a transaction of its own before it is sent; what follows from
the platform's answer, or from its silence, is in `bot/errands.py`.
"""

import asyncio
import time
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

import structlog
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.errands import Errand, Outcome, settle, take_up
from bot.errors import InDoubt, NotNow, Refused
from bot.speech import Post
from storage import outbox
from storage.database import Database

T = TypeVar("T")

LEASE = timedelta(seconds=60)
MOST_AT_ONCE = 500
REST = 0.5  # seconds between two looks into an outbox that had nothing to send

log = structlog.get_logger(__name__)


class Door(Protocol):
    """How the courier speaks to a platform. Each raises NotNow, InDoubt or Refused."""

    async def send(self, post: Post) -> str:
        """Post it; the platform's id of the message."""
        ...

    async def change(self, post: Post) -> None:
        """Bring the message `post.sent` to this card."""
        ...

    async def find(self, post: Post, since: datetime) -> str | None:
        """The id of our own message with this key, or None when it is not there."""
        ...


class Courier:
    """Brings the outbox to the platforms: in a channel one post at a time, `pace` seconds
    apart; all channels side by side, so that a slow one holds up no other."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        doors: Mapping[str, Door],
        *,
        pace: float = 1.05,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._clock = clock
        self._doors = doors
        self._pace = pace
        self._monotonic = monotonic
        self._free_at: dict[str, float] = {}
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._claiming = asyncio.Lock()
        self._wake = asyncio.Event()
        self._stopped = False

    def wake(self) -> None:
        """There may be something to send. To be called in the courier's loop."""
        self._wake.set()

    async def run(self) -> None:
        """Send until `stop`; what is under way then is finished."""
        while not self._stopped:
            if not await self._begin_calmly():
                await self._rest()
        await asyncio.gather(*self._under_way.values())

    def stop(self) -> None:
        """Let `run` come to its end. To be called in the courier's loop."""
        self._stopped = True
        self._wake.set()

    async def send_due(self) -> int:
        """See to one post of every channel that is free; how many there were."""
        begun = await self._begin()
        await asyncio.gather(*begun)
        return len(begun)

    async def _begin_calmly(self) -> bool:
        try:
            return bool(await self._begin())
        except Exception:
            log.exception("the courier could not use the database")
            return False

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), timeout=REST)
        except TimeoutError:
            return
        finally:
            self._wake.clear()

    async def _begin(self) -> list[asyncio.Task[None]]:
        """Claim what is due, and start to see to it."""
        async with self._claiming:
            now, busy = self._clock.now(), self._busy()
            errands = await self._in_database(lambda session: _claim(session, now, busy))
            return [self._start(errand) for errand in errands]

    def _busy(self) -> frozenset[str]:
        instant = self._monotonic()
        self._free_at = {lane: free for lane, free in self._free_at.items() if free > instant}
        return frozenset(self._free_at | self._under_way)

    def _start(self, errand: Errand) -> asyncio.Task[None]:
        self._free_at[errand.lane] = self._monotonic() + self._pace
        task = asyncio.create_task(self._see_to(errand))
        self._under_way[errand.lane] = task
        return task

    async def _see_to(self, errand: Errand) -> None:
        try:
            outcome = await self._attempt(errand)
            if outcome.result == "later":
                self._free_at[errand.lane] = self._monotonic() + outcome.wait
            await self._in_database(
                lambda session: settle(session, errand, outcome, self._clock.now())
            )
        except Exception:  # its lease will lapse, and then it is looked up
            log.exception("what became of a post could not be written down", kind=errand.kind)
        finally:
            del self._under_way[errand.lane]
            self._wake.set()

    async def _attempt(self, errand: Errand) -> Outcome:
        try:
            return await self._act(errand)
        except NotNow as not_now:
            return Outcome("later", wait=not_now.seconds)
        except InDoubt:
            return Outcome("doubt")
        except Refused as refused:
            log.warning("a post was refused", kind=errand.kind, reason=_shown(refused.reason))
            return Outcome("refused", reason=refused.reason)
        except Exception:
            log.exception("the door failed", kind=errand.kind)
            return Outcome("doubt")

    async def _act(self, errand: Errand) -> Outcome:
        door = self._doors.get(errand.place.platform)
        if door is None:
            raise Refused("no_door_for_this_platform")
        try:
            post = errand.post()
        except ValueError as unreadable:
            raise Refused("card_unreadable") from unreadable
        if errand.act == "send":
            return Outcome("there", id=await door.send(post))
        if errand.act == "change":
            await door.change(post)
            return Outcome("there", id=post.sent)
        found = await door.find(post, errand.since)
        return Outcome("there", id=found) if found else Outcome("not there")

    async def _in_database(self, work: Callable[[Session], T]) -> T:
        return await asyncio.wrap_future(self._database.write(work))


def _claim(session: Session, now: datetime, busy: frozenset[str]) -> list[Errand]:
    token = uuid.uuid4().hex
    claimed = outbox.claim(
        session, now=now, token=token, lease=LEASE, busy=busy, limit=MOST_AT_ONCE
    )
    return [take_up(session, post, now) for post in claimed]


def _shown(reason: str) -> str:
    """A platform's own word for it; a sentence may hold what people wrote."""
    return reason if reason.isidentifier() else "…"
