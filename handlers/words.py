"""The table of words: each handler registers its own; answering, help and home read it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from rapidfuzz import fuzz, process
from sqlalchemy.orm import Session

from bot.calendar import is_zone
from bot.errors import Refusal
from bot.speech import Incoming, Reply, Say, Who
from storage.people import Standing

For = Literal["everyone", "host", "anyone", "person", "nobody"]
Opens = Literal["bare"] | bool


@dataclass(frozen=True, slots=True)
class Ask:
    """One request, inside its transaction. `rest` is what follows the word.

    `standing` is who asks, in which network; words for "anyone" and "person" may find it None.
    `several` is who they may be where nothing told which of their networks they mean, or each of
    them where they may say another one. `web` is our public address, or "".
    """

    said: Incoming
    session: Session
    now: datetime
    rest: str
    standing: Standing | None
    web: str = ""
    several: tuple[Standing, ...] = ()

    @property
    def me(self) -> Standing:
        """Who asks; only words for "anyone" may be asked by someone without a network."""
        if self.standing is None:
            raise Refusal(
                "You are not in a network here yet. Ask your network’s host to invite you to its"
                " channel, then type ",
                Say(),
                " there.",
            )
        return self.standing


Handler = Callable[[Ask], Reply]


@dataclass(frozen=True)
class Word:
    """A word of ours. `reads` ones only look; `who` may say it: everyone in a network, its
    hosts, anyone at all, any person about themselves, whichever network they are in, or nobody by
    typing (buttons and forms say it). `opens` ones are answered with a form, or only when nothing
    follows them ("bare"). `past` ones may also be said in a network that has ended, besides those
    that only look; "bare" ones only with nothing after them. `told` ones help lists, though they
    are two words. `every` ones are done in each of one's networks where nothing tells which is
    meant. `full` ones are for full members of a workspace, not for guests: the platform is asked
    before."""

    name: str
    handler: Handler
    hint: str
    example: str
    who: For
    reads: bool
    opens: Opens
    past: Opens
    told: bool = False
    every: bool = False
    full: bool = False

    def after_end(self, rest: str) -> bool:
        """Whether it may be said, with this after it, in a network that has ended."""
        past = not rest.strip() if self.past == "bare" else self.past
        return past or self.reads or self.who in ("anyone", "person")

    @property
    def typed(self) -> bool:
        """Whether people are told to type it; other words are said by buttons and forms."""
        known = self.who in ("everyone", "host") or self.name == "help"
        return known and " " not in self.name

    @property
    def listed(self) -> bool:
        """Whether help lists it: what is typed, and the few words of two that are, too."""
        return self.typed or self.who == "person" or self.told

    @property
    def help(self) -> str:
        """The handler's docstring, its first line."""
        return (self.handler.__doc__ or "").strip().split("\n")[0]


HIGHEST_ID = 2**31 - 1  # of a row, on PostgreSQL; a higher number is nobody's either

TABLE: dict[str, Word] = {}

# What newcomers type for our words.
_SAME = {
    "check-in": "checkin",
    "check in": "checkin",
    "exit ticket": "exit",
    "protocols": "protocol",
    "hello": "menu",
    "hi": "menu",
    "hey": "menu",
    "?": "help",
    "help?": "help",
    "network handover": "network hand",
    "join again": "rejoin",
}
_MEANT = {
    "share": "resource resources link links save post add upload",
    "ask": "problem problems question stuck advice issue",
    "checkin": "check standup status update answer present attending",
    "absent": "away sick can't cannot miss vacation",
    "find": "search look lookup browse list library summary minutes notes",
    "agenda": "schedule when meeting next today calendar plan",
    "call": "schedule plan move skip cancel start end",
    "exit": "feedback survey rate rating ticket",
    "commit": "commitment commitments promise todo",
    "recap": "recaps",
    "roles": "role",
    "care": "quiet retention",
    "network": "settings setup configure admin",
    "network people": "people members directory",
    "network organisations": "organisations organizations orgs",
    "network channels": "channels channel",
    "network hosts": "hosts facilitators",
    "network homes": "homes bases",
    "network health": "health stats statistics participation dashboard",
    "network pauses": "pauses holidays break",
    "network audit": "audit history log changes",
    "me": "profile",
    "me saved": "saved bookmarks",
    "me export": "export download",
    "me erase": "erase delete forget gdpr",
    "me pause": "snooze mute",
    "me nudges": "nudges reminders notifications unsubscribe",
    "me link": "merge account accounts",
    "me unlink": "unlink",
}


