"""Sends what the outbox holds, once.

A post is marked as being sent in a transaction of its own before it is sent; what follows from
the platform's answer, or from its silence, is in `bot/errands.py`.
"""

import asyncio
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeVar

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.errands import Errand, Landed, Outcome, Patience, claim, settle
from bot.errors import InDoubt, NotNow, Refused
from bot.metrics import Metrics
from bot.speech import Place, Post
from bot.stops import no_door, tell_hosts
from storage import claims, lanes
from storage.database import Database

T = TypeVar("T")

MOST_AT_ONCE = 500
REST = 0.5  # seconds between two looks into an outbox that had nothing to send
BACKWARDS = timedelta(seconds=1)
NEVER = datetime.max.replace(tzinfo=UTC)
NEVER_BEFORE = datetime(1970, 1, 2, tzinfo=UTC)

log = structlog.get_logger(__name__)


class Door(Protocol):
    """How the courier speaks to a platform. Each raises NotNow, InDoubt or Refused."""

    async def send(self, post: Post) -> str:
        """Post it; the platform's id of the message."""
        ...

    async def change(self, post: Post) -> None:
        """Bring the message `post.sent` to this card."""
        ...

    async def find(self, post: Post, since: datetime) -> Sequence[str] | None:
        """The ids of our own messages with this key, the first first; None where a platform
        can't be read back, so that nobody but a person can tell."""
        ...

    async def delete(self, place: Place, sent: str, thread: str = "") -> None:
        """Take away a message of ours, which is in the thread of the message `thread`, if any; one
        that is gone already is well."""
        ...


