"""Lines of the neutral language as Slack's `rich_text`: what is typed there is never markup."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, Literal, NamedTuple

from bot.slack.limits import PARAGRAPH, Block, weight
from bot.speech import (
    Line,
    Link,
    Span,
    Strong,
    When,
    is_web_address,
    printable,
    say_when,
)
from bot.texts import bare_words, split

Element = dict[str, Any]

WHEN = {
    "day": "{date_short_pretty}",
    "time": "{time}",
    "both": "{date_short_pretty} at {time}",
}


Kind = Literal["section", "bullet", "ordered"]


class Row(NamedTuple):
    """One line: its elements, and its `number` in an ordered list (from 0)."""

    kind: Kind
    elements: list[Element]
    number: int = 0


def rich(spans: Line) -> list[Element]:
    """A line's spans as rich_text elements, each at most PARAGRAPH characters."""
    return [element for span in spans for element in _elements(span)]


def _elements(span: Span) -> Iterator[Element]:
    match span:
        case When():
            yield {
                "type": "date",
                "timestamp": int(span.at.timestamp()),
                "format": WHEN[span.show],
                "fallback": say_when(span),
            }
        case Link(url=url) if is_web_address(url):
            for part in split(printable(span.text) or url, PARAGRAPH):
                yield {"type": "link", "url": url, "text": part}
        case Strong(text=text):
            for part in split(printable(text), PARAGRAPH):
                yield {"type": "text", "text": part, "style": {"bold": True}}
        case _:
            for part in split(printable(words(span)), PARAGRAPH):
                yield {"type": "text", "text": part}


HOW_TO = {
    "call me": "/learn",
    "invite me": "Type /invite @Homeroom, so that I can post there.",
    "use a shortcut": "On a message: More actions → Save as resource, Bring to call or This"
    " helped.",
}


def words(span: Span) -> str:
    """A span as bare words; an address that is no web address is spelt out, not linked."""
    return bare_words(span, _typed, HOW_TO)


def _typed(said: str) -> str:
    return f"/learn {said}".strip()


def bare(line: Line) -> str:
    """A line as bare words, where Slack takes nothing else."""
    return "".join(map(words, line))


def blocks_of(rows: Iterable[Row]) -> list[Block]:
    """Rows as rich_text blocks of at most PARAGRAPH characters each; empty rows are left out."""
    blocks: list[list[Row]] = [[]]
    room = PARAGRAPH
    for row in (part for each in rows for part in _folded(each)):
        size = _size(row.elements)
        if size > room and blocks[-1]:
            blocks.append([])
            room = PARAGRAPH
        blocks[-1].append(row)
        room -= size + 3  # a list takes no more than a thousand lines
    return [{"type": "rich_text", "elements": _parts(block)} for block in blocks if block]


def _folded(row: Row) -> Iterator[Row]:
    """A row that is too long for a block, as several; what follows the first has no bullet."""
    if _size(row.elements) <= PARAGRAPH:
        if row.elements:
            yield row
        return
    part: list[Element] = []
    kind = row.kind
    for element in row.elements:
        if part and _size([*part, element]) > PARAGRAPH:
            yield Row(kind, part, row.number)
            part, kind = [], "section"
        part.append(element)
    if part:
        yield Row(kind, part, row.number)


def _size(elements: list[Element]) -> int:
    return sum(len(each.get("text") or each.get("fallback", "")) for each in elements)


def _parts(rows: list[Row]) -> list[Element]:
    return [_part(kind, list(group)) for kind, group in groupby(rows, key=lambda row: row.kind)]


def _part(kind: str, rows: list[Row]) -> Element:
    if kind == "section":
        # One section with line breaks: Slack does not say that two sections stand on two lines.
        joined = [each for row in rows for each in (*row.elements, {"type": "text", "text": "\n"})]
        return {"type": "rich_text_section", "elements": joined[:-1]}
    items = [{"type": "rich_text_section", "elements": row.elements} for row in rows]
    part: Element = {"type": "rich_text_list", "style": kind, "elements": items}
    if kind == "ordered" and rows[0].number:
        part["offset"] = rows[0].number
    return part


def dense(blocks: list[Block]) -> list[Block]:
    """Fewer blocks: neighbours of running text share one, as long as it stays under its limit."""
    fewer: list[Block] = []
    for block in blocks:
        last: Block = fewer[-1] if fewer else {"type": ""}
        both = last["type"] == block["type"] == "rich_text"
        if both and weight(last) + weight(block) < PARAGRAPH:
            fewer[-1] = {
                "type": "rich_text",
                "elements": _joined(last["elements"], block["elements"]),
            }
        else:
            fewer.append(block)
    return fewer


def _joined(above: list[Element], below: list[Element]) -> list[Element]:
    last, first = above[-1], below[0]
    if not last["type"] == first["type"] == "rich_text_section":
        return [*above, *below]
    lines = [*last["elements"], {"type": "text", "text": "\n"}, *first["elements"]]
    return [*above[:-1], {**last, "elements": lines}, *below[1:]]
