"""What a search found, and what to try when it found nothing."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from bot.compose.pages import size
from bot.compose.phrases import shorten
from bot.speech import (
    Button,
    Buttons,
    Card,
    Element,
    Heading,
    Items,
    Line,
    Link,
    Pick,
    Say,
    Small,
    Strong,
    Text,
    When,
    card,
    is_web_address,
    line,
    plain_line,
)
from storage.search import END, HIT, Hit

KINDS = {
    "resource": "Resource",
    "problem": "Problem of practice",
    "checkin": "Check-in",
    "recap": "Recap",
    "answer": "Answer",
}
MOST_PICKED = 4000  # of `size`: twenty-five cards travel at once
_FILTER = re.compile(r"(?<!\S)(?:in|by|tag|since|page):(?:\"[^\"]*\"|“[^”]*”|\S*)", re.IGNORECASE)
_MARKED = re.compile(f"{HIT}([^{END}]*){END}?")


def hits_card(
    asked: str,
    hits: Sequence[Hit],
    *,
    zone: str = "UTC",
    next_says: str = "",
    note: str = "",
    first: int = 1,
    instead: bool = False,
    here: bool = True,
    hosts: bool = False,
    own: Collection[int] = (),
) -> Card:
    """A page of what was found, numbered from `first`, each to be posted `here` with one tap.
    Whoever `hosts` may hide one of them; their `own` open problems they may close."""
    numbered = list(enumerate(hits, start=first))
    posts = [Button(f"Post {n} here", f"post {hit.kind} {hit.ref}") for n, hit in numbered if here]
    saves = [Button(f"Save {n} for me", f"me save {hit.kind} {hit.ref}") for n, hit in numbered]
    mine = [(n, hit.ref) for n, hit in numbered if hit.kind == "problem" and hit.ref in own]
    more = [Button(f"Close {n}", f"close {ref}") for n, ref in mine]
    more += [Button("Next page", next_says)] if next_says else []
    if hosts and hits:
        named = " ".join(f"{hit.kind}:{hit.ref}" for hit in hits if hit.kind != "recap")
        more += [Button("Hide one of these", f"hide {named}")] if named else []
    return card(
        Heading(f"Found for “{shorten(asked, 100)}”"),
        *([Small((note,))] if note else []),
        *(element for number, hit in numbered for element in _shown(number, hit, zone)),
        *([Buttons((*posts, *saves, *more))] if saves else []),
        summary=f"Found for “{shorten(asked, 100)}”",
        instead=instead,
    )


def _shown(number: int, hit: Hit, zone: str) -> Iterator[Element]:
    excerpt = _highlighted(_apart(hit.excerpt))
    below = ("\n", *excerpt) if excerpt and _bare(hit.excerpt) != _bare(hit.title) else ()
    yield Text((f"{number}. ", *_title(hit), *below))
    about = f"{KINDS.get(hit.kind, hit.kind.capitalize())} · {hit.byline} · "
    yield Small((about, When(hit.at, zone, "day")))


def _title(hit: Hit) -> Line:
    """The title: linked where it has an address, else with its matches emphasised."""
    flat = " ".join(hit.title.split())
    if is_web_address(hit.url):
        return (Link(hit.url, shorten(_bare(flat), 200)),)
    return _highlighted(flat)


def _apart(excerpt: str) -> str:
    """An excerpt on one line, with what stood in lines of its own kept apart: two people's words
    for a resource, what was tried and what is wanted."""
    return " · ".join(filter(None, (" ".join(each.split()) for each in excerpt.splitlines())))


def _bare(marked: str) -> str:
    return marked.replace(HIT, "").replace(END, "")


def _flat(marked: str) -> str:
    return " ".join(_bare(marked).split())


def _highlighted(marked: str) -> Line:
    """The text with its matches as Strong; a snippet may have cut off a mark's end."""
    pieces = _MARKED.split(marked)
    return line(
        *(
            (Strong(_bare(piece)) if piece else "") if i % 2 else _bare(piece)
            for i, piece in enumerate(pieces)
        )
    )


def pick(hit: Hit, shown: Card | None, zone: str) -> Pick:
    """What was found, to be put into a message that somebody is writing. `shown` is the thing for
    everyone's eyes; of one that is too long for somebody else's message, or has no such card,
    only the excerpt goes into it."""
    who, why = shorten(hit.byline, 50), _apart(_bare(hit.excerpt))
    said = why if why and _flat(hit.excerpt) != _flat(hit.title) else KINDS.get(hit.kind, "")
    fits = shown is not None and size(shown.elements) <= MOST_PICKED
    return Pick(
        shorten(_bare(hit.title), 80) or KINDS.get(hit.kind, "Found"),
        f"{shorten(said, 120 - len(who) - len(' – '))} – {who}",
        _without_buttons(shown) if shown and fits else _excerpt_card(hit, zone),
    )


def _without_buttons(shown: Card) -> Card:
    """Where somebody else writes, I may not be: nobody would answer a button."""
    elements = tuple(each for each in shown.elements if not isinstance(each, Buttons))
    return Card(elements, shown.summary)


def _excerpt_card(hit: Hit, zone: str) -> Card:
    excerpt = shorten(_apart(_bare(hit.excerpt)), 500)
    title = _title(replace(hit, title=shorten(_bare(hit.title), 500)))
    about = f"{KINDS.get(hit.kind, hit.kind.capitalize())} · {hit.byline} · "
    return card(
        Text(title),
        *([Text((excerpt,))] if excerpt and excerpt != _flat(hit.title) else []),
        Small((about, When(hit.at, zone, "day"))),
        summary=shorten(_bare(hit.title), 100),
    )


def nothing_picked(asked: str) -> str:
    """What to try where a search made while writing found nothing."""
    filters = _FILTER.findall(asked)
    words = " ".join(_FILTER.sub(" ", asked).split())
    advice = [plain_line(each) for each in _advice(words, filters)][:-1]
    return " ".join((f"Nothing found for “{shorten(asked, 60)}”.", *advice))


def nothing_card(asked: str) -> Card:
    """Nothing was found: what was asked for, and narrower-by-one filters to try with a tap."""
    filters = [each for each in _FILTER.findall(asked) if not each.casefold().startswith("page:")]
    words = " ".join(_FILTER.sub(" ", asked).split())
    buttons = tuple(_without(words, filters))
    return card(
        Heading("Nothing found"),
        f"I looked for “{shorten(asked, 300)}” in everything this network shared.",
        Items(tuple(_advice(words, filters))),
        *([Buttons(buttons)] if buttons else []),
        Small(("For example: ", Say("find fluency routines"))),
        summary=f"Nothing found for “{shorten(asked, 100)}”",
    )


def _advice(words: str, filters: Sequence[str]) -> Iterator[Line]:
    if len(words.split()) > 1:
        yield ("Try fewer words, or the one that matters most.",)
    elif words:
        yield ("Try another word for it; I look for whole words and their endings.",)
    if filters:
        yield ("Try it without a filter.",)
    yield ("Nobody shared it yet? Ask the network with ", Say("ask"))


def _without(words: str, filters: Sequence[str]) -> Iterator[Button]:
    """The same search with one filter less, and with none."""
    for dropped in filters[:5]:
        left = " ".join((words, *(each for each in filters if each != dropped))).strip()
        if left:
            yield Button(shorten(f"Without {dropped}", 70), f"find {left}")
    if words and len(filters) > 1:
        yield Button("Without any filter", f"find {words}")
