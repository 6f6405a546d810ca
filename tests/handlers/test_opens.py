"""Words that are answered with a form are marked, for platforms that must know beforehand."""

from datetime import timedelta
from itertools import count

import pytest

from bot.speech import Form, Incoming, Message, Reply
from handlers import words
from tests.cast import CALL, Room
from tests.handlers.acting import offers, problem_id, says_in_form
from tests.jobs.walking import walks_to

LINK = "https://example.org/talks"
_deliveries = count(1)


async def presses_what_says(room: Room, who: str, says: str, where: str = "learning-call") -> Reply:
    """What the program answers to a button with these words, pressed beside a message."""
    message = Message("1", f"See {LINK}", links=(LINK,))
    delivery = f"pressed {next(_deliveries)}"
    return await room.homeroom.answer(
        Incoming(delivery, room.who(who), room.place(where), says, message=message, how="button")
    )


async def test_every_marked_word_opens_a_form(room: Room) -> None:
    await room.says("ben", f"share {LINK} it helped")
    await says_in_form(room, "ben", "ask", what="Talk fades", sight="network")
    opened = await every_form(
        room,
        ("ben", "share"),
        ("ben", "save"),
        ("ben", "save file"),
        ("ben", "voice 1"),
        ("ben", "ask"),
        ("ben", "checkin 1"),
        ("gus", "checkin"),
        ("ben", "helped"),
        ("ben", "helped with"),
        ("ben", "bring"),
        ("ben", "bring message 1"),
        ("ana", f"offer {problem_id(room, 'Talk fades')}"),
        ("ben", f"close {problem_id(room, 'Talk fades')}"),
        ("ben", "commit new"),
        ("ana", "prompt"),
        ("ana", "care"),
        ("ana", "hide resource:1"),
        ("ben", "me pause"),
        ("ben", "me erase"),
        ("ana", "prompt use Why?"),
        ("ana", "agenda add 1"),
        ("ana", "agenda order 1"),
        ("ana", "call new"),
        ("ana", "call edit 1"),
        ("ana", "call holiday 1"),
        ("ana", "call move 1"),
        ("ana", "network name"),
        ("ana", "network whom"),
        ("ana", "network person 3"),
        ("ana", "network away"),
        ("ana", "network pause"),
        ("ana", "network hand over"),
        ("ana", "roles"),
        ("ben", "role bring"),
        ("ana", "questions add"),
        ("ana", "network deal"),
        ("ana", "protocol begin flash"),
        ("ana", "protocol write chalktalk"),
        ("ana", "network end"),
        ("ana", "organisation add"),
        ("ana", "organisation rename 1"),
        ("ana", "organisation merge 1"),
    )
    await offers(room, "ana", problem_id(room, "Talk fades"), "Wait a week")
    await room.says("ben", "commit ask three teachers")
    await room.says("ana", "prompt in 2 hours: Why?")
    await room.says("ana", "prompt schedule 1")
    await room.says("ana", "prompt now 1")
    await room.says("ana", "network seat 2")
    form = await room.says("ana", "protocol write chalktalk")
    await room.ana.submit(form.view, {"question": "Why?", "days": "2"})
    opened |= await every_form(room, ("ben", "thought 1"))
    opened |= await every_form(
        room, ("ana", "prompt change 1"), ("ben", "answer 1"), ("ana", "network base 1")
    )
    opened |= await every_form(room, ("ana", "reoffer 1"), ("ben", "commitment say 1"))
    assert isinstance(await presses_what_says(room, "cleo", "begin", "elsewhere"), Form)
    await walks_to(room, CALL + timedelta(hours=3))
    opened |= await every_form(
        room, ("ben", "exit 1"), ("gus", "exit"), ("ana", "recap edit 1"), ("ana", "call notes 1")
    )
    assert opened | {"begin"} == {name for name, each in words.TABLE.items() if each.opens}


async def every_form(room: Room, *said: tuple[str, str]) -> set[str]:
    """The words that these say; each was answered with a form."""
    for who, says in said:
        assert words.opens(says), says
        reply = await presses_what_says(room, who, says)
        assert isinstance(reply, Form) and words.opens(reply.says), says
    return {found[0].name for _, says in said if (found := words.match(says))}


@pytest.mark.parametrize(
    "said", ["", "nonsense", "absent 1", "call", "call skip 1", f"share {LINK} it helped", "help"]
)
def test_other_words_do_not(said: str) -> None:
    assert not words.opens(said)
