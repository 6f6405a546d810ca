"""What each person sees, as it happens: the frames of the page contract."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from bot.playground.shapes import Json

Feed = asyncio.Queue[Json]


class Feeds:
    def __init__(self) -> None:
        self._open: dict[str, list[Feed]] = defaultdict(list)

    @contextmanager
    def subscribe(self, user: str) -> Iterator[Feed]:
        """A queue of every frame shown to `user` while the block runs."""
        feed: Feed = asyncio.Queue()
        self._open[user].append(feed)
        try:
            yield feed
        finally:
            self._open[user].remove(feed)

    def show(self, user: str, frame: Json) -> None:
        for feed in self._open.get(user, ()):
            feed.put_nowait(frame)

    def show_everyone(self, frame: Json) -> None:
        for user in list(self._open):
            self.show(user, frame)

    def watching(self) -> set[str]:
        return {user for user, feeds in self._open.items() if feeds}
