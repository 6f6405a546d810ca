"""What every door does with text, before its own markup: bare words, and parts that fit."""

from collections.abc import Callable, Iterator, Mapping

from bot.speech import HowTo, Link, Say, Span, Strong, When, say_when


def bare_words(span: Span, typed: Callable[[str], str], how_to: Mapping[str, str]) -> str:
    """A span without markup; an address is spelt out, not linked. `typed` tells how the words of a
    `Say` are typed where it is read; `how_to` are the platform's own `HowTo` sentences."""
    match span:
        case Link(url=url, text=text):
            return f"{text} ({url})" if text else url
        case Strong(text=text):
            return text
        case Say(words=said):
            return typed(said)
        case HowTo(what=what):
            return how_to[what]
        case When():
            return say_when(span)
        case _:
            return span


def shorten(text: str, most: int) -> str:
    """`text` in at most `most` characters; an ellipsis shows that something is missing."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def split(text: str, most: int) -> Iterator[str]:
    """`text` in parts of at most `most` characters, broken at white space where there is some.

    Joined again the parts are the text.
    """
    while len(text) > most:
        at = max(text.rfind("\n", 0, most), text.rfind(" ", 0, most)) + 1
        cut = at if at > most * 3 // 4 else most
        yield text[:cut]
        text = text[cut:]
    if text:
        yield text
