"""Full-text search over what a network shared. Simple on purpose: ranking is to come.

Every passage carries scope tokens (its network, kind, tags, people, channel) that no typed word
can spell, so the network is part of the query itself and never a filter that could be left out.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, delete, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.models import Instant, Member, Passage

MOST_WORDS = 40
HIT, END = "\x02", "\x03"  # around a highlighted word; clean() lets nobody type them

STOP_WORDS = frozenset(
    "a about an and are as at be been but by can could did do does for from had has have how i if "
    "in into is it its may me my no not of on or our should so that the their them there these "
    "they this to us was we were what when where which who why will with would you your".split()
)


@dataclass(frozen=True)
class Query:
    """What is looked for. `network_id` and `organisation_id` say who asks; the rest narrows."""

    network_id: int
    organisation_id: int | None = None
    words: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    member_ids: tuple[int, ...] = ()
    channel_ids: tuple[int, ...] = ()
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found. `title` and `excerpt` hold HIT…END around the words that matched."""

    kind: str
    ref: int
    at: datetime
    url: str
    byline: str
    title: str
    excerpt: str


@dataclass(frozen=True)
class Scope:
    """Who may find a passage, and by which filters."""

    network_id: int
    kind: str
    organisation_id: int | None = None
    """Only this organisation may find it; None is the whole network."""
    tags: Iterable[str] = ()
    member_ids: Iterable[int] = ()
    channel_ids: Iterable[int | None] = field(default=())

    def tokens(self) -> str:
        return " ".join(
            [
                _network(self.network_id, self.organisation_id),
                _kind(self.kind),
                *(_tag(tag) for tag in self.tags),
                *(_member(member) for member in self.member_ids),
                *(_channel(channel) for channel in self.channel_ids if channel),
            ]
        )


# A token ends in a digit, so that the stemmer leaves it alone.
def _network(network_id: int, organisation_id: int | None = None) -> str:
    return f"zn{network_id}" + (f"o{organisation_id}" if organisation_id else "")


def _kind(kind: str) -> str:
    return f"zk{kind.encode().hex()}9"


def _tag(tag: str) -> str:
    return f"zt{tag.casefold().encode().hex()}9"


def _member(member_id: int) -> str:
    return f"zm{member_id}"


def _channel(channel_id: int) -> str:
    return f"zc{channel_id}"


def words_of(typed: str) -> tuple[str, ...]:
    """The words to look for: once each, without stop words unless nothing else is left."""
    every = tuple(dict.fromkeys(re.findall(r"\w+", typed.casefold())))
    return tuple(word for word in every if word not in STOP_WORDS) or every


def byline(member: Member) -> str:
    """ "Ben (Northside)": who said something, as whoever finds it reads."""
    home = member.organisation
    return f"{member.name} ({home.name})" if home else member.name


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
_REPLACE = text(
    "INSERT OR REPLACE INTO passage_text (rowid, title, body, scope) "
    "VALUES (:id, :title, :body, :scope)"
)


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
    passage_id = connection.execute(_UPSERTS[connection.dialect.name], row).scalar_one()
    connection.execute(
        _REPLACE, {"id": passage_id, "title": title, "body": body, "scope": scope.tokens()}
    )


def drop(session: Session, *, kind: str, ref: int) -> None:
    """Let a passage be found no more."""
    found = session.scalar(select(Passage.id).where(Passage.kind == kind, Passage.ref == ref))
    if found:
        session.execute(text("DELETE FROM passage_text WHERE rowid = :id"), {"id": found})
        session.execute(delete(Passage).where(Passage.id == found))


def _statement(ranked: bool, since: bool) -> Executable:
    """The query for these two choices, built once: it runs for every `find`."""
    # FTS5 sorts by its own rank before it highlights; any other order highlights every match.
    order = "rank" if ranked else "p.at DESC, p.id DESC"
    return text(
        # Made of our own words; what is typed is bound.
        "SELECT p.kind, p.ref, p.at, p.url, p.byline,"  # noqa: S608
        " highlight(passage_text, 0, :hit, :end) AS title,"
        " snippet(passage_text, 1, :hit, :end, '…', 40) AS excerpt"
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


def find(session: Session, query: Query, *, limit: int, offset: int = 0) -> list[Hit]:
    """The best passages for a query; without words, the newest that fit its filters."""
    asked: dict[str, Any] = {
        "match": _match(query),
        "network_id": query.network_id,
        "limit": limit,
        "offset": offset,
        "hit": HIT,
        "end": END,
    }
    if query.since:
        asked["since"] = Instant().process_bind_param(query.since, session.get_bind().dialect)
    statement = _STATEMENTS[bool(query.words), query.since is not None]
    return [Hit(*row) for row in session.connection().execute(statement, asked)]


def _match(query: Query) -> str:
    """The query in FTS5's own language; every typed word is quoted."""
    parts = [_any(_networks(query))]
    if query.kinds:
        parts.append(_any([_kind(kind) for kind in query.kinds]))
    parts += [_any([_tag(tag)]) for tag in query.tags]
    if query.member_ids:
        parts.append(_any([_member(member) for member in query.member_ids]))
    if query.channel_ids:
        parts.append(_any([_channel(channel) for channel in query.channel_ids]))
    if query.words:
        typed = " OR ".join(f'"{word}"' for word in query.words[:MOST_WORDS])
        parts.append(f"{{title body}} : ({typed})")
    return " AND ".join(parts)


def _networks(query: Query) -> list[str]:
    own = [_network(query.network_id, query.organisation_id)] if query.organisation_id else []
    return [_network(query.network_id), *own]


def _any(tokens: Sequence[str]) -> str:
    return f"scope : ({' OR '.join(tokens)})"
