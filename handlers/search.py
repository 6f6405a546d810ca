"""Finding what was shared before."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.compose.finds import hits_card, nothing_card
from bot.compose.phrases import shorten
from bot.errors import Refusal
from bot.speech import Button, Buttons, Card, Reply, Say, card, clean, zone_or_utc
from handlers.words import Ask, word
from storage import networks, people, problems, search
from storage.search import Query

PAGE, MOST_PAGES = 5, 100
MOST_SAID = 1900  # what a button can carry on both platforms
KINDS = {
    "resource": ("resource", "resources", "link", "links"),
    "problem": ("problem", "problems", "ask", "asks"),
    "checkin": ("check-in", "check-ins", "checkin", "checkins"),
    "recap": ("recap", "recaps"),
    "answer": ("answer", "answers", "prompt", "prompts"),
}
_KIND = {name: kind for kind, names in KINDS.items() for name in names}
_APART = re.compile(r"(?<!\S)(in|by|tag|since):\s+(?=\S)", re.IGNORECASE)
_FILTER = re.compile(r"(?<!\S)(in|by|tag|since|page):(\"[^\"]*\"|“[^”]*”|\S*)", re.IGNORECASE)
_PAGE = re.compile(r"(?<!\S)page:\S*", re.IGNORECASE)
_AGO = re.compile(r"(\d{1,3})(d|days?|w|weeks?|m|months?|y|years?)")
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_SINCE = {"today": 0, "yesterday": 1, "week": 7, "month": 30, "year": 365}


@dataclass(frozen=True)
class Asked:
    """What somebody looks for: their `text` without its page, the words in it, the filters as
    (name, value), and which page of what is found."""

    text: str
    words: tuple[str, ...]
    filters: tuple[tuple[str, str], ...]
    page: int

    @property
    def nothing(self) -> bool:
        """Whether nothing was asked for yet; a sign that is no word is something."""
        return not (self.filters or _FILTER.sub("", self.text).strip())


def asked_for(typed: str) -> Asked:
    """What is typed after `find`, read."""
    asked = _APART.sub(r"\1:", clean(typed))  # “by: ana” is meant as by:ana
    filters = [(name.casefold(), value.strip('"“”')) for name, value in _FILTER.findall(asked)]
    return Asked(
        " ".join(_PAGE.sub(" ", asked).split()),
        search.words_of(_FILTER.sub(" ", asked)),
        tuple(each for each in filters if each[0] != "page" and each[1]),
        _page(dict(filters).get("page", "")),
    )


def hits_for(
    ask: Ask, asked: Asked, query: Query, *, limit: int, offset: int = 0
) -> list[search.Hit]:
    """What is found, the best first, of what `query` lets whoever asks see. Raises Refusal for a
    filter that fits nothing."""
    query = replace(query, words=asked.words)
    for name, value in asked.filters:
        query = _NARROW[name](ask, query, value)
    if not (asked.words or asked.filters):
        return []  # “🎉” looks for nothing that could be found
    return search.find(ask.session, query, limit=limit, offset=offset)


@word(
    "find",
    hint="<words> in: by: tag: since:",
    example="find fluency routines tag:reading since:8w",
    reads=True,
)
def find(ask: Ask) -> Reply:
    """Find what was shared before."""
    asked = asked_for(ask.rest)
    if asked.nothing:
        raise Refusal(
            "What are you looking for? For example: ",
            Say("find fluency routines"),
            " – you may add in:problems, by:ana, tag:reading or since:8w.",
        )
    query = Query(ask.me.network_id, ask.me.organisation_id)
    first = (asked.page - 1) * PAGE
    hits = hits_for(ask, asked, query, limit=PAGE + 1, offset=first)
    return _shown(ask, asked.text, hits, asked.page, len(asked.words))


def _page(typed: str) -> int:
    return min(max(int(typed), 1), MOST_PAGES) if re.fullmatch(r"[0-9]{1,4}", typed) else 1


def _in(ask: Ask, query: Query, value: str) -> Query:
    if kind := _KIND.get(value.casefold()):
        return replace(query, kinds=(*query.kinds, kind))
    name = value.lstrip("#").casefold()
    ids = [
        each.id
        for each in networks.channels(ask.session, network_id=ask.me.network_id)
        if name in (each.name, each.external.casefold())
    ]
    if not ids:
        raise Refusal(
            f"I don’t know “in:{shorten(value, 60)}”. Try in:resources, in:problems, in:check-ins,"
            " in:recaps or a channel of this network, such as in:#learning-call."
        )
    return replace(query, channel_ids=(*query.channel_ids, *ids))


def _by(ask: Ask, query: Query, value: str) -> Query:
    me = ask.me
    if value.casefold() == "me":
        return replace(query, member_ids=(*query.member_ids, me.member_id))
    found = people.named(ask.session, network_id=me.network_id, name=value.lstrip("@"))
    if not found:
        raise Refusal(
            f"Nobody in {me.network} is called “{shorten(value, 60)}”. Try the first name, such as"
            " by:ana, or by:me."
        )
    return replace(query, member_ids=(*query.member_ids, *(member.id for member in found)))


def _tag(_ask: Ask, query: Query, value: str) -> Query:
    return replace(query, tags=(*query.tags, value.strip("#.,;").casefold()))


def _since(ask: Ask, query: Query, value: str) -> Query:
    return replace(query, since=since_when(value, ask.now, ask.me.zone))


_NARROW = {"in": _in, "by": _by, "tag": _tag, "since": _since}


def since_when(typed: str, now: datetime, zone: str) -> datetime:
    """The instant that "8w", "yesterday", "2026-09-01" … means. Raises Refusal for other words."""
    there = ZoneInfo(zone_or_utc(zone))
    today = now.astimezone(there).date()
    said = typed.casefold()
    ago = _AGO.fullmatch(said)
    try:
        if ago:
            day = today - timedelta(days=int(ago[1]) * _DAYS[ago[2][0]])
        elif said in _SINCE:
            day = today - timedelta(days=_SINCE[said])
        else:
            day = date.fromisoformat(f"{said}-01" if len(said) == len("2026-09") else said)
        return datetime(day.year, day.month, day.day, tzinfo=there).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refusal(
            f"I don’t know since when “{shorten(typed, 60)}” is. Try since:3d, since:8w, since:2m"
            " or a date, such as since:2026-09-01."
        ) from None


def _shown(ask: Ask, asked: str, hits: list[search.Hit], page: int, words: int) -> Card:
    fits = len(asked) <= MOST_SAID
    shown = asked if fits else shorten(asked, 300)
    if not hits and page > 1:
        first = Buttons((Button("Back to the first page", f"find {shown}"),))
        return card("There is nothing more on this page.", first, instead=True)
    if not hits:
        return nothing_card(shown)
    most = search.MOST_WORDS
    return hits_card(
        shown,
        hits[:PAGE],
        zone=ask.me.zone,
        next_says=f"find {asked} page:{page + 1}" if fits and len(hits) > PAGE else "",
        note=f"I looked for the first {most} of your {words:,} words." if words > most else "",
        first=(page - 1) * PAGE + 1,
        instead=page > 1,
        here=ask.me.channel_id is not None,
        hosts=ask.me.hosts,
        own=problems.own_open(ask.session, member_id=ask.me.member_id)
        if any(each.kind == "problem" for each in hits)
        else (),
    )
