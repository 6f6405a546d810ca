"""Teams's sizes, and how a card is made to fit them where a reader can see it."""

import json
from collections.abc import Iterator
from typing import Any

Element = dict[str, Any]

ROOM = 22_000  # bytes of a card's JSON: a message is refused from 25 KB or so on
PARAGRAPH = 2_000  # characters of one run of text
ROW = 6  # buttons of one ActionSet: desktop shows no more
SUMMARY = 300  # characters of a notification


def shorten(text: str, most: int) -> str:
    """`text` in at most `most` characters; an ellipsis shows that something is missing."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def split(text: str, most: int = PARAGRAPH) -> Iterator[str]:
    """`text` in parts of at most `most` characters, broken at white space where there is some."""
    while len(text) > most:
        at = text.rfind(" ", 0, most) + 1
        cut = at if at > most * 3 // 4 else most
        yield text[:cut]
        text = text[cut:]
    if text:
        yield text


def size(part: Any) -> int:
    """Bytes of its JSON as it is sent."""
    return len(json.dumps(part, ensure_ascii=False, separators=(",", ":")).encode())


def fit(body: list[Element], room: int = ROOM) -> list[Element]:
    """The elements that fit, a line that says how much does not, and the last row of buttons."""
    if size(body) <= room:
        return body
    tail = body[-1:] if body[-1]["type"] == "ActionSet" else []
    left = room - size(tail) - 200  # the line itself
    kept = 0
    for element in body[: len(body) - len(tail)]:
        left -= size(element) + 1
        if left < 0:
            break
        kept += 1
    return [*body[:kept], _note(body[kept : len(body) - len(tail)]), *tail]


def _note(left_out: list[Element]) -> Element:
    lines, letters = len(left_out), sum(map(weight, left_out))
    said = (
        f"Shortened here: {lines:,} more line{'s' if lines != 1 else ''}, {letters:,} characters."
    )
    return {"type": "TextBlock", "text": said, "isSubtle": True, "size": "Small", "wrap": True}


def weight(part: Any) -> int:
    """Characters that a reader sees of it."""
    if isinstance(part, list):
        return sum(map(weight, part))
    if not isinstance(part, dict):
        return 0
    own = (part.get(name) for name in ("text", "title", "altText"))
    return sum(len(each) for each in own if isinstance(each, str)) + sum(
        weight(each) for each in part.values()
    )
