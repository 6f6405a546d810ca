"""What becomes of a problem: me too, brought to the call, what helped, closed and opened again."""

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import CALL, Room, text
from tests.handlers.acting import (
    nothing_changed,
    offers,
    presses,
    problem_id,
)
from tests.jobs.walking import walks_to
from tests.room import buttons

FADES = "Talk moves fade after a week"
LATE = "Parents come late to conferences"
AGENDA = CALL - timedelta(hours=20)
HOUR = timedelta(hours=1)


def shown(room: Room, what: str, where: str = "learning-call") -> Any:
    """The card of a problem, in a channel."""
    return room.post(f"A problem of practice\n{what}", where)


async def raises(room: Room, who: str, what: str, sight: str = "network") -> int:
    where = "harbor" if who == "dee" else "learning-call"
    await room.fills(who, "ask", where, what=what, sight=sight)
    await room.settle()
    return problem_id(room, what)


async def closes(room: Room, who: str, number: int, **lesson: str) -> str:
    opened = await room.says(who, f"close {number}")
    assert opened.view, opened.text
    return str((await room.hands[who].submit(opened.view, lesson)).text)


async def test_me_too_is_counted_once_and_taken_back(room: Room) -> None:
    await raises(room, "ben", FADES)
    seen = await presses(room, "ana", shown(room, FADES), "Me too")
    assert "you have this too" in seen.text
    await room.settle()
    for where in ("learning-call", "harbor"):
        assert "Ana has this too" in text(shown(room, FADES, where))
    number = problem_id(room, FADES)
    await room.dialog("dee", (f"metoo {number}", "you have this too"), where="harbor")
    await room.settle()
    assert "Ana and Dee have this too" in text(shown(room, FADES))
    await room.dialog("ana", (f"metoo {number}", "Taken back"))
    await room.settle()
    assert "Dee has this too" in text(shown(room, FADES))
    async with nothing_changed(room):
        await room.dialog("ben", (f"metoo {number}", "You raised this one yourself"))
        await room.dialog("eve", (f"metoo {number}", "not here"), where="other-network")


async def test_me_too_in_the_list_leaves_the_list_standing(room: Room) -> None:
    await raises(room, "ben", FADES)
    await raises(room, "gus", LATE)
    await room.says("ana", "problems")
    before = len(room.private("ana"))
    said = await presses(room, "ana", room.private("ana")[-1], "Me too")
    assert "Noted: you have this too. “Talk moves fade" in said.text
    stands = room.private("ana")[-1]
    assert "Ana has this too" in text(stands) and LATE in text(stands)
    assert {"Me too", "Take “me too” back", "I can help"} <= set(buttons(stands))
    await presses(room, "ana", stands, "Take “me too” back")
    stands = room.private("ana")[-1]
    assert "Taken back" in text(stands) and FADES in text(stands) and LATE in text(stands)
    assert "has this too" not in text(stands)
    assert len(room.private("ana")) == before
    assert room.rows()["echo"] == 0


async def test_bring_to_call_in_the_list_leaves_the_list_standing(room: Room) -> None:
    await raises(room, "ben", FADES)
    await raises(room, "gus", LATE)
    await room.says("ben", "problems")
    before = len(room.private("ben"))
    await presses(room, "ben", room.private("ben")[-1], "Bring to call")
    stands = room.private("ben")[-1]
    assert "It goes first among what waits for the call" in text(stands)
    assert FADES in text(stands) and LATE in text(stands)
    assert "It was brought to the next call" in text(stands)
    assert buttons(stands).count("Bring to call") == 1
    assert len(room.private("ben")) == before


async def test_me_too_at_the_problem_is_answered_beside_it_and_then_in_place(room: Room) -> None:
    await raises(room, "ben", FADES)
    await presses(room, "ana", shown(room, FADES), "Me too")
    await room.settle()
    assert "Ana has this too" in text(shown(room, FADES))
    answer = room.private("ana")[-1]
    assert "you have this too" in text(answer)
    before = len(room.private("ana"))
    await presses(room, "ana", answer, "Take it back")
    assert "Taken back" in text(room.private("ana")[-1])
    assert len(room.private("ana")) == before


async def test_who_has_a_nameless_problem_too_is_a_number(room: Room) -> None:
    number = await raises(room, "ben", FADES, "nameless")
    await room.dialog("ana", (f"metoo {number}", "you have this too"))
    await room.settle()
    card = text(shown(room, FADES))
    assert "1 person has this too" in card and "Ana" not in card and "Ben" not in card


