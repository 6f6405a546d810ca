"""Where a database is: a SQLite file, or a PostgreSQL server."""

from sqlalchemy import URL
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

HOW = "must be sqlite:/// and a file, or postgresql://user:password@host/database"
ESCAPE = "holds more than one @: in a user's name or a password @ is written %40, and / is %2F"

_POSTGRESQL = ("postgres", "postgresql", "postgresql+psycopg")


def parsed(url: str) -> URL:
    """A database's address, as its engine takes it. Raises ValueError, saying what it must be
    (and nothing of what it is: there may be a password in it)."""
    try:
        found = make_url(url)
    except (ArgumentError, ValueError):
        raise ValueError(HOW) from None
    if found.drivername == "sqlite" and found.database and not (found.host or found.username):
        return found
    if found.drivername not in _POSTGRESQL:
        raise ValueError(HOW)
    if "@" in (found.host or ""):
        raise ValueError(ESCAPE)  # the part after it would be told as the host's name
    return found.set(drivername="postgresql+psycopg")


def shown(url: str) -> str:
    """An address as it may be told: without its password, and without what follows a `?`, where
    there may be another."""
    return parsed(url).set(query={}).render_as_string()
