"""Small print as Slack's context blocks: the one place where mrkdwn is written."""

from collections.abc import Iterator
from typing import Any

from bot.slack.limits import PARAGRAPH, Block
from bot.slack.mrkdwn import escape
from bot.slack.rich_text import WHEN, words
from bot.speech import (
    HowTo,
    Line,
    Link,
    Say,
    Strong,
    When,
    is_web_address,
    printable,
    say_when,
)
from bot.texts import shorten, split

Element = dict[str, Any]

MOST = 2000  # characters of one element


def small_print(spans: Line) -> list[Block]:
    """Context blocks of at most ten elements and about a paragraph each."""
    blocks: list[Block] = []
    room = 0
    for each in _small(spans):
        size = len(each["text"])
        if not blocks or len(blocks[-1]["elements"]) == 10 or size > room:
            blocks.append({"type": "context", "elements": []})
            room = PARAGRAPH
        blocks[-1]["elements"].append(each)
        room -= size
    return blocks


def _small(spans: Line) -> Iterator[Element]:
    """Context elements: what was typed is plain_text, only dates and links are mrkdwn."""
    typed = ""
    for span in (*spans, None):
        if isinstance(span, str | Strong | Say | HowTo) or (
            isinstance(span, Link) and not is_web_address(span.url)
        ):
            typed += printable(words(span))
            continue
        for part in split(typed.strip(), MOST):
            yield {"type": "plain_text", "text": part}
        typed = ""
        if span is not None:
            yield {"type": "mrkdwn", "text": _mark(span), "verbatim": True}


def _mark(span: Link | When) -> str:
    if isinstance(span, When):
        date = f"<!date^{int(span.at.timestamp())}^{WHEN[span.show]}|"
        return date + escape(say_when(span)) + ">"
    label = " ".join(printable(span.text).replace("|", "¦").split())
    return f"<{escape(span.url)}|{escape(shorten(label, 300))}>" if label else escape(span.url)
