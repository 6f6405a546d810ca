"""The questions that calls open with: seen, added and taken out by hosts, none twice too soon."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.compose.openers import OPENERS, alike, in_turn, library
from tests.cast import CALL, Room, text
from tests.handlers.acting import buttons, nothing_changed, presses
from tests.handlers.test_roles import AGENDA, WEEK
from tests.jobs.walking import walks_to

OWN = "What did the *snow* teach <@UANA> & you?"


def opens_with(room: Room) -> str:
    agenda = text(room.post("Agenda"))
    return agenda.partition("A round with the right to pass: ")[2].splitlines()[0]


async def test_a_host_adds_a_question_and_the_next_call_to_be_dealt_has_it(room: Room) -> None:
    form = await room.says("ana", "questions add")
    done = await room.ana.submit(form.view, {"question": f"  {OWN}\n"})
    assert f"Added: “{OWN}”" in done.text
    async with nothing_changed(room):
        await room.dialog("ana", (f"questions add {OWN.upper()}", "there already"))
        await room.dialog("ben", ("questions", "Only a host"), (f"questions out {OWN}", "Only a"))
        listed = await room.says("ana", "questions")
        assert f"{len(OPENERS) + 1} questions, {len(OPENERS)} of them not asked" in listed.text
        assert listed.text.index(OWN) < listed.text.index("Take it out")
        eve = await room.says("eve", "questions", "other-network")
        assert OWN not in eve.text
    await walks_to(room, AGENDA + WEEK)
    assert opens_with(room) == OWN
    audit = (await room.says("ana", "network audit")).text
    assert f"added a question to open calls with: “{OWN}”" in audit


async def test_what_is_taken_out_is_not_asked_and_comes_back(room: Room) -> None:
    await walks_to(room, AGENDA)
    first = opens_with(room)
    assert first in OPENERS
    done = await room.says("ana", f"questions out {first}")
    assert "The next call opens with another one" in done.text
    await room.settle()
    second = opens_with(room)
    assert second in OPENERS and second != first
    listed = await room.says("ana", "questions")
    assert first not in listed.text and "Taken out (1)" in buttons(listed.message)
    gone = await presses(room, "ana", listed.message, "Taken out (1)")
    assert first in gone.text
    back = await presses(room, "ana", gone.message, "Put it back")
    assert f"It is back: “{first}”" in back.text
    assert first in (await room.says("ana", "questions")).text
    async with nothing_changed(room):
        await room.dialog(
            "ana",
            ("questions out What is love?", "No call opens with “What is love?”"),
            ("questions back What is love?", "No call opens with"),
            (f"questions back {first}", "there already"),
            ("questions out", "Please say which question"),
        )


async def test_too_long_a_question_is_given_back(room: Room) -> None:
    async with nothing_changed(room):
        long = "why " * 100
        seen = await room.says("ana", f"questions add {long}")
        assert "That question is 399 characters; 300 fit" in seen.text
        assert f"You typed: {long.strip()}" in seen.text
        form = await room.says("ana", "questions add")
        no = await room.ana.submit(form.view, {"question": long})
        assert "300" in str(no.errors)


async def test_without_a_question_a_call_opens_with_a_plain_round(room: Room) -> None:
    for each in OPENERS:
        await room.says("ana", f"questions out {each}")
    await room.dialog("ana", ("questions", "No question is left"))
    await walks_to(room, CALL - timedelta(hours=20))
    assert opens_with(room) == "how you arrive, and what you bring."


ADDED = ("Own one?", "OWN two?", "Own three?")
changes = st.lists(
    st.tuples(st.sampled_from([*OPENERS[:6], *ADDED]), st.booleans()),
    max_size=12,
)


@given(st.integers(1, 90), st.lists(changes, max_size=60))
def test_no_question_comes_twice_before_all_were_asked(
    network: int, weeks: list[list[tuple[str, bool]]]
) -> None:
    had: list[str] = []
    changed: dict[str, bool] = {}
    for week in [*weeks, *[[]] * len([*OPENERS, *ADDED])]:
        changed.update(week)
        every = library(network, changed.items())
        chosen = next(iter(in_turn(had, every)), None)
        if chosen is None:
            assert not every
            continue
        assert not changed.get(chosen, False)
        fresh = {alike(each) for each in every} - {alike(each) for each in had}
        assert not fresh or alike(chosen) in fresh
        had = [each for each in had if alike(each) != alike(chosen)] + [chosen]
    assert {alike(each) for each in every} <= {alike(each) for each in had}
    assert len(OPENERS) >= 40 and len({alike(each) for each in OPENERS}) == len(OPENERS)
