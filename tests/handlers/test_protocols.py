"""Running a protocol: step by step in the call's thread, and in writing over days."""

from datetime import timedelta

from tests.cast import CALL, MONDAY, Room, text
from tests.handlers.acting import nothing_changed, presses
from tests.jobs.walking import walks_to
from tests.room import buttons, field, options

QUESTION = "What does good feedback sound like?"


async def begins(room: Room, key: str = "flash", minutes: str = "15", question: str = "") -> str:
    form = await room.says("ana", f"protocol begin {key}")
    assert form.view, form.text
    said = {"minutes": minutes, "question": question}
    return str((await room.ana.submit(form.view, said)).text)


async def test_it_runs_in_the_calls_thread_everywhere_step_by_step(room: Room) -> None:
    await walks_to(room, CALL)
    assert "has begun: 6 steps in 15 minutes" in await begins(room, question="Talk fades")
    await room.settle()
    for where in ("learning-call", "harbor"):
        (step,) = room.replies(room.post("Starting now", where), where)
        assert "Flash consultancy, 1 of 6: Present" in text(step) and "Talk fades" in text(step)
        assert "3 minutes, until about" in text(step)
    first = room.replies(room.post("Starting now"))[0]
    moved = await presses(room, "grace", first, "Next step")
    assert "It is at “Clarifying questions” now, 2 minutes" in moved.text
    assert buttons(moved.message) == ["Next step", "Back", "End it"]
    late = await room.says("ana", "protocol next 1 0")
    assert "Somebody was faster: it is at “Clarifying questions”" in late.text
    await room.settle()
    steps = [text(each) for each in room.replies(room.post("Starting now", "harbor"), "harbor")]
    assert steps[0] == "Done: Present" and "2 of 6" in steps[1] and len(steps) == 2
    await room.dialog("ana", ("protocol back 1 1", "It is at “Present” now"))
    async with nothing_changed(room):
        await room.dialog("ben", ("protocol next 1 0", "Only a host"))
        await room.dialog("eve", ("protocol next 1 0", "not here"), where="other-network")
        await room.dialog("ana", ("protocol begin tuning", "is running. End it first"))
        await room.dialog(
            "ana", ("protocol next 1 99", "no step after"), ("protocol x", "Protocols")
        )
    await room.dialog("ana", ("protocol end 1", "It is over"))
    await room.settle()
    assert "is over" in text(room.replies(room.post("Starting now"))[-1])
    async with nothing_changed(room):
        await room.dialog(
            "ana", ("protocol next 1 0", "is over"), ("protocol end 1", "over already")
        )


async def test_one_is_asked_for_by_its_name_and_minutes(room: Room) -> None:
    shown = await room.says("ana", "protocol consultancy 30 minutes")
    assert "Consultancy, 30 minutes" in shown.text and "3 minutes · Present" in shown.text
    assert buttons(shown.message) == ["Begin"]
    form = await presses(room, "ana", shown.message, "Begin")
    assert form.view and field(form.view, "minutes") == "30"
    both = await room.says("ana", "protocol chalk")
    assert buttons(both.message) == ["Begin", "In writing, over days"]
    await room.dialog(
        "ana",
        ("protocols", "Protocols"),
        ("protocol tuning 9999", "Tuning, 240 minutes"),
        ("protocol co", "None of them is called “co”"),
        ("protocol <b> 12", "None of them is called “<b>”"),
    )


async def test_those_that_run_stand_above_the_others(room: Room) -> None:
    await walks_to(room, CALL)
    await begins(room, "plusdelta", "5")
    form = await room.says("ana", "protocol write chalktalk")
    assert form.view
    await room.ana.submit(form.view, {"question": QUESTION, "days": "3"})
    shown = await room.says("ana", "protocol")
    assert "Running now: Plus/delta, at “" in shown.text
    assert f"Open now: Chalk talk · “{QUESTION}”, until " in shown.text
    assert buttons(shown.message)[:3] == ["Close it now", "Next step", "End it"]
    await presses(room, "ana", shown.message, "Next step")
    await room.says("ana", "protocol next 1 1")
    late = await room.says("ana", "protocol next 1 0")
    assert "Somebody was faster" in late.text
    assert buttons(late.message) == ["End it", "Back"]  # it is at its last step
    await presses(room, "ana", late.message, "End it")
    shown = await room.says("ana", "protocol")
    await presses(room, "ana", shown.message, "Close it now")
    await room.settle()
    await room.homeroom.tick()
    again = await room.says("ana", "protocol")
    assert "Running now" not in again.text and "Open now" not in again.text


