"""Problems of practice and offers, as conversation. Who may see what is in test_privacy.py."""

from tests.cast import CALL, Room, text
from tests.handlers.acting import (
    field,
    nothing_changed,
    nothing_posted,
    offers,
    presses,
    problem_id,
    says_in_form,
)

FADES = "Talk moves fade after a week"


async def test_a_problem_is_posted_to_every_channel(room: Room) -> None:
    said = await says_in_form(
        room, "ben", "ask", what=FADES, tried="Modelling", wanted="Ideas", sight="network"
    )
    assert "posted to the network’s channels" in said and "next agenda" in said
    await room.settle()
    for where in ("learning-call", "harbor"):
        shown = text(room.post(FADES, where))
        assert "Modelling" in shown and "Raised by Ben (Northside)" in shown
    await room.silence("elsewhere", "other-network")


async def test_what_was_typed_after_ask_is_in_the_form(room: Room) -> None:
    opened = await room.says("ben", f"ask {FADES}")
    assert opened.view and field(opened.view, "what") == FADES
    await room.ben.close(opened.view)
    long = await room.says("ben", "ask " + "word " * 8000)
    assert long.view and "The first 3,000 of your 39,999 characters" in long.text
    assert field(long.view, "what").endswith("…")


async def test_the_same_problem_again_is_recognised(room: Room) -> None:
    asked = {"what": FADES, "tried": "Modelling", "sight": "network"}
    await room.fills("ben", "ask", **asked)
    await room.settle()
    async with nothing_changed(room):
        assert "already raised this" in await says_in_form(room, "ben", "ask", **asked)
    before = room.rows()["problem"]
    assert "Changed" in await says_in_form(room, "ben", "ask", **{**asked, "tried": "Twice"})
    await room.settle()
    assert room.rows()["problem"] == before
    assert "Twice" in text(room.post(FADES, "harbor"))
    other = await says_in_form(room, "ana", "ask", **asked)
    assert "posted to the network’s channels" in other


async def test_a_name_is_not_given_away_by_raising_it_twice(room: Room) -> None:
    await room.fills("ben", "ask", what=FADES, sight="network")
    async with nothing_posted(room):
        again = await room.fills("ben", "ask", what=FADES, sight="nameless")
    assert "withdraw it first" in again.text
    assert again.view
    gone = await presses(room, "ben", again.view, "Withdraw it")
    assert "Withdrawn" in gone.text
    assert "without your name" in await says_in_form(
        room, "ben", "ask", what=FADES, sight="nameless"
    )


async def test_offers_are_collected_in_the_thread(room: Room) -> None:
    await room.fills("ben", "ask", what=FADES, sight="network")
    await room.settle()
    form = await presses(room, "ana", room.post(FADES), "I can help")
    assert form.view and FADES in form.text
    done = await room.ana.submit(form.view, {"words": "Wait five seconds"})
    assert "Your offer is in the problem’s thread" in done.text
    await room.settle()
    for where in ("learning-call", "harbor"):
        post = room.post(FADES, where)
        assert "1 offer so far" in text(post)
        (reply,) = room.replies(post, where)
        assert "Wait five seconds" in text(reply) and "Ana (Northside)" in text(reply)
    assert "Wait five seconds" in room.direct("ben")[-1]
    number = problem_id(room, FADES)
    async with nothing_changed(room):
        again = await offers(room, "ana", number, "Wait five seconds")
        assert "already offered that" in again
        assert "Please" in await offers(room, "ana", number, "   ")
    assert "Thank you" in await offers(room, "dee", number, "Wait time", "harbor")
    await room.settle()
    assert "2 offers so far" in text(room.post(FADES))
    await room.dialog("gus", ("find five seconds", FADES))


async def test_only_who_raised_it_withdraws_it(room: Room) -> None:
    await room.fills("ben", "ask", what=FADES, sight="network")
    await room.settle()
    number = problem_id(room, FADES)
    async with nothing_changed(room):
        await room.dialog("ana", (f"unask {number}", "Only whoever raised"))
        await room.dialog("ben", (f"offer {number}", "You raised this one yourself"))
        await room.dialog("eve", (f"unask {number}", "not here"), where="other-network")
        await room.dialog("ben", ("unask 999", "not here"), ("unask", "unask"))
    await room.goes_to(CALL.replace(day=23, hour=21))
    assert FADES in text(room.post("Agenda"))
    await room.dialog("ben", (f"unask {number}", "Withdrawn"))
    await room.settle()
    for where in ("learning-call", "harbor"):
        assert FADES not in "".join(text(each) for each in room.posts(where))
        assert room.post("withdrawn by whoever raised it", where)
    async with nothing_changed(room):
        await room.dialog(
            "ana", (f"offer {number}", "withdrawn"), ("find fade after", "Nothing found")
        )
        await room.dialog("ben", (f"unask {number}", "withdrawn"))


async def test_the_problem_of_a_call_is_in_its_recap_until_withdrawn(room: Room) -> None:
    await room.fills("ben", "ask", what=FADES, sight="network")
    await room.goes_to(CALL)
    await room.goes_to(CALL.replace(hour=22))
    await room.goes_to(CALL.replace(day=25))
    assert FADES in text(room.post("Recap"))
    await room.dialog("ben", (f"unask {problem_id(room, FADES)}", "Withdrawn"))
    await room.settle()
    assert FADES not in text(room.post("Recap"))
    await room.dialog("ana", ("find fade after", "Nothing found"))


async def test_an_offer_for_what_was_withdrawn_meanwhile_stays_typed(room: Room) -> None:
    await room.fills("ben", "ask", what=FADES, sight="network")
    number = problem_id(room, FADES)
    form = await room.says("ana", f"offer {number}")
    assert form.view
    await room.says("ben", f"unask {number}")
    async with nothing_changed(room):
        late = await room.ana.submit(form.view, {"words": "Wait five seconds"})
    assert "withdrawn" in late.text
    assert room.still_open("ana", form.view, late)
