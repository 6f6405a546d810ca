"""Roles that rotate: fairly, over organisations, and never twice in a row where that can be."""

from collections import Counter
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rotation import Candidate, choose

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
