"""Dealing members to home bases: balanced, organisations spread, few who have met before. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SWAPS = 4  # times that everybody is looked at again
MOST_LOOKS = 500_000
"""So many pairs are looked at, all in all, however large the crowd is. Measured on one core, after
rounds before: 200 people in 40 bases .02 s, 500 .1 s, 2,000 .2 to .35 s, 5,000 .3 to .7 s."""


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
    crowd = sorted(people, key=lambda each: (each.organisation, each.id))
    room = _Room(crowd, max(1, min(bases, len(people) or 1)), met)
    for one in range(len(crowd)):
        room.sit(one, room.best_for(one))
    for _ in range(SWAPS):
        if not room.swap_once():
            break
    return [[crowd[one] for one in table] for table in room.tables]


class _Room:
    """Tables with people, by their place in the crowd, and what each table would cost each person:
    known at any time, so that a swap is looked at in a few steps, however many sit there."""

    def __init__(self, crowd: Sequence[Person], tables: int, met: Met) -> None:
        self._homes = [each.organisation for each in crowd]
        self._met = _known(crowd, met)
        least, more = divmod(len(crowd), tables)
        self._seats = [least + (place < more) for place in range(tables)]
        self.tables: list[list[int]] = [[] for _ in range(tables)]
        self._at = [-1] * len(crowd)
        self._again = [[0] * tables for _ in crowd]  # how often they met who sits there
        self._colleagues: list[Counter[int]] = [Counter() for _ in range(tables)]
        self._looks = 0

    def sit(self, one: int, place: int) -> None:
        self.tables[place].append(one)
        self._count(one, place, 1)

    def _count(self, one: int, place: int, by: int) -> None:
        self._at[one] = place
        if home := self._homes[one]:
            self._colleagues[place][home] += by
        for other, times in self._met[one].items():
            self._again[other][place] += by * times

    def best_for(self, one: int) -> int:
        """The table with room that costs least, of these the emptiest."""
        home, again = self._homes[one], self._again[one]
        free = [place for place, table in enumerate(self.tables) if len(table) < self._seats[place]]
        return min(
            free,
            key=lambda place: (
                3 * again[place] + self._colleagues[place][home],
                len(self.tables[place]),
            ),
        )

    def _cost(self, one: int, place: int) -> int:
        """What sitting there costs: who has met weighs more than who works together."""
        home = self._homes[one]
        same = self._colleagues[place][home] - (self._at[one] == place and home > 0)
        return 3 * self._again[one][place] + same

    def _between(self, one: int, other: int) -> int:
        home = self._homes[one]
        return 3 * self._met[one].get(other, 0) + (home > 0 and home == self._homes[other])

    def swap_once(self) -> bool:
        """Let each who sits badly change places where both tables together are better for it;
        whether anybody did."""
        changed = False
        for one in range(len(self._at)):
            own = self._cost(one, self._at[one])
            if own and self._looks < MOST_LOOKS:
                changed |= self._moved(one, own)
        return changed

    def _moved(self, one: int, own: int) -> bool:
        here = self._at[one]
        for there, table in enumerate(self.tables):
            cost = self._cost(one, there)
            if there == here or cost - self._heaviest(one) >= own:
                continue
            self._looks += len(table)
            for other in table:
                shared = 2 * self._between(one, other)  # neither sits with the other afterwards
                before = own + self._cost(other, there)
                if cost + self._cost(other, here) - shared < before:
                    self._swap(one, other)
                    return True
        return False

    def _heaviest(self, one: int) -> int:
        """The most that one other person can weigh: who leaves as they come."""
        return 3 * max(self._met[one].values(), default=0) + 1

    def _swap(self, one: int, other: int) -> None:
        here, there = self._at[one], self._at[other]
        for each, place in ((one, here), (other, there)):
            self._count(each, place, -1)
        self.tables[here][self.tables[here].index(one)] = other
        self.tables[there][self.tables[there].index(other)] = one
        for each, place in ((one, there), (other, here)):
            self._count(each, place, 1)


def _known(crowd: Sequence[Person], met: Met) -> list[dict[int, int]]:
    """By place in the crowd: whom each has met, and how often."""
    place = {each.id: number for number, each in enumerate(crowd)}
    known: list[dict[int, int]] = [{} for _ in crowd]
    for (one, other), times in met.items():
        if one in place and other in place and one != other:
            known[place[one]][place[other]] = known[place[other]][place[one]] = times
    return known


def repeats(tables: Sequence[Sequence[Person]], met: Met) -> int:
    """How often, in all, two sit together who have before."""
    at = {each.id: place for place, table in enumerate(tables) for each in table}
    return sum(
        times for (one, other), times in met.items() if one in at and at[one] == at.get(other)
    )
