"""Backups: one file that holds everything, and how it comes back.

A backup is made while Homeroom runs. It is written beside its final name and renamed at the end,
so that a file with a backup's name is a whole backup.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import mkstemp

from storage import copies, dumps
from storage.alone import Alone, file_of
from storage.copies import Unfit


class NotDone(Exception):
    """No backup was made, or none restored; the text says why, and nothing was changed."""


BROKEN = (Unfit, OSError)


def back_up(url: str, to: Path | None, *, at: datetime, replacing: bool = False) -> Path:
    """Write a backup of all that is committed; where it is. `to` is a file or a folder; without
    it the backup lies beside the database. Raises NotDone."""
    target = _target(url, to, at)
    if target.exists() and not replacing:
        raise NotDone(f"{target} is there already. Name another file, or say --replace.")
    write = copies.copy_of if file_of(url) else dumps.write
    try:
        with _unfinished(target) as part:
            write(url, part)
            part.replace(target)
        _keep_names(target.parent)
    except BROKEN as problem:
        raise NotDone(f"No backup was made: {problem}") from problem
    return target


def restore(url: str, source: Path, *, at: datetime) -> Path | None:
    """Put a backup in the database's place; where what it replaces is kept, None when there was
    nothing. Raises NotDone, and Taken while a Homeroom runs on this database."""
    if not source.is_file():
        raise NotDone(f"There is no file {source}.")
    hold = Alone(url)
    try:
        database = file_of(url)
        if database is None:
            aside = source.with_name(_name(at, "before-restore-", "dump"))
            return dumps.put_back(url, source, aside=aside)
        aside = database.with_name(_name(at, "before-restore-", "db"))
        with _unfinished(database) as part:
            copies.checked(source, part)
            copies.note_restored(part)
            kept = copies.put_in_place(part, database, aside=aside)
        _keep_names(database.parent)
        return kept
    except BROKEN as problem:
        raise NotDone(f"Nothing was restored: {problem}") from problem
    finally:
        hold.release()


def _target(url: str, to: Path | None, at: datetime) -> Path:
    database = file_of(url)
    name = _name(at, "", "db" if database else "dump")
    if to is None:
        return (database.parent if database else Path()) / name
    return to / name if to.is_dir() else to


def _name(at: datetime, what: str, ending: str) -> str:
    return f"homeroom-{what}{at:%Y-%m-%d-%H%M%S}.{ending}"


@contextmanager
def _unfinished(target: Path) -> Iterator[Path]:
    """A new file beside the target that nobody else may read; gone at the end, unless it was
    renamed."""
    number, name = mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    os.close(number)
    try:
        yield Path(name)
    finally:
        for ending in ("", "-journal", "-wal", "-shm"):
            Path(f"{name}{ending}").unlink(missing_ok=True)


def _keep_names(folder: Path) -> None:
    """A new name is on the disk only when its folder is."""
    if os.name != "posix":
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
