"""A network rests over holidays: no call is held, nobody is asked, and it can be taken back."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.calendar import local_day
from storage import pauses
from storage.models import Call, Step
from tests.cast import CALL, Room, text
from tests.handlers.acting import all_posts, nothing_changed, presses
from tests.jobs.walking import walks_to
from tests.room import ZONE

WEEK, DAY, HOUR = timedelta(days=7), timedelta(days=1), timedelta(hours=1)
BREAK: dict[str, Any] = {
    "name": "Winter break",
    "first": date(2026, 11, 30),
    "last": date(2026, 12, 6),
}


def states(room: Room) -> dict[str, str]:
    """Each call's date and its state."""
    with Session(room.homeroom.database.engine) as session:
        rows = session.execute(select(Call.original_on, Call.state).order_by(Call.starts_at))
        return {f"{on:%d %b}": state for on, state in rows}


async def rests(room: Room, **changes: Any) -> str:
    return (await room.fills("ana", "network pause", **(BREAK | changes))).text


async def test_calls_in_a_pause_are_not_held_and_the_channels_read_so(room: Room) -> None:
    said = await rests(room)
    assert "Planned: Winter break, 30 Nov 2026 to 6 Dec 2026." in said
    assert "1 call is not held" in said
    assert states(room)["01 Dec"] == "skipped" and states(room)["08 Dec"] == "planned"
    await room.settle()
    for where in ("learning-call", "harbor"):
        post = text(room.post("Coaching Network rests: Winter break", where))
        assert room.when("Tue 1 Dec, 15:00") in post
    await room.dialog("ana", ("network", "Winter break, 30 Nov 2026 to 6 Dec 2026"))
    await room.dialog("ana", ("network audit", "planned the pause Winter break"))
    before = all_posts(room, "harbor")
    await room.goes_to(CALL + WEEK - 2 * DAY)
    await walks_to(room, CALL + WEEK + 3 * HOUR)
    assert not [
        each for each in all_posts(room, "harbor") if "1 Dec" in each and each not in before
    ]


async def test_what_is_asked_before_a_call_waits_for_the_end_of_the_pause(room: Room) -> None:
    """The call on the Tuesday after the break: its check-in would open on Sunday."""
    await rests(room)
    await room.settle()
    with Session(room.homeroom.database.engine) as session:
        call = session.scalars(select(Call).where(Call.original_on == date(2026, 12, 8))).one()
        rows = {s.kind: s for s in session.scalars(select(Step).where(Step.call_id == call.id))}
        opens = rows["checkin"].due_at
        assert f"{opens:%d %b %H:%M}" == "07 Dec 14:00"  # 8 in the morning in Chicago
        assert rows["nudge"].state == "planned"


async def test_a_reminder_that_falls_into_it_is_left_out(room: Room) -> None:
    """The network rests until its eve: a call at 15:00 the day after it has its reminder then."""
    await rests(room, first=date(2026, 11, 27), last=date(2026, 11, 30))
    with Session(room.homeroom.database.engine) as session:
        call = session.scalars(select(Call).where(Call.original_on == date(2026, 12, 1))).one()
        rows = {s.kind: s for s in session.scalars(select(Step).where(Step.call_id == call.id))}
        assert local_day(rows["agenda"].due_at, ZONE) == date(2026, 12, 1)
        assert rows["nudge"].state == "planned"  # it is due on that day itself


async def test_taking_it_back_holds_the_calls_after_all(room: Room) -> None:
    before = states(room)
    await rests(room)
    await room.settle()
    back = await room.says("ana", "network unpause 1")
    assert "Taken back: Winter break. 1 call is held after all." in back.text
    assert states(room) == before
    await room.settle()
    assert "“Winter break”, 30 Nov 2026 to 6 Dec 2026, was taken back" in text(
        room.post("does not rest")
    )
    await walks_to(room, CALL + WEEK + HOUR / 2)
    assert "Starting now" in text(room.posts()[-1]) or any(
        "Starting now" in text(each) for each in room.posts()
    )
    async with nothing_changed(room):
        await room.dialog("ana", ("network unpause 1", "not here (any more)"))


async def test_those_who_had_answered_are_told(room: Room) -> None:
    await room.fills("ben", "checkin", answer0="Number talks")
    said = await rests(room, first=date(2026, 11, 24), last=date(2026, 11, 24))
    assert "and 1 person who had answered are told" in said
    await room.settle()
    assert "is cancelled" in room.direct("ben")[-1]


