"""Opening the database: alone, and brought to this version of the program."""

from concurrent.futures import Future
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.errors import ConfigError
from storage.address import shown
from storage.alone import Alone, Taken, file_of
from storage.database import Database
from storage.migrate import FromTheFuture, upgrade


class Opened:
    """A database that is ours, until `close`."""

    def __init__(self, url: str) -> None:
        """Raises Taken, FromTheFuture, ValueError, OSError or SQLAlchemyError: see
        `open_database`."""
        with ExitStack() as undoing:
            alone = Alone(url)
            undoing.callback(alone.release)
            self.database = Database(url)
            undoing.callback(self.database.close)
            upgrade(self.database.engine)
            self._file = file_of(url)
            self._inode = _inode(self._file)
            self._open = undoing.pop_all()

    def close(self) -> None:
        """Finish what was begun, then let others have it."""
        self._open.close()

    def check(self) -> "Future[bool]":
        """Whether something could be saved now."""
        return self.database.write(self._is_there)

    def _is_there(self, session: Session) -> bool:
        # SQLite goes on writing into a file that was deleted or replaced: it would all be lost.
        return _inode(self._file) == self._inode and session.scalar(text("SELECT 1")) == 1


def open_database(url: str) -> Opened:
    """Take, open and migrate a database. Raises ConfigError saying what keeps us from it."""
    try:
        return Opened(url)
    except (Taken, FromTheFuture) as problem:
        raise ConfigError(str(problem)) from problem
    except ValueError as problem:
        raise ConfigError(f"DATABASE_URL {problem}.") from None
    except (OSError, SQLAlchemyError) as problem:
        why = " ".join(str(getattr(problem, "orig", None) or problem).split())
        raise ConfigError(f"DATABASE_URL: {shown(url)} cannot be used: {why}.") from problem


def _inode(file: Path | None) -> int:
    """Which file this is; 0 when there is none."""
    try:
        return file.stat().st_ino if file else 0
    except OSError:
        return 0
