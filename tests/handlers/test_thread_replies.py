"""What people type in the thread of a question is their answer: counted, edited, withdrawn."""

from datetime import timedelta
from itertools import count, permutations
from typing import Any

import pytest

from bot.speech import File, Incoming, Message, plain
from tests.cast import Room, text
from tests.handlers.acting import deactivate, nothing_changed, nothing_posted, presses
from tests.handlers.test_hiding import hides
from tests.handlers.test_prompts import TOMORROW, WELL, answers, schedules
from tests.room import field, identity

_deliveries = count(1)


async def asked(room: Room) -> Any:
    """A question that was asked in every channel; its post in #learning-call."""
    await schedules(room)
    await room.goes_to(TOMORROW)
    return room.post(WELL)


async def types(
    room: Room,
    words: str,
    post: Any,
    second: int = 0,
    *,
    does: str = "overheard reply",
    who: str = "ben",
    where: str = "learning-call",
    own: str = "m1",
    **more: Any,
) -> Any:
    """Tell the program of a reply in a post's thread, as it was `second` seconds after."""
    place = room.place(where)
    message = Message(own, words, room.who(who).person, at=TOMORROW + timedelta(seconds=second))
    said = Incoming(
        f"typed {next(_deliveries)}",
        room.who(who),
        type(place)(place.platform, place.workspace, place.channel, identity(post)),
        does,
        message=Message(*[more.get(n, getattr(message, n)) for n in message.__struct_fields__]),
        how=more.get("how", "overheard"),
    )
    answer = await room.homeroom.answer(said)
    await room.settle()
    return answer


def counted(room: Room, words: str, where: str = "learning-call") -> None:
    shown = text(room.post(WELL, where))
    assert words in shown, shown


def in_thread(room: Room, where: str) -> list[str]:
    """What Homeroom said in the thread of the question."""
    return [text(each) for each in room.replies(room.post(WELL, where), where)]


async def test_a_reply_is_an_answer_is_edited_and_is_withdrawn(room: Room) -> None:
    post = await asked(room)
    typed = await room.replies_to("ben", post, "Wait time <b>works</b>")
    await room.settle()
    for where in ("learning-call", "harbor"):
        counted(room, "1 answer so far · Ben", where)
    assert not any("Northside" in each for each in in_thread(room, "learning-call"))
    assert "Wait time <b>works</b>" in in_thread(room, "harbor")[0]
    assert "Ben (Northside)" in in_thread(room, "harbor")[0]
    await room.dialog("gus", ("find wait time in:answers", "Wait time"))
    await room.edits("ben", typed, "Wait time helps")
    await room.settle()
    assert len(in_thread(room, "harbor")) == 1
    assert "Wait time helps" in in_thread(room, "harbor")[0]
    assert "edited" in in_thread(room, "harbor")[0]
    await room.dialog("ana", ("prompt answers 1", "Wait time helps"))
    await room.deletes("ben", typed)
    await room.settle()
    for where in ("learning-call", "harbor"):
        counted(room, "Be the first", where)
    assert "taken back" in in_thread(room, "harbor")[0]
    await room.dialog("gus", ("find wait time", "Nothing found"))


async def test_several_replies_and_the_button_are_one_answer(room: Room) -> None:
    post = await asked(room)
    first = await room.replies_to("ben", post, "First")
    await room.replies_to("ben", post, "Second")
    there = room.post(WELL, "harbor")
    await room.replies_to("dee", there, "Stems", "harbor")
    assert "in the thread" in await answers(room, "ben", "By the button")
    await room.settle()
    counted(room, "2 answers so far · Ben and Dee")
    assert any("By the button\nFirst\nSecond" in each for each in in_thread(room, "harbor"))
    here = in_thread(room, "learning-call")
    assert any("By the button" in each and "First" not in each for each in here)
    assert any("Stems" in each and "Dee (Harbor)" in each for each in here)
    form = await room.says("ben", "answer 1")
    assert field(form.view, "words") == "By the button"  # what was typed is not typed twice
    async with nothing_changed(room):
        assert "already saved" in await answers(room, "ben", "By the button")
    await room.deletes("ben", first)
    await room.settle()
    seen = await room.says("ana", "prompt answers 1")
    assert "By the button" in seen.text and "Second" in seen.text and "First" not in seen.text
    await room.dialog("ben", ("unanswer 1", "Taken back"))
    await room.settle()
    counted(room, "1 answer so far · Dee")


