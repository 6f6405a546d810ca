"""One running Homeroom per SQLite file: a second would break what the first one promises. On
PostgreSQL there may be several: they take turns (`storage/turns.py`)."""

import os
from io import TextIOWrapper
from pathlib import Path

from storage.address import parsed

try:
    import fcntl
except ImportError:  # Windows: nothing is held there
    fcntl = None  # type: ignore[assignment]


class Taken(Exception):
    """Another process uses this database."""


class Alone:
    """A hold on a database, until `release` or the end of the process, however it ends: the
    system keeps it, on a lock file beside the database, so that a file left behind holds nothing.
    """

    def __init__(self, url: str) -> None:
        """Raises Taken when another process has it, and OSError when it cannot be asked for."""
        database = file_of(url)
        self._lock = _locked(database) if database and fcntl else None

    def release(self) -> None:
        """Let go; others may have it."""
        if self._lock:
            self._lock.close()


def is_taken(database: Path) -> bool:
    """Whether a program has this file just now. Only looks."""
    lock = Path(f"{database}.lock")
    if not fcntl or not lock.exists():
        return False
    with lock.open(encoding="ascii") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def file_of(url: str) -> Path | None:
    """The file of a SQLite database; None for a database elsewhere."""
    there = parsed(url)
    if there.get_backend_name() != "sqlite" or there.database == ":memory:":
        return None
    return Path(str(there.database))


def _locked(database: Path) -> TextIOWrapper:
    database.parent.mkdir(parents=True, exist_ok=True)
    lock = Path(f"{database}.lock").open("a+", encoding="ascii")  # noqa: SIM115 - held
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as held:
        lock.seek(0)
        other = lock.read().strip() or "?"
        lock.close()
        raise Taken(
            f"Another Homeroom (process {other}) is running on {database}: one may, since only"
            " one can write there. Stop it first, or set DATABASE_URL to another file."
        ) from held
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock
