"""Copies of a SQLite database that is in use, and putting one in its place.

Another process may only look into it: SQLite before 3.51.3 can lose commits when two write or
checkpoint at once, and `storage.database` is the one that does. So a copy is made through a
read-only connection, which cannot checkpoint, not even as the last one to close.
"""

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from shutil import copy2
from threading import Timer

from alembic.script import ScriptDirectory

from storage.alone import file_of
from storage.migrate import settings

OURS = frozenset({"alembic_version", "network", "call", "outbox"})

LONGEST_LOOK = 60.0  # seconds


class Unfit(Exception):
    """It cannot be copied or taken; the text is a sentence."""


def copy_of(url: str, target: Path) -> None:
    """Copy a database as it is at this moment into an empty file, whoever writes into it
    meanwhile. The copy is one file without a journal, and whole. Raises Unfit."""
    source = file_of(url)
    if source is None or not source.is_file():
        raise Unfit(f"there is no database at {source}.")
    _copy(source, "mode=ro", target)


def checked(source: Path, target: Path) -> None:
    """Copy a backup into an empty file once it is known to be whole, a Homeroom's, and none of
    a newer version. Raises Unfit."""
    # A file that nobody writes into needs no journal beside it, not even in a read-only folder.
    still = "" if Path(f"{source}-wal").exists() else "&immutable=1"
    _copy(source, f"mode=ro{still}", target)
    with closing(sqlite3.connect(target)) as copy:
        tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_master")}
        if not tables >= OURS:
            raise Unfit(f"{source} is not a Homeroom's database.")
        (revision,) = copy.execute("SELECT version_num FROM alembic_version").fetchone() or ("",)
    check_revision(revision, source)


def check_revision(revision: str, source: Path) -> None:
    """Raises Unfit for a database that a newer program wrote."""
    known = ScriptDirectory.from_config(settings()).walk_revisions()
    if revision not in {each.revision for each in known}:
        raise Unfit(
            f"{source} was made by a newer Homeroom (its database is at {revision or 'none'})."
            " Install that version, and restore it with that."
        )


def put_in_place(part: Path, database: Path, *, aside: Path) -> Path | None:
    """Make a finished copy the database, in one step; the database before is kept as `aside`.
    Nobody may have it open."""
    if not database.exists():
        _without_journal(database)  # one left alone would be played into the copy
        part.replace(database)
        return None
    if not damage(database, seconds=LONGEST_LOOK):  # else it is kept as it is, journal and all
        _fold_in(database)
    _link(database, aside)
    journal = Path(f"{database}-wal")
    if journal.exists():  # not folded in: it belongs to what is kept
        journal.replace(f"{aside}-wal")
    _without_journal(database)
    _same_owner(part, database)
    part.replace(database)
    return aside


def damage(file: Path, *, seconds: float) -> str:
    """What is wrong with a database, "" when nothing was found in this time."""
    try:
        with closing(_look(file, "mode=ro")) as looking:
            enough = Timer(seconds, looking.interrupt)
            enough.start()
            try:
                return _wrong(looking, "quick_check")
            finally:
                enough.cancel()
    except sqlite3.DatabaseError as problem:
        known = getattr(problem, "sqlite_errorcode", None) or 0
        return (
            str(problem) if known & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) else ""
        )


def _copy(source: Path, how: str, target: Path) -> None:
    try:
        with closing(_look(source, how)) as old, closing(sqlite3.connect(target)) as new:
            # All in one step is one instant. In several it would begin anew with each commit.
            old.backup(new)
            new.execute("PRAGMA journal_mode=DELETE")
            wrong = _wrong(new, "integrity_check")
    except sqlite3.Error as problem:
        raise Unfit(f"{source} cannot be copied: {problem}.") from problem
    if wrong:
        raise Unfit(f"{source} is damaged: {wrong}.")


def _look(file: Path, how: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?{how}", uri=True)


def _wrong(connection: sqlite3.Connection, check: str) -> str:
    found = connection.execute(f"PRAGMA {check}(1)").fetchone()
    return "" if found == ("ok",) else " ".join(str(found[0]).split())


def _fold_in(database: Path) -> None:
    """Bring the journal into its database, so that what is kept is one file."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(database)) as old:
        old.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _link(database: Path, aside: Path) -> None:
    """A second name, so that at no time there is no database: a start would make an empty one."""
    try:
        aside.hardlink_to(database)
    except FileExistsError:
        raise
    except OSError:  # not every file system has links
        copy2(database, aside)


def _without_journal(database: Path) -> None:
    for ending in ("-wal", "-shm"):
        Path(f"{database}{ending}").unlink(missing_ok=True)


def _same_owner(part: Path, database: Path) -> None:
    """Whoever restores may be somebody else than whoever runs Homeroom."""
    known = database.stat()
    part.chmod(known.st_mode & 0o777)
    with suppress(OSError, AttributeError):
        os.chown(part, known.st_uid, known.st_gid)
