"""Prompts: said in a line, looked over, scheduled, asked in every channel, answered."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from storage.models import Prompt
from tests.cast import MONDAY, Room, text
from tests.handlers.acting import nothing_changed, nothing_posted, presses
from tests.room import buttons, field, options

WELL = "What went well?"
TOMORROW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # 9:00 in Chicago
WEEK = timedelta(weeks=1)


async def schedules(room: Room, words: str = f"prompt tomorrow 9am: {WELL}") -> int:
    seen = await room.says("ana", words)
    assert "This is how it will be asked" in seen.text, seen.text
    done = await presses(room, "ana", seen.message, "Schedule")
    assert "Scheduled." in done.text, done.text
    return 1


async def answers(room: Room, who: str, words: str, where: str = "learning-call") -> str:
    form = await room.says(who, "answer 1", where)
    assert form.view, form.text
    return str((await room.hands[who].submit(form.view, {"words": words})).text)


async def test_a_prompt_is_looked_over_before_anybody_sees_it(room: Room) -> None:
    async with nothing_posted(room):
        seen = await room.says("ana", f"prompt every Thursday 3pm: {WELL}")
        assert WELL in seen.text and "Every Thursday at 15:00" in seen.text
        assert "America/Chicago – " not in seen.text  # it is the reader's own zone
        assert room.when("Thu 26 Nov, 15:00") in seen.text
        assert "all 2 channels" in seen.text
    await room.goes_to(MONDAY + 2 * WEEK)
    assert not any(WELL in text(each) for each in room.posts())
    assert buttons(seen.message) == ["Schedule", "Change", "Drop"]
    await room.dialog("ana", ("prompts", "Not scheduled yet"), ("prompt drop 1", "Dropped"))
    await room.dialog("ana", ("prompts", "No prompt is scheduled"))


async def test_one_that_is_asked_now_is_looked_over_and_asked_with_a_button(room: Room) -> None:
    async with nothing_posted(room):
        seen = await room.says("ana", f"prompt now: {WELL}")
        assert "now, as soon as you press Ask now" in seen.text
        assert WELL in seen.text and "all 2 channels" in seen.text
        assert buttons(seen.message) == ["Ask now", "Change", "Drop"]
        listed = await room.says("ana", "prompts")
        assert "Now, as soon as you press Ask now" in listed.text
        assert "Ask now" in buttons(listed.message)
        before = room.rows()
        for words in (f"prompt right now: {WELL}", f"prompt now {WELL}"):
            again = await room.says("ana", words)
            assert buttons(again.message) == ["Ask now", "Change", "Drop"]
        assert room.rows() == before
        await room.goes_to(MONDAY + timedelta(minutes=30))
    done = await presses(room, "ana", seen.message, "Ask now")
    assert "It is being asked in its channels" in done.text
    await room.settle()
    for where in ("learning-call", "harbor"):
        assert len([each for each in room.posts(where) if WELL in text(each)]) == 1
    assert "Ben" not in text(room.post(WELL))
    assert "Your answer is in the thread" in await answers(room, "ben", "The launch")
    await room.dialog("ana", ("prompts", "No prompt is scheduled"), ("network audit", "asked the"))
    async with nothing_changed(room):
        await room.dialog("ana", ("prompt now 1", "not here any more"))


async def test_now_is_changed_in_the_form_and_never_a_time_of_what_is_scheduled(
    room: Room,
) -> None:
    seen = await room.says("ana", f"prompt now: {WELL}")
    form = await presses(room, "ana", seen.message, "Change")
    assert field(form.view, "when") == "now"
    sent = await room.ana.submit(
        form.view, {"question": WELL, "when": "tomorrow 9am", "channels": ["1"]}
    )
    assert "Tue 24 Nov" in sent.text and "Schedule" in sent.text
    await room.dialog("ana", ("prompt schedule 1", "Scheduled."))
    form = await room.says("ana", "prompt change 1")
    async with nothing_changed(room):
        sent = await room.ana.submit(
            form.view, {"question": WELL, "when": "now", "channels": ["1"]}
        )
        assert "press Ask now under it" in str(sent.errors or sent.text)


async def test_a_day_that_some_months_lack_is_told_before_the_time_is_said(room: Room) -> None:
    async with nothing_changed(room):
        said = (await room.says("ana", f"prompt every 31st: {WELL}")).text
        assert "At what time? In a month without a 31st it comes on the month’s last day." in said
        assert f"You typed: every 31st: {WELL}" in said


async def test_it_is_asked_at_its_time_in_every_channel_once(room: Room) -> None:
    await schedules(room)
    await room.goes_to(TOMORROW - timedelta(minutes=1))
    await room.silence("elsewhere", "other-network")
    assert not any(WELL in text(each) for each in room.posts())
    await room.goes_to(TOMORROW)
    await room.goes_to(TOMORROW + timedelta(minutes=5))
    for where in ("learning-call", "harbor"):
        asked = [each for each in room.posts(where) if WELL in text(each)]
        assert len(asked) == 1 and buttons(asked[0]) == ["Answer"]
    await room.dialog("ana", ("prompts", "No prompt is scheduled"))


async def test_one_that_recurs_comes_again_until_it_is_cancelled(room: Room) -> None:
    await schedules(room, f"prompt every Tuesday 9am until Dec 15: {WELL}")
    for weeks in range(2):
        await room.goes_to(TOMORROW + weeks * WEEK)
    assert sum(WELL in text(each) for each in room.posts()) == 2
    await room.dialog("ana", ("prompt pause 1", "Paused"))
    await room.goes_to(TOMORROW + 2 * WEEK)
    assert sum(WELL in text(each) for each in room.posts()) == 2
    await room.dialog("ana", ("prompt resume 1", "It goes on"))
    await room.goes_to(TOMORROW + 3 * WEEK)
    await room.goes_to(TOMORROW + 4 * WEEK)
    assert sum(WELL in text(each) for each in room.posts()) == 3
    assert room.rows()["chore"] == 0 and room.rows()["audit"] == 3


async def test_answers_stand_in_the_thread_and_are_counted(room: Room) -> None:
    await schedules(room)
    await room.goes_to(TOMORROW)
    assert "in the thread" in await answers(room, "ben", "Wait time <b>works</b>")
    assert "in the thread" in await answers(room, "dee", "Stems", "harbor")
    await room.settle()
    for where in ("learning-call", "harbor"):
        post = room.post(WELL, where)
        assert "2 answers so far · Ben and Dee" in text(post)
        told = [text(each) for each in room.replies(post, where)]
        assert any("Wait time <b>works</b>" in each and "Ben (Northside)" in each for each in told)
    async with nothing_changed(room):
        assert "already saved" in await answers(room, "ben", "Wait time <b>works</b>")
        assert "Please" in await answers(room, "gus", "  ")
        await room.dialog("eve", ("answer 1", "not one of this network’s"), where="other-network")
    assert "in the thread" in await answers(room, "ben", "Longer wait time")
    await room.settle()
    assert any("edited" in text(each) for each in room.replies(room.post(WELL, "harbor"), "harbor"))
    await room.dialog("gus", ("find longer wait in:answers", "Longer wait time"))
    await room.dialog("eve", ("find longer wait", "Nothing found"), where="other-network")
    await room.dialog("ana", ("prompt answers 1", "have not answered"))
    await room.dialog("ben", ("prompt answers 1", "Only a host"))
    await room.dialog("ben", ("unanswer 1", "Taken back"), ("find longer wait", "Nothing found"))
    await room.settle()
    assert "1 answer so far" in text(room.post(WELL))
    async with nothing_changed(room):
        await room.dialog("ben", ("unanswer 1", "no answer there"))


async def test_what_is_no_time_is_given_back_whole(room: Room) -> None:
    async with nothing_changed(room):
        for said, answer in (
            (f"prompt yesterday 9am: {WELL}", "is over already"),
            (f"prompt banana: {WELL}", "At what time?"),
            ("prompt tomorrow 9am", "then a colon"),
            (f"prompt every 31st: {WELL}", "At what time?"),
            (f"prompt Feb 30 9am: {WELL}", "There is no 30 February"),
        ):
            seen = await room.says("ana", said)
            assert answer in seen.text and "Nothing was saved" in seen.text
            assert said.removeprefix("prompt ") in seen.text
        long = await room.says("ana", "prompt tomorrow 9am: " + "why " * 400)
        assert "nothing was saved" in long.text and "why why" in long.text
        await room.dialog("ben", (f"prompt tomorrow 9am: {WELL}", "Only a host"))
        await room.dialog("eve", ("prompt cancel 1", "not here"), where="other-network")


async def test_a_month_without_that_day_is_told_beforehand(room: Room) -> None:
    seen = await room.says("ana", f"prompt every 31st 9am: {WELL}")
    assert "last day" in seen.text and room.when("Mon 30 Nov, 09:00") in seen.text


async def test_a_time_that_the_clocks_leave_out_is_told_beforehand(room: Room) -> None:
    seen = await room.says("ana", f"prompt 2027-03-14 2:30: {WELL}")
    assert "The clocks change" in seen.text and room.when("Sun 14 Mar, 03:30") in seen.text


async def test_the_form_keeps_what_was_typed_and_says_what_is_wrong(room: Room) -> None:
    form = await room.says("ana", "prompt")
    assert form.view and len(options(form.view, "channels")) == 2
    only = field(form.view, "channels")[:1]
    wrong = await room.ana.submit(
        form.view, {"question": WELL, "when": "yesterday 9am", "channels": only}
    )
    assert "is over already" in str(wrong.errors or wrong.text)
    good = await room.ana.submit(
        form.view, {"question": WELL, "when": "tomorrow 9am", "channels": only}
    )
    assert "This is how it will be asked" in good.text
    await room.dialog("ana", ("prompt schedule 1", "Scheduled"))
    await room.goes_to(TOMORROW)
    asked = [w for w in ("learning-call", "harbor") if any(WELL in text(e) for e in room.posts(w))]
    assert len(asked) == 1


async def test_one_that_comes_too_late_is_left_out_and_its_host_is_told(room: Room) -> None:
    await schedules(room, f"prompt every Tuesday 9am: {WELL}")
    await room.goes_to(TOMORROW + 3 * WEEK + timedelta(hours=7))
    assert not any(WELL in text(each) for each in room.posts())
    assert sum("I left it out" in each for each in room.direct("ana")) == 1
    await room.goes_to(TOMORROW + 4 * WEEK)
    assert sum(WELL in text(each) for each in room.posts()) == 1


async def test_it_is_changed_where_it_stands(room: Room) -> None:
    await schedules(room, f"prompt every Tuesday 9am: {WELL}")
    form = await room.says("ana", "prompt change 1")
    assert form.view and field(form.view, "when") == "every Tuesday 9am"
    where = field(form.view, "channels")
    said = {"question": "And now?", "when": "every Wednesday 9am", "channels": where}
    done = await room.ana.submit(form.view, said)
    assert "Changed." in done.text
    await room.goes_to(TOMORROW)
    assert not any(WELL in text(each) for each in room.posts())
    await room.goes_to(TOMORROW + timedelta(days=1))
    assert any("And now?" in text(each) for each in room.posts())
    now = await room.says("ana", "prompt now 1")
    assert "wait ten minutes" in now.text


async def test_questions_are_chosen_from_the_library(room: Room) -> None:
    shelves = await room.says("ana", "prompt library")
    assert "Equity" in buttons(shelves.message)
    shelf = await presses(room, "ana", shelves.message, "Equity")
    assert "Whose voice was missing" in shelf.text
    form = await room.says("ana", "prompt use Whose voice was missing?")
    assert form.view and field(form.view, "question") == "Whose voice was missing?"
    await schedules(room)
    await room.goes_to(TOMORROW)
    await room.dialog("ana", ("prompt library ours", WELL), ("prompt library fun", "no questions"))


async def test_removing_a_channel_says_which_prompts_it_takes_along(room: Room) -> None:
    form = await room.says("ana", "prompt")
    both = field(form.view, "channels")
    for each, question, where in ((1, WELL, both), (2, "Who pairs?", both[1:])):
        form = await room.says("ana", "prompt")
        said = {"question": question, "when": "tomorrow 9am", "channels": where}
        await room.hands["ana"].submit(form.view, said)
        await room.dialog("ana", (f"prompt schedule {each}", "Scheduled."))
    done = await room.says("ana", "network drop 2")
    assert f"Asked in its other channels only from now on: “{WELL}”." in done.text, done.text
    assert "Paused, as no channel is left to ask it in: “Who pairs?”." in done.text
    await room.dialog(
        "ana",
        ("prompts", "Paused · "),
        ("prompt resume 2", "no channel left"),
        ("network audit", "paused the prompt “Who pairs?”"),
    )
    await room.goes_to(TOMORROW)
    assert [each for each in room.posts() if WELL in text(each)]
    assert not any("Who pairs?" in each for each in room.direct("ana"))


async def test_a_prompt_whose_channels_are_gone_is_paused_and_its_host_is_told_once(
    room: Room,
) -> None:
    """Also where another host, or nobody who knows of it, removes its channel."""
    await schedules(room)
    with Session(room.homeroom.database.engine) as session, session.begin():
        session.get_one(Prompt, 1).channel_ids = [999]
    told = len(room.direct("ana"))
    await room.goes_to(TOMORROW)
    await room.goes_to(TOMORROW + WEEK)
    told_now = [each for each in room.direct("ana")[told:] if WELL in each]
    assert len(told_now) == 1 and "is paused: every channel" in told_now[0]
    await room.dialog("ana", ("prompts", "Paused"))


async def test_when_it_comes_is_read_alike_everywhere(room: Room) -> None:
    tomorrow = room.when("Tue 24 Nov, 09:00")
    seen = await room.says("ana", f"prompt tomorrow 9am: {WELL}")
    assert tomorrow in seen.text and "2026-11-24" not in seen.text and "Next" not in seen.text
    listed = await room.says("ana", "prompts")
    assert f"Not scheduled yet · {tomorrow}\nIn all 2 channels" in listed.text
    assert "next" not in listed.text
    form = await room.says("ana", "prompt change 1")
    assert form.view and field(form.view, "when") == "24 November 9am"
    only = field(form.view, "channels")[:1]
    other = {"question": WELL, "when": "every Thursday 3pm London", "channels": only}
    await room.ana.submit(form.view, other)
    listed = await room.says("ana", "prompts")
    assert "Every Thursday at 15:00 (Europe/London), next " in listed.text
    assert "Thu 26 Nov, 15:00 (Europe/London)" in listed.text and "all 2" not in listed.text
    again = await room.says("ana", "prompt change 1")
    assert again.view and field(again.view, "when") == "every Thursday 3pm Europe/London"
