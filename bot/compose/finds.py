"""What a search found, and what to try when it found nothing."""

import re
from collections.abc import Iterator, Sequence

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
    Say,
    Small,
    Strong,
    Text,
    When,
    card,
    is_web_address,
    line,
)
from storage.search import END, HIT, Hit

KINDS = {
    "resource": "Resource",
    "problem": "Problem of practice",
    "checkin": "Check-in",
    "recap": "Recap",
}
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
) -> Card:
    """A page of what was found, numbered from `first`, each to be posted with one tap."""
    numbered = list(enumerate(hits, start=first))
    posts = [Button(f"Post {n} here", f"post {hit.kind} {hit.ref}") for n, hit in numbered]
    more = [Button("Next page", next_says)] if next_says else []
    return card(
        Heading(f"Found for “{shorten(asked, 100)}”"),
        *([Small((note,))] if note else []),
        *(element for number, hit in numbered for element in _shown(number, hit, zone)),
        Buttons((*posts, *more)),
        summary=f"Found for “{shorten(asked, 100)}”",
        instead=instead,
    )


def _shown(number: int, hit: Hit, zone: str) -> Iterator[Element]:
    excerpt = _highlighted(" ".join(hit.excerpt.split()))
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


def _bare(marked: str) -> str:
    return marked.replace(HIT, "").replace(END, "")


def _highlighted(marked: str) -> Line:
    """The text with its matches as Strong; a snippet may have cut off a mark's end."""
    pieces = _MARKED.split(marked)
    return line(
        *(
            (Strong(_bare(piece)) if piece else "") if i % 2 else _bare(piece)
            for i, piece in enumerate(pieces)
        )
    )


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
