"""The agenda of a call: what was checked in, shared, raised and carried forward, in its minutes.

A 60-minute call is connection 5 · last time you said 5 · resource round 10 · one problem 25 ·
commitments 5 · plus/delta 5 · buffer 5; other lengths are that in proportion. The minutes always
sum to the call's, nothing falls below its least, and what does not fit is carried forward.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bot.compose.agenda_items import Item, composed
from bot.compose.facts import (
    ADDED,
    AgendaFacts,
    CallFacts,
    Carried,
    Change,
    Raised,
    for_everyone,
    joined,
)
from bot.compose.phrases import count, few, names, quoted, shorten
from bot.compose.protocols import share_out
from bot.compose.roles import in_a_line
from bot.speech import (
    Button,
    Buttons,
    Card,
    Element,
    Heading,
    Items,
    Line,
    Link,
    Small,
    Strong,
    Text,
    card,
    is_web_address,
    line,
    plain_line,
    say_when,
)

SHORTEST, LONGEST = 15, 480


@dataclass(frozen=True)
class Agenda:
    """The items in their order; their minutes sum to `minutes`. `problem` is the one worked on;
    to the `unanswered` ones nobody has offered anything."""

    items: tuple[Item, ...]
    carried: tuple[Carried, ...]
    minutes: int
    problem: Raised | None = None
    unanswered: tuple[Raised, ...] = ()

    def timed(self) -> tuple[tuple[int, Item], ...]:
        """Each item with the minute it begins at."""
        starts = [sum(each.minutes for each in self.items[:i]) for i in range(len(self.items))]
        return tuple(zip(starts, self.items, strict=True))


def agenda(facts: AgendaFacts) -> Agenda:
    """Compose the agenda."""
    minutes = min(max(facts.minutes, SHORTEST), LONGEST)
    problem = _chosen(facts)
    wanted = _changed([*composed(facts, minutes, problem), *_added(facts)], facts.changes)
    kept = _fitting(wanted, minutes)
    positions = {each.key: each.position for each in facts.changes if each.position is not None}
    ordered = _in_order(_with_minutes(kept, minutes), positions)
    unfit = [each for each in wanted if each not in kept]
    on_it = problem if any(each.key == "problem" for each in kept) else None
    return Agenda(
        tuple(each.prepared() for each in ordered),
        (*_unfit(unfit), *_waiting_problems(facts, problem, on_it)),
        minutes,
        on_it,
        tuple(
            each
            for each in for_everyone(facts.problems)
            if each is not on_it and each.state in ("raised", "agenda") and not each.offers
        ),
    )


def _hindered(facts: AgendaFacts, problem: Raised) -> str:
    """Why it is known that nobody would present a problem; of a nameless one it never is."""
    if problem.sight == "nameless":
        return ""
    if problem.author in facts.absent:
        return f"{problem.by} can’t come"
    return f"{problem.by} can’t present it this time" if problem.author in facts.set_aside else ""


def _chosen(facts: AgendaFacts) -> Raised | None:
    """The problem to work on, of those whose presenter comes: that of who chose to present, then
    one that somebody brought to the call, then the one that most people have, then the oldest."""
    able = (each for each in for_everyone(facts.problems) if not _hindered(facts, each))
    return min(
        able,
        key=lambda each: (not _volunteered(facts, each), not each.brought, -len(each.echoes)),
        default=None,
    )


def _volunteered(facts: AgendaFacts, problem: Raised) -> bool:
    named = problem.author if problem.sight != "nameless" else None
    return facts.volunteers and named is not None and named == facts.presenter


def _unfit(items: list[Item]) -> Iterator[Carried]:
    for each in items:
        # A buffer is no loss to speak of, and a problem speaks for itself below.
        if each.key not in ("buffer", "problem"):
            yield Carried(each.key, each.title, each.needs, "no time for it in this call")


def _waiting_problems(
    facts: AgendaFacts, chosen: Raised | None, on_it: Raised | None
) -> Iterator[Carried]:
    for each in for_everyone(facts.problems):
        if each is on_it:
            continue
        why = _hindered(facts, each) or "one problem a call"
        if each is chosen:
            why = "not in this call"
        yield Carried(f"problem:{each.id}", quoted(each.what), 0, why)


def _added(facts: AgendaFacts) -> Iterator[Item]:
    """What was carried forward, then what the host added."""
    host = facts.host or "The host"
    for old in facts.carried:
        if old.key.startswith(ADDED):
            purpose = "Carried forward from last time."
            owner, least = old.by or host, min(old.minutes, 5)
            yield Item(old.key, old.title, purpose, owner, old.minutes, least, 2, link=old.link)
    for new in facts.changes:
        if new.kind == "added":
            minutes = max(new.minutes or 5, 1)
            if new.by:  # a member's item gives way before a host's own
                purpose = f"Brought to the call by {new.by}."
                yield Item(
                    new.key, new.title, purpose, new.by, minutes, min(minutes, 5), 2, link=new.link
                )
                continue
            purpose = "Added by the host."
            yield Item(new.key, new.title, purpose, host, minutes, minutes, fixed=True)


def _changed(items: list[Item], changes: Iterable[Change]) -> list[Item]:
    """The items with the minutes that a host gave them, without those left out."""
    by_key = {each.key: each for each in changes}
    kept = []
    for item in items:
        change = by_key.get(item.key)
        if change and change.left_out:
            continue
        fixed = change.minutes if change else None
        kept.append(replace(item, minutes=max(fixed, item.least), fixed=True) if fixed else item)
    return kept


def _fitting(items: list[Item], minutes: int) -> list[Item]:
    """The items that fit at their least, the host's own and the most needed first."""
    kept, left = [], minutes
    for item in sorted(items, key=lambda each: (not each.fixed, each.rank)):
        if item.needs <= left:
            kept.append(item)
            left -= item.needs
    return [each for each in items if each in kept]


