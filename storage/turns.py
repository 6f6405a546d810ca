"""Whose turn it is to change a network.

Handlers and jobs read, decide and write. On SQLite nobody can come between, since one thread
writes. On PostgreSQL whoever is about to change a network takes its turn: the others wait until
that transaction has ended, and see what it did.
"""

from collections.abc import Collection
from zlib import crc32

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

# Advisory locks are everybody's who uses the same database: this number marks ours ("Home").
_OURS = 0x486F6D65
_CHANNELS = 0x486F6D66
_THE_TABLES = 0  # no network has this id

_TAKE = text("SELECT pg_advisory_xact_lock(:ours, :which)")
_TRY = text("SELECT pg_try_advisory_xact_lock(:ours, :which)")


def take(session: Session, *, network_id: int) -> bool:
    """Be the only one who changes this network, until the transaction ends; whether what was
    read before may have changed meanwhile. Raises OperationalError when others take too long."""
    return _take(session.connection(), network_id)


def take_free(session: Session, *, network_ids: Collection[int]) -> set[int]:
    """Of these networks, those whose turn nobody has: ours now, until the transaction ends. It
    never waits: whoever holds rows that others wait for must not wait for them in turn."""
    if session.get_bind().dialect.name != "postgresql":
        return set(network_ids)
    connection = session.connection()
    return {
        network_id
        for network_id in sorted(set(network_ids))
        if connection.execute(_TRY, {"ours": _OURS, "which": network_id}).scalar_one()
    }


def take_channel(session: Session, *, platform: str, channel: str) -> None:
    """Be the only one who makes this channel a network's, whichever workspace it is seen from."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        named = crc32(f"{platform}/{channel}".encode(errors="replace")) - 2**31
        connection.execute(_TAKE, {"ours": _CHANNELS, "which": named})


def take_tables(connection: Connection) -> bool:
    """The same for the tables themselves: one program at a time brings them up to date."""
    return _take(connection, _THE_TABLES)


def _take(connection: Connection, which: int) -> bool:
    if connection.dialect.name != "postgresql":
        return False
    connection.execute(_TAKE, {"ours": _OURS, "which": which})
    return True
