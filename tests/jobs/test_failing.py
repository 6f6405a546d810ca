"""What fails holds up no other, and is tried again until it is too late."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobs.table import TABLE, Turn
from storage.models import Call, Delivery, Series
from tests.cast import CALL, MONDAY, Room, text
from tests.handlers.acting import presses
from tests.jobs.walking import (
    another_series,
    kinds_in,
    rows_of,
    step_states,
    touch_everything,
    walks_to,
)

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)


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
