"""Taking a person's words and name out of cards that were posted. Pure.

A card shows words whole, or cut with “…”. Long ones are known wherever they stand like that;
short ones only where they are all that is said in a place, and the card tells of the person. What
somebody else wrote stays as they wrote it, the same words and the person's name in it included:
else whoever takes another's name or words could have them erased.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from copy import copy
from functools import partial
from typing import Any

import msgspec

from bot.speech import Button, Card, Link

ERASED, FORMER = "[erased]", "a former member"
LEAST = 12  # characters by which words are known where they are cut, or stand among others
_BETWEEN = re.compile(r"(\n|: | – | · |; |[“”])")
_GOES_ON = re.compile(r"[\w/?#=&%-]|\.\w")  # an address that is longer than ours
_Found = tuple[int, int, str]


class Redaction:
    """What is taken out: a name, and texts that a person wrote; of these, `secret` ones are shown
    without the name. `others` is what everybody else wrote, and their names. Where a namesake has
    the same name, it is taken out only beside the person's own `organisation`."""

    def __init__(
        self,
        name: str,
        texts: Collection[str],
        *,
        secret: Collection[str] = (),
        others: Iterable[str] = (),
        organisation: str = "",
        namesake: bool = False,
    ) -> None:
        every = _as_shown(texts)
        self._long = [text for text in every if len(text) >= LEAST]
        self._short = {text for text in every if len(text) < LEAST}
        self._secret = self._short & _as_shown(secret)
        self._name = _name_as_shown(name, organisation, namesake)
        self._others = _as_shown(others) - {name}

    def card(self, shown: Card) -> Card:
        """The card without any of it; itself where there is none in it."""
        here = self._for(shown)
        made = _mapped(shown, here.text) if here._long or here._name else shown
        short = self._secret if made == shown else self._short
        made = _mapped(made, partial(self._alone, short), buttons=False) if short else made
        return made if isinstance(made, Card) and made != shown else shown

    def _for(self, shown: Card) -> "Redaction":
        """This, with no more than may be in a card: one look into all that it says spares most of
        the looks into each of its texts."""
        together = "\0".join(_texts(shown))
        here = copy(self)
        here._long = [words for words in self._long if words[:LEAST] in together]
        here._others = {words for words in self._others if words[:LEAST] in together}
        here._name = self._name if self._name and self._name.search(together) else None
        return here

    def text(self, said: str) -> str:
        """A text without the name and the long ones."""
        gone = [(*span, ERASED) for words in self._long for span in _places(said, words)]
        return self._without(said, [*gone, *self._named(said)])

    def named_no_more(self, said: str) -> str:
        """A text without the name."""
        return self._without(said, list(self._named(said)))

    def _named(self, said: str) -> Iterator[_Found]:
        if self._name:
            for found in self._name.finditer(said):
                begins = not said[: found.start()].strip()
                yield (*found.span(), FORMER[0].upper() + FORMER[1:] if begins else FORMER)

    def _alone(self, short: Collection[str], said: str) -> str:
        """A text without the short ones that are all there is between two marks."""
        if not short:
            return said
        parts = _BETWEEN.split(said)
        return "".join(ERASED if part.strip() in short else part for part in parts)

    def _without(self, said: str, gone: list[_Found]) -> str:
        if not gone:
            return said
        kept = [span for words in self._others for span in _places(said, words)]
        made, done = "", 0
        for at, end, instead in sorted(gone, key=lambda each: (each[0], -each[1])):
            if end <= done or any(begin <= at and end <= last for begin, last in kept):
                continue
            made += said[done:at] + instead if at >= done else ""
            done = end
        return made + said[done:]


def _as_shown(texts: Iterable[str]) -> set[str]:
    """Texts as cards show them: on their lines, or on one."""
    return {form for text in texts for form in (text.strip(), " ".join(text.split())) if form}


def _name_as_shown(name: str, organisation: str, namesake: bool) -> re.Pattern[str] | None:
    if not name.strip() or (namesake and not organisation):
        return None
    beside = re.escape(f" ({organisation})") if namesake else r"(?!\w)"
    return re.compile(rf"(?<!\w){re.escape(name)}{beside}")


def that_hold(texts: Collection[str], words: Collection[str]) -> list[str]:
    """The texts in which any of these words stand, for `others`. Most words stand in none, which
    one look into all texts together tells."""
    flat = {text: " ".join(text.split()) for text in texts}
    together = "\0".join(flat.values())
    sought = {" ".join(each.split()) for each in words} - {""}
    there = [each for each in sought if each in together]
    return [text for text, shown in flat.items() if any(each in shown for each in there)]


def _places(said: str, words: str) -> Iterator[tuple[int, int]]:
    """Where words stand, whole or cut."""
    begins = words[:LEAST]
    at = said.find(begins)
    while at >= 0:
        end = at + _agreeing(words, said[at : at + len(words)])
        cut = said.startswith("…", end) and end - at >= min(LEAST, len(words))
        if cut or (end - at == len(words) and _stands_alone(said, at, end)):
            yield at, end + cut
        at = said.find(begins, at + 1)


def _agreeing(words: str, said: str) -> int:
    if words == said:
        return len(words)
    pairs = enumerate(zip(words, said, strict=False))
    return next((i for i, (ours, theirs) in pairs if ours != theirs), min(len(words), len(said)))


def _stands_alone(said: str, at: int, end: int) -> bool:
    """Whether what stands there is no part of a longer word or address."""
    if at and said[at - 1].isalnum() and said[at].isalnum():
        return False
    if "://" in said[at:end]:
        return not _GOES_ON.match(said, end)
    return not (end < len(said) and said[end].isalnum() and said[end - 1].isalnum())


def _texts(shown: Card) -> list[str]:
    """All texts of a card, the addresses of its links among them."""
    found: list[str] = []

    def note(text: str) -> str:
        found.append(text)
        return text

    _mapped(shown, note)
    return found


def _mapped(part: Any, change: Callable[[str], str], *, buttons: bool = True) -> Any:
    """A part of a card with every text changed."""
    if isinstance(part, str):
        return change(part)
    if isinstance(part, tuple):
        return tuple(_mapped(each, change, buttons=buttons) for each in part)
    if isinstance(part, Link) and change(part.url) == ERASED:
        return ERASED
    if isinstance(part, Button) and not buttons:
        return part
    if isinstance(part, msgspec.Struct):
        fields = {
            name: _mapped(getattr(part, name), change, buttons=buttons)
            for name in part.__struct_fields__
            if name not in ("says", "url", "style", "show", "zone", "what")
        }
        return msgspec.structs.replace(part, **fields)
    return part