async def test_without_a_call_it_has_a_thread_of_its_own(room: Room) -> None:
    assert "has begun" in await begins(room, "124all", "12")
    await room.says("ana", "protocol next 1 0")
    await room.settle()
    post = room.post("Done: Alone")
    assert "2 of 4: In pairs" in text(room.replies(post)[0])


async def test_a_host_chooses_from_the_library(room: Room) -> None:
    seen = await room.says("ana", "protocol")
    for name in ("Consultancy", "Tuning", "Issaquah", "Troika", "Chalk talk", "1-2-4-All"):
        assert name in seen.text
    async with nothing_changed(room):
        await room.dialog("ana", ("protocol begin fun", "I don’t know that protocol"))
        await room.dialog("ana", ("protocol write troika", "needs people who talk"))
        await room.dialog("ben", ("protocol", "Only a host"))


async def opens_chalk_talk(room: Room) -> None:
    form = await room.says("ana", "protocol write chalktalk")
    done = await room.ana.submit(form.view, {"question": QUESTION, "days": "2"})
    assert "open for 2 days" in done.text
    await room.settle()


async def thinks(room: Room, who: str, words: str, where: str = "learning-call") -> str:
    form = await room.says(who, "thought 1", where)
    assert form.view, form.text
    return str((await room.hands[who].submit(form.view, {"words": words})).text)


async def test_thoughts_stand_in_every_thread_and_build_on_each_other(room: Room) -> None:
    await opens_chalk_talk(room)
    assert "in the thread" in await thinks(room, "ben", "It names what works")
    form = await room.says("dee", "thought 1", "harbor")
    assert len(options(form.view, "on")) == 1 and not field(form.view, "words")
    said = {"words": "And it asks a question", "on": "1"}
    await room.dee.submit(form.view, said)
    await room.settle()
    for where in ("learning-call", "harbor"):
        post = room.post(QUESTION, where)
        assert "2 thoughts from 2 people: Ben and Dee" in text(post)
        told = [text(each) for each in room.replies(post, where)]
        assert any("Building on Ben: “It names what works”" in each for each in told)
    async with nothing_changed(room):
        assert "stands there already" in await thinks(room, "ben", "It names what works")
        await room.dialog("eve", ("thought 1", "not here"), where="other-network")


async def test_it_closes_when_its_days_are_over_and_the_recap_holds_it(room: Room) -> None:
    await opens_chalk_talk(room)
    await thinks(room, "ben", "It names what works")
    await walks_to(room, MONDAY + timedelta(days=2))
    post = room.post(QUESTION)
    assert "It was open until" in text(post) and buttons(post) == []
    assert "is closed" in text(room.replies(post)[-1])
    async with nothing_changed(room):
        await room.dialog("gus", ("thought 1", "That is closed"))
    await walks_to(room, CALL + timedelta(days=1))
    recap = room.post("Recap")
    told = text(recap) + "".join(text(each) for each in room.replies(recap))
    assert QUESTION in told and "It names what works" in told


async def test_a_host_closes_it_before(room: Room) -> None:
    await opens_chalk_talk(room)
    await room.dialog("ana", ("protocol end 1", "It is over"))
    await room.settle()
    closed = text(room.post(QUESTION))
    assert "It was open until" in closed and room.when("Mon 23 Nov, 09:00") in closed
    await room.goes_to(MONDAY + timedelta(days=3))
    assert sum("is closed" in text(each) for each in room.replies(room.post(QUESTION))) == 1