async def test_a_call_planned_later_is_left_out_too(room: Room) -> None:
    await rests(room, first=date(2027, 2, 1), last=date(2027, 2, 7))
    await room.goes_to(CALL + 6 * WEEK)
    assert states(room)["02 Feb"] == "skipped"
    with Session(room.homeroom.database.engine) as session:
        call = session.scalars(select(Call).where(Call.original_on == date(2027, 2, 2))).one()
        assert not session.scalars(select(Step).where(Step.call_id == call.id)).all()
    await room.says("ana", "network unpause 1")
    assert states(room)["02 Feb"] == "planned"
    await walks_to(room, CALL + 10 * WEEK + HOUR / 2)
    assert any("Starting now" in text(each) for each in room.posts()[-4:])


@pytest.mark.parametrize(
    ("changes", "beside", "words"),
    [
        ({"last": date(2026, 11, 29)}, "last", "before the first one"),
        ({"first": date(2026, 11, 1), "last": date(2026, 11, 22)}, "last", "That day is past"),
        ({"first": date(2030, 1, 1), "last": date(2030, 1, 2)}, "first", "two years away"),
        ({"last": date(2027, 11, 29)}, "last", "at most 120 days"),
        ({"name": "  "}, "name", "Please"),
    ],
)
async def test_what_does_not_fit(
    room: Room, changes: dict[str, Any], beside: str, words: str
) -> None:
    async with nothing_changed(room):
        seen = await room.fills("ana", "network pause", **(BREAK | changes))
        assert words in seen.errors[beside]


async def test_two_pauses_do_not_overlap(room: Room) -> None:
    await rests(room)
    async with nothing_changed(room):
        seen = await room.fills(
            "ana", "network pause", **(BREAK | {"name": "Other", "first": date(2026, 12, 6)})
        )
        assert "Then is Winter break already" in seen.errors["first"]


async def test_others_can_ask_whether_it_rests(room: Room) -> None:
    await rests(room)
    with Session(room.homeroom.database.engine) as session:
        for on, rests_then in (
            (date(2026, 11, 29), False),
            (date(2026, 11, 30), True),
            (date(2026, 12, 6), True),
            (date(2026, 12, 7), False),
        ):
            found = pauses.is_paused(session, network_id=room.network_id, on=on)
            assert bool(found) == rests_then
        assert not pauses.is_paused(session, network_id=room.network_id + 1, on=date(2026, 12, 1))


async def test_after_it_the_check_in_stands_before_the_agenda(room: Room) -> None:
    """A call on the first day after a pause: both wait for that morning."""
    await rests(room, first=date(2026, 11, 23), last=date(2026, 11, 30))
    await room.settle()
    await walks_to(room, CALL + WEEK - 2 * HOUR)
    after = [text(each) for each in room.posts()]
    opened = next(at for at, each in enumerate(after) if "Check-in" in each and "1 Dec" in each)
    agenda = next(at for at, each in enumerate(after) if "Agenda" in each and "1 Dec" in each)
    assert opened < agenda, after


async def test_a_question_that_falls_into_it_is_asked_when_it_is_over(room: Room) -> None:
    await rests(room, name="Rest", first=date(2026, 11, 23), last=date(2026, 11, 30))
    seen = await room.says("ana", "prompt tomorrow 9am: What went well?")
    asked = room.when("Tue 1 Dec, 09:00")
    rests_then = "the network rests then (Rest, until 30 Nov): it is asked"
    assert rests_then in seen.text and asked in seen.text, seen.text
    done = await presses(room, "ana", seen.message, "Schedule")
    assert rests_then in done.text
    await room.dialog("ana", ("prompts", rests_then))
    told = len(room.direct("ana"))
    await walks_to(room, CALL + 2 * DAY)
    assert not any("What went well?" in text(each) for each in room.posts())
    assert len(room.direct("ana")) == told + 1
    said = room.direct("ana")[-1]
    assert "“What went well?” was to be asked" in said and "I ask it" in said and asked in said
    await room.dialog("ana", ("prompts", asked))
    await walks_to(room, CALL + WEEK + DAY)
    assert len([each for each in room.posts() if "What went well?" in text(each)]) == 1
    await room.dialog("ana", ("prompts", "No prompt is scheduled"))


async def test_one_that_recurs_is_left_out_then_and_its_host_reads_so_before(room: Room) -> None:
    await rests(room, name="Rest", first=date(2026, 11, 23), last=date(2026, 11, 30))
    seen = await room.says("ana", "prompt every Wednesday 9am until Nov 25: What went well?")
    assert "rests then (Rest, until 30 Nov): it is not asked" in seen.text, seen.text
    await presses(room, "ana", seen.message, "Schedule")
    await walks_to(room, CALL + 3 * DAY)
    assert not any("What went well?" in text(each) for each in room.posts())
    assert "It is not asked any more." in room.direct("ana")[-1]
