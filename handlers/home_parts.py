"""What stands in a member's home besides the call: each thing people do registers its own part."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bot.speech import Element
from handlers.words import Ask

Shows = Callable[[Ask], Iterable[Element]]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the home, in its `order` from the top; only `hosts` see some."""

    order: int
    hosts: bool
    shows: Shows


PARTS: list[Part] = []


def part(order: int, *, hosts: bool = False) -> Callable[[Shows], Shows]:
    """Register a part: a few elements about whoever opens their home, none where there is nothing
    to say. Five items at most; the rest is behind a button."""

    def register(shows: Shows) -> Shows:
        PARTS.append(Part(order, hosts, shows))
        return shows

    return register


def parts(ask: Ask) -> Iterator[Element]:
    """Every part that whoever asks may see, from the top."""
    for each in sorted(PARTS, key=lambda one: one.order):
        if ask.me.hosts or not each.hosts:
            yield from each.shows(ask)
