"""Two hundred people who submit their check-ins at the same moment."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.playground.hands import Hands
from bot.playground.seen import Seen
from storage.models import CheckIn
from tests.cast import Room

PEOPLE = 200
ROUNDS = 5  # on a busy machine some are asked to send it again


def crowd(room: Room) -> list[Hands]:
    """People of the channel's workspace who are in the channel, and were never heard of."""
    channel = room.channel()
    space = room.world.workspaces[channel.team]
    made = [room.world.add_person(space, f"p{n}", id=f"U{n:03}") for n in range(PEOPLE)]
    channel.members |= {each.id for each in made}
    return [Hands(room.world, space, each) for each in made]


async def all_at_once(
    people: list[Hands], act: Callable[[Hands], Awaitable[Seen]], well: Callable[[Seen], bool]
) -> set[str]:
    """Who saw in the end that it went well. Whoever is told to try again does so in the next
    round; nobody is told nothing."""
    done: set[str] = set()
    for _ in range(ROUNDS):
        left = [each for each in people if each.person.id not in done]
        told = await asyncio.gather(*(act(each) for each in left))
        assert all(each.view or each.text or each.failure for each in told)
        done |= {each.person.id for each, saw in zip(left, told, strict=True) if well(saw)}
    return done


@pytest.mark.slack_only("two hundred of Slack's own hands; the crowd is the database's matter")
async def test_two_hundred_check_in_at_once_and_none_is_lost(room: Room) -> None:
    people = crowd(room)

    async def opens(each: Hands) -> Seen:
        return await each.command(room.channel(), "/learn", "checkin")

    async def submits(each: Hands) -> Seen:
        typed = {"answer0": f"Number talks of {each.person.id}"}
        return await each.submit(each.views()[-1], typed)

    def saved(saw: Seen) -> bool:
        told = saw.text or saw.failure
        return "you have checked in" in told or "already" in told

    assert len(await all_at_once(people, opens, lambda saw: bool(saw.view))) == PEOPLE
    assert len(await all_at_once(people, submits, saved)) == PEOPLE
    with Session(room.homeroom.database.engine) as session:
        kept = [answers[0] for answers in session.scalars(select(CheckIn.answers))]
    assert sorted(kept) == [f"Number talks of {each.person.id}" for each in people]
