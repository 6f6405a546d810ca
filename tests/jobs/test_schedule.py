"""The tick: each post once, in every channel, and nothing composed anew without a change."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import OutboxPost, Series
from tests.cast import CALL, MONDAY, Room, text
from tests.handlers.acting import presses, says_in_form
from tests.jobs.walking import KINDS, editions, kinds_in, touch_everything, walks_to

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)


# -- each once ------------------------------------------------------------------------------------


async def test_every_channel_of_every_workspace_gets_each_post_exactly_once(room: Room) -> None:
    await room.says("ben", "share https://example.org/moves it helped")
    await walks_to(room, CALL + 5 * DAY - HOUR)
    for where in ("learning-call", "harbor"):
        own = Counter(dict.fromkeys(KINDS, 1))
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
    await asyncio.gather(*(room.homeroom.tick() for _ in range(5)))
    await room.settle()
    assert len(room.posts()) == before + 1


# -- who is reminded ------------------------------------------------------------------------------


def reminders(room: Room, who: str) -> list[str]:
    """What is said to one alone of checking in; who has a role is told of that apart."""
    return [said for said in room.direct(who) if "checked in" in said or "is over" in said]


async def test_a_reminder_follows_what_its_reader_does(room: Room) -> None:
    await says_in_form(room, "ben", "checkin", answer0="Yes")
    await presses(room, "dee", room.post("Check-in", "harbor"), "I can’t come")
    await walks_to(room, CALL - 4 * HOUR)
    assert reminders(room, "ben") == [] and reminders(room, "dee") == []
    (asked,) = reminders(room, "gus")
    assert "Hello Gus" in asked and "You have not checked in yet" in asked
    await says_in_form(room, "gus", "checkin", answer0="Now")
    await room.settle()
    (thanked,) = reminders(room, "gus")
    assert "Thank you, you have checked in" in thanked
    grace = reminders(room, "grace")[-1]
    assert "You have not checked in yet" in grace
    await walks_to(room, CALL + HOUR)
    assert "is over. The recap tells what happened" in reminders(room, "grace")[-1]


async def test_nothing_is_wanted_twice_of_the_platform(room: Room) -> None:
    await walks_to(room, CALL + 3 * DAY)
    with Session(room.homeroom.database.engine) as session:
        # What was to ask a second host in the morning is let go: the recap was there first.
        every = session.scalars(select(OutboxPost).where(OutboxPost.kind != "second")).all()
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
