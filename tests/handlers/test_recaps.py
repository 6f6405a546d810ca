"""A recap is drafted to a host, edited, approved or held back, and posted."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import OutboxPost
from tests.cast import CALL, Room, text
from tests.handlers.acting import (
    all_posts,
    buttons,
    links,
    nothing_changed,
    presses,
    says_in_form,
)
from tests.jobs.walking import touch_everything, walks_to
from tests.room import Message

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DRAFTED, ASKED, POSTED = CALL + 2 * HOUR, CALL + 13 * HOUR, CALL + DAY
MORNING = CALL + 16 * HOUR  # seven in Chicago; it is four there at ASKED


def newest(room: Room, who: str) -> Message:
    """Homeroom's newest direct message to someone."""
    return room.directs(who)[-1]


def recaps_posted(room: Room, where: str = "learning-call") -> list[str]:
    return [each for each in all_posts(room, where) if each.startswith("Recap: ")]


async def a_call_with_something_to_tell(room: Room) -> None:
    await room.says("ben", "share https://example.org/moves talk moves #maths")
    await says_in_form(room, "dee", "ask", "harbor", what="Talk moves fade", sight="network")
    await walks_to(room, CALL)
    await walks_to(room, CALL + HOUR)
    await says_in_form(
        room, "ben", "exit", useful="4", recommend="yes", commitment="Try wait time twice"
    )
    await walks_to(room, DRAFTED)


async def test_the_host_approves_and_it_is_posted_at_once_everywhere(room: Room) -> None:
    await a_call_with_something_to_tell(room)
    draft = newest(room, "ana")
    assert "only hosts see it so far" in text(draft) and "It posts by itself" in text(draft)
    assert recaps_posted(room) == []
    assert not [each for each in room.direct("grace") if "draft" in each]
    done = await presses(room, "ana", draft, "Approve and post")
    assert "Approved. It is being posted to every channel" in done.text
    await room.settle()
    for where in ("learning-call", "harbor"):
        assert len(recaps_posted(room, where)) == 1
        recap = text(room.post("Recap: ", where))
        assert "talk moves" in recap and "Talk moves fade" in recap
        assert "Ben (Northside): Try wait time twice" in recap
        assert "useful 4.0 of 5" in recap and "Next call: Tue 1 Dec" in recap
    assert "is posted. Ana approved it" in text(newest(room, "ana"))
    assert buttons(newest(room, "ana")) == []
    await walks_to(room, POSTED)
    assert len(recaps_posted(room)) == 1


async def test_nobody_approves_so_a_second_host_is_asked_and_then_it_posts(room: Room) -> None:
    await a_call_with_something_to_tell(room)
    await walks_to(room, ASKED)
    assert not [each for each in room.direct("grace") if "draft" in each]  # it is night there
    await walks_to(room, MORNING)
    assert "Still a draft" in text(newest(room, "grace"))
    assert len([each for each in room.direct("ana") if "draft" in each]) == 1  # she has hers
    await walks_to(room, POSTED)
    assert len(recaps_posted(room)) == 1
    assert "is posted" in text(newest(room, "ana")) and "is posted" in text(newest(room, "grace"))
    assert buttons(newest(room, "grace")) == []


async def test_a_host_who_cannot_come_is_not_asked_first(room: Room) -> None:
    await presses(room, "ana", room.post("Check-in"), "I can’t come")
    await a_call_with_something_to_tell(room)
    assert not [each for each in room.direct("ana") if "draft" in each]
    assert "A draft" in text(newest(room, "grace"))
    await walks_to(room, ASKED)
    await walks_to(room, MORNING)
    assert "Still a draft" in text(newest(room, "ana"))


async def test_a_recap_approved_in_the_night_asks_nobody_in_the_morning(room: Room) -> None:
    await a_call_with_something_to_tell(room)
    await walks_to(room, ASKED)
    await presses(room, "ana", newest(room, "ana"), "Approve and post")
    await walks_to(room, MORNING)
    assert not [each for each in room.direct("grace") if "draft" in each]
    assert len(recaps_posted(room)) == 1


async def test_a_second_host_who_wishes_no_reminders_gets_none_and_the_first_is_reminded(
    room: Room,
) -> None:
    await room.says("grace", "me nudges off")
    await a_call_with_something_to_tell(room)
    await walks_to(room, ASKED)
    await walks_to(room, MORNING)
    assert not [each for each in room.direct("grace") if "draft" in each]
    assert "Still a draft" in text(newest(room, "ana"))


async def test_a_recap_held_back_waits_for_a_host(room: Room) -> None:
    await a_call_with_something_to_tell(room)
    held = await presses(room, "ana", newest(room, "ana"), "Hold back")
    assert "Held back" in held.text
    await room.settle()
    draft = newest(room, "ana")
    assert "It is held back" in text(draft) and "Hold back" not in buttons(draft)
    await walks_to(room, ASKED)
    assert not [each for each in room.direct("grace") if "draft" in each]
    await walks_to(room, POSTED + DAY)
    assert recaps_posted(room) == []
    again = await room.says("grace", "recap")
    assert "It is held back" in again.text
    await presses(room, "grace", again.message, "Approve and post")
    await room.settle()
    assert len(recaps_posted(room)) == len(recaps_posted(room, "harbor")) == 1
    assert "Grace approved it" in text(newest(room, "ana"))


