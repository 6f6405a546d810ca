"""Home bases: balanced, organisations spread, few who have met before."""

import random
from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import dealing
from bot.dealing import Person, deal, repeats

crowds = st.integers(0, 60).flatmap(
    lambda n: st.lists(st.integers(0, 6), min_size=n, max_size=n).map(
        lambda homes: [Person(number + 1, home) for number, home in enumerate(homes)]
    )
)


@settings(max_examples=120, deadline=None)
@given(crowds, st.integers(1, 12))
def test_everybody_sits_once_and_sizes_differ_by_one_at_most(
    people: list[Person], bases: int
) -> None:
    tables = deal(people, bases, {})
    assert sorted(each.id for table in tables for each in table) == [each.id for each in people]
    sizes = [len(table) for table in tables]
    assert max(sizes) - min(sizes) <= 1
    assert deal(people, bases, {}) == tables


def test_colleagues_are_spread_where_there_is_room() -> None:
    people = [Person(n, n % 4 + 1) for n in range(16)]
    for table in deal(people, 4, {}):
        assert len({each.organisation for each in table}) == 4


def rounds(people: list[Person], bases: int, count: int) -> int:
    """How often pairs repeat over so many rounds."""
    met: Counter[tuple[int, int]] = Counter()
    again = 0
    for _ in range(count):
        tables = deal(people, bases, met)
        again += repeats(tables, met)
        for table in tables:
            met.update(combinations(sorted(each.id for each in table), 2))
    return again


def test_no_pair_meets_again_while_that_can_be() -> None:
    assert rounds([Person(n) for n in range(1, 17)], 4, 3) == 0


def test_many_rounds_repeat_far_less_than_chance_does() -> None:
    people = [Person(n, n % 11 + 1) for n in range(1, 23)]
    chance, dice = [], random.Random(7)  # noqa: S311 - dice
    for _ in range(20):
        met: Counter[tuple[int, int]] = Counter()
        again = 0
        for _ in range(4):
            mixed = dice.sample(people, len(people))
            tables = [mixed[place::5] for place in range(5)]
            again += repeats(tables, met)
            for table in tables:
                met.update(combinations(sorted(each.id for each in table), 2))
        chance.append(again)
    assert rounds(people, 5, 4) < min(chance)


def pasts(people: list[Person]) -> st.SearchStrategy[dict[tuple[int, int], int]]:
    """Who has sat with whom before, people who are not there any more among them."""
    ids = st.integers(1, len(people) + 3)
    pairs = st.tuples(ids, ids).filter(lambda pair: pair[0] < pair[1])
    return st.dictionaries(pairs, st.integers(1, 4), max_size=80)


dealt = crowds.flatmap(lambda people: st.tuples(st.just(people), st.integers(1, 9), pasts(people)))


def cost(tables: list[list[Person]], met: dict[tuple[int, int], int]) -> int:
    """What a deal costs, counted pair by pair."""
    return sum(
        3 * met.get((min(one.id, other.id), max(one.id, other.id)), 0)
        + (one.organisation > 0 and one.organisation == other.organisation)
        for table in tables
        for one, other in combinations(table, 2)
    )


@settings(max_examples=150, deadline=None)
@given(dealt)
def test_looking_again_makes_it_better_or_leaves_it_and_order_does_not_matter(
    given_: tuple[list[Person], int, dict[tuple[int, int], int]],
) -> None:
    people, bases, met = given_
    tables = deal(people, bases, met)
    assert sorted(each.id for table in tables for each in table) == [each.id for each in people]
    sizes = [len(table) for table in tables]
    assert max(sizes) - min(sizes) <= 1
    assert deal(people[::-1], bases, met) == tables
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(dealing, "SWAPS", 0)
        assert cost(tables, met) <= cost(deal(people, bases, met), met)
    pairs = [(each[0].id, each[1].id) for table in tables for each in combinations(table, 2)]
    assert repeats(tables, met) == sum(met.get((min(p), max(p)), 0) for p in pairs)


@settings(max_examples=100, deadline=None)
@given(dealt)
def test_what_a_table_costs_is_known_at_any_time(
    given_: tuple[list[Person], int, dict[tuple[int, int], int]],
) -> None:
    people, bases, met = given_
    room = dealing._Room(people, bases, met)
    for one in range(len(people)):
        room.sit(one, room.best_for(one))
    while room.swap_once():
        seated = [[people[one] for one in table] for table in room.tables]
        known = sum(room._cost(one, room._at[one]) for one in range(len(people)))
        assert known == 2 * cost(seated, met)  # each pair is counted by both


@pytest.mark.parametrize(("number", "bases", "most"), [(500, 50, 0), (2_000, 60, 0)])
def test_in_a_crowd_nobody_meets_again_where_that_can_be(
    number: int, bases: int, most: int
) -> None:
    people = [Person(each, each % 23 + 1) for each in range(1, number + 1)]
    assert rounds(people, bases, 3) <= most


def test_however_large_a_crowd_is_there_is_an_end_to_looking(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    people = [Person(each, 1) for each in range(1, 1_001)]
    looked: list[int] = []
    moved = dealing._Room._moved

    def counts(room: dealing._Room, one: int, own: int) -> bool:
        looked.append(room._looks)
        return moved(room, one, own)

    monkeypatch.setattr(dealing._Room, "_moved", counts)
    deal(people, 8, {})
    assert max(looked) <= dealing.MOST_LOOKS + len(people)
