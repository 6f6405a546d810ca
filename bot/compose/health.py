"""How a network is doing: bars that people can read, never about one person."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.compose.phrases import count, quoted, shorten
from bot.speech import (
    Card,
    Element,
    Heading,
    Image,
    Items,
    Line,
    Small,
    Strong,
    Text,
    When,
    card,
    line,
)

LEAST = 3
"""Fewer people than this are shown together: a bar of one person is about that person."""
WIDE, MOST_SHOWN, MOST_ASKS = 10, 20, 6
LAST_LETTER = 0x2FF


@dataclass(frozen=True)
class Bar:
    """A label, and a share: `part` of `whole`."""

    label: str
    part: int
    whole: int

    @property
    def share(self) -> float:
        return min(self.part / self.whole, 1.0) if self.whole else 0.0

    @property
    def drawable(self) -> bool:
        """Whether a picture can show its label: the font there knows no scripts after Latin."""
        return not any(ord(each) > LAST_LETTER for each in self.label)


@dataclass(frozen=True)
class HealthFacts:
    """The last `calls`: check-ins by organisation as `bars`; exit tickets, `answers` of `asked`
    people; what was shared and tried since `since`; `asks` (words, since when) that nobody has
    answered. `picture` is the address of the bars as an image, "" without one."""

    network: str
    zone: str
    calls: int
    since: datetime | None
    bars: tuple[Bar, ...]
    answers: int = 0
    asked: int = 0
    useful: float = 0.0
    recommend: int = 0
    recommend_of: int = 0
    shared: int = 0
    tried: int = 0
    asks: tuple[tuple[str, datetime | None], ...] = ()
    picture: str = ""


def together(bars: Sequence[tuple[Bar, int]]) -> tuple[Bar, ...]:
    """The bars of groups with their number of people: small groups are one bar, and where even that
    is of too few people, it is one with the smallest large group's. None where all are too few."""
    large = [(bar, people) for bar, people in bars if people >= LEAST]
    small = [(bar, people) for bar, people in bars if people < LEAST and bar.whole]
    alone = sum(people for _, people in small)
    if not small:
        return tuple(bar for bar, _ in large)
    if alone >= LEAST:
        return (*(bar for bar, _ in large), _sum(f"{len(small)} small ones together", small))
    if not large:
        return ()
    joins = min(large, key=lambda each: each[1])
    label = f"{joins[0].label} and {count(len(small), 'small one', 'small ones')}"
    joined = _sum(label, [joins, *small])
    return tuple(joined if each is joins else each[0] for each in large)


def _sum(label: str, bars: Sequence[tuple[Bar, int]]) -> Bar:
    return Bar(label, sum(bar.part for bar, _ in bars), sum(bar.whole for bar, _ in bars))


def health(facts: HealthFacts) -> Card:
    """The page for hosts."""
    if not facts.calls:
        return card(
            Heading(f"How {facts.network} is doing"),
            "No call has ended yet; after the first one there is something to see.",
            *_asks(facts),
            summary="How the network is doing",
        )
    when = (" since ", When(facts.since, facts.zone, "day")) if facts.since else ()
    more = len(facts.bars) - MOST_SHOWN
    return card(
        Heading(f"How {facts.network} is doing"),
        Text(line(_lately(facts.calls), *when, ".")),
        *_checkins(facts),
        *([Small((f"and {more} more",))] if more > 0 else []),
        Text((Strong("Exit tickets"),)),
        Items(tuple(_tickets(facts))),
        Text((Strong("Resources"),)),
        Items(
            (
                (f"{count(facts.shared, 'resource')} shared",),
                (f"{count(facts.tried, 'time')} one helped, or was adapted",),
            )
        ),
        *_asks(facts),
        Small(("Nobody is ranked here, and groups of fewer than three are shown together.",)),
        summary="How the network is doing",
    )


def _lately(calls: int) -> str:
    return "The last call" if calls == 1 else f"The last {calls} calls"


def _checkins(facts: HealthFacts) -> Iterator[Element]:
    """The bars: as a picture, which says all that they say, or else drawn in letters. Of what the
    picture only numbers, the names."""
    shown = facts.bars[:MOST_SHOWN]
    yield Text((Strong("Check-ins, by organisation"),))
    if not shown:
        yield Text(("There are too few people to show these without showing one.",))
        return
    if not facts.picture:
        yield Items(tuple(_bar(each) for each in shown))
        return
    yield Image(facts.picture, _alt(facts))
    numbered = [
        (f"no. {number}: {shorten(bar.label, 60)}",)
        for number, bar in enumerate(shown, start=1)
        if not bar.drawable
    ]
    if numbered:
        yield Items(tuple(numbered))


def _bar(bar: Bar) -> Line:
    full = round(bar.share * WIDE)
    drawn = "█" * full + "░" * (WIDE - full)
    return (f"{drawn} {bar.share:.0%} · {shorten(bar.label, 60)} ({bar.part} of {bar.whole})",)


def _tickets(facts: HealthFacts) -> Iterator[Line]:
    rate = f" ({facts.answers / facts.asked:.0%})" if facts.asked else ""
    yield (f"{facts.answers} of {facts.asked} answered{rate}",)
    if facts.answers:
        yield (f"useful {facts.useful:.1f} of 5 (n = {facts.answers})",)
    if facts.recommend_of:
        yield (f"{facts.recommend} of {facts.recommend_of} would recommend it",)


def _asks(facts: HealthFacts) -> Iterator[Element]:
    if facts.asks:
        yield Text((Strong("Asks that nobody has answered"),))
        lines = [
            line(quoted(words, 150), *((" – since ", When(at, facts.zone, "day")) if at else ()))
            for words, at in facts.asks[:MOST_ASKS]
        ]
        more = len(facts.asks) - MOST_ASKS
        yield Items((*lines, *([(f"and {more} more",)] if more > 0 else [])))


def _alt(facts: HealthFacts) -> str:
    said = "; ".join(
        f"{each.label}: {each.share:.0%} ({each.part} of {each.whole})"
        for each in facts.bars[:MOST_SHOWN]
    )
    return shorten(f"Check-ins by organisation. {said}", 1900)
