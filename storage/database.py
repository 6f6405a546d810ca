"""One database: a writer that commits for many at once, and readers beside it.

SQLite is one process and in it one writer at a time (WAL, synchronous=FULL). Requests that
arrive together share a transaction, each in its own savepoint, so that a full sync costs them
one commit (measured: 4 ms). Answers are given only after that commit.
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

T = TypeVar("T")
Work = Callable[[Session], T]

MOST_IN_A_COMMIT = 64
BUSY_MS = 1500  # less than the 2.3 s after which a person is told that nothing was saved


class Closed(Exception):
    """The database was closed before this work could begin; nothing of it was written."""


class Database:
    """Runs work in transactions, in its own threads; the futures are safe to await from a loop.

    `write(work)` gives work a session and commits it; `read(work)` gives one that sees what was
    committed. An exception in work undoes that work alone and is raised from its future.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = make_engine(url)
        self._inbox: queue.SimpleQueue[tuple[Work[Any], Future[Any]] | None] = queue.SimpleQueue()
        self._readers = ThreadPoolExecutor(2, thread_name_prefix="reader")
        self._writer = threading.Thread(target=self._write_all, name="writer", daemon=True)
        self._writer.start()

    def write(self, work: Work[T]) -> "Future[T]":
        future: Future[T] = Future()
        self._inbox.put((work, future))
        return future

    def read(self, work: Work[T]) -> "Future[T]":
        return self._readers.submit(self._read, work)

    def close(self) -> None:
        """Finish what was begun, then let go of the database."""
        self._inbox.put(None)
        self._writer.join()
        self._readers.shutdown()
        self.engine.dispose()

    def _read(self, work: Work[T]) -> T:
        with Session(self.engine, expire_on_commit=False) as session:
            return work(session)

    def _write_all(self) -> None:
        while batch := self._take():
            self._commit_together(batch)
        self._refuse_the_rest()

    def _take(self) -> list[tuple[Work[Any], Future[Any]]]:
        first = self._inbox.get()
        if first is None:
            return []
        batch = [first]
        while len(batch) < MOST_IN_A_COMMIT:
            try:
                more = self._inbox.get_nowait()
            except queue.Empty:
                break
            if more is None:
                self._inbox.put(None)  # close() is seen again once this batch is done
                break
            batch.append(more)
        return batch

    def _commit_together(self, batch: list[tuple[Work[Any], Future[Any]]]) -> None:
        wanted = [(work, future) for work, future in batch if future.set_running_or_notify_cancel()]
        if not wanted:
            return
        done: list[tuple[Future[Any], Any]] = []
        try:
            with self.engine.begin() as connection:
                for work, future in wanted:
                    try:
                        done.append((future, _in_savepoint(connection, work)))
                    except Exception as problem:
                        future.set_exception(problem)
        except Exception as problem:
            for _, future in wanted:
                if not future.done():
                    future.set_exception(problem)
            return
        for future, result in done:
            future.set_result(result)

    def _refuse_the_rest(self) -> None:
        while True:
            try:
                left = self._inbox.get_nowait()
            except queue.Empty:
                return
            if left is not None:
                left[1].set_exception(Closed("Homeroom is stopping."))


def _in_savepoint(connection: Connection, work: Work[T]) -> T:
    connection.exec_driver_sql("SAVEPOINT one")
    try:
        with Session(
            connection, expire_on_commit=False, join_transaction_mode="rollback_only"
        ) as session:
            result = work(session)
            session.flush()
            session.expunge_all()
    except BaseException:
        connection.exec_driver_sql("ROLLBACK TO one")
        connection.exec_driver_sql("RELEASE one")
        raise
    connection.exec_driver_sql("RELEASE one")
    return result


def make_engine(url: str) -> Engine:
    """An engine set up for its database; a SQLite file's folder is made. Its errors show no
    parameters: they hold what people typed."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True, hide_parameters=True)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, hide_parameters=True, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we begin transactions ourselves, see _begin_immediate
    for pragma in (
        f"busy_timeout={BUSY_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "cache_size=-16000",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Connection) -> None:
    # Reading sessions only look, and must not wait for the writer.
    reading = threading.current_thread().name.startswith("reader")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
