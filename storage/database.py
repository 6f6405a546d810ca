"""One database: a writer that commits for many at once, and readers beside it.

SQLite is one process and in it one writer at a time (WAL, synchronous=FULL). Requests that
arrive together share a transaction, each in its own savepoint, so that a full sync costs them
one commit (measured: 4 ms). Answers are given only after that commit.
"""

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Literal, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

T = TypeVar("T")
Work = Callable[[Session], T]
Job = tuple[Work[Any], "Future[Any]"]
Inbox = queue.SimpleQueue["Job | None"]

MOST_IN_A_COMMIT = 64
QUIET, LONGEST_WAIT = 0.0005, 0.02  # seconds
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
        self.connected = 0
        event.listen(self.engine, "connect", self._count)
        self._writes: Inbox = queue.SimpleQueue()
        self._reads: Inbox = queue.SimpleQueue()
        self._door = threading.Lock()
        self._open = True
        self._threads = [
            _thread("writer", self._serve, self._writes, self._commit_together),
            _thread("reader", self._serve, self._reads, self._read_together),
        ]

    def _count(self, *_: object) -> None:
        self.connected += 1

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
            for inbox in (self._writes, self._reads):
                inbox.put(None)
        for thread in self._threads:
            thread.join()
        self.engine.dispose()

    def _serve(self, inbox: Inbox, together: Callable[[list[Job]], None]) -> None:
        while batch := _take(inbox):
            together(batch)

    def _commit_together(self, batch: list[Job]) -> None:
        """All in one transaction. When one of them breaks it for all, each gets its own."""
        done: list[tuple[Future[Any], Any]] = []
        try:
            with self.engine.begin() as connection:
                for work, future in batch:
                    # Asked only now: while the database was locked somebody may have given up.
                    if future.set_running_or_notify_cancel():
                        done += _in_savepoint(connection, work, future)
        except _Broken:
            self._commit_one_by_one(batch)
            return
        except Exception as problem:  # nobody's work was kept
            _fail(batch, problem)
            return
        for future, result in done:
            future.set_result(result)

    def _commit_one_by_one(self, batch: list[Job]) -> None:
        for work, future in batch:
            if future.done():
                continue
            try:
                with Session(self.engine, expire_on_commit=False) as session, session.begin():
                    result = work(session)
            except BaseException as problem:  # it belongs to its own asker
                future.set_exception(problem)
            else:
                future.set_result(result)

    def _read_together(self, batch: list[Job]) -> None:
        try:
            with self.engine.connect() as connection, _session(connection) as session:
                for work, future in batch:
                    if future.set_running_or_notify_cancel():
                        _answer(session, work, future)
                        session.expunge_all()
        except Exception as problem:  # the database is not there
            _fail(batch, problem)


class _Broken(Exception):
    """SQLite itself has undone the whole transaction, as it does when the disk is full."""


def _fail(batch: list[Job], problem: Exception) -> None:
    for _, future in batch:
        if not future.done() and (future.running() or future.set_running_or_notify_cancel()):
            future.set_exception(problem)


def _thread(name: str, target: Callable[..., None], *arguments: object) -> threading.Thread:
    made = threading.Thread(target=target, args=arguments, name=name, daemon=True)
    made.start()
    return made


def _take(inbox: Inbox) -> list[Job]:
    """What waits, at least one and at most a commit's worth; [] when there will be no more."""
    first = inbox.get()
    if first is None:
        return []
    _wait_for_more(inbox)
    batch = [first]
    while len(batch) < MOST_IN_A_COMMIT:
        try:
            more = inbox.get_nowait()
        except queue.Empty:
            break
        if more is None:
            inbox.put(None)  # it is seen again once this batch is done
            break
        batch.append(more)
    return batch


def _wait_for_more(inbox: Inbox) -> None:
    """Wait while more keeps coming. Threads that work at the same time hand the interpreter to
    and fro at every statement, which cost more than the statements themselves (measured: 1.2 ms
    a request against .6); one that lets the others finish first does not."""
    until, seen = time.monotonic() + LONGEST_WAIT, -1
    while inbox.qsize() > seen and seen < MOST_IN_A_COMMIT and time.monotonic() < until:
        seen = inbox.qsize()
        time.sleep(QUIET)


def _in_savepoint(
    connection: Connection, work: Work[Any], future: "Future[Any]"
) -> list[tuple["Future[Any]", Any]]:
    """The work's result, to be told once it is committed; [] when it failed, alone. Raises
    _Broken when it did not fail alone."""
    driver: Any = connection.connection.driver_connection
    try:
        with _session(connection, "create_savepoint") as session:
            result = work(session)
            session.commit()
    except BaseException as problem:
        if not driver.in_transaction:
            raise _Broken from problem
        future.set_exception(problem)
        return []
    return [(future, result)]


def _answer(session: Session, work: Work[Any], future: "Future[Any]") -> None:
    try:
        result = work(session)
    except BaseException as problem:  # it belongs to its own asker
        future.set_exception(problem)
    else:
        future.set_result(result)


def _session(
    connection: Connection, joining: Literal["rollback_only", "create_savepoint"] = "rollback_only"
) -> Session:
    return Session(connection, expire_on_commit=False, join_transaction_mode=joining)


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
    # Readers only look, and must not wait for the writer.
    reading = threading.current_thread().name.startswith("reader")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