async def test_what_most_have_or_somebody_brought_is_worked_on_first(room: Room) -> None:
    await raises(room, "ben", FADES)
    late = await raises(room, "dee", LATE)
    await room.goes_to(AGENDA)
    assert "It is on the next agenda" in text(shown(room, FADES))
    await room.dialog("ana", (f"metoo {late}", "you have this too"))
    await room.settle()
    await room.settle()
    assert "It is on the next agenda" in text(shown(room, LATE))
    assert "It is on the next agenda" not in text(shown(room, FADES))
    said = await presses(room, "gus", shown(room, FADES), "Bring to call")
    assert "It goes first" in said.text
    await room.settle()
    await room.settle()
    assert "It is on the next agenda" in text(shown(room, FADES))
    assert "Bring to call" not in buttons(shown(room, FADES))
    again = await room.says("ana", f"bring {problem_id(room, FADES)}")
    assert "It was brought to the call" in again.text


async def test_a_message_is_brought_to_the_call_once(room: Room) -> None:
    message = await room.tells("ben", "Could we talk about report cards?")
    opened = await room.points("gus", message, "bring")
    assert opened.view and "five minutes" in opened.text
    done = await room.gus.submit(
        opened.view, {"title": "“Could we talk about report cards?” – Ben"}
    )
    assert "It is on the agenda" in done.text
    agenda = (await room.says("ben", "agenda")).text
    assert "report cards" in agenda and "Brought to the call by Gus" in agenda
    before = room.rows()
    twice = await room.points("ana", message, "bring")
    assert twice.view
    again = await room.ana.submit(twice.view, {"title": "Report cards"})
    assert "on the next agenda already" in again.text
    assert room.rows()["agenda_item"] == before["agenda_item"]


async def test_a_message_from_elsewhere_is_not_quoted_unawares(room: Room) -> None:
    message = await room.tells("ben", "Just between us", "elsewhere")
    opened = await room.points("ben", message, "bring")
    assert opened.view and "everyone in the network will read what you send" in opened.text
    outside = await room.points("cleo", message, "bring")
    assert "not in a network" in outside.text


async def test_a_problem_of_an_organisation_is_brought_to_no_call(room: Room) -> None:
    number = await raises(room, "ben", FADES, "organisation")
    async with nothing_changed(room):
        await room.dialog("ana", (f"bring {number}", "Only your organisation may see"))
        await room.dialog("dee", (f"bring {number}", "not here"), where="harbor")


async def test_this_helped_is_said_of_an_offer(room: Room) -> None:
    number = await raises(room, "ben", FADES)
    await offers(room, "ana", number, "Wait five seconds")
    await room.settle()
    (reply,) = room.replies(shown(room, FADES))
    thanks = await presses(room, "ben", reply, "This helped")
    assert "Noted: this helped" in thanks.text and "Close the problem" in thanks.text
    await room.settle()
    for where in ("learning-call", "harbor"):
        (reply,) = room.replies(shown(room, FADES, where), where)
        assert "helped 1 person" in text(reply)
    assert "Ben (Northside) says that this helped" in room.direct("ana")[-1]
    async with nothing_changed(room):
        again = await presses(room, "ben", room.replies(shown(room, FADES))[0], "This helped")
        assert "said so already" in again.text
        own = await presses(room, "ana", room.replies(shown(room, FADES))[0], "This helped")
        assert "your own offer" in own.text


async def test_help_with_a_nameless_problem_names_nobody_who_is_thankful(room: Room) -> None:
    number = await raises(room, "ben", FADES, "nameless")
    await offers(room, "ana", number, "Wait five seconds")
    await room.settle()
    await presses(room, "ben", room.replies(shown(room, FADES))[0], "This helped")
    await room.settle()
    told = room.direct("ana")[-1]
    assert "this helped" in told and "Ben" not in told


async def test_an_offer_is_changed_and_taken_back_by_whoever_made_it(room: Room) -> None:
    number = await raises(room, "ben", FADES)
    await offers(room, "ana", number, "Wait five seconds")
    form = await room.says("ana", "reoffer 1")
    assert form.view
    done = await room.ana.submit(form.view, {"words": "Wait ten seconds"})
    assert "Changed" in done.text
    await room.settle()
    assert "ten seconds" in text(room.replies(shown(room, FADES))[0])
    async with nothing_changed(room):
        await room.dialog("ben", ("unoffer 1", "not an offer of yours"))
        await room.dialog("eve", ("unoffer 1", "not an offer of yours"), where="other-network")
    await room.dialog("ana", ("unoffer 1", "Taken back"), ("find ten seconds", "Nothing found"))
    await room.settle()
    assert "taken back" in text(room.replies(shown(room, FADES))[0])
    assert "Have you been here" in text(shown(room, FADES))


