"""Searching while a message is being written: what is found can be put into it."""

from collections.abc import Sequence
from dataclasses import replace

from bot.compose.finds import nothing_picked, pick
from bot.speech import Pick, Picks, Reply
from handlers.posting import found_card
from handlers.search import asked_for, hits_for
from handlers.words import Ask, word
from storage import search
from storage.search import Hit, Query

MOST = 25
NOTHING_YET = "Nothing has been shared yet. What people share is found here."


@word("look", who="nobody", reads=True, every=True)
def look(ask: Ask) -> Reply:
    """Find something to put into the message that you are writing."""
    asked = asked_for(ask.rest)
    # Others will read it: what only one's own organisation may see is not looked for.
    query = Query(ask.me.network_id)
    if asked.nothing:
        lately = replace(query, kinds=("resource",))
        return Picks(_picks(ask, search.find(ask.session, lately, limit=MOST)), NOTHING_YET)
    hits = hits_for(ask, asked, query, limit=MOST)
    return Picks(_picks(ask, hits), nothing_picked(asked.text))


def _picks(ask: Ask, hits: Sequence[Hit]) -> tuple[Pick, ...]:
    picks = (_pick(ask, hit) for hit in hits)
    return tuple(each for each in picks if each)


def _pick(ask: Ask, hit: Hit) -> Pick | None:
    if hit.kind == "recap":
        return pick(hit, None, ask.me.zone)
    shown = found_card(ask, hit.kind, hit.ref)
    return pick(hit, shown, ask.me.zone) if shown else None
