"""A passage's words in SQLite: an FTS5 table, the scope tokens in a column of their own."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Executable, text

from storage.models import Instant
from storage.search.shapes import END, EXCERPT_WORDS, HIT, MOST_WORDS, Hit, Query, Scope

_REPLACE = text(
    "INSERT OR REPLACE INTO passage_text (rowid, title, body, scope) "
    "VALUES (:id, :title, :body, :scope)"
)
_DELETE = text("DELETE FROM passage_text WHERE rowid = :id")


def put(connection: Connection, *, passage_id: int, title: str, body: str, scope: Scope) -> None:
    """Keep a passage's words; again replaces them."""
    tokens = " ".join(scope.tokens())
    connection.execute(_REPLACE, {"id": passage_id, "title": title, "body": body, "scope": tokens})


def forget_for_good(connection: Connection) -> None:
    """Keep nothing of what was dropped: FTS5 only marks it, until its parts are merged (50,000
    passages: under a second)."""
    connection.execute(text("INSERT INTO passage_text(passage_text) VALUES ('optimize')"))


def drop(connection: Connection, *, passage_id: int) -> None:
    """Forget a passage's words."""
    connection.execute(_DELETE, {"id": passage_id})


def _statement(ranked: bool, since: bool) -> Executable:
    """The query for these two choices, built once: it runs for every `find`."""
    # FTS5 sorts by its own rank before it highlights; any other order highlights every match.
    order = "rank" if ranked else "p.at DESC, p.id DESC"
    return text(
        # Made of our own words; what is typed is bound.
        "SELECT p.kind, p.ref, p.at, p.url, p.byline,"  # noqa: S608
        " highlight(passage_text, 0, :hit, :end) AS title,"
        f" snippet(passage_text, 1, :hit, :end, '…', {EXCERPT_WORDS}) AS excerpt"
        " FROM passage_text JOIN passage p ON p.id = passage_text.rowid"
        " WHERE passage_text MATCH :match AND p.network_id = :network_id"
        + (" AND rank MATCH 'bm25(3.0, 1.0, 0.0)'" if ranked else "")
        + (" AND p.at >= :since" if since else "")
        + f" ORDER BY {order} LIMIT :limit OFFSET :offset"
    ).columns(at=Instant())


_STATEMENTS = {
    (ranked, since): _statement(ranked, since)
    for ranked in (True, False)
    for since in (True, False)
}


def find(connection: Connection, query: Query, *, limit: int, offset: int) -> list[Hit]:
    """The best passages; without words, the newest."""
    asked: dict[str, Any] = {
        "match": _match(query),
        "network_id": query.network_id,
        "limit": limit,
        "offset": offset,
        "hit": HIT,
        "end": END,
    }
    if query.since:
        asked["since"] = Instant().process_bind_param(query.since, connection.dialect)
    statement = _STATEMENTS[bool(query.words), query.since is not None]
    return [Hit(*row) for row in connection.execute(statement, asked)]


def _match(query: Query) -> str:
    """The query in FTS5's own language; every typed word is quoted."""
    parts = [_any(tokens) for tokens in query.tokens()]
    if query.words:
        typed = " OR ".join(f'"{word}"' for word in query.words[:MOST_WORDS])
        parts.append(f"{{title body}} : ({typed})")
    return " AND ".join(parts)


def _any(tokens: Sequence[str]) -> str:
    return f"scope : ({' OR '.join(tokens)})"