class Courier:
    """Brings the outbox to the platforms: in a lane one post at a time, at its pace; all lanes
    side by side, so that a slow one holds up no other. Any number of couriers may share a
    database."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        doors: Mapping[str, Door],
        patience: Patience | None = None,
        metrics: Metrics | None = None,
        *,
        trusted: bool = False,
    ) -> None:
        """`trusted`: nothing that was posted before now can be missing in this database."""
        self._database = database
        self._clock = clock
        self._doors = doors
        self._patience = patience or Patience()
        self._metrics = metrics or Metrics()
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._landed: list[Landed] = []
        self._turning = asyncio.Lock()
        self._wake = asyncio.Event()
        self._stopped = False
        self._losses = database.losses
        self._connected = NEVER_BEFORE if trusted else clock.now()
        self._latest = NEVER  # whoever was here before may have had another time

    def wake(self) -> None:
        """There may be something to send. To be called in the courier's loop."""
        self._wake.set()

    async def run(self) -> None:
        """Send until `stop`; what is under way then is finished."""
        while not self._stopped:
            self._wake.clear()
            if not await self._turn_calmly(MOST_AT_ONCE - len(self._under_way)):
                await self._rest()
        if self._under_way:
            await asyncio.wait(self._under_way.values())
        await self._turn_calmly(0)

    def stop(self) -> None:
        """Let `run` come to its end. To be called in the courier's loop."""
        self._stopped = True
        self._wake.set()

    async def send_due(self) -> int:
        """See to one post of every lane that is free; how many there were."""
        begun = await self._turn(MOST_AT_ONCE)
        if begun:
            await asyncio.gather(*begun)
            await self._turn(0)
        return len(begun)

    async def _turn_calmly(self, most: int) -> bool:
        try:
            return bool(await self._turn(most))
        except Exception:
            log.exception("the courier could not use the database")
            return False

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), timeout=REST)
        except TimeoutError:
            return

    async def _turn(self, most: int) -> list[asyncio.Task[None]]:
        """In one transaction: write down what landed, claim what is due. Then begin with it."""
        async with self._turning:
            landed, self._landed = self._landed, []
            busy = frozenset(self._under_way)
            try:
                errands = await self._in_database(
                    lambda session: self._work(session, landed, busy, most)
                )
            except BaseException:
                self._landed = landed + self._landed  # it is written down another time
                self._latest = NEVER
                raise
            self._metrics.claimed(len(errands))
            return [self._begin(errand) for errand in errands]

    def _work(
        self, session: Session, landed: list[Landed], busy: frozenset[str], most: int
    ) -> list[Errand]:
        now = self._clock.now()
        if landed and (stops := settle(session, landed, now, self._patience)):
            _tell(session, stops, now)
        if most <= 0:
            return []
        self._notice(session, now)
        return claim(
            session,
            token=uuid.uuid4().hex,
            now=now,
            connected=self._connected,
            busy=busy,
            patience=self._patience,
            limit=most,
        )

    def _notice(self, session: Session, now: datetime) -> None:
        """Whether the database was connected to anew, or the clock was put back: then what a
        wrong clock had set for later is brought back."""
        session.connection()
        renewed = self._losses != self._database.losses
        if renewed or now < self._latest - BACKWARDS:
            self._bring_back(session, now)
        if renewed:
            self._losses, self._connected = self._database.losses, now
        self._latest = now

    def _bring_back(self, session: Session, now: datetime) -> None:
        claims.bring_back(
            session,
            now=now,
            farthest=now + self._patience.longest,
            last_audit=now + max(self._patience.audits),
        )
        lanes.bring_back(session, now=now)

    def _begin(self, errand: Errand) -> asyncio.Task[None]:
        task = asyncio.create_task(self._see_to(errand))
        self._under_way[errand.due.lane] = task
        return task

    async def _see_to(self, errand: Errand) -> None:
        try:
            outcome = await self._attempt(errand)
            self._measure(errand, outcome)
            self._landed.append((errand, outcome))
        finally:
            del self._under_way[errand.due.lane]
            self._wake.set()

    async def _attempt(self, errand: Errand) -> Outcome:
        if self._clock.now() > errand.until:  # this process was stopped meanwhile
            return Outcome("lapsed")
        try:
            return await self._act(errand)
        except NotNow as not_now:
            return Outcome("later", wait=not_now.seconds)
        except InDoubt:
            return Outcome("doubt")
        except Refused as refused:
            log.warning("a post was refused", kind=errand.due.kind, reason=_shown(refused.reason))
            return Outcome("refused", reason=refused.reason, of=refused.of, mend=refused.mend)
        except Exception:
            log.exception("the door failed", kind=errand.due.kind)
            return Outcome("doubt")

    def _measure(self, errand: Errand, outcome: Outcome) -> None:
        match outcome.result:
            case "there" if errand.act == "send":
                late = self._clock.now() - errand.due.wanted_at
                self._metrics.sent(late.total_seconds())
            case "later":
                self._metrics.retried()
            case "doubt":
                self._metrics.doubted()
            case "refused":
                self._metrics.refused()

    async def _act(self, errand: Errand) -> Outcome:
        door = self._doors.get(errand.due.platform)
        if door is None:
            raise no_door(errand.due.platform)
        try:
            post = errand.post()
        except ValueError as unreadable:
            raise Refused("card_unreadable") from unreadable
        match errand.act:
            case "send":
                return Outcome("there", [await door.send(post)])
            case "change":
                await door.change(post)
                return Outcome("there", [post.sent])
            case "delete":
                await _take_away(door, post)
                return Outcome("gone")
        found = await door.find(post, errand.since)
        if found is None:
            return Outcome("unseen")
        if errand.act == "audit":
            return await self._audited(door, post, found)
        return Outcome("there", found) if found else Outcome("not there")

    async def _audited(self, door: Door, post: Post, found: Sequence[str]) -> Outcome:
        """Keep the one that is known, else the first; take away the others."""
        kept = post.sent if post.sent in found or not found else found[0]
        for copy in found:
            if copy != kept:
                log.warning("a copy is taken away")
                await door.delete(post.place, copy, post.thread)
                self._metrics.copies(1)
        return Outcome("there", [kept])

    async def _in_database(self, work: Callable[[Session], T]) -> T:
        return await asyncio.wrap_future(self._database.write(work))


async def _take_away(door: Door, post: Post) -> None:
    """Delete a post; where the platform does not let us, leave nothing of what it said."""
    try:
        await door.delete(post.place, post.sent, post.thread)
    except Refused as why:
        if why.of != "post":
            raise
        log.warning("a post may not be deleted", reason=_shown(why.reason))
        await door.change(post)


def _tell(session: Session, stops: Sequence[Landed], now: datetime) -> None:
    """Tell hosts. What cannot be told must not undo what it is about: it would come again and
    again, and nothing would be sent any more."""
    try:
        with session.begin_nested():
            tell_hosts(session, stops, now)
    except DBAPIError:
        raise
    except Exception:
        log.exception("a host could not be told")


def _shown(reason: str) -> str:
    """A platform's own word for it; a sentence may hold what people wrote."""
    return reason if reason.isidentifier() else "…"
