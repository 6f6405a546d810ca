"""Lines of the neutral language as Adaptive Card text: what is typed there is never markup."""

from collections.abc import Iterator
from typing import Any

from bot.speech import (
    HowTo,
    Line,
    Link,
    Place,
    Say,
    Span,
    Strong,
    When,
    is_web_address,
    printable,
    say_when,
)
from bot.teams.limits import PARAGRAPH, Element, split
from bot.teams.markdown import escape, local

HOW_TO = {
    "invite me": "Add Homeroom to this team or chat: ••• → Manage … → Apps.",
    "use a shortcut": "On a message: ••• → More actions → Save as resource.",
}


def paragraphs(spans: Line, place: Place, **style: Any) -> list[Element]:
    """A line as one text element for each of its own lines; empty ones are left out."""
    made = [_one(each, place, style) for each in _broken(spans, place)]
    for above, element in zip(made, made[1:], strict=False):
        element.setdefault("spacing", "Small" if above else "Default")
    return made


def _broken(spans: Line, place: Place) -> Iterator[Line]:
    """The line's own lines, and parts of what is too long for one element."""
    now: list[Span] = []
    for span in spans:
        if not isinstance(span, str):
            now.append(span)
            continue
        first, *more = printable(span).split("\n")
        now.append(first)
        for text in more:
            if _seen(now, place):
                yield tuple(now)
            now = [text]
    if _seen(now, place):
        yield tuple(now)


def _seen(spans: list[Span], place: Place) -> bool:
    return bool(bare(tuple(spans), place).strip())


def _one(spans: Line, place: Place, style: dict[str, Any]) -> Element:
    if any(isinstance(span, When) for span in spans):
        text = "".join(_marked(span, place) for span in spans)
        return {"type": "TextBlock", "text": text, "wrap": True, **style}
    return {"type": "RichTextBlock", "inlines": [r for s in spans for r in _runs(s, place, style)]}


def _runs(span: Span, place: Place, style: dict[str, Any]) -> Iterator[Element]:
    extra = {name: style[name] for name in ("size", "weight", "isSubtle") if name in style}
    if isinstance(span, Link) and is_web_address(span.url):
        extra["selectAction"] = {"type": "Action.OpenUrl", "url": span.url}
    elif isinstance(span, Strong | Say):
        extra["weight"] = "Bolder"
    text = span.text or span.url if isinstance(span, Link) and "selectAction" in extra else None
    for part in split(printable(text or words(span, place)), PARAGRAPH):
        yield {"type": "TextRun", "text": part, **extra}


def _marked(span: Span, place: Place) -> str:
    match span:
        case When():
            return local(span)
        case Strong() | Say():
            return f"**{escape(words(span, place).strip())}**"
        case Link(url=url) if is_web_address(url):
            return f"[{escape(span.text or url)}](<{url}>)"
        case _:
            return escape(printable(words(span, place)))


def words(span: Span, place: Place) -> str:
    """A span as bare words; an address that is no web address is spelt out, not linked."""
    match span:
        case Link(url=url, text=text):
            return f"{text} ({url})" if text else url
        case Strong(text=text):
            return text
        case Say(words=said):
            return said or "help" if place.direct else f"@Homeroom {said}".strip()
        case HowTo(what=what):
            return HOW_TO[what]
        case When():
            return say_when(span)
        case _:
            return span


def bare(line: Line, place: Place) -> str:
    """A line as bare words, where Teams takes nothing else."""
    return "".join(words(span, place) for span in line)
