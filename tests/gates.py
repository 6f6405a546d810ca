"""Standing in a database's way, so that a test decides what happens when."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import make_url
from sqlalchemy.orm import Session

from storage.database import Database
from storage.models import Base


class Gate:
    """Work at which every writer of a database stands until the gate is opened."""

    def __init__(self, database: Database) -> None:
        writers = len(database._writers)
        self._open = threading.Event()
        self._reached = threading.Barrier(writers + 1)
        self.works = [database.write(self._stand) for _ in range(writers)]
        self._reached.wait(5)

    def open(self) -> None:
        self._open.set()

    def _stand(self, session: Session) -> None:
        self._reached.wait(5)
        assert self._open.wait(5)


class Hold:
    """Another program that lets nobody write; looking goes on."""

    def __init__(self, url: str) -> None:
        there = make_url(url)
        self._begin = ["BEGIN EXCLUSIVE"]
        if there.get_backend_name() == "sqlite":
            self._other: Any = sqlite3.connect(str(there.database), isolation_level=None)
        else:
            self._other = psycopg.connect(plain_address(url), autocommit=True)
            tables = ", ".join(f'"{name}"' for name in Base.metadata.tables)
            self._begin = ["BEGIN", f"LOCK TABLE {tables} IN EXCLUSIVE MODE"]

    def take(self) -> None:
        for statement in self._begin:
            self._other.execute(statement)

    def release(self) -> None:
        self._other.execute("ROLLBACK")

    def close(self) -> None:
        self._other.close()


def plain_address(url: str) -> str:
    """A PostgreSQL address as psycopg itself takes it."""
    there = make_url(url).set(drivername="postgresql")
    return there.render_as_string(hide_password=False)


@contextmanager
def held(url: str) -> Iterator[Hold]:
    """A database in which nobody else can write until the block ends, or it is released."""
    hold = Hold(url)
    hold.take()
    try:
        yield hold
    finally:
        hold.close()
