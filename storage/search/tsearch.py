"""A passage's words in PostgreSQL: a tsvector with the title's words under weight A, the body's
under B and the scope tokens under D. What is typed is looked for under A and B alone.

Words are folded and parted here, as `words_of` parts what is typed, since PostgreSQL's own parser
keeps an address, a number or a file's name in one piece that nobody would type.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Executable, text

from storage.models import Instant
from storage.search.shapes import END, EXCERPT_WORDS, HIT, MOST_WORDS, Hit, Query, Scope

STEMS = "homeroom_english"
"""The stems of English, as in the configuration "english", but of every word: without that, a
question of nothing but stop words would be no question, and find nothing."""
LESS = "\x01"  # for "<"; like HIT and END, nobody can type it
LONGEST = 400  # characters of a word; PostgreSQL takes up to 2,046 bytes

_VECTOR = (
    f"setweight(to_tsvector('{STEMS}', :title_words), 'A')"
    f" || setweight(to_tsvector('{STEMS}', :body_words), 'B')"
    " || setweight(to_tsvector('simple', :scope), 'D')"
)
_REPLACE = text(
    "INSERT INTO passage_text (passage_id, title, body, words)"  # noqa: S608 - our own words
    f" VALUES (:id, :title, :body, {_VECTOR})"
    " ON CONFLICT (passage_id) DO UPDATE"
    " SET title = excluded.title, body = excluded.body, words = excluded.words"
)
_DELETE = text("DELETE FROM passage_text WHERE passage_id = :id")


def put(connection: Connection, *, passage_id: int, title: str, body: str, scope: Scope) -> None:
    """Keep a passage's words; again replaces them."""
    connection.execute(
        _REPLACE,
        {
            "id": passage_id,
            "title": title,
            "body": body,
            "title_words": _apart(title),
            "body_words": _apart(body),
            "scope": " ".join(_tokens(scope.tokens())),
        },
    )


def forget_for_good(connection: Connection) -> None:
    """What was dropped is gone once the server has cleaned up, which it does by itself."""


def drop(connection: Connection, *, passage_id: int) -> None:
    """Forget a passage's words."""
    connection.execute(_DELETE, {"id": passage_id})


def _statement(ranked: bool, since: bool) -> Executable:
    """The query for these two choices, built once: it runs for every `find`. Only what is shown
    is highlighted: it costs more than finding."""
    # The weights are those of D, C, B and A.
    best = "ts_rank('{0, 0, .33, 1}', t.words, q.typed) DESC, " if ranked else ""
    order = f"{best}p.at DESC, p.id DESC"
    marks = 'StartSel=":hit", StopSel=":end"'.replace(":hit", HIT).replace(":end", END)
    excerpt = f"{marks}, MaxWords={EXCERPT_WORDS}, MinWords={EXCERPT_WORDS - 1}, ShortWord=0"
    return text(
        # Made of our own words; what is typed is bound.
        "WITH q AS MATERIALIZED (SELECT CAST(:scope AS tsquery) AS scope,"  # noqa: S608
        f" to_tsquery('{STEMS}', :typed) AS typed, to_tsquery('{STEMS}', :shown) AS shown),"
        " found AS (SELECT p.kind, p.ref, p.at, p.url, p.byline, t.title, t.body,"
        f" row_number() OVER (ORDER BY {order}) AS place"
        " FROM q, passage_text t JOIN passage p ON p.id = t.passage_id"
        " WHERE t.words @@ q.scope AND p.network_id = :network_id"
        + (" AND t.words @@ q.typed" if ranked else "")
        + (" AND p.at >= :since" if since else "")
        + f" ORDER BY {order} LIMIT :limit OFFSET :offset)"  # noqa: S608
        " SELECT kind, ref, at, url, byline,"
        f" {_marked('title', f'{marks}, HighlightAll=true')} AS title,"
        f" {_marked('body', excerpt)} AS excerpt, body"
        " FROM found, q ORDER BY place"
    ).columns(at=Instant())


def _marked(column: str, options: str) -> str:
    # PostgreSQL would take "<b>" for a tag and leave it out.
    hidden = f"translate({column}, '<', '{LESS}')"
    return f"translate(ts_headline('{STEMS}', {hidden}, q.shown, '{options}'), '{LESS}', '<')"


_STATEMENTS = {
    (ranked, since): _statement(ranked, since)
    for ranked in (True, False)
    for since in (True, False)
}


def find(connection: Connection, query: Query, *, limit: int, offset: int) -> list[Hit]:
    """The best passages; without words, the newest."""
    words = [word[:LONGEST] for word in query.words[:MOST_WORDS]]
    asked: dict[str, Any] = {
        "scope": " & ".join(_any(_tokens(each)) for each in query.tokens()),
        "typed": " | ".join(f"'{_apart(word)}':AB" for word in words if _apart(word)),
        "shown": " | ".join(f"'{word}' | '{_apart(word) or word}'" for word in words),
        "network_id": query.network_id,
        "limit": limit,
        "offset": offset,
    }
    if query.since:
        asked["since"] = Instant().process_bind_param(query.since, connection.dialect)
    statement = _STATEMENTS[bool(query.words), query.since is not None]
    rows = connection.execute(statement, asked)
    return [
        Hit(kind, ref, at, url, byline, title, _with_dots(excerpt, body))
        for kind, ref, at, url, byline, title, excerpt, body in rows
    ]


def _any(tokens: Sequence[str]) -> str:
    return f"({' | '.join(f'{token}:D' for token in tokens)})"


def _tokens(tokens: Iterable[str]) -> list[str]:
    """The tokens; one too long for PostgreSQL, of a very long tag, under a short name."""
    return [
        token if len(token) <= LONGEST else f"zh{hashlib.sha256(token.encode()).hexdigest()}9"
        for token in tokens
    ]


def _apart(written: str) -> str:
    """What is written as words alone, folded."""
    return " ".join(word[:LONGEST] for word in re.findall(r"\w+", _folded(written)))


def _folded(written: str) -> str:
    """Without capitals and accents."""
    apart = unicodedata.normalize("NFKD", written.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _with_dots(excerpt: str, body: str) -> str:
    """An excerpt with … where the body goes on."""
    bare = excerpt.replace(HIT, "").replace(END, "").strip()
    before = "" if body.lstrip().startswith(bare) else "…"
    after = "" if body.rstrip().endswith(bare) else "…"
    return f"{before}{excerpt.strip()}{after}"
