"""The table of words: each handler registers its own; answering, help and home read it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from rapidfuzz import fuzz, process
from sqlalchemy.orm import Session

from bot.errors import Refusal
from bot.speech import Incoming, Reply
from storage.people import Standing

For = Literal["everyone", "host", "anyone", "nobody"]


@dataclass(frozen=True, slots=True)
class Ask:
    """One request, inside its transaction. `rest` is what follows the word.

    `standing` is who asks, in which network; words for "anyone" may find it None. `web` is our
    public address, or "".
    """

    said: Incoming
    session: Session
    now: datetime
    rest: str
    standing: Standing | None
    web: str = ""

    @property
    def me(self) -> Standing:
        """Who asks; only words for "anyone" may be asked by someone without a network."""
        if self.standing is None:
            raise Refusal(
                "You are not in a network here yet. Ask your network's host to invite you to its"
                " channel, then type /learn there."
            )
        return self.standing


Handler = Callable[[Ask], Reply]


@dataclass(frozen=True)
class Word:
    """A word of ours. `reads` ones only look; `who` may say it: everyone in a network, its
    hosts, anyone at all, or nobody by typing (buttons and forms say it)."""

    name: str
    handler: Handler
    hint: str
    example: str
    who: For
    reads: bool

    @property
    def help(self) -> str:
        """The handler's docstring, its first line."""
        return (self.handler.__doc__ or "").strip().split("\n")[0]


TABLE: dict[str, Word] = {}


def word(
    name: str, *, hint: str = "", example: str = "", who: For = "everyone", reads: bool = False
) -> Callable[[Handler], Handler]:
    """Register a handler under a word; a name of two words ("call edit") is matched first."""

    def register(handler: Handler) -> Handler:
        TABLE[name] = Word(name, handler, hint, example or name, who, reads)
        return handler

    return register


def match(said: str) -> tuple[Word, str] | None:
    """The word that begins what was said, whatever its case, and the rest."""
    pieces = said.split(maxsplit=2)
    for length in (2, 1):
        name = " ".join(pieces[:length]).casefold()
        if len(pieces) >= length and name in TABLE:
            rest = said.split(maxsplit=length)
            return TABLE[name], rest[length] if len(rest) > length else ""
    return None


def nearest(said: str) -> Word:
    """The typed word that looks most like what was said."""
    typed = [each.name for each in TABLE.values() if each.who in ("everyone", "host")]
    first = said.split(maxsplit=1)[0][:40].casefold() if said.split() else ""
    best = process.extractOne(first, typed, scorer=fuzz.WRatio)
    return TABLE[best[0] if best and best[1] > 45 else "help"]


def number(rest: str) -> int:
    """The number that a button's words carry. Raises Refusal when somebody typed them."""
    first = rest.split(maxsplit=1)[0] if rest.split() else ""
    if not (first.isascii() and first.isdigit() and len(first) < 16):
        raise Refusal("Please use the button for that, or type `/learn help`.")
    return int(first)
