"""Sends what the outbox holds, once.

A post is marked as being sent in a transaction of its own before it is sent. When the platform's
answer is lost it is in doubt: after the platform has settled it is looked up by its delivery key,
and only when it is not there is it sent again. Edits may be repeated, and are.
"""

import asyncio
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol, TypeVar

import structlog
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.errors import InDoubt, NotNow, Refused
from bot.speech import Place, Post, decode_card
from storage import outbox
from storage.database import Database
from storage.models import OutboxPost

T = TypeVar("T")

LEASE = timedelta(seconds=60)
SETTLE = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=5)

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


@dataclass(frozen=True)
class Errand:
    """What is to be done for one claimed post."""

    act: Literal["send", "change", "find"]
    post: Post
    kind: str
    edition: int
    since: datetime


@dataclass(frozen=True)
class Outcome:
    """What became of an errand: the platform's id, a wait, a doubt or a refusal."""

    result: Literal["there", "not there", "later", "doubt", "refused"]
    id: str = ""
    wait: timedelta = timedelta()
    reason: str = ""


class Courier:
    """Brings the outbox to the platforms: in a channel one post at a time, `pace` seconds
    apart; all channels side by side."""

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
        self._token = uuid.uuid4().hex
        self._free_at: dict[str, float] = {}
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """There may be something to send. To be called in the courier's loop."""
        self._wake.set()

    async def run(self) -> None:
        """Send for ever; cancel it to stop."""
        while True:
            try:
                seen_to = await self.send_due()
            except Exception:
                log.exception("the courier could not use the database")
                seen_to = 0
            if not seen_to:
                await self._rest()

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), timeout=0.5)
        except TimeoutError:
            return
        finally:
            self._wake.clear()

    async def send_due(self) -> int:
        """See to one post of every channel that is free; how many there were."""
        now, busy = self._clock.now(), self._busy()
        errands = await self._in_database(lambda session: self._claim(session, now, busy))
        await asyncio.gather(*(self._see_to(errand) for errand in errands))
        return len(errands)

    def _busy(self) -> frozenset[str]:
        instant = self._monotonic()
        self._free_at = {lane: free for lane, free in self._free_at.items() if free > instant}
        return frozenset(self._free_at)

    def _claim(self, session: Session, now: datetime, busy: frozenset[str]) -> list[Errand]:
        claimed = outbox.claim(
            session, now=now, token=self._token, lease=LEASE, busy=busy, limit=500
        )
        return [errand for post in claimed if (errand := take_up(session, post, now))]

    async def _see_to(self, errand: Errand) -> None:
        place = errand.post.place
        self._free_at[outbox.lane(place.platform, place.workspace, place.channel)] = (
            self._monotonic() + self._pace
        )
        outcome = await self._attempt(errand)

        def write_down(session: Session) -> None:
            held = outbox.held(session, key=errand.post.key, token=self._token)
            if held:
                settle(session, held, errand, outcome, self._clock.now())

        await self._in_database(write_down)

    async def _attempt(self, errand: Errand) -> Outcome:
        door = self._doors.get(errand.post.place.platform)
        if door is None:
            return Outcome("refused", reason="no door for this platform")
        try:
            return await _act(door, errand)
        except NotNow as not_now:
            return Outcome("later", wait=timedelta(seconds=not_now.seconds))
        except InDoubt:
            return Outcome("doubt")
        except Refused as refused:
            log.warning("a post was refused", kind=errand.kind, reason=refused.reason)
            return Outcome("refused", reason=refused.reason)
        except Exception:
            log.exception("the door failed", kind=errand.kind)
            return Outcome("doubt")

    async def _in_database(self, work: Callable[[Session], T]) -> T:
        return await asyncio.wrap_future(self._database.write(work))


async def _act(door: Door, errand: Errand) -> Outcome:
    if errand.act == "send":
        return Outcome("there", id=await door.send(errand.post))
    if errand.act == "change":
        await door.change(errand.post)
        return Outcome("there", id=errand.post.sent)
    found = await door.find(errand.post, errand.since)
    return Outcome("there", id=found) if found else Outcome("not there")


def take_up(session: Session, post: OutboxPost, now: datetime) -> Errand | None:
    """What a claimed post needs now; a post about to be sent is marked so, durably, first."""
    if post.state == "planned" and post.not_after and now > post.not_after:
        post.state, post.due_at, post.reason = "skipped", None, "it was too late to send"
        post.lease_until = None
        return None
    if post.state == "planned":
        post.state = "sending"
        post.first_try_at = post.first_try_at or now
        return _errand(session, post, "send", now)
    if post.state == "unknown":
        return _errand(session, post, "find", now)
    if post.state == "sent" and post.edition > post.sent_edition:
        return _errand(session, post, "change", now)
    post.due_at = post.lease_until = None
    return None


def _errand(
    session: Session, post: OutboxPost, act: Literal["send", "change", "find"], now: datetime
) -> Errand:
    first = outbox.get(session, key=post.thread_key) if post.thread_key else None
    place = Place(post.platform, post.workspace, post.channel, direct=post.direct)  # type: ignore[arg-type]
    return Errand(
        act,
        Post(
            post.key,
            place,
            decode_card(post.card),
            thread=first.sent_id if first else "",
            sent=post.sent_id,
        ),
        post.kind,
        post.edition,
        (post.first_try_at or now) - timedelta(minutes=5),
    )


def settle(
    session: Session, post: OutboxPost, errand: Errand, outcome: Outcome, now: datetime
) -> None:
    """Write down what became of a post and when to look at it next."""
    post.lease_until = None
    match outcome.result:
        case "there":
            _is_there(session, post, errand, outcome.id, now)
        case "not there":
            post.state, post.due_at = "planned", now
        case "later":
            post.state = "planned" if errand.act == "send" else post.state
            post.due_at = now + min(outcome.wait, LONGEST_WAIT)
        case "doubt":
            post.state = "unknown" if errand.act == "send" else post.state
            post.tries += 1
            post.due_at = now + min(SETTLE * post.tries, LONGEST_WAIT)
        case "refused":
            _is_refused(post, errand, outcome.reason)


def _is_there(
    session: Session, post: OutboxPost, errand: Errand, sent_id: str, now: datetime
) -> None:
    new = post.state != "sent"
    # A post found by its key may hold an older edition: bring it to this one by an edit.
    post.sent_edition = errand.edition if errand.act != "find" else 0
    post.state, post.sent_id, post.tries = "sent", sent_id, 0
    post.sent_at = post.sent_at or now
    post.due_at = now if post.edition > post.sent_edition else None
    if new:
        outbox.wake_thread(session, key=post.key, now=now)


def _is_refused(post: OutboxPost, errand: Errand, reason: str) -> None:
    post.reason, post.due_at = reason, None
    if errand.act == "change":
        post.sent_edition = errand.edition  # the message is gone: this edition cannot be shown
    else:
        post.state = "failed"
