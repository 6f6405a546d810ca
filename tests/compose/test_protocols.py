"""Protocols: their steps always sum to the minutes there are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.compose.protocols import PROTOCOLS, fitting, scaled, share_out


@given(st.sampled_from(sorted(PROTOCOLS)), st.integers(1, 480))
def test_steps_sum_to_the_minutes_and_none_is_empty(key: str, minutes: int) -> None:
    steps = scaled(PROTOCOLS[key], minutes)
    assert sum(minutes for _, minutes in steps) == minutes
    assert all(minutes >= 1 for _, minutes in steps)


@given(st.sampled_from(sorted(PROTOCOLS)), st.integers(1, 480))
def test_no_step_is_lost(key: str, minutes: int) -> None:
    said = " + ".join(name for name, _ in scaled(PROTOCOLS[key], minutes))
    assert said == " + ".join(name for name, _ in fitting(PROTOCOLS[key], minutes).steps)


@pytest.mark.parametrize("key", sorted(PROTOCOLS))
def test_it_is_itself_in_its_own_time(key: str) -> None:
    protocol = PROTOCOLS[key]
    assert scaled(protocol, protocol.minutes) == protocol.steps
    assert protocol.least <= protocol.minutes


def test_a_consultancy_too_short_becomes_a_flash_consultancy() -> None:
    assert fitting(PROTOCOLS["consultancy"], 19).name == "Flash consultancy"
    assert fitting(PROTOCOLS["consultancy"], 20).name == "Consultancy"


def test_merged_steps_say_so() -> None:
    assert scaled(PROTOCOLS["plusdelta"], 2) == (
        ("Plus: what helped", 1),
        ("Delta: what to change + One takeaway each", 1),
    )


def test_a_protocol_needs_a_minute() -> None:
    with pytest.raises(ValueError, match="one minute"):
        scaled(PROTOCOLS["flash"], 0)


weighted = st.lists(st.tuples(st.integers(1, 60), st.integers(0, 20)), min_size=1, max_size=12)


@given(weighted, st.integers(0, 480))
def test_shares_sum_and_keep_their_least(pairs: list[tuple[int, int]], spare: int) -> None:
    weights, least = zip(*pairs, strict=True)
    shares = share_out(sum(least) + spare, weights, least)
    assert sum(shares) == sum(least) + spare
    assert all(share >= floor for share, floor in zip(shares, least, strict=True))
