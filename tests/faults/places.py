"""Where a storm's database is: a file with one sender, or a server with two that crashes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import text

from storage.database import make_engine
from storage.migrate import upgrade
from tests.databases import Server, crash, running_postgresql


class File:
    """SQLite: one process, so a storm has one sender at a time."""

    kind = "SQLite, one sender"
    senders = 1

    def url(self, folder: Path) -> str:
        url = f"sqlite:///{folder / 'homeroom.db'}"
        _migrate(url)
        return url

    def crash(self) -> int | None:
        return None


class Cluster:
    """PostgreSQL with two senders. It acknowledges commits before they are on the disk, so that
    each crash undoes the last ones, as a failover to a replica that lags behind does."""

    kind = "PostgreSQL, two senders"
    senders = 2
    LOSSY = (
        "synchronous_commit TO off",
        "wal_writer_delay TO '10s'",
        "wal_writer_flush_after TO '1GB'",
    )

    def __init__(self, running: Any, server: Server) -> None:
        self._running = running
        self._server = server

    def url(self, folder: Path) -> str:
        url = self._server.url(self._server.make(self._server.template))
        engine = make_engine(url)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for setting in self.LOSSY:
                connection.execute(text(f"ALTER SYSTEM SET {setting}"))
            connection.execute(text("SELECT pg_reload_conf()"))
        engine.dispose()
        return url

    def crash(self) -> int | None:
        """Crash, and come back; how many of a hundred commits made just before are undone."""
        with psycopg.connect(self._running.get_uri(), autocommit=True) as canary:
            canary.execute("CREATE TABLE IF NOT EXISTS canary (sings int)")
            canary.execute("TRUNCATE canary")
            canary.execute("CHECKPOINT")
            for number in range(100):
                canary.execute("INSERT INTO canary VALUES (%s)", [number])
            crash(self._running)
        self._running.ensure_postgres_running()
        with psycopg.connect(self._running.get_uri()) as canary:
            return 100 - (canary.execute("SELECT count(*) FROM canary").fetchone() or [0])[0]


def _migrate(url: str) -> None:
    engine = make_engine(url)
    upgrade(engine)
    engine.dispose()


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A server that may be made to crash."""
    with running_postgresql() as (running, server):
        yield Cluster(running, server)
