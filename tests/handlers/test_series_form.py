"""A host plans, changes and ends a series in one form."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.series_steps import read_steps, say_steps
from storage.models import Call, Series
from tests.cast import CALL, MONDAY, Room, text
from tests.handlers.acting import field, links, nothing_changed, of_no_role, presses, says_in_form
from tests.room import Seen, addresses

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
EASTERN = "America/New_York"
FORM: dict[str, Any] = {
    "name": "Coaches’ hour",
    "every": "week",
    "starts_on": date(2026, 11, 26),
    "at": time(10),
    "zone": "Europe/Berlin",
    "minutes": "30",
    "link": "",
}


async def plans(room: Room, who: str = "ana", **changes: Any) -> Seen:
    return await room.fills(who, "call new", **(FORM | changes))


async def changes_the_series(room: Room, **changes: Any) -> Seen:
    """What Ana sees who changes the weekly call."""
    opened = await presses(
        room, "ana", (await room.says("ana", "call")).message, "Change the series"
    )
    assert opened.view
    return await room.ana.submit(opened.view, changes)


def starts(room: Room, name: str = "Coaches’ hour", zone: str = "Europe/Berlin") -> list[str]:
    """When the planned calls of a series start, as their people's clocks show it."""
    with Session(room.homeroom.database.engine) as session:
        asked = select(Call.starts_at).join(Series).where(Series.name == name)
        found: list[datetime] = list(
            session.scalars(asked.where(Call.state == "planned").order_by(Call.starts_at))
        )
    return [f"{at.astimezone(ZoneInfo(zone)):%d.%m. %H:%M}" for at in found]


# -- planning -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ["26.11. 10:00", "03.12. 10:00", "10.12. 10:00", "17.12. 10:00", "24.12. 10:00"]),
        ({"every": "fortnight"}, ["26.11. 10:00", "10.12. 10:00", "24.12. 10:00"]),
        ({"every": "month"}, ["26.11. 10:00", "24.12. 10:00"]),  # the 4th Thursday
        ({"every": "once"}, ["26.11. 10:00"]),
        ({"ends_on": date(2026, 12, 9)}, ["26.11. 10:00", "03.12. 10:00"]),
        ({"every": "month", "starts_on": date(2026, 11, 30)}, ["30.11. 10:00", "28.12. 10:00"]),
    ],
)
async def test_calls_recur_as_the_form_says(
    room: Room, changes: dict[str, Any], expected: list[str]
) -> None:
    done = await plans(room, **changes)
    assert "Planned. The next one is" in done.text
    assert starts(room) == expected


async def test_a_planned_call_lives_in_the_channels_that_were_chosen(room: Room) -> None:
    await plans(room, channels=["#harbor"], questions="- What is new?\n\n• What is hard?")
    await room.goes_to(datetime(2026, 11, 24, 10, tzinfo=ZoneInfo("Europe/Berlin")))
    post = text(room.post("Coaches’ hour", "harbor"))
    assert f"{room.when('Thu 26 Nov, 10:00', 'Europe/Berlin')} · 30 minutes" in post
    assert "What is new?" in post and "What is hard?" in post
    assert not [each for each in room.posts() if "Coaches’ hour" in text(each)]
    # In its own channel a series is meant, whichever of the two comes first.
    await room.dialog("ben", ("agenda", "Agenda: Weekly call"))
    await room.goes_to(CALL + HOUR)
    await room.dialog("dee", ("agenda", "Agenda: Coaches’ hour"), where="harbor")


async def test_steps_are_placed_and_turned_off_as_they_are_written(room: Room) -> None:
    steps = "check-in: 3 days before\nagenda: 1 hour before\nstarting now: at the start\nrecap: off"
    await plans(room, starts_on=date(2026, 12, 3), steps=steps)
    begins = datetime(2026, 12, 3, 10, tzinfo=ZoneInfo("Europe/Berlin"))

    def posted() -> list[str]:
        own = [text(each) for each in room.posts() if "Coaches’ hour" in text(each)]
        return [each.split(":")[0] for each in own]

    await room.goes_to(begins - 3 * DAY - HOUR)
    assert posted() == []
    await room.goes_to(begins - 3 * DAY)
    assert posted() == ["Check-in"]
    await room.goes_to(begins - 2 * HOUR)
    assert of_no_role(room, "ben") == []  # no nudge
    await room.goes_to(begins - HOUR)
    await room.goes_to(begins)
    await room.goes_to(begins + HOUR / 2)
    await room.goes_to(begins + 2 * DAY)
    assert posted() == ["Check-in", "Agenda", "Starting now"]  # neither exit ticket nor recap


async def test_the_same_call_is_planned_once(room: Room) -> None:
    await plans(room)
    async with nothing_changed(room):
        assert "already planned" in (await plans(room)).text