async def test_what_was_taken_back_stays_so_and_more_may_be_said(room: Room) -> None:
    post = await asked(room)
    typed = await room.replies_to("ben", post, "First")
    await room.dialog("ben", ("unanswer 1", "Taken back"))
    await room.edits("ben", typed, "First, again")
    await room.settle()
    counted(room, "Be the first")
    await room.replies_to("ben", post, "Second")
    await room.settle()
    await room.dialog("ana", ("prompt answers 1", "Second"))


async def test_it_is_told_in_the_recap(room: Room) -> None:
    post = await asked(room)
    await room.replies_to("ben", post, "Wait time works")
    await room.goes_to(TOMORROW + timedelta(hours=12))
    await room.dialog("ana", ("recap", "Wait time works"))


EARLY = ("First", 1, "overheard reply")
LATER = ("Second", 2, "overheard reply edit")
LAST = ("Third", 3, "overheard reply edit")
GONE = ("", 4, "overheard reply gone")


@pytest.mark.parametrize("order", list(permutations((EARLY, LATER, LAST))))
async def test_the_last_edit_counts_in_whatever_order_they_come(room: Room, order: Any) -> None:
    post = await asked(room)
    for words, second, does in (*order, EARLY):
        await types(room, words, post, second, does=does)
    counted(room, "1 answer so far · Ben")
    await room.dialog("ana", ("prompt answers 1", "Third"))
    assert room.rows()["answer"] == room.rows()["thread_reply"] == 1


async def test_what_was_deleted_does_not_count_when_it_comes_late(room: Room) -> None:
    post = await asked(room)
    for words, second, does in (GONE, EARLY, LATER):
        await types(room, words, post, second, does=does)
    counted(room, "Be the first")
    assert room.rows()["answer"] == 0


async def test_only_replies_to_questions_count(room: Room) -> None:
    post = await asked(room)
    other = await room.tells("gus", "Anybody here?")
    async with nothing_changed(room):
        await room.replies_to("ben", other, "Me")
        await types(room, "To nothing", other)
        await room.tells("ben", "Not in the thread")
        await types(room, "", post)  # nothing was said
        deactivate(room, "Gus")
        await types(room, "I was deactivated", post, who="gus")
    await room.mentions("ben", "help")
    await room.settle()
    counted(room, "Be the first")


async def test_a_reply_in_a_check_ins_thread_is_no_check_in(room: Room) -> None:
    await room.settle()
    opened = room.posts()[0]
    async with nothing_changed(room):
        await room.replies_to("ben", opened, "I tried wait time")


async def test_whoever_replies_for_the_first_time_joins_and_is_greeted(room: Room) -> None:
    post = await asked(room)
    room.newcomer("zoe")
    before = room.rows()["member"]
    await room.replies_to("zoe", post, "I am new here")
    await room.settle()
    counted(room, "1 answer so far")
    assert room.rows()["member"] == before + 1
    assert any("kept" in each for each in room.direct("zoe"))


async def test_of_another_network_nobody_reads_it(room: Room) -> None:
    post = await asked(room)
    await room.replies_to("ben", post, "Wait time works")
    await room.settle()
    await room.dialog("eve", ("find wait time", "Nothing found"), where="other-network")
    async with nothing_changed(room):
        await types(room, "From elsewhere", post, who="eve", where="other-network")


async def test_what_is_longer_than_we_keep_is_visibly_shortened(room: Room) -> None:
    post = await asked(room)
    await types(room, "why " * 2000, post)
    shown = " ".join(in_thread(room, "harbor"))
    assert "why why" in shown and "…" in shown
    assert shown.count("why") < 800


