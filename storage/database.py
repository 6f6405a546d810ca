"""One database: work is done in transactions, by the database's own threads.

How many there are and how they commit is each database's own: `storage/sqlite.py` and
`storage/postgresql.py`.
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol, TypeVar

from sqlalchemy import URL, Engine, event

from storage import postgresql, sqlite
from storage.address import parsed
from storage.work import Inbox, Work

T = TypeVar("T")

BUSY_MS = 1500  # less than the 2.3 s after which a person is told that nothing was saved


class _Way(Protocol):
    """What a kind of database knows of itself."""

    WRITERS: int
    READERS: int

    def make_engine(self, url: URL, *, busy_ms: int) -> Engine: ...

    def write_all(self, engine: Engine, inbox: Inbox) -> None: ...

    def read_all(self, engine: Engine, inbox: Inbox) -> None: ...


_WAYS: dict[str, _Way] = {"sqlite": sqlite, "postgresql": postgresql}


class Closed(Exception):
    """The database was closed before this work could begin; nothing of it was written."""


class Database:
    """Runs work in transactions, in its own threads; the futures are safe to await from a loop.

    `write(work)` gives work a session and commits it; `read(work)` gives one that sees what was
    committed. An exception in work undoes that work alone and is raised from its future. On
    PostgreSQL work may be run again from the start, in a new transaction, so it must not change
    anything but its session.
    """

    def __init__(self, url: str) -> None:
        """Raises ValueError for an address that `storage.address` does not take."""
        self.url = url
        self.engine = make_engine(url)
        self.losses = 0
        """How many connections broke: more than before means that the server may have lost what
        was committed last."""
        event.listen(self.engine, "invalidate", self._count)
        self._writes: Inbox = queue.SimpleQueue()
        self._reads: Inbox = queue.SimpleQueue()
        self._door = threading.Lock()
        self._open = True
        way = _WAYS[self.engine.dialect.name]
        self._writers = self._threads("writer", way.WRITERS, way.write_all, self._writes)
        self._readers = self._threads("reader", way.READERS, way.read_all, self._reads)

    def write(self, work: Work[T]) -> "Future[T]":
        return self._put(self._writes, work)

    def read(self, work: Work[T]) -> "Future[T]":
        return self._put(self._reads, work)

    def _put(self, inbox: Inbox, work: Work[T]) -> "Future[T]":
        future: Future[T] = Future()
        with self._door:
            if self._open:
                inbox.put((work, future))
                return future
        future.set_exception(Closed("Homeroom is stopping."))
        return future

    def close(self) -> None:
        """Do what was asked before, then let go of the database; what is asked later is refused."""
        with self._door:
            self._open = False
            for inbox, threads in ((self._writes, self._writers), (self._reads, self._readers)):
                for _ in threads:
                    inbox.put(None)
        for thread in (*self._writers, *self._readers):
            thread.join()
        self.engine.dispose()

    def _count(self, *_: object) -> None:
        with self._door:
            self.losses += 1

    def _threads(
        self, name: str, number: int, serve: Callable[[Engine, Inbox], None], inbox: Inbox
    ) -> list[threading.Thread]:
        made = [
            threading.Thread(
                target=serve, args=(self.engine, inbox), name=f"{name} {n}", daemon=True
            )
            for n in range(1, number + 1)
        ]
        for thread in made:
            thread.start()
        return made


def make_engine(url: str) -> Engine:
    """An engine set up for its database. Its errors show no parameters: they hold what people
    typed. Raises ValueError for an address that `storage.address` does not take."""
    there = parsed(url)
    return _WAYS[there.get_backend_name()].make_engine(there, busy_ms=BUSY_MS)
