"""Commitments: said at the exit or between calls, asked after, carried forward."""

from datetime import timedelta

from tests.cast import CALL, Room, text
from tests.handlers.acting import nothing_changed, presses
from tests.jobs.walking import walks_to
from tests.room import buttons

WEEK = timedelta(weeks=1)
ASKED = CALL + WEEK - timedelta(hours=30)
STUDENT_WORK = "Ask three teachers for student work"


async def promises_at_exit(room: Room) -> None:
    await walks_to(room, CALL + timedelta(hours=2))
    await room.fills("ben", "exit 1", useful="5", commitment=STUDENT_WORK)
    await room.settle()


async def test_a_commitment_is_made_between_calls(room: Room) -> None:
    await room.dialog("ben", ("commit", "You have no open commitment"))
    await room.dialog("ben", (f"commit {STUDENT_WORK}", "Saved. The next agenda asks"))
    async with nothing_changed(room):
        await room.dialog("ben", (f"commit {STUDENT_WORK}", "You said that already"))
        long = await room.says("ben", "commit " + "word " * 200)
        assert "nothing was saved" in long.text and "word word" in long.text
        await room.dialog(
            "eve", ("commitment 1 kept", "not a commitment of yours"), where="other-network"
        )
        await room.dialog("ana", ("commitment 1 kept", "not a commitment of yours"))
        await room.dialog("ben", ("commitment 1 eaten", "use the buttons"))
    seen = await room.says("ben", "commit")
    assert STUDENT_WORK in seen.text
    kept = await presses(room, "ben", seen.message, "Kept")
    assert "Kept, well done" in kept.text
    await room.dialog("ben", ("commit", "You have no open commitment"))
    await room.dialog("ben", ("commitment 1 open", "open again"), ("commit", STUDENT_WORK))


async def test_each_is_asked_once_before_the_next_call_and_answers_in_one_tap(room: Room) -> None:
    await promises_at_exit(room)
    await walks_to(room, ASKED)
    asked = room.directs("ben")[-1]
    assert STUDENT_WORK in text(asked) and "how did it go?" in text(asked)
    assert buttons(asked) == ["Kept", "Changed", "Dropped"]
    assert sum("how did it go" in each for each in room.direct("ben")) == 1
    for who in ("gus", "dee"):
        assert not any("how did it go" in each for each in room.direct(who))
    await presses(room, "ben", asked, "Kept")
    await room.settle()
    await room.settle()
    await room.settle()
    assert any("Kept." in each and STUDENT_WORK in each for each in room.direct("ben"))
    await walks_to(room, CALL + WEEK - timedelta(hours=20))
    assert f"{STUDENT_WORK} – kept" in text(room.post("Agenda"))


async def test_what_stays_open_goes_on_and_what_changed_says_to_what(room: Room) -> None:
    await promises_at_exit(room)
    await walks_to(room, CALL + 2 * WEEK - timedelta(hours=29))
    assert sum("how did it go" in each for each in room.direct("ben")) == 2
    await room.dialog("ben", ("commitment 1 changed", "Changed, and that is fine"))
    form = await room.says("ben", "commitment say 1")
    assert form.view
    done = await room.ben.submit(form.view, {"became": "Ask one teacher"})
    assert "Now: Ask one teacher" in done.text
    await walks_to(room, CALL + 2 * WEEK - timedelta(hours=20))
    assert f"{STUDENT_WORK} – changed to: Ask one teacher" in text(room.post("Agenda"))
    await walks_to(room, CALL + 2 * WEEK + timedelta(days=1))
    recap = room.post("Recap")
    told = text(recap) + "".join(text(each) for each in room.replies(recap))
    assert "What became of earlier commitments" in told and "Ask one teacher" in told


async def test_what_was_dropped_is_said_to_nobody(room: Room) -> None:
    await promises_at_exit(room)
    await room.dialog("ben", ("commitment 1 dropped", "Only you see that"))
    await walks_to(room, CALL + WEEK + timedelta(days=1))
    everything = [text(each) for each in room.every_post()]
    assert not any("dropped" in each.casefold() for each in everything)


async def test_what_a_problem_taught_becomes_a_commitment(room: Room) -> None:
    await room.fills("ben", "ask", what="Talk fades", sight="network")
    form = await room.says("ben", "close 1")
    assert form.view
    closed = await room.ben.submit(form.view, {"lesson": "Plan one talk move"})
    assert closed.view
    said = await presses(room, "ben", closed.view, "Make it a commitment")
    assert "Saved" in said.text
    assert "Plan one talk move" in (await room.says("ben", "commit")).text
    async with nothing_changed(room):
        await room.dialog("ana", ("commit problem 1", "not a problem that you closed"))


async def test_they_stand_in_ones_home(room: Room) -> None:
    await room.says("ben", f"commit {STUDENT_WORK}")
    home = await room.home("ben")
    assert STUDENT_WORK in text(home) and "Kept" in buttons(home)
    assert STUDENT_WORK not in text(await room.home("gus"))


async def test_the_agenda_reminds_of_the_newest_and_of_none_for_ever(room: Room) -> None:
    await promises_at_exit(room)
    for number in range(3):
        await room.says("ben", f"commit Try it with class {number}")
    await walks_to(room, CALL + WEEK - timedelta(hours=20))
    agenda = text(room.post("Agenda"))
    assert f"Ben (Northside): {STUDENT_WORK}; and 3 more" in agenda
    assert "Try it with class" not in agenda and "earlier" not in agenda
    await walks_to(room, CALL + 4 * WEEK - timedelta(hours=40))
    await room.says("ben", "commit Something new")
    await walks_to(room, CALL + 4 * WEEK - timedelta(hours=20))
    agenda = text(room.post("Agenda"))
    assert "Ben (Northside): Something new\n" in agenda
    assert STUDENT_WORK not in agenda
    assert "4 earlier ones are open, too: whoever said one finds it with" in agenda
    own = (await room.says("ben", "me")).text
    assert STUDENT_WORK in own and "class 2" in own
    assert own.index("Something new") < own.index(STUDENT_WORK)


async def test_all_of_ones_own_are_found_however_many(room: Room) -> None:
    for number in range(10):
        await room.says("ben", f"commit Visit class {number}.")
    first = await room.says("ben", "commit")
    assert "class 9." in first.text and "class 1." not in first.text
    assert "and 2 more" in first.text
    async with nothing_changed(room):
        rest = await presses(room, "ben", first.message, "Show more of them")
    assert "class 1." in rest.text and "class 0." in rest.text and "class 2." not in rest.text
