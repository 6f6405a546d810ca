"""Home bases: balanced, organisations spread, few who have met before."""

import random
from collections import Counter
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

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
