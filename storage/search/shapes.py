"""What is looked for, what is found, and the tokens that say who may find it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

MOST_WORDS = 40
HIT, END = "\x02", "\x03"  # around a highlighted word; clean() lets nobody type them
EXCERPT_WORDS = 40

STOP_WORDS = frozenset(
    "a about an and are as at be been but by can could did do does for from had has have how i if "
    "in into is it its may me my no not of on or our should so that the their them there these "
    "they this to us was we were what when where which who why will with would you your".split()
)


@dataclass(frozen=True)
class Query:
    """What is looked for. `network_id` and `organisation_id` say who asks; the rest narrows."""

    network_id: int
    organisation_id: int | None = None
    words: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    member_ids: tuple[int, ...] = ()
    channel_ids: tuple[int, ...] = ()
    since: datetime | None = None

    def tokens(self) -> list[list[str]]:
        """The scope tokens that a passage must carry: one of each list."""
        wanted = [
            [_network(self.network_id)],
            [_kind(kind) for kind in self.kinds],
            *([_tag(tag)] for tag in self.tags),
            [_member(member) for member in self.member_ids],
            [_channel(channel) for channel in self.channel_ids],
        ]
        if self.organisation_id:
            wanted[0].append(_network(self.network_id, self.organisation_id))
        return [each for each in wanted if each]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found. `title` and `excerpt` hold HIT…END around the words that matched."""

    kind: str
    ref: int
    at: datetime
    url: str
    byline: str
    title: str
    excerpt: str


@dataclass(frozen=True)
class Scope:
    """Who may find a passage, and by which filters."""

    network_id: int
    kind: str
    organisation_id: int | None = None
    """Only this organisation may find it; None is the whole network."""
    tags: Iterable[str] = ()
    member_ids: Iterable[int] = ()
    channel_ids: Iterable[int | None] = field(default=())

    def tokens(self) -> list[str]:
        return [
            _network(self.network_id, self.organisation_id),
            _kind(self.kind),
            *(_tag(tag) for tag in self.tags),
            *(_member(member) for member in self.member_ids),
            *(_channel(channel) for channel in self.channel_ids if channel),
        ]


# A token ends in a digit, so that the stemmer leaves it alone.
def _network(network_id: int, organisation_id: int | None = None) -> str:
    return f"zn{network_id}" + (f"o{organisation_id}" if organisation_id else "")


def _kind(kind: str) -> str:
    return f"zk{kind.encode().hex()}9"


def _tag(tag: str) -> str:
    return f"zt{tag.casefold().encode().hex()}9"


def _member(member_id: int) -> str:
    return f"zm{member_id}"


def _channel(channel_id: int) -> str:
    return f"zc{channel_id}"


def words_of(typed: str) -> tuple[str, ...]:
    """The words to look for: once each, without stop words unless nothing else is left."""
    every = tuple(dict.fromkeys(re.findall(r"\w+", typed.casefold())))
    return tuple(word for word in every if word not in STOP_WORDS) or every
