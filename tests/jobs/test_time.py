"""Steps are done in their time, whatever the clocks do; what comes too late is left out."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Call, Series
from tests.cast import CALL, Room, text
from tests.handlers.acting import presses, says_in_form
from tests.jobs.walking import another_series, kinds_in, step_states, walks_to

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)


# -- in time --------------------------------------------------------------------------------------


async def test_calls_keep_their_hour_in_each_zone_when_the_clocks_change(room: Room) -> None:
    # Chicago changes its clocks on 14 March 2027, Berlin on 28 March.
    another_series(room, "Berlin hour")
    await room.goes_to(datetime(2027, 3, 7, tzinfo=UTC))
    await walks_to(room, datetime(2027, 4, 2, tzinfo=UTC))
    assert started(room, "Weekly call", "America/Chicago") == [
        "09.03. 15:00",
        "16.03. 15:00",
        "23.03. 15:00",
        "30.03. 15:00",
    ]
    assert started(room, "Berlin hour", "Europe/Berlin") == [
        "10.03. 10:00",
        "17.03. 10:00",
        "24.03. 10:00",
        "31.03. 10:00",
    ]


def started(room: Room, name: str, zone: str) -> list[str]:
    """When "Starting now" was posted for a series, by the clocks of its zone."""
    posts = [each for each in room.posts() if text(each).startswith(f"Starting now: {name}")]
    when = [datetime.fromtimestamp(room.posted_at(each), ZoneInfo(zone)) for each in posts]
    return [f"{at:%d.%m. %H:%M}" for at in when]


async def test_a_step_keeps_its_distance_from_the_call_when_the_clocks_change(room: Room) -> None:
    another_series(room, "Sunday", starts_on=date(2027, 3, 15), zone="America/Chicago")
    begins = datetime(2027, 3, 15, 15, tzinfo=UTC)  # 10:00, the day after
    await room.goes_to(begins - DAY - HOUR / 60)
    assert not [post for post in room.posts() if "Agenda: Sunday" in text(post)]
    await room.goes_to(begins - DAY)
    assert "Agenda: Sunday\n" + room.when("Mon 15 Mar, 10:00") in text(room.post("Agenda: Sunday"))


# -- too late -------------------------------------------------------------------------------------


async def test_what_was_due_while_the_program_was_off_is_caught_up(room: Room) -> None:
    await room.goes_to(CALL - 2 * HOUR)
    assert "Agenda" in text(room.post("Agenda")) and "Agenda" in text(room.post("Agenda", "harbor"))
    assert "You have not checked in yet" in room.direct("gus")[-1]
    assert not any("left out" in said.casefold() for said in room.direct("ana"))


async def test_what_came_too_late_is_left_out_and_a_host_hears_of_it_once(room: Room) -> None:
    await room.says("ben", "share https://example.org/moves it helped")
    await room.goes_to(CALL + WEEK - 3 * HOUR)
    (said,) = [each for each in room.direct("ana") if "left out for 2 calls" in each]
    every = [each.removeprefix("• ") for each in said.split("\n")]
    later, earlier = [each for each in every if "Weekly call, " in each]
    assert later == "Weekly call, Tue 1 Dec: Check-in opens"
    assert earlier.startswith("Weekly call, Tue 24 Nov: Agenda is posted; Reminder to")
    for label in ("“Starting now”", "Exit ticket", "Recap is posted"):
        assert label in earlier
    assert "Check-in opens" not in earlier  # that one was posted in time
    assert f"type {room.told('recap')}" in said
    assert not any("left out" in each for who in ("ben", "grace") for each in room.direct(who))
    assert kinds_in(room, "learning-call") == Counter({"Check-in": 1, "Agenda": 1})
    assert "Tue 1 Dec" in text(room.post("Agenda"))
    shown = await room.says("ana", "recap")
    await presses(room, "ana", shown.message, "Approve and post")
    await room.settle()
    assert "it helped" in text(room.post("Recap: "))


async def test_a_missed_start_still_works_on_its_problem(room: Room) -> None:
    await says_in_form(room, "dee", "ask", "harbor", what="Talk moves fade", sight="network")
    await walks_to(room, CALL - HOUR)
    await room.goes_to(CALL + 50 * HOUR / 60)
    assert step_states(room)["start"] == "skipped"
    await walks_to(room, CALL + DAY)
    recap = text(room.post("Recap: "))
    assert "The problem, and what was offered" in recap and "Talk moves fade" in recap
    assert "still unanswered" not in recap


async def test_a_start_that_is_off_still_works_on_its_problem(room: Room) -> None:
    await says_in_form(room, "dee", "ask", "harbor", what="Talk moves fade", sight="network")
    change = Series.__table__.update().values(steps={"start": None, "exit": None})  # type: ignore[attr-defined]
    room.homeroom.database.write(lambda session: session.execute(change)).result()
    await walks_to(room, CALL + DAY)
    assert "The problem, and what was offered" in text(room.post("Recap: "))
    assert kinds_in(room, "harbor") == Counter({"Check-in": 1, "Agenda": 1, "Recap": 1})


async def test_a_call_moved_after_its_check_in_was_missed_opens_it_again(room: Room) -> None:
    another_series(room, "Berlin hour", starts_on=date(2026, 11, 30))
    await room.goes_to(datetime(2026, 11, 28, 13, tzinfo=ZoneInfo("Europe/Berlin")))
    assert any("Check-in opens" in said for said in room.direct("ana"))
    overview = await room.says("ana", "call")
    with Session(room.homeroom.database.engine) as session:
        call = session.scalars(
            select(Call).join(Series).where(Series.name == "Berlin hour").order_by(Call.starts_at)
        ).first()
        assert call and overview
        words = f"call move {call.id}"
    await room.fills("ana", words, on=date(2026, 12, 4), at=time(10), minutes="30")
    await room.goes_to(datetime(2026, 12, 2, 10, tzinfo=ZoneInfo("Europe/Berlin")))
    shown = text(room.post("Check-in: Berlin hour"))
    assert room.when("Fri 4 Dec, 10:00", "Europe/Berlin") in shown