@pytest.mark.parametrize(
    ("changes", "beside", "words"),
    [
        ({"zone": "Chicgo"}, "zone", "Did you mean America/Chicago?"),
        ({"starts_on": date(2026, 11, 1)}, "starts_on", "That date is past"),
        ({"ends_on": date(2026, 11, 25)}, "ends_on", "before the first one"),
        ({"at": "29:00"}, "at", "a time of day, such as 15:00"),
        ({"starts_on": date(2026, 11, 23), "at": time(15)}, "at", "That time is past today"),
        ({"questions": " - \n • "}, "questions", "at least one question"),
        ({"questions": "\n".join("abcdefghi")}, "questions", "8 questions are the most"),
        ({"questions": "q" * 151}, "questions", "under 150 characters"),
        ({"steps": "nudge: soon"}, "steps", "“soon” is not a time before or after the call"),
        ({"steps": "party: 1 hour after"}, "steps", "I don’t know the step “party”"),
        ({"steps": "nudge: 2 hours after"}, "steps", "must come before the call"),
        ({"steps": "recap draft: 2 days after\nrecap: 1 day after"}, "steps", "post it later"),
        ({"steps": "exit ticket: 2 days after"}, "steps", "“exit ticket” has its own time"),
        ({"link": "file:///etc/passwd"}, "link", "https://"),
    ],
)
async def test_what_does_not_fit_is_said_beside_its_field(
    room: Room, changes: dict[str, Any], beside: str, words: str
) -> None:
    async with nothing_changed(room):
        seen = await plans(room, **changes)
        assert set(seen.errors) == {beside}
        assert words in seen.errors[beside]


def test_steps_read_back_as_they_are_said() -> None:
    for own in ({}, {"nudge": None}, {"start": None, "second": None}, {"checkin": -4320}):
        assert read_steps(say_steps(own, 60), 60) == own
    assert read_steps(say_steps({"recap": None}, 60), 60)["recap"] is None


# -- changing -------------------------------------------------------------------------------------


async def test_another_hour_moves_the_calls_and_tells_who_had_answered(room: Room) -> None:
    await says_in_form(room, "ben", "checkin", answer0="Yes")
    done = await changes_the_series(room, at=time(17), zone="Eastern")
    assert f"Changed. The next one is {room.when('Tue 24 Nov, 17:00', EASTERN)}" in done.text
    assert "1 person who had answered is told" in done.text
    await room.settle()
    (said,) = of_no_role(room, "ben")
    was, will = (room.when(f"Tue 24 Nov, {at}", EASTERN) for at in ("16:00", "17:00"))
    assert f"from {was} to {will}" in said
    assert starts(room, "Weekly call", "America/New_York")[:2] == ["24.11. 17:00", "01.12. 17:00"]


async def test_the_same_instant_in_another_zone_is_no_news(room: Room) -> None:
    await says_in_form(room, "ben", "checkin", answer0="Yes")
    await changes_the_series(room, at=time(16), zone="Eastern")
    await room.settle()
    assert of_no_role(room, "ben") == []
    assert room.when("Tue 24 Nov, 16:00", EASTERN) in text(room.post("Check-in"))


async def test_another_weekday_calls_off_what_had_been_answered(room: Room) -> None:
    await says_in_form(room, "ben", "checkin", answer0="Yes")
    await changes_the_series(room, starts_on=date(2026, 11, 26))
    await room.settle()
    assert "Cancelled: Weekly call" in text(room.post("Cancelled"))
    (said,) = of_no_role(room, "ben")
    assert "Tue 24 Nov, 15:00" in said and "is cancelled" in said
    await room.goes_to(CALL)
    assert "Thu 26 Nov, 15:00" in text(room.post("Check-in"))


async def test_another_name_and_link_are_corrected_and_nobody_is_disturbed(room: Room) -> None:
    await says_in_form(room, "ben", "checkin", answer0="Yes")
    await changes_the_series(room, name="Tuesday hour", link="https://meet.example.org/new")
    await room.settle()
    post = room.post("Check-in", "harbor")
    assert "Tuesday hour" in text(post) and "https://meet.example.org/new" in [
        *links(post),
        *addresses(post),
    ]
    assert of_no_role(room, "ben") == []


async def test_a_form_that_changes_nothing_changes_nothing(room: Room) -> None:
    async with nothing_changed(room):
        assert "Nothing was changed" in (await changes_the_series(room)).text


async def test_a_call_moved_by_hand_keeps_its_time(room: Room) -> None:
    overview = (await room.says("ana", "call")).message
    opened = await presses(room, "ana", overview, "Move")
    assert opened.view
    await room.ana.submit(opened.view, {"on": date(2026, 11, 25), "at": time(9), "minutes": "60"})
    await changes_the_series(room, at=time(16))
    planned = starts(room, "Weekly call", "America/Chicago")
    assert planned[:2] == ["25.11. 09:00", "01.12. 16:00"]


async def test_the_form_shows_the_series_as_it_is(room: Room) -> None:
    overview = (await room.says("ana", "call")).message
    opened = await presses(room, "ana", overview, "Change the series")
    assert opened.view
    assert field(opened.view, "zone") == "America/Chicago"
    assert field(opened.view, "at") == "15:00"
    assert "nudge: 4 hours before" in field(opened.view, "steps")
    assert "exit ticket: at the end" in field(opened.view, "steps")


# -- ending ---------------------------------------------------------------------------------------


async def test_a_series_ends_and_tells_who_had_answered(room: Room) -> None:
    await says_in_form(room, "ben", "checkin", answer0="Yes")
    one, other = [(await room.says("ana", "call")).message for _ in range(2)]
    done = await presses(room, "ana", one, "End the series")
    assert "Weekly call has ended" in done.text and "1 person" in done.text
    assert "has ended already" in (await presses(room, "ana", other, "Change the series")).text
    await room.settle()
    assert "is cancelled" in of_no_role(room, "ben")[0]
    await room.goes_to(CALL)
    await room.goes_to(CALL + WEEK)
    assert [text(each).split("\n")[0] for each in room.posts()] == ["Cancelled: Weekly call"]
    await room.dialog("ana", ("call", "No call is planned yet"))
    await room.dialog("ben", ("agenda", "No call is planned"), ("checkin", "No call is planned"))
    assert room.clock.now() > MONDAY
