"""A damaged file is seen, by looking and by its errors."""

import os
import sqlite3
from contextlib import closing

import psycopg.errors
import pytest

from storage.whole import damage, is_damage
from tests.cast import database_url

pytestmark = pytest.mark.sqlite_only("looks into a file")


@pytest.fixture
def file(tmp_path, template):
    database_url(tmp_path, template)
    return tmp_path / "homeroom.db"


def test_a_whole_database_and_none_at_all(file):
    assert damage(file, seconds=5) == ""
    assert damage(file.with_name("none.db"), seconds=5) == ""
    assert not file.with_name("none.db").exists()


def test_damage_is_told(file):
    with file.open("r+b") as opened:
        opened.seek(4096 * 2)
        opened.write(os.urandom(4096 * 20))
    assert damage(file, seconds=5)
    file.write_text("These are my notes. " * 500)
    assert damage(file, seconds=5) == "file is not a database"


def test_a_locked_database_is_not_a_damaged_one(file):
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        assert damage(file, seconds=0.05) == ""


def test_a_look_takes_no_longer_than_it_may(file, monkeypatch):
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    monkeypatch.setattr(
        "storage.whole.wrong", lambda looking, _check: looking.execute(endless).fetchone()
    )
    assert damage(file, seconds=0.05) == ""


def test_which_errors_tell_of_damage():
    assert is_damage(psycopg.errors.DataCorrupted())
    assert not is_damage(psycopg.errors.UniqueViolation())
    assert not is_damage(sqlite3.OperationalError("no code"))
    assert not is_damage(OSError())
    assert not is_damage(None)
