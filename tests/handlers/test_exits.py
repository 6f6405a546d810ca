"""The exit ticket and what became of things, as conversation."""

from datetime import timedelta

from tests.cast import CALL, Room, text
from tests.handlers.acting import field, nothing_changed, presses, says_in_form

HOUR = timedelta(hours=1)
TICKET = {"useful": "4", "recommend": "yes", "takeaway": "Wait time", "commitment": "Try it twice"}


async def test_it_opens_when_the_call_has_ended(room: Room) -> None:
    for at in (CALL - HOUR, CALL, CALL + HOUR / 2):
        await room.goes_to(at)
        async with nothing_changed(room):
            seen = await room.says("ben", "exit")
            assert seen.view is None
    assert "has not ended yet" in seen.text
    await room.goes_to(CALL + HOUR)
    form = await presses(room, "ben", room.post("Before you go"), "Exit ticket")
    assert form.view and "Weekly call, Tue 24 Nov" in form.text
    done = await room.ben.submit(form.view, TICKET)
    assert "Thank you, that is saved for Weekly call, Tue 24 Nov" in done.text
    assert "next agenda" in done.text
    await room.settle()
    assert "1 answer so far" in text(room.post("Before you go", "harbor"))


async def test_it_opens_when_a_host_ends_the_call(room: Room) -> None:
    await room.goes_to(CALL + HOUR / 2)
    await room.says("ana", "call end 1")
    await room.settle()
    assert room.post("Before you go")
    assert "saved" in await says_in_form(room, "ben", "exit", **TICKET)


async def test_it_is_changed_and_sent_twice(room: Room) -> None:
    await room.goes_to(CALL + HOUR)
    await room.fills("ben", "exit", **TICKET)
    async with nothing_changed(room):
        assert "already saved" in await says_in_form(room, "ben", "exit", **TICKET)
    form = await room.says("ben", "exit")
    assert form.view and field(form.view, "takeaway") == "Wait time"
    before = room.rows()
    changed = await room.ben.submit(form.view, {"useful": "5", "commitment": "Try it once"})
    assert "Thank you" in changed.text
    assert room.rows() == before
    await room.goes_to(CALL + timedelta(days=2))
    recap = text(room.post("Recap"))
    assert "Try it once" in recap and "Try it twice" not in recap
    assert "useful 5.0 of 5" in recap
    back = await room.says("ben", "exit")
    assert back.view
    await room.ben.submit(back.view, {"commitment": ""})
    await room.settle()
    assert "Try it once" not in text(room.post("Recap"))


async def test_the_next_agenda_asks_after_the_commitment(room: Room) -> None:
    await room.goes_to(CALL + HOUR)
    await room.fills("ben", "exit", **TICKET)
    await room.goes_to(CALL + timedelta(days=6))
    assert "Try it twice" in text(room.post("Agenda"))
    form = await room.says("ben", "exit")
    assert form.view
    await room.ben.submit(form.view, {"commitment": "Try it in March"})
    await room.settle()
    assert "Try it in March" in text(room.post("Agenda"))


async def test_it_closes_after_a_week(room: Room) -> None:
    await room.goes_to(CALL + HOUR)
    form = await room.says("ben", "exit")
    assert form.view
    await room.goes_to(CALL + timedelta(days=7, hours=1, minutes=1))
    async with nothing_changed(room):
        late = await room.ben.submit(form.view, TICKET)
        assert "closed a week after" in late.text
        await room.dialog("gus", ("exit 1", "closed a week after"))
    for who, said, where in (
        ("eve", "exit", "other-network"),
        ("eve", "exit 1", "other-network"),
        ("ben", "exit 999", "learning-call"),
    ):
        await room.dialog(who, (said, "There is no call to say that of"), where=where)
    await room.dialog("cleo", ("exit", "You are not in a network"), where="elsewhere")


async def test_what_a_form_needs_is_said_beside_it(room: Room) -> None:
    await room.goes_to(CALL + HOUR)
    async with nothing_changed(room):
        blank = await room.fills("ben", "exit", takeaway="Nothing else")
        assert blank.errors["useful"]
        long = await room.fills("ben", "exit", useful="3", takeaway="x" * 501)
        assert long.errors["takeaway"]


async def test_what_became_of_a_resource_takes_one_tap(room: Room) -> None:
    await room.says("ben", "share https://example.org/talks it helped us")
    await room.goes_to(CALL + timedelta(weeks=3))
    post = room.post("Tried it?")
    first = await presses(room, "ana", post, "Adapted")
    assert "adapted it" in first.text and "not your name" in first.text
    await room.settle()
    assert "1 adapted it" in text(room.post("Tried it?", "harbor"))
    async with nothing_changed(room):
        again = await presses(room, "ana", post, "Adapted")
    assert "That is noted already, once. You adapted it" in again.text
    before = room.rows()
    await presses(room, "ana", post, "Helped")
    await room.settle()
    assert room.rows() == before
    assert (
        "1 helped" in text(room.post("Tried it?"))
        and "adapted" not in text(room.post("Tried it?")).split("[Not yet]")[1]
    )
    async with nothing_changed(room):
        await room.dialog("eve", ("tried 1 helped 1", "not here any more"), where="other-network")
        for said in ("tried 99 helped", "tried 1 loved", "tried 1"):
            await room.dialog("ana", (said, "not here any more"))
    assert "helped" in (await room.says("gus", "tried 1 helped")).text
    await room.says("ben", "withdraw 1")
    async with nothing_changed(room):
        await room.dialog("dee", ("tried 1 helped", "not here any more"), where="harbor")
