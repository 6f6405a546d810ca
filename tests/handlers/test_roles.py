"""Roles in a call: dealt, told, swapped by a tap, given by a host; and how it opens."""

from datetime import timedelta

from bot.compose.openers import OPENERS
from bot.compose.roles import DOES
from tests.cast import CALL, Room, text
from tests.handlers.acting import deactivate, nothing_changed, presses
from tests.jobs.walking import walks_to
from tests.room import field

OPENS = CALL - timedelta(days=2)
AGENDA = CALL - timedelta(hours=20)
WEEK = timedelta(weeks=1)


def asked(room: Room, who: str) -> list[object]:
    return [each for each in room.directs(who) if "Is that all right?" in text(each)]


def holder(room: Room, does: str) -> str:
    """Who was told that they do it."""
    (found,) = [
        who
        for who in ("ana", "ben", "grace", "dee", "gus")
        if any(f"you {does}" in text(each) for each in asked(room, who))
    ]
    return found


def place(who: str) -> str:
    return "harbor" if who == "dee" else "learning-call"


async def test_roles_are_dealt_and_each_is_told_once(room: Room) -> None:
    await walks_to(room, AGENDA)
    time, notes = holder(room, "keep the time"), holder(room, "take the notes")
    assert time != notes
    agenda = text(room.post("Agenda"))
    assert f"Timekeeper: {time.title()}" in agenda and f"Note-taker: {notes.title()}" in agenda
    assert "Host: Ana" in agenda or "Host: Grace" in agenda
    await walks_to(room, CALL - timedelta(hours=1))
    assert len(asked(room, time)) == 1


async def test_a_role_stands_in_the_home_of_whoever_has_it_alone(room: Room) -> None:
    await walks_to(room, AGENDA)
    notes = holder(room, "take the notes")
    other = next(who for who in ("ana", "ben", "grace") if who != notes)
    assert "you take the notes" in text(await room.home(notes))
    assert "you take the notes" not in text(await room.home(other))
    done = await room.presses(notes, await room.home(notes), "I can’t")
    assert "is asked now" in done.text
    assert "you take the notes" not in text(await room.home(notes))


async def test_a_swap_is_taken_by_the_first(room: Room) -> None:
    await walks_to(room, AGENDA)
    time, notes = holder(room, "keep the time"), holder(room, "take the notes")
    others = [who for who in ("ana", "ben", "grace") if who not in (time, notes)]
    where = place(time)
    said = await room.says(time, "role swap 1 time", where)
    assert "The others are asked" in said.text
    await room.settle()
    thread = room.replies(room.post("Check-in"))
    offer = next(each for each in thread if "would like to swap" in text(each))
    taken = await presses(room, others[0], offer, "I’ll do it")
    assert "Thank you! You keep the time" in taken.text
    late = await room.says("gus", "role take 1 time")
    assert f"{others[0].title()} will keep the time already" in late.text
    await room.settle()
    assert f"Timekeeper: {others[0].title()}" in text(room.post("Agenda"))
    there = room.replies(room.post("Check-in", "harbor"), "harbor")
    assert any(f"{others[0].title()} will keep the time. Thank you" in text(e) for e in there)
    assert any("will keep the time" in each for each in room.direct(time))
    (asked,) = [each for each in room.direct(others[0]) if "you keep the time" in each]
    assert "Has something changed?" in asked  # nobody asks whether it is all right: they took it