async def test_a_file_or_a_link_is_an_answer_too(room: Room) -> None:
    post = await asked(room)
    link = "https://example.org/talks"
    await types(room, f"See {link}", post, does="overheard", links=(link,))
    assert any(link in each for each in in_thread(room, "harbor"))
    files = (File("Strips.pdf", "https://files.example/strips"),)
    await types(room, "", post, 1, does="overheard", own="m2", who="gus", files=files)
    assert any("Strips.pdf" in each for each in in_thread(room, "harbor"))
    counted(room, "2 answers so far")
    assert room.rows()["caught_message"] == 2
    await types(room, "Never mind", post, 2, does="overheard edit", own="m2", who="gus")
    assert any("Never mind" in each for each in in_thread(room, "harbor"))
    await types(room, "", post, 3, does="overheard gone")
    counted(room, "1 answer so far · Gus")


async def test_by_our_name_it_is_an_answer_unless_it_says_a_word_of_ours(room: Room) -> None:
    post = await asked(room)
    said = "Longer silences than I dared"
    thanks = await types(room, said, post, does=said, how="mention")
    assert "Your answer counts" in plain(thanks.elements)
    counted(room, "1 answer so far · Ben")
    shown = await types(room, "agenda", post, 1, does="agenda", how="mention", own="m2")
    assert "Your answer" not in plain(shown.elements)
    await types(room, "Longer silences", post, 2, does="overheard reply reword")
    await room.dialog("ana", ("prompt answers 1", "Longer silences"))
    async with nothing_posted(room):
        await types(room, "share x", post, 3, does="overheard reply reword", own="m2")
    other = await room.tells("gus", "Anybody here?")
    lost = await types(room, said, other, 4, does=said, how="mention", own="m3")
    assert "don’t know" in plain(lost.elements)


async def test_what_a_host_hides_stays_hidden_when_it_is_edited(room: Room) -> None:
    post = await asked(room)
    typed = await room.replies_to("ben", post, "Names a pupil")
    await room.settle()
    assert "Hidden" in await hides(room, "answer:1")
    await room.edits("ben", typed, "Names a pupil again")
    await room.settle()
    counted(room, "Be the first")
    assert not any("pupil" in each for each in in_thread(room, "harbor"))


# -- a protocol in writing ------------------------------------------------------------------------

TALK = "What does a good launch look like?"


async def opened(room: Room) -> Any:
    done = await room.fills("ana", "protocol write chalktalk", question=TALK, days="3")
    assert "is open" in done.text, done.text
    await room.settle()
    return room.post(TALK)


async def test_what_is_typed_under_a_chalk_talk_is_a_thought(room: Room) -> None:
    post = await opened(room)
    typed = await room.replies_to("ben", post, "Short")
    await room.replies_to("ben", post, "And loud")
    await room.settle()
    assert "2 thoughts from 1 person: Ben" in text(room.post(TALK, "harbor"))
    there = [text(each) for each in room.replies(room.post(TALK, "harbor"), "harbor")]
    assert sorted(each.splitlines()[0] for each in there) == ["And loud", "Short"]
    assert not any("Northside" in text(each) for each in room.replies(post))
    await room.edits("ben", typed, "Very short")
    await room.deletes("ben", typed)
    await room.settle()
    assert "1 thought from 1 person: Ben" in text(room.post(TALK))
    there = [text(each) for each in room.replies(room.post(TALK, "harbor"), "harbor")]
    assert any("taken back" in each for each in there)
    form = await room.says("dee", "thought 1", "harbor")
    done = await room.dee.submit(form.view, {"words": "Curious"})
    assert "in the thread" in done.text
    await room.goes_to(room.clock.now() + timedelta(days=3))
    async with nothing_changed(room):
        await room.replies_to("ben", post, "Too late")
    assert any("2 thoughts from 2 people" in text(each) for each in room.posts())


async def test_the_library_of_protocols_opens_it(room: Room) -> None:
    shelf = await room.says("ana", "protocol")
    assert (await presses(room, "ana", shelf.message, "In writing, over days")).view
