"""Taking a person's words and name out of cards that were posted. Pure.

A card shows words whole, or cut with “…”, on one line or several. Words are found by how they
begin and taken out as far as they go; short ones only where they stand alone or beside the name.
"""

import re
from collections.abc import Callable, Collection
from typing import Any

import msgspec

from bot.speech import Card, Link, Strong

ERASED, FORMER = "[erased]", "a former member"
LEAST = 12  # characters by which words are known anywhere


class Redaction:
    """What is taken out: a name, and texts that a person wrote."""

    def __init__(self, name: str, texts: Collection[str]) -> None:
        flat = {" ".join(text.split()) for text in texts} - {""}
        whole = {text.strip() for text in texts} - {""}
        every = sorted(flat | whole, key=len, reverse=True)
        self._long = [text for text in every if len(text) >= LEAST]
        self._short = {text for text in every if len(text) < LEAST}
        self._name = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)") if name.strip() else None

    def card(self, shown: Card) -> Card:
        """The card without any of it; itself where there is none in it."""
        made = _mapped(shown, self.text)
        return made if isinstance(made, Card) and made != shown else shown

    def text(self, said: str) -> str:
        """A text without any of it."""
        for words in self._long:
            said = _without(said, words)
        named = bool(self._name and self._name.search(said))
        if said.strip() in self._short:
            return ERASED
        if named and self._name:
            for words in self._short:
                said = re.sub(rf"(?<!\w){re.escape(words)}(?!\w)", ERASED, said)
            said = self._name.sub(FORMER, said)
        return said


def _without(said: str, words: str) -> str:
    begins = words[:LEAST]
    at = said.find(begins)
    while at >= 0:
        end = at
        for ours, theirs in zip(words, said[at:], strict=False):
            if ours != theirs:
                break
            end += 1
        cut = said[end:].startswith("…")
        said = said[:at] + ERASED + said[end + cut :]
        at = said.find(begins, at + len(ERASED))
    return said


def _mapped(part: Any, change: Callable[[str], str]) -> Any:
    """A part of a card with every text changed. An emphasised name and what follows it stand in
    one line, so that a line is changed as a whole first."""
    if isinstance(part, str):
        return change(part)
    if isinstance(part, tuple):
        return tuple(_line(part, change))
    if isinstance(part, Link) and change(part.url) != part.url:
        return ERASED
    if isinstance(part, msgspec.Struct):
        fields = {
            name: _mapped(getattr(part, name), change)
            for name in part.__struct_fields__
            if name not in ("says", "url", "style", "show", "zone", "what")
        }
        return msgspec.structs.replace(part, **fields)
    return part


def _line(spans: tuple[Any, ...], change: Callable[[str], str]) -> list[Any]:
    """The spans of a line. Where the name stands in one of them, short words beside it go too."""
    told = "".join(
        each.text if isinstance(each, Strong) else each
        for each in spans
        if isinstance(each, str | Strong)
    )
    beside = bool(told) and FORMER in change(told) and len(spans) > 1
    made = [_mapped(each, change) for each in spans]
    if beside and any(isinstance(each, str) for each in spans):
        whole = change(told)
        if ERASED in whole and not any(ERASED in str(each) for each in made):
            return [whole]
    return made
