"""Full-text search over what a network shared. Simple on purpose: ranking is to come.

Every passage carries scope tokens (its network, kind, tags, people, channel) that no typed word
can spell, so the network is part of the query itself and never a filter that could be left out.
How words are kept and matched is each database's own: `fts5.py` and `tsearch.py`.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection, bindparam, delete, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.models import Member, Passage
from storage.search import fts5, tsearch
from storage.search.shapes import END, HIT, MOST_WORDS, Hit, Query, Scope, words_of

__all__ = (
    "END",
    "HIT",
    "MOST_WORDS",
    "Hit",
    "Query",
    "Scope",
    "byline",
    "drop",
    "find",
    "put",
    "titles",
    "words_of",
)


class _Text(Protocol):
    """What a database does with a passage's words."""

    def put(
        self, connection: Connection, *, passage_id: int, title: str, body: str, scope: Scope
    ) -> None: ...

    def drop(self, connection: Connection, *, passage_id: int) -> None: ...

    def forget_for_good(self, connection: Connection) -> None: ...

    def find(
        self, connection: Connection, query: Query, *, limit: int, offset: int
    ) -> list[Hit]: ...


_TEXTS: dict[str, _Text] = {"sqlite": fts5, "postgresql": tsearch}
_UPSERTS = {
    dialect: made.on_conflict_do_update(
        index_elements=["kind", "ref"],
        set_={name: made.excluded[name] for name in ("at", "url", "byline")},
    ).returning(Passage.id)
    for dialect, made in (
        ("sqlite", sqlite.insert(Passage)),
        ("postgresql", postgresql.insert(Passage)),
    )
}


def byline(member: Member) -> str:
    """ "Ben (Northside)": who said something, as whoever finds it reads."""
    home = member.organisation
    return f"{member.name} ({home.name})" if home else member.name


def put(
    session: Session,
    *,
    kind: str,
    ref: int,
    title: str,
    body: str,
    byline: str,
    scope: Scope,
    at: datetime,
    url: str = "",
) -> None:
    """Let a passage be found from now on, with these words; again replaces them."""
    connection = session.connection()
    row = {
        "network_id": scope.network_id,
        "kind": kind,
        "ref": ref,
        "at": at,
        "url": url,
        "byline": byline,
    }
    dialect = connection.dialect.name
    passage_id = connection.execute(_UPSERTS[dialect], row).scalar_one()
    _TEXTS[dialect].put(connection, passage_id=passage_id, title=title, body=body, scope=scope)


def drop(session: Session, *, kind: str, ref: int) -> None:
    """Let a passage be found no more."""
    found = session.scalar(select(Passage.id).where(Passage.kind == kind, Passage.ref == ref))
    if found:
        connection = session.connection()
        _TEXTS[connection.dialect.name].drop(connection, passage_id=found)
        session.execute(delete(Passage).where(Passage.id == found))


def forget_for_good(session: Session) -> None:
    """Keep nothing of the words of passages that were dropped."""
    connection = session.connection()
    _TEXTS[connection.dialect.name].forget_for_good(connection)


_TITLES = {
    dialect: text(f"SELECT {key}, title FROM passage_text WHERE {key} IN :ids").bindparams(  # noqa: S608
        bindparam("ids", expanding=True)
    )
    for dialect, key in (("sqlite", "rowid"), ("postgresql", "passage_id"))
}


def titles(session: Session, *, ids: Collection[int]) -> dict[int, str]:
    """The titles of passages, by their ids."""
    connection = session.connection()
    rows = connection.execute(_TITLES[connection.dialect.name], {"ids": list(ids)})
    return {ref: title for ref, title in rows}  # noqa: C416 - it types the row


def find(session: Session, query: Query, *, limit: int, offset: int = 0) -> list[Hit]:
    """The best passages for a query; without words, the newest that fit its filters."""
    connection = session.connection()
    return _TEXTS[connection.dialect.name].find(connection, query, limit=limit, offset=offset)
