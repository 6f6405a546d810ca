"""The one writer that commits for many."""

from concurrent.futures import wait

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError

from tests.gates import Gate
from tests.storage.test_database import _fine, database, keep, kept

__all__ = ["database"]

pytestmark = pytest.mark.sqlite_only("PostgreSQL commits each work for itself")


def commits(database):
    """How often the writer commits from now on."""
    counted = []
    event.listen(database.engine, "commit", counted.append)
    return counted


def test_what_comes_together_is_committed_together(database):
    gate = Gate(database)
    counted = commits(database)
    works = [database.write(keep(name)) for name in ("a", "b", "b", "c")]
    gate.open()
    wait(works, timeout=5)
    assert [_fine(work) for work in works] == [True, True, False, True]
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
    gate.open()
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
    gate.open()
    wait(works, timeout=5)
    said = {name for name, work in zip("a b".split(), works[::2], strict=True) if _fine(work)}
    assert said == set(kept(database))


def test_every_commit_is_on_the_disk(database):
    def settings(session):
        return [
            session.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]

    assert database.write(settings).result() == ["wal", 2, 1]