async def test_who_cannot_is_replaced_and_a_host_may_say_otherwise(room: Room) -> None:
    await walks_to(room, AGENDA)
    notes = holder(room, "take the notes")
    where = place(notes)
    said = await room.says(notes, "role pass 1 notes", where)
    assert "is asked now" in said.text
    await room.settle()
    assert f"Note-taker: {notes.title()}" not in text(room.post("Agenda"))
    async with nothing_changed(room):
        await room.dialog("eve", ("role take 1 notes", "has begun"), where="other-network")
        await room.dialog(notes, ("role swap 1 notes", "not yours"), where=where)
        await room.dialog("ben", ("roles", "Only a host"))
        await room.dialog("ben", ("role take 1 host", "Only hosts host"))
    form = await room.says("ana", "roles")
    assert form.view and field(form.view, "question") in OPENERS
    wrong = {"host": "Ben", "time": "Nobody", "notes": "Gus", "question": "What is new?"}
    no = await room.ana.submit(form.view, wrong)
    assert "does not host" in str(no.errors or no.text)
    done = await room.ana.submit(form.view, {**wrong, "host": "Grace", "time": "Ben"})
    assert "Note-taker: Gus" in done.text
    await room.settle()
    agenda = text(room.post("Agenda"))
    assert "Host: Grace" in agenda and "Note-taker: Gus" in agenda and "What is new?" in agenda


async def test_whoever_says_they_cannot_come_has_no_role(room: Room) -> None:
    await walks_to(room, AGENDA)
    time = holder(room, "keep the time")
    await room.says(time, "absent", place(time))
    await room.settle()
    assert f"Timekeeper: {time.title()}" not in text(room.post("Agenda"))
    assert "Timekeeper: " in text(room.post("Agenda"))


async def test_whoever_pauses_or_leaves_is_replaced(room: Room) -> None:
    await room.settle()
    time, notes = holder(room, "keep the time"), holder(room, "take the notes")
    said = await room.says(time, "me pause until January 7", place(time))
    assert "Paused until" in said.text
    deactivate(room, notes.title())
    await walks_to(room, AGENDA)
    agenda = text(room.post("Agenda"))
    assert f"Timekeeper: {time.title()}" not in agenda and "Timekeeper: " in agenda
    assert f"Note-taker: {notes.title()}" not in agenda


async def test_who_does_not_come_neither_takes_a_role_nor_is_given_one(room: Room) -> None:
    await walks_to(room, AGENDA)
    time, notes = holder(room, "keep the time"), holder(room, "take the notes")
    other = next(who for who in ("ben", "grace", "dee", "gus") if who not in (time, notes))
    await room.says(other, "absent", place(other))
    await room.says(time, "role swap 1 time", place(time))
    await room.settle()
    async with nothing_changed(room):
        await room.dialog(other, ("role take 1 time", "members who come"), where=place(other))
        form = await room.says("ana", "roles")
        assert form.view
        names = {"host": "", "time": other.title(), "notes": notes.title(), "question": "New?"}
        no = await room.ana.submit(form.view, names | {"host": field(form.view, "host")})
        assert "said that they can’t come" in str(no.errors or no.text)


async def test_a_call_that_was_not_held_is_nobodys_turn(room: Room) -> None:
    await walks_to(room, AGENDA)
    had = {holder(room, "keep the time"), holder(room, "take the notes")}
    await room.says("ana", "call cancel 1")
    await room.settle()
    await walks_to(room, AGENDA + WEEK)
    line = next(each for each in text(room.post("Agenda")).splitlines() if "Timekeeper" in each)
    told = line.replace("Note-taker: ", "").replace("Timekeeper: ", "").split(" · ")[-2:]
    assert {each.casefold() for each in told} == had


async def test_each_call_has_others_and_another_question(room: Room) -> None:
    told, questions = [], []
    for week in range(2):
        await walks_to(room, AGENDA + week * WEEK)
        agenda = text(room.post("Agenda"))
        line = next(each for each in agenda.splitlines() if "Timekeeper" in each)
        told.append([each.partition(": ")[2] for each in line.split(" · ")])
        questions.append(next(each for each in OPENERS if each in agenda))
    assert questions[0] != questions[1]
    assert all(len(set(each)) == 4 for each in told) and told[0][0] != told[1][0]
    (free,) = {"Ana", "Ben", "Grace", "Dee", "Gus"} - set(told[0])
    assert free in told[1]


