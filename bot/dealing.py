"""Dealing members to home bases: balanced, organisations spread, few who have met before. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SWAPS, MOST_SWAPPED = 4, 200  # times that everybody is looked at again; in a crowd nobody is


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever is dealt: a member's id, and their organisation's (0 where it is not known)."""

    id: int
    organisation: int = 0


Met = Mapping[tuple[int, int], int]
"""How often two members (the lower id first) have sat together before."""


def deal(people: Sequence[Person], bases: int, met: Met) -> list[list[Person]]:
    """Everybody in one of so many bases whose sizes differ by at most one. The same people, bases
    and past give the same deal."""
    bases = max(1, min(bases, len(people) or 1))
    tables: list[list[Person]] = [[] for _ in range(bases)]
    least, more = divmod(len(people), bases)
    room = [least + (place < more) for place in range(bases)]
    for person in sorted(people, key=lambda each: (each.organisation, each.id)):
        free = [place for place in range(bases) if len(tables[place]) < room[place]]
        best = min(free, key=lambda place: (_cost(person, tables[place], met), len(tables[place])))
        tables[best].append(person)
    for _ in range(SWAPS if len(people) <= MOST_SWAPPED else 0):
        if not _swap_once(tables, met):
            break
    return tables


def _swap_once(tables: list[list[Person]], met: Met) -> bool:
    """Let each who sits badly change places where both tables are better for it; whether anybody
    did."""
    changed = False
    for here in tables:
        for i in range(len(here)):
            rest = here[:i] + here[i + 1 :]
            if own := _cost(here[i], rest, met):
                changed |= _better(tables, here, i, own, met)
    return changed


def _better(tables: list[list[Person]], here: list[Person], i: int, own: int, met: Met) -> bool:
    one, rest_here = here[i], here[:i] + here[i + 1 :]
    for there in tables:
        if there is here:
            continue
        for j, other in enumerate(there):
            rest_there = there[:j] + there[j + 1 :]
            after = _cost(one, rest_there, met)
            if after >= own:
                continue
            before = own + _cost(other, rest_there, met)
            if after + _cost(other, rest_here, met) < before:
                here[i], there[j] = other, one
                return True
    return False


def _cost(person: Person, table: Sequence[Person], met: Met) -> int:
    """Who has met weighs more than who works together."""
    again = sum(met.get(_pair(person, each), 0) for each in table)
    same = sum(bool(person.organisation) and person.organisation == o.organisation for o in table)
    return 3 * again + same


def _pair(one: Person, other: Person) -> tuple[int, int]:
    return (min(one.id, other.id), max(one.id, other.id))


def repeats(tables: Sequence[Sequence[Person]], met: Met) -> int:
    """How often, in all, two sit together who have before."""
    return sum(
        met.get(_pair(one, other), 0)
        for table in tables
        for place, one in enumerate(table)
        for other in table[place + 1 :]
    )
