"""Where the database's threads hand their answers to the event loop, many at a time.

`asyncio.wrap_future` wakes the loop for each answer; a commit brings up to 64 at once, and waking
cost more than answering (measured).
"""

import asyncio
from collections import deque
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


class Landing:
    """Awaits futures of other threads in one event loop."""

    def __init__(self) -> None:
        self._landed: deque[tuple[Future[Any], asyncio.Future[Any]]] = deque()
        self._woken = False

    async def of(self, future: "Future[T]") -> T:
        """The future's result; cancelling the wait cancels what has not begun."""
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[T] = loop.create_future()

        def land(done: "Future[T]") -> None:
            self._landed.append((done, waiting))
            if not self._woken:
                self._woken = True
                loop.call_soon_threadsafe(self._hand_over)

        future.add_done_callback(land)
        try:
            return await waiting
        except asyncio.CancelledError:
            future.cancel()
            raise

    def _hand_over(self) -> None:
        self._woken = False  # before looking: what lands from now on wakes us again
        while self._landed:
            done, waiting = self._landed.popleft()
            if waiting.done():
                continue
            if done.cancelled():
                waiting.cancel()
            elif problem := done.exception():
                waiting.set_exception(problem)
            else:
                waiting.set_result(done.result())