async def test_a_problem_goes_from_raised_to_closed_and_the_recap_says_so(room: Room) -> None:
    number = await raises(room, "ben", FADES)
    await room.goes_to(AGENDA)
    assert "It is on the next agenda" in text(shown(room, FADES))
    await room.goes_to(CALL)
    assert "A call worked on it" in text(shown(room, FADES))
    await room.goes_to(CALL + HOUR)
    asked = room.directs("ben")[-1]
    assert "What will you do differently?" in text(asked)
    assert "Please" in await closes(room, "ben", number, lesson=" ")
    done = await closes(room, "ben", number, lesson="Plan one talk move a week")
    assert "Closed" in done
    await room.settle()
    for where in ("learning-call", "harbor"):
        closed = shown(room, FADES, where)
        assert "What will be different: Plan one talk move a week" in text(closed)
        assert "It is closed" in text(closed) and buttons(closed) == []
    await room.dialog("dee", ("find one talk move", FADES), where="harbor")
    async with nothing_changed(room):
        await room.dialog(
            "ana", (f"offer {number}", "is closed"), (f"close {number}", "closed already")
        )
        await room.dialog("gus", (f"reopen {number}", "Only whoever raised"))
    await walks_to(room, CALL + timedelta(days=1))
    recap = room.post("Recap")
    told = text(recap) + "".join(text(each) for each in room.replies(recap))
    assert FADES in told and "Plan one talk move a week" in told
    await room.dialog("ben", (f"reopen {number}", "open again"))
    await room.settle()
    assert "I can help" in buttons(shown(room, FADES))


async def test_a_host_may_close_it_and_whoever_raised_it_is_told(room: Room) -> None:
    number = await raises(room, "ben", FADES)
    assert "Closed" in await closes(room, "ana", number, lesson="")
    await room.settle()
    assert "Ana closed your problem" in room.direct("ben")[-1]
    assert room.rows()["audit"] == 1
    async with nothing_changed(room):
        await room.dialog("gus", (f"close {number}", "Only whoever raised"))
    await room.dialog("ben", (f"reopen {number}", "open again"))


@pytest.mark.parametrize("who", ["ana", "gus"])
async def test_nobody_learns_who_raised_a_nameless_one(room: Room, who: str) -> None:
    number = await raises(room, "ben", FADES, "nameless")
    await room.goes_to(CALL)
    await room.goes_to(CALL + HOUR)
    assert "Closed" in await closes(room, "ben", number, lesson="Plan one talk move a week")
    await room.settle()
    everything = [text(each) for each in room.every_post()] + room.direct(who)
    assert any("one talk move" in each for each in everything)
    # He takes the notes of that call, which is no secret.
    shown = [re.sub(r"Note-taker: Ben\b", "", each) for each in everything]
    assert not any("Ben" in each and FADES in each for each in shown)
    assert "Ben" not in (await room.says(who, "problems")).text


async def test_open_problems_are_listed_with_what_one_may_do(room: Room) -> None:
    await room.dialog("ben", ("problems", "No problem is open"))
    own = await raises(room, "ben", FADES)
    await raises(room, "dee", LATE)
    await offers(room, "ana", own, "Wait five seconds")
    await raises(room, "gus", "Only for us", "organisation")
    seen = await room.says("ben", "problems")
    assert FADES in seen.text and LATE in seen.text and "1 offer" in seen.text
    assert "no offers yet" in seen.text and "Close" in seen.text
    host = (await room.says("ana", "problems")).text
    assert host.index(LATE) < host.index(FADES)  # nobody has answered that one
    dee = (await room.says("dee", "problems", "harbor")).text
    assert "Only for us" not in dee
    assert FADES not in (await room.says("eve", "problems", "other-network")).text


async def test_what_nobody_answered_is_on_the_next_agenda(room: Room) -> None:
    await raises(room, "ben", FADES)
    late = await raises(room, "dee", LATE)
    await room.goes_to(AGENDA)
    agenda = text(room.post("Agenda"))
    assert "Nobody has answered these yet" in agenda and LATE in agenda
    await offers(room, "ana", late, "Send the bus plan")
    await room.settle()
    await room.settle()
    assert "Nobody has answered these yet" not in text(room.post("Agenda"))


async def test_words_from_elsewhere_are_kept_as_a_quotation(room: Room) -> None:
    await raises(room, "ben", FADES)
    message = await room.tells("ana", "We put the stems on the tables")
    opened = await room.points("ben", message, "helped")
    assert opened.view
    done = await room.ben.submit(
        opened.view, {"problem": str(problem_id(room, FADES)), "words": "“Stems on tables” – Ana"}
    )
    assert "Thank you" in done.text
    await room.settle()
    (reply,) = room.replies(shown(room, FADES))
    assert "Stems on tables" in text(reply) and "Offered by Ben" in text(reply)


async def test_a_reply_in_the_thread_is_credited_to_whoever_wrote_it(room: Room) -> None:
    await raises(room, "ben", FADES)
    reply = await room.replies_to("ana", shown(room, FADES), "We put the stems on the tables")
    said = await room.points("ben", reply, "helped")
    assert "Noted: this helped" in said.text
    await room.settle()
    there = room.replies(shown(room, FADES, "harbor"), "harbor")
    assert any("stems on the tables" in text(e) and "Offered by Ana" in text(e) for e in there)
    assert "Ben (Northside) says that this helped" in room.direct("ana")[-1]
    async with nothing_changed(room):
        again = await room.points("ben", reply, "helped")
        assert "said so already" in again.text
        own = await room.points("ana", reply, "helped")
        assert "your own message" in own.text
