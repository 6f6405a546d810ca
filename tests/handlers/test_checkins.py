"""Checking in, as conversation."""

from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from storage.models import Member
from tests.cast import CALL, QUESTIONS, Room, text
from tests.handlers.acting import (
    buttons,
    field,
    nothing_changed,
    nothing_posted,
    presses,
    says_in_form,
)
from tests.room import identity

HOUR = timedelta(hours=1)


async def test_the_form_asks_the_calls_questions(room: Room) -> None:
    form = await presses(room, "ben", room.post("Check-in"), "Check in")
    assert form.view and all(question in form.text for question in QUESTIONS)
    assert "Weekly call" in form.text and "60 minutes" in form.text
    done = await room.ben.submit(form.view, {"answer0": "Number talks", "answer1": ""})
    assert "Thank you, you have checked in for Weekly call" in done.text
    await room.settle()
    for where in ("learning-call", "harbor"):
        post = room.post("Check-in", where)
        assert "1 checked in: Ben" in text(post)
        assert [text(each) for each in room.replies(post, where)] == [
            f"Ben · Northside\n{QUESTIONS[0]}\nNumber talks"
        ]
    await room.dialog("dee", ("find number talks", "Ben’s check-in"), where="harbor")


async def test_an_edit_changes_the_one_reply(room: Room) -> None:
    await room.fills("ben", "checkin", answer0="Number talks")
    await room.settle()
    again = await room.says("ben", "checkin")
    assert again.view and field(again.view, "answer0") == "Number talks"
    changed = await room.ben.submit(again.view, {"answer0": "Wait time"})
    assert "Changed" in changed.text
    await room.settle()
    post = room.post("Check-in")
    (reply,) = room.replies(post)
    assert "Wait time" in text(reply) and "Edited" in text(reply)
    assert "1 checked in: Ben" in text(post)
    await room.dialog("ana", ("find number talks", "Nothing found"), ("find wait", "Wait time"))
    async with nothing_changed(room):
        same = await says_in_form(room, "ben", "checkin", answer0="Wait time")
        assert "already saved" in same


async def test_a_late_answer_joins_the_same_thread(room: Room) -> None:
    await room.goes_to(CALL + HOUR / 2)
    post = room.post("Check-in")
    assert "checked in" in await says_in_form(room, "dee", "checkin", "harbor", answer0="On my way")
    await room.settle()
    assert [identity(post)] == [identity(each) for each in room.posts() if "Check-in" in text(each)]
    assert "On my way" in text(room.replies(post)[0])
    assert "1 checked in: Dee" in text(room.post("Check-in"))


async def test_days_ahead_of_the_next_call(room: Room) -> None:
    await room.goes_to(CALL + 2 * HOUR)
    done = await says_in_form(room, "ben", "checkin", answer0="Early bird")
    assert "Tue 1 Dec" in done
    async with nothing_posted(room):
        await room.settle()
    await room.goes_to(CALL + timedelta(days=5))
    post = room.post("Check-in")
    assert "Tue 1 Dec" in text(post) and "1 checked in: Ben" in text(post)
    assert "Early bird" in text(room.replies(post)[0])


async def test_after_the_call_the_form_keeps_what_was_typed(room: Room) -> None:
    form = await room.says("ben", "checkin")
    assert form.view
    await room.goes_to(CALL + HOUR)
    async with nothing_changed(room):
        late = await room.ben.submit(form.view, {"answer0": "Too late"})
        assert "This call has ended" in late.text
        assert room.still_open("ben", form.view, late)
        await room.ben.close(form.view)
        old = await room.says("gus", "checkin 1")
        assert old.view is None and "is closed: the call has ended" in old.text
        fresh = await presses(room, "gus", old.message, "Check in for the next call")
        assert fresh.view and "Tue 1 Dec" in fresh.text
        await room.dialog("gus", ("absent 1", "That call has ended"))
    assert "Check-in is closed" in text(room.post("Check-in"))