async def test_of_several_hosts_the_one_whose_call_it_is_is_told(room: Room) -> None:
    await walks_to(room, AGENDA)
    host = holder(room, "host")
    other = next(each for each in ("ana", "grace") if each != host)
    assert "you host." in text(await room.home(host))
    asked_ = next(each for each in asked(room, host) if "you host" in text(each))
    said = await presses(room, host, asked_, "Swap")
    assert "The other hosts are asked" in said.text
    await room.settle()
    assert not any("swap" in text(each) for each in room.replies(room.post("Check-in")))
    assert not any("swap" in each for who in ("ben", "dee", "gus") for each in room.direct(who))
    offer = next(each for each in room.directs(other) if "who will host" in text(each))
    taken = await presses(room, other, offer, "I’ll do it")
    assert "Thank you! You host" in taken.text
    await room.settle()
    assert f"Host: {other.title()}" in text(room.post("Agenda"))
    assert any(f"{other.title()} will host in" in each for each in room.direct(host))
    back = await room.says(other, "role pass 1 host")
    assert "nobody else is left to ask" in back.text


async def test_starting_now_says_who_does_what(room: Room) -> None:
    await walks_to(room, CALL + timedelta(minutes=1))
    line = next(each for each in text(room.post("Agenda")).splitlines() if "Timekeeper" in each)
    assert line.startswith("Host: ") and " · Presenter: " in line
    for where in ("learning-call", "harbor"):
        assert line in text(room.post("Starting now", where)).splitlines()


async def test_who_passes_is_not_handed_another_and_it_is_kept_who_passed(room: Room) -> None:
    for gone in ("gus", "grace"):
        deactivate(room, gone.title())
    await walks_to(room, AGENDA)
    said = await room.says("dee", "role pass 1 time", "harbor")
    role = "time"
    if "not yours" in said.text:
        said, role = await room.says("dee", "role pass 1 present", "harbor"), "present"
    assert "Noted" in said.text
    await room.settle()
    line = next(each for each in text(room.post("Agenda")).splitlines() if "Host: " in each)
    assert "Dee" not in line
    audit = (await room.says("ana", "network audit")).text
    assert f"can’t {DOES[role]}: " in audit and "Dee" in audit


async def test_a_host_says_which_roles_go_round(room: Room) -> None:
    await walks_to(room, AGENDA)
    time = holder(room, "keep the time")
    form = await room.says("ana", "roles")
    assert field(form.view, "round") == ["host", "present", "time", "notes"]
    done = await room.ana.submit(form.view, {"round": ["host", "notes"]})
    assert "Host: " in done.text and "Timekeeper" not in done.text + str(done.errors or "")
    await room.settle()
    agenda = text(room.post("Agenda"))
    assert "Note-taker: " in agenda and "Host: " in agenda
    assert "Timekeeper" not in agenda and "Presenter" not in agenda
    assert any("you need not keep the time" in each for each in room.direct(time))
    assert "keep the time" not in text(await room.home(time))
    async with nothing_changed(room):
        await room.dialog("ben", ("role take 1 time", "Nobody need keep the time in Weekly call"))
    audit = (await room.says("ana", "network audit")).text
    assert "let go round in Weekly call: host and note-taker" in audit
    await walks_to(room, CALL + timedelta(minutes=1))
    assert "Timekeeper" not in text(room.post("Starting now"))
    await walks_to(room, AGENDA + WEEK)
    agenda = text(room.post("Agenda"))
    assert "Presenter" not in agenda and "Timekeeper" not in agenda and "Note-taker" in agenda
    form = await room.says("ana", "roles")
    done = await room.ana.submit(form.view, {"round": ["host", "present", "time", "notes"]})
    assert "Timekeeper: " in done.text and "Presenter: " in done.text


async def test_who_has_a_role_reads_that_the_call_is_off(room: Room) -> None:
    await walks_to(room, AGENDA)
    notes = holder(room, "take the notes")
    before = len(room.directs(notes))
    await room.says("ana", "call cancel 1")
    await room.settle()
    told = [each for each in room.direct(notes) if "is off: you need not take the notes" in each]
    assert len(told) == 1 and asked(room, notes) == []
    assert len(room.directs(notes)) <= before + 1  # the same message, and that it is cancelled