def word(
    name: str,
    *,
    hint: str = "",
    example: str = "",
    who: For = "everyone",
    reads: bool = False,
    opens: Opens = False,
    past: Opens = False,
    told: bool = False,
    every: bool = False,
    full: bool = False,
) -> Callable[[Handler], Handler]:
    """Register a handler under a word; a name of two words ("call edit") is matched first."""

    def register(handler: Handler) -> Handler:
        TABLE[name] = Word(
            name, handler, hint, example or name, who, reads, opens, past, told, every, full
        )
        return handler

    return register


def match(said: str) -> tuple[Word, str] | None:
    """The word that begins what was said, whatever its case, and the rest."""
    pieces = said.split(maxsplit=2)
    for length in (2, 1):
        name = " ".join(pieces[:length]).casefold()
        name = _SAME.get(name, name)
        if len(pieces) >= length and name in TABLE:
            rest = said.split(maxsplit=length)
            return TABLE[name], rest[length] if len(rest) > length else ""
    return None


_MARK = re.compile(r"\Ain:(\d{1,10})(?:\s+|\Z)", re.IGNORECASE)


def mark(said: str, network_id: int) -> str:
    """These words, said in a network: where one speaks does not tell which. Words that name one
    already, and those that are about no network, stay as they are."""
    found = match(said)
    if _MARK.match(said) or (found and found[0].who == "person"):
        return said
    return f"in:{network_id} {said}"


def unmarked(said: str) -> tuple[int | None, str]:
    """The network that words are marked with, and the words."""
    found = _MARK.match(said)
    return (min(int(found[1]), HIGHEST_ID), said[found.end() :]) if found else (None, said)


def needs_full(said: str) -> bool:
    """Whether these words are for full members of a workspace."""
    found = match(unmarked(said)[1])
    return found is not None and found[0].full


def opens(said: str) -> bool:
    """Whether these words are answered with a form, for whoever may say them. Some platforms must
    know it before the button that carries them is pressed."""
    found = match(unmarked(said)[1])
    return found is not None and (not found[1] if found[0].opens == "bare" else found[0].opens)


def nearest(said: str, *, hosts: bool) -> tuple[Word, str] | None:
    """The word that is probably meant by what was said, and how to say it; None when nothing is
    near. Only hosts are shown hosts' words."""
    known = _typed(hosts)
    first, _, rest = said.partition(" ")
    two, after = " ".join(said.split()[:2]).casefold(), said.split(maxsplit=2)[2:]
    if " " in two and two in known:
        return known[two], " ".join((two, *after))
    found = known.get(_bare(first)) or _like(first, known)
    if found:
        return found, f"{found.name} {rest}".strip()
    for piece in said.split()[1:8]:
        if _bare(piece) in known:
            found = known[_bare(piece)]
            return found, found.name
    return None


def _typed(hosts: bool) -> dict[str, Word]:
    """Every word that may be typed, and what newcomers type for it."""
    known = {name: each for name, each in TABLE.items() if hosts or each.who != "host"}
    meant = {
        other: known[name]
        for name, others in _MEANT.items()
        if name in known
        for other in others.split()
    }
    return {**meant, **{name: each for name, each in known.items() if each.listed}}


def _bare(piece: str) -> str:
    return piece.casefold().replace("’", "'").strip(".,:;!?…/")


def _like(first: str, known: dict[str, Word]) -> Word | None:
    best = process.extractOne(_bare(first)[:40], known.keys(), scorer=fuzz.ratio, score_cutoff=65)
    return known[best[0]] if best else None


def told_zone(who: Who) -> str:
    """Where someone lives, as their platform told it with what they say; "" for a zone that
    nobody knows."""
    return who.zone if is_zone(who.zone) else ""


def number(rest: str) -> int:
    """The number that a button's words carry. Raises Refusal when somebody typed them."""
    first = rest.split(maxsplit=1)[0] if rest.split() else ""
    if not (first.isascii() and first.isdigit() and len(first) < 16):
        raise Refusal("Please use the button for that, or type ", Say("help"))
    return min(int(first), HIGHEST_ID)
