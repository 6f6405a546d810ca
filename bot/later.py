"""Calls that are made after the ack."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

log = structlog.get_logger(__name__)


class Later:
    """Runs calls beside the requests; a call that fails is logged, never raised."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def call(self, made: Coroutine[Any, Any, None]) -> None:
        """Start a call. It is held here, since the event loop holds its tasks only weakly."""
        task = asyncio.create_task(_logged(made))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def settled(self) -> None:
        """Wait until every call has been made."""
        while self._running:
            await asyncio.gather(*self._running)


async def _logged(made: Coroutine[Any, Any, None]) -> None:
    try:
        await made
    except Exception:
        log.exception("a reply did not reach its platform")
