"""Connections to a PostgreSQL database that outlast the program which closes them, until the next
test's program connects with the same words.

A server's process reads the catalogue of our tables before it can do anything with them: that took
the server longer than everything else a test asked of it.
"""

from collections.abc import Iterable
from threading import Lock
from typing import Any, cast

import psycopg
from psycopg.pq import TransactionStatus

Said = tuple[tuple[str, Any], ...]


class Lasting(psycopg.Connection[Any]):
    """A connection that may outlast its program."""

    kept_by: "Kept"
    said: Said

    def let_go(self) -> None:
        """Keep it for whoever says the same, if nothing is under way in it."""
        if not self.closed and self.info.transaction_status == TransactionStatus.IDLE:
            self.kept_by.put(self)
        else:
            self.close()


class Kept:
    """The connections that nobody uses just now, by what was said to make them."""

    def __init__(self) -> None:
        self._idle: dict[Said, list[Lasting]] = {}
        self._own: psycopg.Connection[Any] | None = None
        self._door = Lock()

    def connect(self, **words: Any) -> Lasting:
        """One that is as good as new."""
        # Each dialect brings adapters of its own, which are all alike.
        said = tuple(sorted(item for item in words.items() if item[0] != "context"))
        while kept := self._take(said):
            if _renewed(kept):
                return kept
            kept.close()
        made = cast(Lasting, Lasting.connect(**words))
        made.kept_by, made.said = self, said
        return made

    def put(self, connection: Lasting) -> None:
        """Keep one that is not needed any more."""
        with self._door:
            waiting = self._idle.setdefault(connection.said, [])
            if connection not in waiting:
                waiting.append(connection)

    def pids(self) -> list[int]:
        """The server's processes that serve nobody just now."""
        return [each.info.backend_pid for each in self._every() if not each.closed]

    def own(self, url: str) -> "psycopg.Connection[Any]":
        """A connection for the tests themselves."""
        if self._own is None:
            self._own = psycopg.connect(url, autocommit=True)
        return self._own

    def close(self) -> None:
        """Let go of all that nobody uses just now."""
        for each in self._every():
            each.close()
        self._idle.clear()
        if self._own:
            self._own.close()
        self._own = None

    def _take(self, said: Said) -> Lasting | None:
        with self._door:
            waiting = self._idle.get(said)
            return waiting.pop() if waiting else None

    def _every(self) -> Iterable[Lasting]:
        with self._door:
            return [each for waiting in self._idle.values() for each in waiting]


def _renewed(kept: Lasting) -> bool:
    """Whether it is still there, with nothing left of whoever had it before."""
    try:
        kept.autocommit = True
        kept.execute("RESET ALL")
        kept.autocommit = False
        kept.isolation_level = kept.read_only = kept.deferrable = None
        kept._notice_handlers.clear()
    except psycopg.Error:
        return False
    return True
