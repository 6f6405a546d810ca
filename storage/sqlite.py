"""SQLite: one process, and in it one writer that commits for many at once, and a reader beside it.

Requests that arrive together share a transaction, each in its own savepoint, so that a full sync
(WAL, synchronous=FULL) costs them one commit (measured: 4 ms). Answers are given only after it.
"""

import queue
import sqlite3
import threading
import time
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from storage.work import Inbox, Job, Work, answer, fail

WRITERS, READERS = 1, 1
MOST_IN_A_COMMIT = 64
QUIET, LONGEST_WAIT = 0.0005, 0.02  # seconds
_TRACES = "traces are to go"


def make_engine(url: URL, *, busy_ms: int) -> Engine:
    """An engine for a file, whose folder is made. A writer waits `busy_ms` for another's lock."""
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, hide_parameters=True, connect_args={"check_same_thread": False})

    def set_up(connection: Any, _record: Any) -> None:
        _set_up(connection, busy_ms)

    event.listen(engine, "connect", set_up)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _set_up(connection: Any, busy_ms: int) -> None:
    connection.isolation_level = None  # we begin transactions ourselves, see _begin_immediate
    for pragma in (
        f"busy_timeout={busy_ms}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",  # what is erased is overwritten; no slower (measured)
        "cache_size=-16000",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Connection) -> None:
    # Readers only look, and must not wait for the writer.
    reading = threading.current_thread().name.startswith("reader")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def leave_no_trace(session: Session) -> None:
    """Let the log of recent changes hold nothing of what this transaction deletes, once it is
    committed. Nothing on another database, which cleans up in its own time."""
    if session.get_bind().dialect.name == "sqlite":
        session.connection().info[_TRACES] = True


def _without_traces(engine: Engine) -> None:
    """Bring the log into the file and empty it; again after a later commit while it is read."""
    with suppress(sqlite3.Error, SQLAlchemyError), engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            connection.info[_TRACES] = True


def write_all(engine: Engine, inbox: Inbox) -> None:
    """Do what comes, all that waits in one commit, until there will be no more."""
    while batch := _take(inbox):
        _commit_together(engine, batch)


def read_all(engine: Engine, inbox: Inbox) -> None:
    """Let what comes look at what was committed, until there will be no more."""
    while batch := _take(inbox):
        _read_together(engine, batch)


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


def _commit_together(engine: Engine, batch: list[Job]) -> None:
    """All in one transaction. When one of them breaks it for all, each gets its own."""
    if len(batch) == 1:  # what is alone fails alone, without a savepoint
        _commit_alone(engine, *batch[0])
        return
    done: list[tuple[Future[Any], Any]] = []
    try:
        with engine.connect() as connection:
            with connection.begin():
                for work, future in batch:
                    # Asked only now: while the database was locked somebody may have given up.
                    if future.set_running_or_notify_cancel():
                        done += _in_savepoint(connection, work, future)
            traces = connection.info.pop(_TRACES, False)
    except _Broken:
        for work, future in batch:
            if not future.done():
                _commit_alone(engine, work, future)
        return
    except Exception as problem:  # nobody's work was kept
        fail(batch, problem)
        return
    for future, result in done:
        future.set_result(result)
    if traces:
        _without_traces(engine)


class _Broken(Exception):
    """SQLite itself has undone the whole transaction, as it does when the disk is full."""


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


def _commit_alone(engine: Engine, work: Work[Any], future: "Future[Any]") -> None:
    try:
        with engine.connect() as connection:
            with connection.begin():
                # It runs already where it was broken before, together with others.
                if not future.running() and not future.set_running_or_notify_cancel():
                    return
                with _session(connection) as session:
                    result = work(session)
                    session.commit()
            traces = connection.info.pop(_TRACES, False)
    except BaseException as problem:  # it belongs to its own asker
        fail([(work, future)], problem)
        return
    future.set_result(result)
    if traces:
        _without_traces(engine)


def _read_together(engine: Engine, batch: list[Job]) -> None:
    try:
        with engine.connect() as connection, _session(connection) as session:
            for work, future in batch:
                if future.set_running_or_notify_cancel():
                    answer(session, work, future)
                    session.expunge_all()
    except Exception as problem:  # the database is not there
        fail(batch, problem)


def _session(
    connection: Connection, joining: Literal["rollback_only", "create_savepoint"] = "rollback_only"
) -> Session:
    return Session(connection, expire_on_commit=False, join_transaction_mode=joining)
