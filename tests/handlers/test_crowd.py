"""Two hundred people who submit their check-ins at the same moment."""

import asyncio
from collections.abc import Awaitable, Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.playground.hands import Hands
from bot.playground.seen import Seen
from storage.models import CheckIn
from tests.cast import Room

PEOPLE = 200
AGAIN = ("could not save this just now", "it may be saved by now")
ROUNDS = 5  # on a busy machine some are asked to send it again


def crowd(room: Room) -> list[Hands]:
    """People of the channel's workspace who are in the channel, and were never heard of."""
    channel = room.channel()
    space = room.world.workspaces[channel.team]
    made = [room.world.add_person(space, f"p{n}", id=f"U{n:03}") for n in range(PEOPLE)]
    channel.members |= {each.id for each in made}
    return [Hands(room.world, space, each) for each in made]


async def all_at_once(
    people: list[Hands], act: Callable[[Hands], Awaitable[Seen]]
) -> dict[str, Seen]:
    """What each saw in the end. Whoever is told that nothing was saved, or that it may be, does it
    again in the next round; nobody is told less."""
    seen: dict[str, Seen] = {}
    for _ in range(ROUNDS):
        left = [each for each in people if each.person.id not in seen]
        told = await asyncio.gather(*(act(each) for each in left))
        for each, answer in zip(left, told, strict=True):
            if not any(words in answer.text for words in AGAIN):
                seen[each.person.id] = answer
    return seen


async def test_two_hundred_check_in_at_once_and_none_is_lost(room: Room) -> None:
    people = crowd(room)

    async def opens(each: Hands) -> Seen:
        return await each.command(room.channel(), "/learn", "checkin")

    async def submits(each: Hands) -> Seen:
        typed = {"answer0": f"Number talks of {each.person.id}"}
        return await each.submit(each.views()[-1], typed)

    opened = await all_at_once(people, opens)
    assert len(opened) == PEOPLE and all(each.view for each in opened.values())
    done = await all_at_once(people, submits)
    assert len(done) == PEOPLE
    told = {each.text or each.failure for each in done.values()}
    assert all("you have checked in" in each or "already" in each for each in told), told
    with Session(room.homeroom.database.engine) as session:
        kept = [answers[0] for answers in session.scalars(select(CheckIn.answers))]
    assert sorted(kept) == [f"Number talks of {each.person.id}" for each in people]
