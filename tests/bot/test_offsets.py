"""When the steps of a call are due, how late they may be, and how that is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import offsets, plan
from storage import steps
from tests.bot.rows import EARLY, FIRST, HOUR, tuesdays

# -- how late is too late -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "after_due", "is_late"),
    [
        ("checkin", 2 * HOUR, False),
        ("checkin", 3 * HOUR, True),
        ("agenda", 23 * HOUR, False),
        ("agenda", 24 * HOUR, True),
        ("nudge", 3.9 * HOUR, False),
        ("nudge", 4 * HOUR, True),
        ("start", HOUR / 4, False),
        ("start", HOUR / 3, True),
        ("exit", 24 * HOUR, False),
        ("exit", 25 * HOUR, True),
        ("draft", 21 * HOUR, False),
        ("draft", 22 * HOUR, True),
        ("second", 10 * HOUR, False),
        ("second", 11 * HOUR, True),
        ("recap", 24 * HOUR, False),
        ("recap", 25 * HOUR, True),
        ("tried", 72 * HOUR, False),
        ("tried", 73 * HOUR, True),
    ],
)
def test_late_policies(session, weekly, kind, after_due, is_late):
    call = plan.plan_ahead(session, weekly, EARLY)[0]
    due = steps.of_kind(session, call_id=call.id, kind=kind).due_at
    assert plan.late(kind, due, call, due + after_due) is is_late


def test_a_check_in_never_opens_after_the_start(session):
    call = plan.plan_ahead(session, tuesdays(session, steps={"checkin": -60}), EARLY)[0]
    due = steps.of_kind(session, call_id=call.id, kind="checkin").due_at
    assert not plan.late("checkin", due, call, FIRST - HOUR / 4)
    assert plan.late("checkin", due, call, FIRST)


# -- offsets in words -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("48h before", -2880),
        ("2 days before", -2880),
        ("90 min after", 90),
        ("1 h 30 min after", 90),
        ("1.5 hours after", 90),
        ("a day before", -1440),
        ("an hour and 15 minutes before", -75),
        ("3 Weeks After", 30240),
        ("at the start", 0),
        ("off", None),
        (" Never ", None),
    ],
)
def test_offsets_as_people_write_them(said, minutes):
    assert plan.parse_offset(said) == minutes


@pytest.mark.parametrize("said", ["", "48h", "before", "soon", "two days before", "-3h before"])
def test_what_is_not_an_offset_is_said_with_an_example(said):
    with pytest.raises(ValueError, match="2 days before"):
        plan.parse_offset(said)


@pytest.mark.parametrize("said", ["5 weeks before", "30 weeks after"])
def test_offsets_have_bounds(said):
    with pytest.raises(ValueError, match="at most 4 weeks"):
        plan.parse_offset(said)


def test_offsets_are_said_in_the_largest_unit():
    said = [plan.say_offset(minutes) for minutes in (-2880, -240, -60, -90, 0, 30240, 1440, None)]
    assert said == [
        "2 days before",
        "4 hours before",
        "1 hour before",
        "90 min before",
        "at the start",
        "3 weeks after",
        "1 day after",
        "off",
    ]


@given(st.none() | st.integers(offsets.EARLIEST, offsets.LATEST))
def test_what_is_said_is_read_back(minutes):
    assert plan.parse_offset(plan.say_offset(minutes)) == minutes


def test_steps_that_lie_on_the_wrong_side_are_named():
    assert plan.misplaced({"checkin": -60, "recap": 3 * 60, "nudge": None, "start": None}) == {}
    wrong = plan.misplaced({"checkin": 30, "tried": -5, "start": -10, "second": 3})
    assert set(wrong) == {"checkin", "tried", "start", "second"}
    assert plan.misplaced({"recap": 60}) == {
        "recap": "The recap is drafted 2 hours after; post it later than that."
    }
