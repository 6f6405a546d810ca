"""Roles that rotate: fairly, over organisations, and never twice in a row where that can be."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rotation import HOST, PRESENT, Candidate, choose, deal

ROLES = ("time", "notes")


def played(people: list[tuple[int, int]], calls: int, away: list[set[int]]) -> list[dict[str, int]]:
    """Who had which role, call by call."""
    times: Counter[int] = Counter()
    last: Counter[int] = Counter()
    had: dict[int, Counter[str]] = {number: Counter() for number, _ in people}
    told = []
    for call in range(1, calls + 1):
        absent = away[call - 1] if call <= len(away) else set()
        crowd = [
            Candidate(number, home, times[number], last[number], had[number])
            for number, home in people
            if number not in absent
        ]
        taken: list[Candidate] = []
        chosen = {}
        for role in ROLES:
            found = choose(crowd, role, taken)
            if found:
                taken.append(found)
                chosen[role] = found.id
        for role, number in chosen.items():
            times[number] += 1
            last[number] = call
            had[number][role] += 1
        told.append(chosen)
    return told


crowds = st.lists(st.integers(0, 4), min_size=1, max_size=15).map(
    lambda homes: [(number, home) for number, home in enumerate(homes, start=1)]
)


@settings(max_examples=150, deadline=None)
@given(crowds, st.integers(1, 25))
def test_over_the_calls_nobody_has_two_more_than_anybody(
    people: list[tuple[int, int]], calls: int
) -> None:
    told = played(people, calls, [])
    counts = Counter(number for each in told for number in each.values())
    every = [counts[number] for number, _ in people]
    assert max(every) - min(every) <= 1
    assert all(len(set(each.values())) == len(each) for each in told)


@settings(max_examples=100, deadline=None)
@given(crowds.filter(lambda people: len(people) >= 2 * len(ROLES)), st.integers(2, 20))
def test_nobody_is_asked_twice_in_a_row_where_that_can_be(
    people: list[tuple[int, int]], calls: int
) -> None:
    alike = [(number, 0) for number, _ in people]
    told = played(alike, calls, [])
    for before, after in pairwise(told):
        assert not set(before.values()) & set(after.values())


@given(crowds, st.lists(st.sets(st.integers(1, 15)), max_size=10))
def test_who_cannot_come_is_passed_over(
    people: list[tuple[int, int]], away: list[set[int]]
) -> None:
    for absent, chosen in zip(away, played(people, len(away), away), strict=True):
        assert not absent & set(chosen.values())


def test_two_roles_go_to_two_organisations() -> None:
    people = [(1, 1), (2, 1), (3, 2)]
    assert played(people, 1, []) == [{"time": 1, "notes": 3}]


def test_alone_one_has_one_role() -> None:
    assert played([(1, 0)], 2, []) == [{"time": 1}, {"time": 1}]


# -- all roles of a call, dealt together ----------------------------------------------------------

EVERY = (HOST, PRESENT, "time", "notes")


@dataclass
class Season:
    """A network's calls: who had which role, and what was left to be dealt in each."""

    homes: list[int]
    hosts: set[int]
    had: dict[int, Counter[str]] = field(default_factory=dict)
    last: Counter[int] = field(default_factory=Counter)
    calls: int = 0

    def call(self, away: set[int], passing: Collection[int] = ()) -> dict[str, int]:
        """The roles of the next call, after those who pass have passed whatever they were given."""
        self.calls += 1
        there = {
            number: Candidate(
                number,
                home,
                self.had.get(number, Counter()).total(),
                self.last[number],
                self.had.get(number, Counter()),
            )
            for number, home in enumerate(self.homes)
            if number not in away
        }
        dealt = deal(EVERY, self._able(there, set()), {})
        passed = {each.id for each in dealt.values()} & set(passing)
        held = {role: each for role, each in dealt.items() if each.id not in passed}
        dealt = deal(EVERY, self._able(there, passed), held)
        assert not {each.id for each in dealt.values()} & passed
        told = {role: each.id for role, each in dealt.items()}
        for role, number in told.items():
            self.had.setdefault(number, Counter())[role] += 1
            self.last[number] = self.calls
        self._nobody_has_two_while_another_is_free(told, set(there) - passed)
        return told

    def _able(self, there: dict[int, Candidate], passed: set[int]) -> dict[str, list[Candidate]]:
        free = [each for each in there.values() if each.id not in passed]
        return {**dict.fromkeys(EVERY, free), HOST: [e for e in free if e.id in self.hosts]}

    def _nobody_has_two_while_another_is_free(self, told: dict[str, int], able: set[int]) -> None:
        free = able - set(told.values())
        for role in told:
            doubled = Counter(told.values())[told[role]] > 1
            assert not doubled or not (free & self.hosts if role == HOST else free)
        assert not free or {PRESENT, "time", "notes"} <= set(told)
        assert HOST in told or not able & self.hosts

    def spread(self, who: Collection[int], *roles: str) -> int:
        """How many more the one who had these roles most had than who had them least."""
        counts = [sum(self.had.get(each, Counter())[role] for role in roles) for each in who]
        return max(counts) - min(counts) if counts else 0


seasons = st.builds(
    Season,
    st.lists(st.integers(1, 4), min_size=1, max_size=14),
    st.sets(st.integers(0, 2), min_size=1),
)
odd = st.lists(st.tuples(st.sets(st.integers(0, 13)), st.sets(st.integers(0, 13))), max_size=30)


@settings(max_examples=150, deadline=None)
@given(seasons, st.integers(1, 30))
def test_where_all_come_everybody_has_their_turn(season: Season, calls: int) -> None:
    season.hosts &= set(range(len(season.homes)))
    others = set(range(len(season.homes))) - season.hosts
    for _ in range(calls):
        season.call(set())
    assert season.spread(others, PRESENT) <= 1
    assert season.spread(season.hosts, HOST) <= 2
    assert season.spread(others, *EVERY) <= 2


@settings(max_examples=200, deadline=None)
@given(seasons, odd)
def test_whoever_always_comes_and_never_passes_presents_as_often_as_the_others(
    season: Season, weeks: list[tuple[set[int], set[int]]]
) -> None:
    others = set(range(len(season.homes))) - season.hosts
    passed = False
    for away, passing in weeks:
        season.call(away, passing)
        passed |= bool(passing)
        others -= away | passing
    # What is passed on goes to somebody who is free: whose turn it is may have another role.
    assert season.spread(others, PRESENT) <= (2 if passed else 1)


def test_whoever_presents_is_relieved_of_what_another_can_do() -> None:
    ana, ben, dee = Candidate(1), Candidate(2), Candidate(3)
    able = {HOST: [ana], PRESENT: [], "time": [ana, ben, dee], "notes": [ana, ben, dee]}
    held = {HOST: ana, PRESENT: ben, "time": ben}
    assert deal(EVERY, able, held, {PRESENT})["time"] == dee
    assert deal(EVERY, able, held, {PRESENT, "time"})["time"] == ben, "that was chosen"


def test_a_host_who_presents_lets_another_host() -> None:
    ana, grace, ben = Candidate(1), Candidate(2), Candidate(3)
    every = [ana, grace, ben]
    able = {HOST: [ana, grace], PRESENT: [], "time": every, "notes": every}
    for held in ({HOST: ana}, {HOST: ana, "time": grace}, {"time": grace}):
        dealt = deal(EVERY, able, {**held, PRESENT: ana}, {PRESENT})
        assert (dealt[HOST], dealt["time"]) == (grace, ben)
