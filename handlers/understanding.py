"""What was said, in our words; and what is answered where it is none of them."""

import re

from msgspec import Struct
from msgspec.structs import replace

from bot.compose.phrases import shorten
from bot.links import find_links
from bot.speech import Button, Buttons, Incoming, Reply, Say, Text, card, clean
from handlers import words
from handlers.words import Word

SEARCH = "look"
OVERHEARD = "overheard"
MOST_SAID = 1900  # what a button can carry on both platforms


class Heard(Struct, frozen=True):
    """What was said, in our words: the network that it is marked with, the word, None for one that
    we do not know, and what follows it. `said` is without the mark."""

    said: Incoming
    marked: int | None
    word: Word | None
    rest: str


def understood(said: Incoming) -> Heard:
    """What was said, in our words."""
    marked, bare = words.unmarked(clean(said.words))
    said = replace(said, words=bare if marked is not None else said.words)
    return Heard(said, marked, *_word_of(said, clean(bare)))


def _word_of(said: Incoming, bare: str) -> tuple[Word | None, str]:
    """The word that was said, and the rest; None for one that we do not know."""
    found = words.match(bare or "menu")
    looked = found is not None and found[0].name == SEARCH
    if said.how == "search" and not looked:
        return words.TABLE[SEARCH], bare  # whatever it is, a search does nothing else
    if said.how != "search" and looked:
        return None, ""
    if (said.how == OVERHEARD) != (found is not None and found[0].name.startswith(OVERHEARD)):
        return None, ""
    typed = said.how in ("command", "mention", "direct")
    if not found or (typed and found[0].who == "nobody" and not re.search(r"\d", found[1])):
        return None, ""  # a button's word, typed: what it is about is not said
    return found


def unknown(said: str, *, hosts: bool) -> Reply:
    """The nearest word, with an example of it and a button that says it."""
    show = Button("Show what I can do", "help")
    lost = f"I don’t know “{shorten(said.split(maxsplit=1)[0], 40)}” yet."
    if find_links(said.split(maxsplit=1)[0]):
        near: tuple[Word, str] | None = (words.TABLE["share"], f"share {said}")
    else:
        near = words.nearest(said, hosts=hosts)
    if near is None:
        return card(Text((f"{lost} ", Say("help"), " shows what I know.")), Buttons((show,)))
    word, meant = near
    says = meant if len(meant) <= MOST_SAID else word.name
    return card(
        Text((f"{lost} Did you mean {word.name}? For example: ", Say(word.example))),
        Buttons((Button(shorten(says, 60), says, "main"), show)),
    )
