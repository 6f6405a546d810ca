"""Getting an envelope to an app and its ack back: three seconds, and events try again."""

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.playground.apps import App
from bot.playground.http_delivery import HttpDelivery
from bot.playground.outcome import Outcome, Sent
from bot.playground.shapes import Json
from bot.playground.socket_mode import Sockets

if TYPE_CHECKING:
    from bot.playground.world import World

RETRY_AFTER = (0, 60, 300)


@dataclass
class Deliveries:
    """`sent` is the log of envelopes, attempts included. `busy` counts those not yet acked."""

    world: "World" = field(repr=False)
    sent: deque[Sent] = field(default_factory=lambda: deque(maxlen=200_000))
    busy: int = 0

    def __post_init__(self) -> None:
        self.sockets = Sockets(self.world)
        self.http = HttpDelivery(self.world)
        self._tasks: set[asyncio.Task[None]] = set()
        self._pausing: set[asyncio.Event] = set()

    def event(self, app: App, payload: Json) -> list[asyncio.Future[object]]:
        """Start delivering an event; the future is done after the first attempt.

        Without a running loop nobody can be connected, and the event is lost.
        """
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return []
        first: asyncio.Future[object] = loop.create_future()
        self._start(self._deliver(app, payload, first))
        return [first]

    async def ask(self, app: App, kind: str, payload: Json) -> Outcome:
        """A command or an interaction: one attempt, and the person waits for it."""
        return await self._attempt(app, Sent(app.id, kind, payload))

    @property
    def waiting(self) -> int:
        """How many events wait for their next attempt."""
        return len(self._pausing)

    def hurry(self) -> None:
        """Send what waits for its next attempt now."""
        for pause in self._pausing:
            pause.set()
        self._pausing.clear()

    async def redeliver(self, event_id: str = "") -> Outcome:
        """Send an event again although it was acked (its ack got lost): the last, or this one."""
        before = next(
            sent
            for sent in reversed(self.sent)
            if sent.kind == "events_api" and event_id in ("", sent.payload["event_id"])
        )
        again = Sent(before.app_id, before.kind, before.payload, before.attempt + 1, "timeout")
        return await self._attempt(self.world.apps[before.app_id], again)

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.http.close()

    def later(self, seconds: float, act: Any) -> None:
        """Call `act()` when the seconds have passed by the world's watch."""

        async def wait() -> None:
            await self.world.watch.sleep(seconds)
            act()

        self._start(wait())

    def _start(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, app: App, payload: Json, first: asyncio.Future[object]) -> None:
        reason = ""
        for attempt, seconds in enumerate((0, *RETRY_AFTER)):
            if seconds:
                await self._pause(seconds)
            outcome = await self._attempt(app, Sent(app.id, "events_api", payload, attempt, reason))
            if not first.done():
                first.set_result(outcome)
            if outcome.ok or outcome.no_retry:
                return
            reason = outcome.retry_reason

    async def _pause(self, seconds: float) -> None:
        hurry = asyncio.Event()
        self._pausing.add(hurry)
        self.world.changed()
        try:
            with suppress(TimeoutError):
                await self.world.watch.within(hurry.wait(), seconds)
        finally:
            self._pausing.discard(hurry)

    async def _attempt(self, app: App, sent: Sent) -> Outcome:
        self.sent.append(sent)
        self.busy += 1
        self.world.changed()
        try:
            door = self.sockets if app.socket_mode else self.http
            sent.outcome = await door.send(app, sent)
            return sent.outcome
        finally:
            self.busy -= 1
            self.world.changed()
