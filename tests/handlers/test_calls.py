"""A host moves, skips, cancels, starts and ends calls; what is posted follows, people are told."""

from datetime import date, time, timedelta

from tests.cast import CALL, Room, text
from tests.handlers.acting import (
    buttons,
    links,
    nothing_changed,
    of_no_role,
    presses,
    says_in_form,
)
from tests.room import Message, Seen, addresses

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
SECOND = CALL + WEEK


async def overview(room: Room, who: str = "ana") -> Message:
    return (await room.says(who, "call")).message


async def chooses(room: Room, label: str) -> Seen:
    """What Ana sees who presses a button of the first call in her overview."""
    return await presses(room, "ana", await overview(room), label)


async def moves(room: Room, on: date, at: time, minutes: int = 60) -> Seen:
    """What Ana sees who moves the first call."""
    opened = await chooses(room, "Move")
    assert opened.view
    values = {"on": on, "at": at, "minutes": str(minutes)}
    return await room.ana.submit(opened.view, values)


async def ben_checks_in(room: Room) -> None:
    await says_in_form(room, "ben", "checkin", answer0="Number talks")
    await room.settle()


def told(room: Room, who: str, words: str) -> list[str]:
    """The direct messages of ours to someone that hold these words."""
    return [said for said in room.direct(who) if words in said]


# -- moving ---------------------------------------------------------------------------------------


async def test_a_moved_call_is_corrected_in_place_and_who_had_answered_is_told_once(
    room: Room,
) -> None:
    await ben_checks_in(room)
    await room.says("gus", "")
    posts = len(room.posts())
    done = await moves(room, date(2026, 11, 25), time(16, 30), 90)
    assert f"Moved to {room.when('Wed 25 Nov, 16:30')}, 90 minutes" in done.text
    assert "1 person who had answered is told" in done.text
    await room.settle()
    for where in ("learning-call", "harbor"):
        checkin = text(room.post("Check-in", where))
        assert "Moved from Tue 24 Nov, 15:00" in checkin and "to Wed 25 Nov, 16:30" in checkin
        assert "1 checked in: Ben" in checkin and "90 minutes" in checkin
    assert len(room.posts()) == posts
    (said,) = of_no_role(room, "ben")
    assert "Weekly call has moved from Tue 24 Nov, 15:00" in said
    assert "to Wed 25 Nov, 16:30" in said and "It takes 90 minutes" in said
    for who in ("gus", "dee", "ana"):
        assert not any("moved" in each for each in room.direct(who))


async def test_a_call_moved_twice_tells_twice_with_the_right_times(room: Room) -> None:
    await ben_checks_in(room)
    for day, at in ((25, time(16)), (26, time(10)), (25, time(16))):
        await moves(room, date(2026, 11, day), at)
        await room.settle()
    first, second, third = of_no_role(room, "ben")
    assert "from Tue 24 Nov, 15:00" in first and "to Wed 25 Nov, 16:00" in first
    assert "from Wed 25 Nov, 16:00" in second and "to Thu 26 Nov, 10:00" in second
    assert "from Thu 26 Nov, 10:00" in third and "to Wed 25 Nov, 16:00" in third
    assert "Moved from Tue 24 Nov, 15:00" in text(room.post("Check-in"))


async def test_a_call_moved_back_looks_as_before(room: Room) -> None:
    await moves(room, date(2026, 11, 25), time(16))
    await moves(room, date(2026, 11, 24), time(15))
    await room.settle()
    assert "Moved" not in text(room.post("Check-in"))


async def test_only_another_length_is_told_as_such(room: Room) -> None:
    await ben_checks_in(room)
    await moves(room, date(2026, 11, 24), time(15), 45)
    await room.settle()
    (said,) = of_no_role(room, "ben")
    assert "takes 45 minutes now, no longer 60 minutes" in said and "moved" not in said


async def test_who_cannot_come_is_told_of_the_new_time_too(room: Room) -> None:
    await presses(room, "dee", room.post("Check-in", "harbor"), "I can’t come")
    await moves(room, date(2026, 11, 25), time(16))
    await room.settle()
    assert len(told(room, "dee", "has moved")) == 1


async def test_a_moved_call_has_its_steps_at_its_new_time(room: Room) -> None:
    await moves(room, date(2026, 11, 26), time(15))
    await room.goes_to(CALL)
    assert not [each for each in room.posts() if "Starting now" in text(each)]
    await room.goes_to(CALL + 2 * DAY)
    assert "Starting now" in text(room.post("Starting now"))
    await room.goes_to(CALL + 2 * DAY + HOUR)
    assert "Before you go" in text(room.post("Before you go"))
    await room.goes_to(SECOND - 2 * DAY)
    assert "Tue 1 Dec, 15:00" in text(room.post("Check-in"))  # the others stay where they were