async def test_a_host_edits_the_opening_the_link_and_what_is_left_out(room: Room) -> None:
    await a_call_with_something_to_tell(room)
    opened = await presses(room, "ana", newest(room, "ana"), "Edit")
    assert opened.view
    shown = await room.ana.submit(
        opened.view,
        {
            "opening": "We <!channel> laughed & *cried*.",
            "link": "https://notes.example.org/1",
            "left_out": ["Ben will: Try wait time twice"],
        },
    )
    assert "laughed" in shown.text and "Try wait time" not in shown.text
    await room.settle()
    assert "We <!channel> laughed & *cried*." in text(newest(room, "ana"))
    await walks_to(room, POSTED)
    recap = room.post("Recap: ")
    assert "We <!channel> laughed & *cried*." in text(recap) and "Written by Ana" in text(recap)
    assert "https://notes.example.org/1" in links(recap)
    assert "Try wait time" not in "".join(all_posts(room, "learning-call"))


async def test_what_was_left_out_can_be_put_back(room: Room) -> None:
    await a_call_with_something_to_tell(room)
    for left_out, there in ((["Problem: Talk moves fade"], False), ([], True)):
        opened = await presses(room, "ana", newest(room, "ana"), "Edit")
        assert opened.view
        await room.ana.submit(opened.view, {"left_out": left_out})
        await room.settle()
        assert ("Talk moves fade" in text(newest(room, "ana"))) is there


async def test_a_posted_recap_is_changed_no_more(room: Room) -> None:
    await a_call_with_something_to_tell(room)
    opened = await presses(room, "ana", newest(room, "ana"), "Edit")
    assert opened.view
    await walks_to(room, POSTED)
    async with nothing_changed(room):
        late = await room.ana.submit(opened.view, {"opening": "Too late"})
        assert "posted already" in late.text
        for button in ("recap edit 1", "recap hold 1", "recap approve 1"):
            assert "posted already" in (await room.says("ana", button)).text
        assert "Posted." in (await room.says("ana", "recap")).text


async def test_a_late_exit_ticket_changes_the_posted_recap_in_place(room: Room) -> None:
    await a_call_with_something_to_tell(room)
    await walks_to(room, POSTED)
    posts = len(room.posts())
    await says_in_form(room, "gus", "exit", useful="2", commitment="Ask first")
    await room.settle()
    assert "Gus (Northside): Ask first" in text(room.post("Recap: "))
    assert "useful 3.0 of 5" in text(room.post("Recap: ", "harbor"))
    assert len(room.posts()) == posts


async def test_a_series_without_the_recap_step_still_drafts_and_posts_when_approved(
    room: Room,
) -> None:
    opened = await presses(
        room, "ana", (await room.says("ana", "call")).message, "Change the series"
    )
    assert opened.view
    steps = "check-in: 2 days before\nrecap draft: 2 hours after\nrecap: off"
    await room.ana.submit(opened.view, {"steps": steps})
    await a_call_with_something_to_tell(room)
    assert "It does not post by itself" in text(newest(room, "ana"))
    await walks_to(room, POSTED + DAY)
    assert recaps_posted(room) == []
    await presses(room, "ana", newest(room, "ana"), "Approve and post")
    await room.settle()
    assert len(recaps_posted(room)) == 1
    assert "is posted" in text(newest(room, "ana"))


async def test_a_long_recap_goes_on_in_its_thread_and_says_so(room: Room) -> None:
    long = "A very long word of thanks for what was shared. " * 20
    for number in range(25):
        who = ("ben", "gus", "ana", "grace")[number % 4]
        await room.says(who, f"share https://example.org/{number} {number} {long}")
    await a_call_with_something_to_tell(room)
    await walks_to(room, POSTED)
    recap = room.post("Recap: ")
    assert "more in the thread" in text(recap)
    thread = "".join(text(each) for each in room.replies(recap))
    assert all(f"{number} A very long word" in thread for number in range(25))
    assert "Continued (2 of" in thread
    with Session(room.homeroom.database.engine) as session:
        late = OutboxPost.kind != "second"  # it became pointless in the night
        assert set(session.scalars(select(OutboxPost.state).where(late))) == {"sent"}


async def test_recap_means_the_last_call_that_ended(room: Room) -> None:
    async with nothing_changed(room):
        assert "No call has ended yet" in (await room.says("ana", "recap")).text
    await walks_to(room, CALL + HOUR / 2)
    assert "No call has ended yet" in (await room.says("ana", "recap")).text
    await walks_to(room, CALL + HOUR)
    assert "draft" in (await room.says("ana", "recap")).text
    await walks_to(room, CALL + timedelta(days=7, minutes=30))
    assert "Tue 24 Nov" in (await room.says("ana", "recap")).text


@pytest.mark.parametrize("words", ["recap edit 1", "recap approve 1", "recap hold 1"])
async def test_a_call_that_has_not_ended_or_was_called_off_has_no_recap(
    room: Room, words: str
) -> None:
    async with nothing_changed(room):
        assert "has not ended yet" in (await room.says("ana", words)).text
    await presses(room, "ana", (await room.says("ana", "call")).message, "Call it off")
    await room.settle()
    async with nothing_changed(room):
        assert "did not take place" in (await room.says("ana", words)).text


async def test_who_joins_later_changes_no_figure_of_an_earlier_recap(room: Room) -> None:
    await a_call_with_something_to_tell(room)
    await walks_to(room, POSTED)
    (figure,) = [each for each in text(room.post("Recap: ")).splitlines() if " answered (" in each]
    await walks_to(room, POSTED + 5 * DAY)
    room.newcomer("hal")
    await room.says("hal", "share https://example.org/late it helped")
    touch_everything(room)
    await room.settle()
    assert figure in text(room.post("Recap: "))
