"""Finding what was shared before."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.compose.finds import hits_card, nothing_card

from bot.errors import Refusal
from bot.speech import Card, Reply, clean
from handlers.words import Ask, word
from storage import networks, people, search
from storage.search import Query

PAGE = 5
MOST_SAID = 1900  # what a button can carry on both platforms
KINDS = {
    "resources": "resource",
    "problems": "problem",
    "check-ins": "checkin",
    "checkins": "checkin",
    "recaps": "recap",
}
_FILTER = re.compile(r"(?<!\S)(in|by|tag|since|page):(\"[^\"]*\"|“[^”]*”|\S*)", re.IGNORECASE)
_AGO = re.compile(r"(\d{1,3})\s*(d|w|m|y)[a-z]*", re.IGNORECASE)
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}


@word(
    "find",
    hint="words in: by: tag: since:",
    example="find fluency routines tag:reading since:8w",
    reads=True,
)
def find(ask: Ask) -> Reply:
    """Find what was shared before."""
    asked = clean(ask.rest)
    if not asked:
        raise Refusal(
            "What are you looking for? For example: /learn find fluency routines – you may add"
            " in:problems, by:ana, tag:reading or since:8w."
        )
    filters = {name.casefold(): value.strip('"“”') for name, value in _FILTER.findall(asked)}
    typed = _FILTER.sub(" ", asked)
    query = _narrow(ask, Query(ask.me.network_id, ask.me.organisation_id), filters)
    query = replace(query, words=search.words_of(typed))
    page = int(filters["page"]) if filters.get("page", "").isdecimal() else 1
    hits = search.find(ask.session, query, limit=PAGE + 1, offset=(page - 1) * PAGE)
    return _shown(ask, asked, hits, page, len(query.words))


def _narrow(ask: Ask, query: Query, filters: dict[str, str]) -> Query:
    for name, value in filters.items():
        if name != "page":
            query = _NARROW[name](ask, query, value)
    return query


def _in(ask: Ask, query: Query, value: str) -> Query:
    kind = value.casefold()
    if kind in KINDS:
        return replace(query, kinds=(KINDS[kind],))
    ids = networks.channels_named(ask.session, network_id=ask.me.network_id, name=value.lstrip("#"))
    if not ids:
        raise Refusal(
            f"I don't know “in:{value}”. Try in:resources, in:problems, in:check-ins, in:recaps or"
            " a channel of this network, such as in:#learning-call."
        )
    return replace(query, channel_ids=tuple(ids))


def _by(ask: Ask, query: Query, value: str) -> Query:
    me = ask.me
    if value.casefold() == "me":
        return replace(query, member_ids=(me.member_id,))
    found = people.named(ask.session, network_id=me.network_id, name=value.lstrip("@"))
    if not value or not found:
        raise Refusal(
            f"Nobody in {me.network} is called “{value}”. Try the first name, such as by:ana, or"
            " by:me."
        )
    return replace(query, member_ids=tuple(member.id for member in found))


def _tag(_ask: Ask, query: Query, value: str) -> Query:
    return replace(query, tags=(value.lstrip("#").casefold(),)) if value else query


def _since(ask: Ask, query: Query, value: str) -> Query:
    return replace(query, since=since_when(value, ask.now, ask.me.zone))


_NARROW = {"in": _in, "by": _by, "tag": _tag, "since": _since}


def since_when(typed: str, now: datetime, zone: str) -> datetime:
    """The instant that "8w", "yesterday", "2026-09-01" … means. Raises Refusal for other words."""
    there = ZoneInfo(zone)
    today = now.astimezone(there).date()
    said = typed.casefold()
    ago = _AGO.fullmatch(said)
    try:
        if ago:
            day = today - timedelta(days=int(ago[1]) * _DAYS[ago[2]])
        elif said in ("today", "yesterday"):
            day = today - timedelta(days=said == "yesterday")
        else:
            day = date.fromisoformat(said)
    except (ValueError, OverflowError):
        raise Refusal(
            f"I don't know since when “{typed}” is. Try since:3d, since:8w, since:2m or a date,"
            " such as since:2026-09-01."
        ) from None
    return datetime(day.year, day.month, day.day, tzinfo=there).astimezone(UTC)


def _shown(ask: Ask, asked: str, hits: list[search.Hit], page: int, words: int) -> Card:
    if not hits:
        return nothing_card(asked)
    bare = " ".join(re.sub(r"(?<!\S)page:\S*", " ", asked).split())
    more = f"find {bare} page:{page + 1}" if len(hits) > PAGE else ""
    note = (
        f"I looked for the first {search.MOST_WORDS} of your {words} words."
        if words > search.MOST_WORDS
        else ""
    )
    return hits_card(
        asked,
        hits[:PAGE],
        zone=ask.me.zone,
        next_says=more if len(more) <= MOST_SAID else "",
        note=note,
        first=(page - 1) * PAGE + 1,
        instead=page > 1,
    )