async def test_a_call_is_not_moved_where_it_cannot_be(room: Room) -> None:
    async with nothing_changed(room):
        past = await moves(room, date(2026, 11, 23), time(8))
        assert "That time is past" in past.errors["on"]
        far = await moves(room, date(2030, 1, 1), time(8))
        assert "more than a year away" in far.errors["on"]
        same = await moves(room, date(2026, 11, 24), time(15))
        assert "already at that time; nothing was changed" in same.text


async def test_a_call_that_began_is_not_moved_any_more(room: Room) -> None:
    stale = await overview(room)
    await room.goes_to(CALL)
    async with nothing_changed(room):
        refused = await presses(room, "ana", stale, "Move")
        assert "is going on already" in refused.text
    opened = await presses(room, "ana", await overview(room), "Notes or recording")
    assert opened.view


# -- calling off ----------------------------------------------------------------------------------


async def test_a_skipped_call_is_off_and_the_next_one_is_next(room: Room) -> None:
    await ben_checks_in(room)
    done = await chooses(room, "Skip this date")
    assert "Skipped: Tue 24 Nov, 15:00" in done.text and "1 person" in done.text
    await room.settle()
    assert "Cancelled: Weekly call" in text(room.post("Weekly call"))
    assert buttons(room.post("Cancelled")) == []
    assert "Cancelled" in text(room.post("Cancelled", "harbor"))
    (said,) = of_no_role(room, "ben")
    assert "Weekly call of Tue 24 Nov, 15:00" in said and "is cancelled" in said
    await room.dialog("ben", ("agenda", "Tue 1 Dec, 15:00"))
    await room.goes_to(CALL + HOUR)
    assert not [p for p in room.posts() if "Starting" in text(p) or "Before you go" in text(p)]


async def test_a_cancelled_call_takes_its_reminders_along(room: Room) -> None:
    await room.goes_to(CALL - 3 * HOUR)
    assert "You have not checked in yet" in of_no_role(room, "gus")[-1]
    await chooses(room, "Call it off")
    await room.settle()
    (corrected,) = of_no_role(room, "gus")
    assert "Cancelled: Weekly call" in corrected and "Check in" not in corrected
    assert "Cancelled" in text(room.post("Weekly call"))


async def test_who_presses_cancel_twice_cancels_once(room: Room) -> None:
    await ben_checks_in(room)
    one, other = await overview(room), await overview(room)
    await presses(room, "ana", one, "Call it off")
    again = await presses(room, "ana", other, "Call it off")
    assert "will not take place" in again.text
    await room.settle()
    assert len(of_no_role(room, "ben")) == 1


async def test_a_holiday_far_ahead_is_left_out(room: Room) -> None:
    async def leaves_out(on: date) -> Seen:
        opened = await chooses(room, "Leave a date out")
        assert opened.view
        return await room.ana.submit(opened.view, {"on": on})

    async with nothing_changed(room):
        wrong = await leaves_out(date(2026, 12, 30))
        assert "has no call to come on that date" in wrong.errors["on"]
    assert "Left out: Tue 9 Feb, 15:00" in (await leaves_out(date(2027, 2, 9))).text
    assert "left out already" in (await leaves_out(date(2027, 2, 9))).text
    for weeks in range(10, 13):
        await room.goes_to(CALL + weeks * WEEK - 2 * DAY)
    checkins = [text(post) for post in room.posts() if "Check-in" in text(post)]
    assert "Tue 16 Feb, 15:00" in checkins[-1] and "Tue 2 Feb, 15:00" in checkins[-2]


# -- start and end --------------------------------------------------------------------------------


async def test_a_call_is_started_and_ended_by_its_host(room: Room) -> None:
    await room.goes_to(CALL - HOUR / 4)
    assert "has started" in (await chooses(room, "Start now")).text
    await room.settle()
    post = room.post("Starting now", "harbor")
    assert "https://meet.example.org/call" in [*links(post), *addresses(post)]
    assert "has ended" in (await chooses(room, "End now")).text
    await room.settle()
    assert "Before you go" in text(room.post("Before you go"))
    assert "Check-in is closed" in text(room.post("Check-in"))
    await room.goes_to(CALL)
    await room.goes_to(CALL + HOUR)
    assert len([p for p in room.posts() if "Starting now" in text(p)]) == 1
    assert len([p for p in room.posts() if "Before you go" in text(p)]) == 1


async def test_the_running_call_is_ended_by_typing(room: Room) -> None:
    async with nothing_changed(room):
        await room.dialog("ana", ("call end", "No call is going on"))
    await room.goes_to(CALL + HOUR / 2)
    await room.dialog("ana", ("call end", "The call has ended"))


async def test_which_call_is_asked_before_it_is_called_off(room: Room) -> None:
    async with nothing_changed(room):
        for words in ("call skip", "call cancel", "call start", "call move"):
            await room.dialog("ana", (words, "press the button beside the one you mean"))
        await room.dialog(
            "ana",
            ("call cancel 999", "is not one of Coaching Network’s"),
            ("call cancel x", "Please use the button"),
        )
