"""The tick: each post once, in every channel; what fails, what came late, what did not change."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import plan
from jobs.table import TABLE, Turn
from storage import networks, series
from storage.models import Call, Delivery, OutboxPost, Series
from tests.cast import CALL, MONDAY, Room, text
from tests.handlers.acting import presses, says_in_form
from tests.jobs.walking import editions, rows_of, step_states, touch_everything, walks_to

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
KINDS = ["Check-in", "Agenda", "Starting now", "Before you go", "Recap"]


def another_series(room: Room, name: str, **changes: Any) -> None:
    """A series of the same network in the channels that it names, planned."""
    values: dict[str, Any] = {
        "every": "week",
        "starts_on": date(2026, 11, 25),
        "at": time(10),
        "zone": "Europe/Berlin",
        "minutes": 30,
        "questions": ["What is new?"],
    }

    def make(session: Session) -> None:
        channels = networks.channels(session, network_id=room.network_id)
        made = series.add(
            session,
            network_id=room.network_id,
            name=name,
            channels=channels,
            **(values | changes),
        )
        plan.plan_ahead(session, made, room.clock.now())

    room.homeroom.database.write(make).result()


@contextmanager
def broken(kind: str, of: str = "") -> Iterator[list[datetime]]:
    """A step that fails, for the series called so or for all; when it was tried."""
    whole, tried = TABLE[kind], []

    def fail(turn: Turn) -> None:
        if of not in turn.call.series.name:
            return whole(turn)
        tried.append(turn.now)
        raise RuntimeError("broken on purpose")

    TABLE[kind] = fail
    try:
        yield tried
    finally:
        TABLE[kind] = whole


def kinds_in(room: Room, where: str) -> Counter[str]:
    return Counter(kind for post in room.posts(where) for kind in KINDS if kind in text(post)[:30])


# -- each once ------------------------------------------------------------------------------------


async def test_every_channel_of_every_workspace_gets_each_post_exactly_once(room: Room) -> None:
    await room.says("ben", "share https://example.org/moves it helped")
    await walks_to(room, CALL + 5 * DAY - HOUR)
    for where in ("learning-call", "harbor"):
        own = Counter({kind: 1 for kind in KINDS})
        assert kinds_in(room, where) == own
    assert room.posts("elsewhere") == room.posts("other-network") == []


async def test_composing_again_without_a_change_changes_nothing(room: Room) -> None:
    await says_in_form(room, "ben", "checkin", answer0="Number talks")
    await says_in_form(room, "dee", "ask", "harbor", what="Talk moves fade", sight="network")
    await room.says("ben", "share https://example.org/moves it helped")
    for at in (MONDAY, CALL - DAY, CALL - HOUR, CALL, CALL + HOUR, CALL + 3 * HOUR, CALL + 2 * DAY):
        await walks_to(room, at)
        before = editions(room)
        touch_everything(room)
        await room.settle()
        assert editions(room) == before, at


async def test_two_ticks_at_once_do_each_step_once(room: Room) -> None:
    await says_in_form(room, "ben", "checkin", answer0="Number talks")
    room.clock.move(CALL)
    before = len(room.posts())
    await room.homeroom.tick()
    await room.homeroom.tick()
    await room.settle()
    assert len(room.posts()) == before + 1


# -- in time --------------------------------------------------------------------------------------


async def test_calls_keep_their_hour_in_each_zone_when_the_clocks_change(room: Room) -> None:
    # Chicago changes its clocks on 14 March 2027, Berlin on 28 March.
    another_series(room, "Berlin hour")
    started: dict[str, list[str]] = {"Weekly call": [], "Berlin hour": []}
    zones = {"Weekly call": "America/Chicago", "Berlin hour": "Europe/Berlin"}
    await walks_to(room, datetime(2027, 3, 7, tzinfo=ZoneInfo("UTC")))
    seen = len(room.posts())
    while room.clock.now() < datetime(2027, 4, 4, tzinfo=ZoneInfo("UTC")):
        await walks_to(room, room.clock.now() + HOUR / 2)
        for post in room.posts()[seen:]:
            for name, zone in zones.items():
                if text(post).startswith(f"Starting now: {name}"):
                    local = room.clock.now().astimezone(ZoneInfo(zone))
                    started[name].append(f"{local:%d.%m. %H:%M}")
        seen = len(room.posts())
    assert started["Weekly call"] == ["09.03. 15:00", "16.03. 15:00", "23.03. 15:00", "30.03. 15:00"]
    assert started["Berlin hour"] == ["10.03. 10:00", "17.03. 10:00", "24.03. 10:00", "31.03. 10:00"]


async def test_a_step_keeps_its_distance_from_the_call_when_the_clocks_change(room: Room) -> None:
    another_series(room, "Sunday", starts_on=date(2027, 3, 15), zone="America/Chicago")
    begins = datetime(2027, 3, 15, 15, tzinfo=ZoneInfo("UTC"))  # 10:00, the day after
    await walks_to(room, begins - DAY - HOUR / 60)
    assert not [post for post in room.posts() if "Agenda: Sunday" in text(post)]
    await walks_to(room, begins - DAY)
    assert "Mon 15 Mar, 10:00 (America/Chicago)" in text(room.post("Agenda: Sunday"))


# -- too late -------------------------------------------------------------------------------------


async def test_what_was_due_while_the_program_was_off_is_caught_up(room: Room) -> None:
    await room.goes_to(CALL - 2 * HOUR)
    assert "Agenda" in text(room.post("Agenda")) and "Agenda" in text(room.post("Agenda", "harbor"))
    assert "You have not checked in yet" in room.direct("gus")[-1]
    assert not any("Left out" in said for said in room.direct("ana"))


async def test_what_came_too_late_is_left_out_and_a_host_hears_of_it_once(room: Room) -> None:
    await room.says("ben", "share https://example.org/moves it helped")
    await room.goes_to(CALL + WEEK - 3 * HOUR)
    (said,) = [each for each in room.direct("ana") if "Tue 24 Nov" in each and "Left out" in each]
    for label in ("Agenda is posted", "“Starting now”", "Exit ticket", "Recap is posted"):
        assert label in said
    assert "Check-in opens" not in said  # that one was posted in time
    assert "type /learn recap" in said
    assert not any("Left out" in each for who in ("ben", "grace") for each in room.direct(who))
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
    assert "Fri 4 Dec, 10:00" in text(room.post("Check-in: Berlin hour"))


# -- failing --------------------------------------------------------------------------------------


async def test_a_step_that_fails_holds_up_no_other_and_is_tried_again(room: Room) -> None:
    another_series(room, "Berlin hour", starts_on=date(2026, 11, 24), at=time(22))
    with broken("start", of="Weekly call") as tried:
        await walks_to(room, CALL)  # 22:00 in Berlin: both begin
        await room.settle()
        assert text(room.post("Starting now")).startswith("Starting now: Berlin hour")
        assert tried == [CALL]  # not again and again within the minute
        await room.goes_to(CALL + HOUR / 60)
        assert tried == [CALL, CALL + HOUR / 60]
    await room.goes_to(CALL + 2 * HOUR / 60)
    assert text(room.post("Starting now")).startswith("Starting now: Weekly call")
    assert kinds_in(room, "harbor")["Starting now"] == 2


async def test_a_step_that_goes_on_failing_is_left_out_when_it_is_too_late(room: Room) -> None:
    with broken("start"):
        await walks_to(room, CALL)
        for minute in range(1, 17):
            await room.goes_to(CALL + minute * HOUR / 60)
    assert step_states(room)["start"] == "skipped"
    assert "“Starting now”, with the link" in room.direct("ana")[-1]


async def test_a_post_that_cannot_be_composed_again_holds_up_no_other(room: Room) -> None:
    another_series(room, "Berlin hour")
    await walks_to(room, CALL - HOUR)
    with broken("checkin", of="Weekly call"):
        form = await presses(room, "ben", room.post("Check-in: Berlin hour"), "Check in")
        assert form.view
        await room.ben.submit(form.view, {"answer0": "For the Berlin hour"})
        touch_everything(room)
        await room.goes_to(CALL)
        assert "Starting now" in text(room.post("Starting now"))
        assert "1 checked in: Ben" in text(room.post("Check-in: Berlin hour"))
    await room.goes_to(CALL + HOUR / 60)
    with Session(room.homeroom.database.engine) as session:
        assert not session.scalars(select(Call).where(Call.stale)).all()


async def test_a_series_that_cannot_be_planned_holds_up_no_other(room: Room) -> None:
    another_series(room, "Lost")
    lose = Series.__table__.update().where(Series.name == "Lost").values(zone="Nowhere/Lost")  # type: ignore[attr-defined]
    room.homeroom.database.write(lambda session: session.execute(lose)).result()
    known = len(rows_of(room, "checkin"))
    await walks_to(room, MONDAY + 9 * DAY)
    begun = [each for each in room.posts() if "Starting now: Weekly call" in text(each)]
    assert len(begun) == 2
    assert len(rows_of(room, "checkin")) > known


async def test_old_deliveries_are_let_go(room: Room) -> None:
    await room.says("ben", "share https://example.org/moves it helped")
    with Session(room.homeroom.database.engine) as session:
        assert session.scalars(select(Delivery)).all()
    await room.goes_to(MONDAY + 3 * DAY)
    with Session(room.homeroom.database.engine) as session:
        assert not session.scalars(select(Delivery)).all()


# -- who is reminded ------------------------------------------------------------------------------


async def test_a_reminder_follows_what_its_reader_does(room: Room) -> None:
    await says_in_form(room, "ben", "checkin", answer0="Yes")
    await presses(room, "dee", room.post("Check-in", "harbor"), "I can’t come")
    await walks_to(room, CALL - 4 * HOUR)
    assert room.direct("ben") == [] and room.direct("dee") == []
    (asked,) = room.direct("gus")
    assert "Hello Gus" in asked and "You have not checked in yet" in asked
    await says_in_form(room, "gus", "checkin", answer0="Now")
    await room.settle()
    (thanked,) = room.direct("gus")
    assert "Thank you, you have checked in" in thanked
    grace = room.direct("grace")[-1]
    assert "You have not checked in yet" in grace
    await walks_to(room, CALL + HOUR)
    assert "is over. The recap tells what happened" in room.direct("grace")[-1]


async def test_nothing_is_wanted_twice_of_the_platform(room: Room) -> None:
    await walks_to(room, CALL + 3 * DAY)
    with Session(room.homeroom.database.engine) as session:
        every = session.scalars(select(OutboxPost)).all()
    assert {post.state for post in every} == {"sent"}
    assert all(post.sent_edition == post.edition for post in every)


@pytest.mark.parametrize("offsets", [{"tried": None}, {}])
async def test_three_weeks_later_each_says_what_became_of_it(
    room: Room, offsets: dict[str, None]
) -> None:
    change = Series.__table__.update().values(steps=offsets)  # type: ignore[attr-defined]
    room.homeroom.database.write(lambda session: session.execute(change)).result()
    await room.says("ben", "share https://example.org/moves it helped")
    await walks_to(room, CALL + 3 * WEEK)
    posts = [each for each in room.posts("harbor") if "Tried it?" in text(each)]
    if offsets:
        assert posts == []
        return
    (post,) = posts
    assert "Ben (Northside)" in text(post) and "No answers yet" in text(post)
    seen = await presses(room, "dee", post, "Adapted")
    assert "Good to know that you adapted it" in seen.text
    await room.settle()
    for where in ("learning-call", "harbor"):
        assert "1 adapted it" in text(room.post("Tried it?", where))