def _with_minutes(items: list[Item], minutes: int) -> list[Item]:
    """The items with the minutes they get: what the host fixed, and the rest in proportion."""
    loose = [each for each in items if not each.fixed]
    left = minutes - sum(each.minutes for each in items if each.fixed)
    if left and not loose:
        loose = [Item("open", "Open time", "Nothing is planned for this yet.", "Everyone", left, 1)]
        items = [*items, *loose]
    shares = share_out(left, [each.minutes for each in loose], [each.least for each in loose])
    given = {each.key: share for each, share in zip(loose, shares, strict=True)}
    return [replace(each, minutes=given.get(each.key, each.minutes)) for each in items]


def _in_order(items: list[Item], positions: dict[str, int]) -> list[Item]:
    """The items with a position at their place, the others around them as they were."""
    placed = [(positions[each.key], each) for each in items if each.key in positions]
    ordered = [each for each in items if each.key not in positions]
    last = -1
    for position, item in sorted(placed, key=lambda pair: pair[0]):
        last = min(max(position - 1, last + 1), len(ordered))
        ordered.insert(last, item)
    return ordered


def agenda_card(call: CallFacts, made: Agenda, *, for_host: bool) -> Card:
    """The agenda as it is posted; a host may add to it and reorder it."""
    return card(
        Heading(f"Agenda: {call.name}"),
        Text(line(call.when, f" · {count(made.minutes, 'minute')}", *joined(call.link))),
        *([Small(in_a_line(call))] if in_a_line(call) else []),
        *(element for start, item in made.timed() for element in _shown(start, item)),
        *_waiting(made),
        Small((_coming(call),)),
        *([_host_buttons(call)] if for_host else []),
        summary=f"Agenda: {call.name}, {say_when(call.when)}",
    )


def three_lines(made: Agenda) -> tuple[Line, ...]:
    """The three longest items in their order: the agenda for who has no time to read it."""
    longest = sorted(made.timed(), key=lambda pair: -pair[1].minutes)[:3]
    return tuple(
        line(Strong(f"{_span(start, item)}  {item.title}"), f" · {item.owner}", *_raised(item))
        for start, item in sorted(longest, key=lambda pair: pair[0])
    )


def _raised(item: Item) -> Line:
    """The first words of the problem, for who reads only the summary."""
    return (" · ", shorten(plain_line(item.details[0]), 140)) if item.key == "problem" else ()


def _shown(start: int, item: Item) -> Iterator[Element]:
    words = "the message" if item.key.startswith(ADDED) else "notes"
    link = (" · ", Link(item.link, words)) if is_web_address(item.link) else ()
    yield Text(
        line(
            Strong(f"{_span(start, item)}  {item.title}"),
            f" · {count(item.minutes, 'minute')} · {item.owner}",
            *link,
            f"\n{item.purpose}",
        )
    )
    if item.details:
        yield Items(item.details)


def _span(start: int, item: Item) -> str:
    return f"{_offset(start)}–{_offset(start + item.minutes)}"


def _offset(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"


def _waiting(made: Agenda) -> Iterator[Element]:
    """What waits for another call; what of it nobody has answered, apart."""
    asks = {f"problem:{each.id}": each.by for each in made.unanswered}
    waiting = [each for each in made.carried if each.key not in asks]
    if waiting:
        yield Text((Strong("Carried forward"),))
        yield Items(few([line(each.title, f" – {each.why}") for each in waiting], 6))
    unanswered = [each for each in made.carried if each.key in asks]
    if unanswered:
        yield Text((Strong("Nobody has answered these yet: can you help?"),))
        lines = [
            line(each.title, f" – {each.why} · raised by {asks[each.key]}") for each in unanswered
        ]
        yield Items(few(lines, 6))


def _coming(call: CallFacts) -> str:
    checked_in = count(len(call.answered), "person has", "people have")
    away = f" · can’t come: {names(call.absent)}" if call.absent else ""
    return f"{checked_in} checked in{away}"


def _host_buttons(call: CallFacts) -> Buttons:
    return Buttons(
        (
            Button("Add an item", f"agenda add {call.id}"),
            Button("Reorder", f"agenda order {call.id}"),
        )
    )
