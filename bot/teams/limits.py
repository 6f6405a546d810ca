"""Teams's sizes, and how a card is made to fit them where a reader can see it."""

from typing import Any

import msgspec

Element = dict[str, Any]

ROOM = 22_000  # bytes of a card's JSON; Teams takes messages of about 28 KB with all around it
PARAGRAPH = 2_000  # characters of one element of running text
ROW = 6  # actions of one ActionSet; what is more is behind a menu, or not shown at all
ROW_ROOM = 6_000  # bytes of one ActionSet, so that the last one always fits
LABEL = 75  # characters on a button
SUMMARY = 300  # characters of a notification


def size(part: Any) -> int:
    """Bytes of its JSON as it is sent."""
    return len(msgspec.json.encode(part))


def fit(body: list[Element], room: int = ROOM) -> list[Element]:
    """The elements that fit, a line that says how much does not, and the last row of buttons."""
    if size(body) <= room:
        return body
    tail = body[-1:] if body[-1]["type"] == "ActionSet" else []
    left = room - size(tail) - 200  # the line itself
    kept = 0
    while (left := left - size(body[kept]) - 1) > 0:
        kept += 1
    return [*body[:kept], _note(body[kept : len(body) - len(tail)]), *tail]


def _note(left_out: list[Element]) -> Element:
    lines, letters = sum(map(lines_of, left_out)), sum(map(letters_of, left_out))
    more = f"{lines:,} more line{'s' if lines != 1 else ''}"
    text = f"Shortened here: {more}, {letters:,} characters."
    return {"type": "TextBlock", "text": text, "size": "Small", "isSubtle": True, "wrap": True}


def lines_of(element: Element) -> int:
    """Lines of an element: what is never shown is one for many."""
    shown = (element, *element.get("inlines", ()))
    return 1 + sum(str(each.get("text", "")).count("\n") for each in shown)


def letters_of(part: Any) -> int:
    """Characters of an element that a reader sees."""
    if isinstance(part, list):
        return sum(map(letters_of, part))
    if not isinstance(part, dict):
        return 0
    own = (part.get(name) for name in ("text", "title", "altText"))
    return sum(len(each) for each in own if isinstance(each, str)) + sum(
        letters_of(each) for name, each in part.items() if name not in ("data", "fallback")
    )
