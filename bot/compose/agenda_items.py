"""The items of an agenda before they have their place: what each is for, and what it shows."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.compose.facts import AgendaFacts, Person, Promised, Raised
from bot.compose.phrases import became, count, few, listed, quoted, resource_lines, shorten
from bot.compose.protocols import PROTOCOLS, Protocol, fitting, scaled
from bot.speech import Line, Say, Strong, line

BREAK_FROM = 120
MOST_PROMISES = 8


@dataclass(frozen=True)
class Item:
    """An item of an agenda. Until it has its place, `minutes` are its share of a 60-minute call,
    or what a host `fixed`; the lowest `rank` is the last to give way when the minutes are few."""

    key: str
    title: str
    purpose: str
    owner: str
    minutes: int
    least: int
    rank: int = 0
    fixed: bool = False
    link: str = ""
    details: tuple[Line, ...] = ()
    protocol: Protocol | None = None

    @property
    def needs(self) -> int:
        """The minutes without which it can't be."""
        return self.minutes if self.fixed else self.least

    def prepared(self) -> "Item":
        """The item with its protocol's steps, once its minutes are known."""
        if not self.protocol:
            return self
        used = fitting(self.protocol, self.minutes)
        steps = scaled(self.protocol, self.minutes)
        return replace(
            self,
            purpose=_way(self.protocol, used, self.minutes),
            details=(
                *self.details,
                *(line(f"{minutes} min · {step}") for step, minutes in steps),
            ),
        )


def composed(facts: AgendaFacts, minutes: int, problem: Raised | None) -> Iterator[Item]:
    """The items that every call is composed of, in their order.

    A short call keeps its problem, the commitments and a word from everyone; what gives way
    first can happen in the channel.
    """
    yield _connection(facts)
    if facts.commitments:
        yield _last_time(facts)
    yield _resources(facts)
    if minutes >= BREAK_FROM:
        yield Item("break", "Break", "Stand up; the call is a long one.", "Everyone", 5, 5, 7)
    yield _problem(facts, problem) if problem else _success(facts)
    yield Item(
        "commitments",
        "Commitments",
        "Each says one thing to try before the next call, or passes.",
        "Everyone",
        5,
        2,
        1,
        link=facts.notes_link,
    )
    yield Item(
        "plusdelta",
        "Plus/delta",
        "What helped today, and what to change next time.",
        facts.host or "The host",
        5,
        2,
        6,
    )
    yield Item("buffer", "Buffer", "For what took longer.", facts.host or "The host", 5, 1, 8)


def _connection(facts: AgendaFacts) -> Item:
    said = [
        line(Strong(each.who.full), ": ", " · ".join(quoted(a, 140) for a in each.answers if a))
        for each in facts.checkins
        if any(each.answers)
    ]
    return Item(
        "connection",
        "Connection",
        f"A round with the right to pass: {facts.opener}"
        if facts.opener
        else "A round with the right to pass: how you arrive, and what you bring.",
        facts.host or "The host",
        5,
        2,
        3,
        details=few(said, 6, " in the check-in’s thread"),
    )


def _last_time(facts: AgendaFacts) -> Item:
    return Item(
        "last",
        "Last time you said…",
        "What became of it? “Not yet” is an answer too.",
        _owners([each.who for each in facts.commitments]),
        5,
        2,
        5,
        details=tuple(_promises(facts)),
    )


def _promises(facts: AgendaFacts) -> Iterator[Line]:
    """A line a person, with the first of theirs; the rest of them is counted."""
    theirs: dict[tuple[int, str], list[Promised]] = {}
    for each in facts.commitments:
        theirs.setdefault((each.who.id, each.who.full), []).append(each)
    for said in list(theirs.values())[:MOST_PROMISES]:
        first, more = said[0], len(said) - 1
        rest = f"; and {more} more" if more else ""
        yield line(Strong(first.who.full), f": {shorten(first.words, 200)}{became(first)}{rest}")
    left = list(theirs.values())[MOST_PROMISES:]
    waiting = sum(len(said) for said in left)
    if left:
        people = count(len(left), "other person", "other people")
        yield (f"and {waiting} more, of {people}",)
    if facts.still_open:
        them = count(facts.still_open, "earlier one is", "earlier ones are")
        yield (f"{them} open, too: whoever said one finds it with ", Say("me"))


def _resources(facts: AgendaFacts) -> Item:
    shared = resource_lines(facts.resources, 200)
    purpose = "In a minute each: what it is, and why it helped."
    if not shared:
        purpose = (
            "Nothing was shared since the last call: bring one thing that helped you, and say why."
        )
    return Item(
        "resources",
        "Resource round",
        purpose,
        _owners([each.who for each in facts.resources]),
        10,
        3,
        4,
        details=few(shared, 6),
    )


def _owners(people: list[Person]) -> str:
    """Who speaks in an item, each named once."""
    return listed(list(dict.fromkeys(each.name for each in people)), 4) or "Everyone"


def _problem(facts: AgendaFacts, problem: Raised) -> Item:
    protocol = PROTOCOLS.get(facts.protocol, PROTOCOLS["consultancy"])
    told = (("Tried", problem.tried), ("Wanted", problem.wanted))
    return Item(
        "problem",
        "Problem of practice",
        protocol.purpose,
        problem.by,
        25,
        _floor(protocol),
        details=(
            line(quoted(problem.what, 600)),
            *(line(f"{label}: {shorten(words, 300)}") for label, words in told if words),
            *_echoed(problem),
        ),
        protocol=protocol,
    )


def _echoed(problem: Raised) -> Iterator[Line]:
    if problem.echoes:
        yield (f"{count(len(problem.echoes), 'other')} said “me too”",)


def _success(facts: AgendaFacts) -> Item:
    """What takes the place of a problem when nobody raised one."""
    protocol = PROTOCOLS["success"]
    first = facts.resources[0].who.full if facts.resources else ""
    invited = (
        f"{first}, would you go first? You may pass." if first else "Who has something that worked?"
    )
    if facts.presenter:
        invited = f"It is {facts.presenter.full}’s turn to bring one. Until then: {invited}"
    return Item(
        "success",
        "What worked",
        protocol.purpose,
        "Whoever likes to go first",
        25,
        _floor(protocol),
        details=((f"No problem is waiting. {invited}",),),
        protocol=protocol,
    )


def _floor(protocol: Protocol) -> int:
    return PROTOCOLS[protocol.short].least if protocol.short else protocol.least


def _way(wanted: Protocol, used: Protocol, minutes: int) -> str:
    if used is wanted:
        return f"{used.name}: {used.purpose}"
    return f"{used.name}, as {count(minutes, 'minute')} are too few for {wanted.name.casefold()}."
