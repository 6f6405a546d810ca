"""Bringing a database to this version of the program."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from storage import turns


class FromTheFuture(Exception):
    """The database was written by a newer version of the program."""


def settings() -> AlembicConfig:
    """Alembic's settings, without a file."""
    made = AlembicConfig()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return made


def upgrade(engine: Engine) -> None:
    """Migrate to the newest revision; of several programs that start together one does, and the
    others wait for it. Raises FromTheFuture when the database is newer than the program."""
    known = _revisions()
    with engine.connect() as connection, _rebuilding(connection), connection.begin():
        _wait(connection)
        current = MigrationContext.configure(connection).get_current_revision()
        if current == known[0]:
            return
        if current is not None and current not in known:
            raise FromTheFuture(
                "This database was written by a newer Homeroom. Install that version again, or"
                " restore a backup made by this one."
            )
        made = settings()
        made.attributes["connection"] = connection
        command.upgrade(made, "head")
        _check_pointers(connection)


@contextmanager
def _rebuilding(connection: Connection) -> Iterator[None]:
    """SQLite changes little of a table in place: it is made anew, and the old one dropped. Other
    tables point at it meanwhile, so that is looked at only at the end."""
    if connection.dialect.name != "sqlite":
        yield
        return
    # Of the driver itself: within a transaction it would do nothing.
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def _check_pointers(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    if lost := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise RuntimeError(f"a row of {lost[0]} points at no row of {lost[2]}: nothing was changed")


@cache
def _revisions() -> list[str]:
    """The revisions that this program knows, the newest first."""
    return [each.revision for each in ScriptDirectory.from_config(settings()).walk_revisions()]


def _wait(connection: Connection) -> None:
    """Until no other program migrates. A migration may take longer than a request."""
    if connection.dialect.name == "postgresql":
        for limit in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
            connection.exec_driver_sql(f"SET LOCAL {limit} = 0")
    turns.take_tables(connection)


def standing(connection: Connection) -> str:
    """Where a database stands to this program: "current", "older", "newer", or "empty"."""
    known, current = _revisions(), MigrationContext.configure(connection).get_current_revision()
    if current is None:
        return "empty"
    if current == known[0]:
        return "current"
    return "older" if current in known else "newer"
