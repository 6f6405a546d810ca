"""What a database promises, whichever it is: what fails undoes itself alone, what is said to be
kept is."""

import threading
from concurrent.futures import CancelledError, wait

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError, OperationalError

from storage.database import Closed, Database
from storage.models import Delivery
from tests.bot.rows import MONDAY
from tests.cast import database_url
from tests.gates import Gate, held


@pytest.fixture
def database(tmp_path, template, monkeypatch):
    monkeypatch.setattr("storage.database.BUSY_MS", 20)
    made = Database(database_url(tmp_path, template))
    yield made
    made.close()


def keep(name):
    return lambda session: session.add(Delivery(id=name, at=MONDAY))


def kept(database):
    return database.read(lambda session: sorted(session.scalars(select(Delivery.id)))).result()


def _fine(work):
    return work.exception() is None


def test_each_work_fails_alone(database):
    gate = Gate(database)
    works = [database.write(keep(name)) for name in ("a", "b", "b", "c")]

    def writes_then_fails(session):
        keep("half done")(session)
        session.flush()
        raise LookupError("on purpose")

    works.append(database.write(writes_then_fails))
    gate.open()
    wait(works, timeout=5)
    failed = [type(work.exception()) for work in works if not _fine(work)]
    assert failed == [IntegrityError, LookupError]
    assert isinstance(works[4].exception(), LookupError)
    assert kept(database) == ["a", "b", "c"]


def test_a_locked_database_is_said_and_nothing_is_kept(database):
    with held(database.url) as hold:
        work = database.write(keep("a"))
        with pytest.raises(OperationalError, match="lock"):
            work.result(5)
        hold.release()
        assert kept(database) == []
        database.write(keep("b")).result(5)
        assert kept(database) == ["b"]


def test_work_that_is_cancelled_before_its_turn_is_never_done(database):
    gate = Gate(database)
    work = database.write(keep("a"))
    assert work.cancel()
    gate.open()
    with pytest.raises(CancelledError):
        work.result()
    database.write(keep("b")).result(5)
    assert kept(database) == ["b"]


def test_work_that_is_cancelled_while_the_database_is_not_there_yet_is_never_done(database):
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
    gate.open()
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
    written, go_on = threading.Event(), threading.Event()

    def slowly(session):
        keep("b")(session)
        session.flush()
        written.set()
        assert go_on.wait(5)

    work = database.write(slowly)
    assert written.wait(5)
    assert kept(database) == ["a"]
    go_on.set()
    work.result(5)
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
    assert isinstance(problem, IntegrityError)
    assert "secret words" not in f"{problem} {problem.orig}"
