"""A recap that is posted says what people say now: what somebody took back is shown nowhere."""

from datetime import timedelta

from tests.cast import CALL, Room, text
from tests.handlers.acting import problem_id
from tests.handlers.test_prompts import TOMORROW, WELL, answers, schedules
from tests.handlers.test_protocols import QUESTION, opens_chalk_talk
from tests.jobs.walking import walks_to
from tests.room import Message

WEEK = timedelta(weeks=1)
WORDS = "Wait time got Kim talking"


def everywhere(room: Room) -> str:
    """All that Homeroom has posted, and now says."""
    channels = ("learning-call", "harbor")
    posts = [text(each) for where in channels for each in room.every_post(where)]
    return "\n".join(posts + [said for who in ("ana", "ben", "grace") for said in room.direct(who)])


def recap(room: Room) -> Message:
    """The recap of the first call."""
    return next(each for each in room.posts() if text(each).startswith("Recap: "))


def thread(room: Room) -> str:
    return "\n".join(text(each) for each in room.replies(recap(room)))


def recaps(room: Room) -> str:
    """Every recap, with its thread."""
    found = []
    for where in ("learning-call", "harbor"):
        for post in room.posts(where):
            if text(post).startswith("Recap: "):
                found += [text(post), *(text(each) for each in room.replies(post, where))]
    return "\n".join(found)


async def asked(room: Room) -> Message:
    await schedules(room)
    await room.goes_to(TOMORROW)
    return room.post(WELL)


async def two_calls_later(room: Room) -> None:
    await walks_to(room, CALL + 2 * WEEK + timedelta(days=2))


async def test_an_answer_that_was_typed_in_a_thread_is_followed(room: Room) -> None:
    typed = await room.replies_to("ben", await asked(room), WORDS)
    await room.settle()
    await two_calls_later(room)
    assert "Asked between calls" in text(recap(room)) and WORDS in thread(room)
    await room.edits("ben", typed, "Wait time got a child talking")
    await room.settle()
    assert "got a child talking" in thread(room) and "Kim" not in everywhere(room)
    await room.deletes("ben", typed)
    await room.settle()
    assert "got a child talking" not in everywhere(room)
    assert "Asked between calls" not in text(recap(room))
    await room.dialog("gus", ("find child talking", "Nothing found"))


async def test_an_answer_in_the_form_is_followed_and_others_stay(room: Room) -> None:
    await asked(room)
    await answers(room, "ben", WORDS)
    await answers(room, "gus", "Talk moves did")
    await two_calls_later(room)
    assert WORDS in thread(room) and "Talk moves did" in thread(room)
    await room.says("ben", "unanswer 1")
    await room.settle()
    assert WORDS not in everywhere(room)
    assert "Talk moves did" in thread(room) and "1 answer: Gus" in text(recap(room))


async def test_a_resource_that_is_taken_back_goes_from_an_older_recap_too(room: Room) -> None:
    why = "Number talks got Kim going, " + "and going, " * 30
    await room.says("ben", f"share https://example.org/talks {why}")
    await two_calls_later(room)
    assert "got Kim going" in thread(room)
    await room.says("ben", "withdraw 1")
    await room.settle()
    assert "Kim" not in recaps(room) and "taken back.)" in recaps(room)


async def test_a_problem_that_is_withdrawn_goes_from_every_recap_that_listed_it(
    room: Room,
) -> None:
    await room.fills("ben", "ask", what="Kim will not talk", sight="network")
    await two_calls_later(room)
    assert "Kim will not talk" in recaps(room)
    await room.says("ben", f"unask {problem_id(room, 'Kim will not talk')}")
    await room.settle()
    assert "Kim" not in recaps(room)


async def test_a_thought_that_is_taken_back_is_not_in_the_recap(room: Room) -> None:
    await opens_chalk_talk(room)
    typed = await room.replies_to("ben", room.post(QUESTION), WORDS)
    await room.settle()
    await two_calls_later(room)
    assert WORDS in thread(room)
    await room.deletes("ben", typed)
    await room.settle()
    assert WORDS not in everywhere(room)
