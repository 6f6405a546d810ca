"""The writer that commits for many: what fails undoes itself alone, what is said to be kept is."""

import sqlite3
import threading
from concurrent.futures import CancelledError, wait

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from storage.database import Closed, Database
from storage.models import Delivery
from tests.bot.rows import MONDAY
from tests.cast import database_url


@pytest.fixture
def database(tmp_path, template, monkeypatch):
    monkeypatch.setattr("storage.database.BUSY_MS", 20)
    made = Database(database_url(tmp_path, template))
    yield made
    made.close()


@pytest.fixture
def other(tmp_path, database):
    """Another program's connection to the same file."""
    made = sqlite3.connect(tmp_path / "homeroom.db", isolation_level=None)
    yield made
    made.close()


def keep(name):
    return lambda session: session.add(Delivery(id=name, at=MONDAY))


def kept(database):
    return database.read(lambda session: sorted(session.scalars(select(Delivery.id)))).result()


class Gate:
    """Work at which the writer stands until the gate is opened, so that more comes together."""

    def __init__(self, database):
        self.reached, self.open = threading.Event(), threading.Event()
        self.work = database.write(self)
        assert self.reached.wait(5)

    def __call__(self, session):
        self.reached.set()
        assert self.open.wait(5)


def commits(database):
    """How often the writer commits from now on."""
    counted = []
    event.listen(database.engine, "commit", counted.append)
    return counted


def test_what_comes_together_is_committed_together_and_fails_alone(database):
    gate = Gate(database)
    counted = commits(database)
    works = [database.write(keep(name)) for name in ("a", "b", "b", "c")]

    def writes_then_fails(session):
        keep("half done")(session)
        session.flush()
        raise LookupError("on purpose")

    works.append(database.write(writes_then_fails))
    gate.open.set()
    wait(works, timeout=5)
    assert [type(work.exception()) for work in works] == [
        type(None),
        type(None),
        IntegrityError,
        type(None),
        LookupError,
    ]
    assert kept(database) == ["a", "b", "c"]
    assert len(counted) == 2  # the gate's, and one for all


def test_when_the_commit_fails_nothing_is_said_to_be_kept(database):
    gate = Gate(database)

    def break_the_commit(session):
        session.execute(text("PRAGMA defer_foreign_keys=ON"))
        session.execute(
            text("INSERT INTO organisation (network_id, name) VALUES (404, 'of no network')")
        )

    works = [database.write(keep("a")), database.write(break_the_commit)]
    gate.open.set()
    wait(works, timeout=5)
    assert [type(work.exception()) for work in works] == [IntegrityError, IntegrityError]
    assert kept(database) == []
    database.write(keep("later")).result()
    assert kept(database) == ["later"]


def test_when_sqlite_itself_rolls_back_nothing_is_said_to_be_kept(database):
    """A full disk can undo the whole transaction in the middle of one work."""
    gate = Gate(database)

    def disk_full(session):
        session.connection().connection.driver_connection.execute("ROLLBACK")
        raise OSError("disk full")

    works = [database.write(keep("a")), database.write(disk_full), database.write(keep("b"))]
    gate.open.set()
    wait(works, timeout=5)
    said = {name for name, work in zip("a b".split(), works[::2], strict=True) if _fine(work)}
    assert said == set(kept(database))


def _fine(work):
    return work.exception() is None


def test_a_locked_database_is_said_and_nothing_is_kept(database, other):
    other.execute("BEGIN EXCLUSIVE")
    work = database.write(keep("a"))
    with pytest.raises(OperationalError, match="locked"):
        work.result(5)
    other.execute("ROLLBACK")
    assert kept(database) == []
    database.write(keep("b")).result(5)
    assert kept(database) == ["b"]


def test_work_that_is_cancelled_before_its_turn_is_never_done(database):
    gate = Gate(database)
    work = database.write(keep("a"))
    assert work.cancel()
    gate.open.set()
    with pytest.raises(CancelledError):
        work.result()
    database.write(keep("b")).result(5)
    assert kept(database) == ["b"]


def test_work_that_is_cancelled_while_the_database_is_locked_is_never_done(database):
    """Its asker is told that nothing was saved: then it must stay so when the lock goes."""
    trying, go_on = threading.Event(), threading.Event()

    def hold(connection):
        trying.set()
        assert go_on.wait(5)

    event.listen(database.engine, "begin", hold, insert=True)
    work = database.write(keep("a"))
    assert trying.wait(5)
    assert work.cancel()
    go_on.set()
    database.write(keep("b")).result(5)
    assert kept(database) == ["b"]


def test_work_queued_at_the_end_is_refused_or_done_and_never_forgotten(tmp_path, template):
    database = Database(database_url(tmp_path, template))
    gate = Gate(database)
    closing = threading.Thread(target=database.close)
    before = [database.write(keep(f"before {n}")) for n in range(3)]
    closing.start()
    gate.open.set()
    closing.join(5)
    assert not closing.is_alive()
    assert all(work.done() for work in before)
    late = database.write(keep("late"))
    with pytest.raises(Closed):
        late.result(1)
    with pytest.raises(Closed):
        database.read(lambda session: None).result(1)
    again = Database(database.url)
    assert "late" not in kept(again)
    assert len(kept(again)) == sum(_fine(work) for work in before)
    again.close()


def test_a_reader_sees_what_was_committed_and_waits_for_no_writer(database):
    database.write(keep("a")).result()

    class Waiting(Gate):
        def __call__(self, session):
            keep("b")(session)
            session.flush()
            super().__call__(session)

    gate = Waiting(database)
    assert kept(database) == ["a"]
    gate.open.set()
    gate.work.result(5)
    assert kept(database) == ["a", "b"]


def test_a_reader_that_fails_fails_alone(database):
    def fails(session):
        raise LookupError("on purpose")

    works = [database.read(fails), database.read(lambda session: "fine")]
    wait(works, timeout=5)
    assert isinstance(works[0].exception(), LookupError)
    assert works[1].result() == "fine"


def test_an_error_does_not_quote_what_was_typed(database):
    database.write(keep("secret words")).result()
    problem = database.write(keep("secret words")).exception(5)
    assert "secret words" not in str(problem)


def test_every_commit_is_on_the_disk(database):
    def settings(session):
        return [
            session.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]

    assert database.write(settings).result() == ["wal", 2, 1]
