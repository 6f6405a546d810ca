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

from alembic.script import ScriptDirectory

from storage.alone import file_of
from storage.marks import RESTORED
from storage.migrate import settings
from storage.whole import damage, look, wrong

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


def note_restored(copy: Path) -> None:
    """Let the program that opens this know that it is a backup: more may have been posted."""
    with closing(sqlite3.connect(copy)) as opened, suppress(sqlite3.OperationalError):
        # A version that had no marks yet knows of no doubt either.
        opened.execute("INSERT OR REPLACE INTO mark (name, value) VALUES (?, 'yes')", [RESTORED])
        opened.commit()


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


def _copy(source: Path, how: str, target: Path) -> None:
    try:
        with closing(look(source, how)) as old, closing(sqlite3.connect(target)) as new:
            # All in one step is one instant. In several it would begin anew with each commit.
            old.backup(new)
            new.execute("PRAGMA journal_mode=DELETE")
            broken = wrong(new, "integrity_check")
    except sqlite3.Error as problem:
        raise Unfit(f"{source} cannot be copied: {problem}.") from problem
    if broken:
        raise Unfit(f"{source} is damaged: {broken}.")


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