async def test_saying_that_one_cannot_come(room: Room) -> None:
    away = await presses(room, "ben", room.post("Check-in"), "I can’t come")
    assert "you can’t come to Weekly call" in away.text
    anyway = await presses(room, "ben", away.message, "Check in anyway")
    assert anyway.view
    done = await room.ben.submit(anyway.view, {"answer0": "My notes for you"})
    assert "still noted as one who can’t come" in done.text
    await room.settle()
    assert "1 can’t come: Ben" in text(room.post("Check-in"))
    assert "checked in: Ben" not in text(room.post("Check-in"))
    await room.goes_to(CALL - 24 * HOUR)
    assert "can’t come: Ben" in text(room.post("Agenda"))
    assert "My notes for you" in text(room.post("Agenda"))
    assert done.view and "I can come after all" in buttons(done.view)
    back = await presses(room, "ben", done.view, "I can come after all")
    assert "You are expected" in back.text
    await room.settle()
    assert "can’t come" not in text(room.post("Agenda"))
    async with nothing_changed(room):
        await room.dialog("ben", ("present 1", "You are expected"))


async def test_the_later_word_counts_and_everyone_is_listed_once(room: Room) -> None:
    await room.fills("ben", "checkin", answer0="Number talks")
    await room.says("ben", "absent")
    await room.settle()
    shown = text(room.post("Check-in"))
    assert "1 can’t come: Ben" in shown and "checked in: Ben" not in shown
    form = await room.says("ben", "checkin")
    assert form.view and field(form.view, "answer0") == "Number talks"
    done = await room.ben.submit(form.view, {"answer0": "I come, with number talks"})
    assert "You had said that you can’t come; now you are expected" in done.text
    await room.settle()
    shown = text(room.post("Check-in"))
    assert "1 checked in: Ben" in shown and "can’t come: Ben" not in shown
    assert room.rows()["absence"] == 0 and room.rows()["checkin"] == 1


async def test_who_answered_is_never_nudged(room: Room) -> None:
    await room.fills("ben", "checkin", answer0="Number talks")
    await room.says("gus", "absent I am ill")
    await room.goes_to(CALL - 4 * HOUR)
    for who in ("ben", "gus"):
        assert not any("not checked in" in said for said in room.direct(who))
    for who in ("ana", "grace", "dee"):
        assert any("not checked in yet" in said for said in room.direct(who))
    await room.fills("dee", "checkin", "harbor", answer0="Here I am")
    await room.settle()
    assert not any("not checked in yet" in said for said in room.direct("dee"))


async def test_the_organisation_is_asked_once(room: Room) -> None:
    with Session(room.homeroom.database.engine) as session:
        session.execute(update(Member).where(Member.name == "Gus").values(organisation_id=None))
        session.commit()
    form = await room.says("gus", "checkin")
    assert form.view and "Which organisation are you with?" in form.text
    await room.gus.submit(form.view, {"answer0": "Hello", "organisation": "Harbor"})
    again = await room.says("gus", "checkin")
    assert "Which organisation" not in again.text
    await room.settle()
    assert "Gus · Harbor" in text(room.replies(room.post("Check-in"))[0])


async def test_a_button_of_a_call_that_is_off(room: Room) -> None:
    form = await room.says("gus", "checkin")
    assert form.view
    await room.says("ana", "call cancel 1")
    await room.settle()
    async with nothing_changed(room):
        late = await room.gus.submit(form.view, {"answer0": "Hello"})
        assert "will not take place" in late.text
        assert room.still_open("gus", form.view, late)
        for said in ("checkin 1", "absent 1", "present 1"):
            await room.dialog("gus", (said, "will not take place"))
        await room.dialog("eve", ("checkin 1", "not one of Other Network’s"), where="other-network")
        await room.dialog("eve", ("checkin", "No call is planned yet"), where="other-network")
        await room.dialog("cleo", ("checkin", "You are not in a network"), where="elsewhere")


async def test_words_after_checkin_begin_the_answer(room: Room) -> None:
    form = await room.says("ben", "check-in 3 rooms tried number talks")
    assert form.view
    assert field(form.view, "answer0") == "3 rooms tried number talks"
