"""Lines of the neutral language as Adaptive Card text: what is typed there is never markup.

A line is a RichTextBlock, where Teams parses no Markdown. Only a line with an instant is a
TextBlock: Teams writes an instant in its reader's own zone only there, not in a TextRun
(https://github.com/microsoft/AdaptiveCards/issues/6194).
"""

from collections.abc import Iterator
from typing import Any

from bot.speech import (
    Line,
    Link,
    Place,
    Say,
    Span,
    Strong,
    When,
    is_web_address,
    printable,
)
from bot.teams.limits import PARAGRAPH, Element
from bot.teams.markdown import JOINER, bold, escape, link, literal, local
from bot.texts import bare_words, split

MOST_LINES = 400  # of one element: more are never shown, and making them takes seconds

HOW_TO = {
    "invite me": (
        "Add Homeroom to the team or chat: ••• beside its name → Manage team → Apps"
        " (in a chat: Manage apps)."
    ),
    "use a shortcut": "On a message: ••• → More actions → Save as resource, Bring to call or"
    " This helped.",
    "call me": "@Homeroom",
}


def paragraphs(
    spans: Line, place: Place, *, beside: list[Element] | None = None, **style: Any
) -> list[Element]:
    """A line as text elements, one for each line in it; an empty one is space above the next.

    `style`: size, weight, color, isSubtle, and spacing above the first. `beside` is what stands
    in the next column: the same kind of element, so that both are on one height.
    """
    made: list[Element] = []
    marked = any(each["type"] == "TextBlock" for each in (beside or [])[:1])
    space = style.pop("spacing", None)
    lines = _lines(spans)
    for line in lines:
        if len(made) == MOST_LINES:  # a card is full by then; the rest is only counted
            rest = "\n".join(bare(each, place) for each in (line, *lines))
            return [*made, _text((rest,), place, style, marked)]
        if not bare(line, place).strip():
            space = "Medium" if made else space
            continue
        element = _text(line, place, style, marked)
        made.append({**element, "spacing": space} if space else element)
        space = "Small"
    return made


def _lines(spans: Line) -> Iterator[Line]:
    """The lines in a line, each at most about PARAGRAPH characters."""
    now: list[Span] = []
    room = PARAGRAPH
    for piece in (each for span in spans for each in _pieces(span)):
        if piece is None or (room <= 0 and now):
            yield tuple(now)
            now, room = [], PARAGRAPH
        if piece is not None:
            now.append(piece)
            room -= len(piece) if isinstance(piece, str) else len(getattr(piece, "text", "")) + 20
    yield tuple(now)


def _pieces(span: Span) -> Iterator[Span | None]:
    """A span in parts that fit; None where a line ends."""
    if isinstance(span, Link):
        said = " ".join(printable(span.text).split())
        yield from (Link(span.url, part) for part in split(said, PARAGRAPH) or [""])
        if not said:
            yield Link(span.url)
    elif isinstance(span, str | Strong):
        text = printable(span if isinstance(span, str) else span.text)
        for number, line in enumerate(text.split("\n")):
            if number:
                yield None
            yield from (p if isinstance(span, str) else Strong(p) for p in split(line, PARAGRAPH))
    else:
        yield span


def _text(spans: Line, place: Place, style: dict[str, Any], marked: bool) -> Element:
    if not marked and not any(isinstance(span, When) for span in spans):
        runs = [_run(span, place, style) for span in spans if words(span, place)]
        return {"type": "RichTextBlock", "inlines": runs}
    text = "".join(_marked(span, place) for span in spans)
    # The joiner keeps "1." or "-" at the start from being a list.
    return {"type": "TextBlock", "text": f"{JOINER}{text}", "wrap": True, **style}


def _run(span: Span, place: Place, style: dict[str, Any]) -> Element:
    run: Element = {"type": "TextRun", "text": literal(words(span, place)), **style}
    if isinstance(span, Link) and is_web_address(span.url):
        run["text"] = literal(span.text or span.url)
        run["selectAction"] = {"type": "Action.OpenUrl", "url": printable(span.url)}
    elif isinstance(span, Strong | Say):
        run["weight"] = "Bolder"
    return run


def _marked(span: Span, place: Place) -> str:
    match span:
        case When():
            return local(span)
        case Strong() | Say():
            return bold(escape(words(span, place)))
        case Link(url=url, text=text) if is_web_address(url):
            return link(escape(text or url), url)
        case _:
            return escape(words(span, place))


def words(span: Span, place: Place) -> str:
    """A span as bare words; an address that is no web address is spelt out, not linked."""
    return bare_words(span, _typed_in_ours if place.direct else _typed_among_others, HOW_TO)


def _typed_in_ours(said: str) -> str:
    return said or "help"


def _typed_among_others(said: str) -> str:
    return f"@Homeroom {said}".strip()


def bare(line: Line, place: Place) -> str:
    """A line as bare words, where Teams takes nothing else."""
    return "".join(words(span, place) for span in line)


def one_line(text: str) -> str:
    """Typed text as one line of a label, where no Markdown is read."""
    return " ".join(literal(text).split())
