"""The world in a SQLite file, so that a second start finds what the first one left.

One row per thing, as JSON: nothing here is queried, only read back whole.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec


class Keeping:
    def __init__(self, file: Path) -> None:
        self._db = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS kept"
            " (kind TEXT, id TEXT, body BLOB, PRIMARY KEY (kind, id)) WITHOUT ROWID"
        )

    def put(self, kind: str, key: str, thing: Any) -> None:
        body = msgspec.json.encode(thing)
        self._db.execute("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", (kind, key, body))

    def drop(self, kind: str, key: str) -> None:
        self._db.execute("DELETE FROM kept WHERE kind = ? AND id = ?", (kind, key))

    def all(self, kind: str, shape: Any) -> Iterator[tuple[str, Any]]:
        """(id, thing) of every kept thing of the kind, by id."""
        rows = self._db.execute("SELECT id, body FROM kept WHERE kind = ? ORDER BY id", (kind,))
        for key, body in rows:
            yield key, msgspec.json.decode(body, type=shape)

    def close(self) -> None:
        self._db.close()
