"""Whether a database is whole: by looking, and by the errors it gives."""

import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Timer


def damage(file: Path, *, seconds: float) -> str:
    """What is wrong with a SQLite file, "" when nothing was found in this time. It is only read:
    another process may be writing."""
    try:
        with closing(look(file, quietly(file))) as looking:
            looking.execute(f"PRAGMA busy_timeout={int(seconds * 1000)}")
            enough = Timer(seconds, looking.interrupt)
            enough.start()
            try:
                return wrong(looking, "quick_check")
            finally:
                enough.cancel()
    except sqlite3.Error as problem:
        return str(problem) if is_damage(problem) else ""


def is_other(file: Path) -> bool:
    """Whether a file that is not empty does not begin as SQLite's do."""
    with file.open("rb") as opened:
        begins = opened.read(16)
    return begins not in (b"", b"SQLite format 3\0")


def is_damage(problem: BaseException | None) -> bool:
    """Whether an error says that what a database holds is damaged."""
    code = getattr(problem, "sqlite_errorcode", None) or 0
    state = getattr(problem, "sqlstate", None)  # PostgreSQL's
    damaged = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
    return code & 0xFF in damaged or state in ("XX001", "XX002")


def quietly(file: Path) -> str:
    """How to look into a file and leave nothing beside it: where there is no journal nobody has it
    open, and the files that SQLite would make for one might belong to whoever only looked."""
    journal = Path(f"{file}-wal")
    return "mode=ro" if journal.exists() else "mode=ro&immutable=1"


def look(file: Path, how: str) -> sqlite3.Connection:
    """A connection to a file that is there, opened as these words of SQLite's say."""
    return sqlite3.connect(f"{file.absolute().as_uri()}?{how}", uri=True)


def wrong(connection: sqlite3.Connection, check: str) -> str:
    """The first thing that SQLite's own check finds, "" for nothing."""
    found = connection.execute(f"PRAGMA {check}(1)").fetchone()
    return "" if found == ("ok",) else " ".join(str(found[0]).split())
