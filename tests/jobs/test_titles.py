"""Shared links get their titles, one page at a time, by the clock."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.fetch import Never, NotThisTime, Titles
from jobs import titles
from storage.models import Resource
from tests.cast import Room
from tests.jobs.site import Site

HOUR = timedelta(hours=1)


async def fetches(room: Room, title_of: Callable[[str], str]) -> bool:
    home = room.homeroom
    return await asyncio.to_thread(titles.fetch_next, home.database, room.clock, title_of)


def kept_title(room: Room) -> str:
    with Session(room.homeroom.database.engine) as session:
        return session.scalars(select(Resource.title)).one()


async def test_a_shared_link_gets_its_title_and_is_found_by_it(room: Room, site: Site) -> None:
    page = site.page("/talks", b"<title>Fifteen minutes of &lt;!channel&gt; talk</title>")

    def title_of(url: str) -> str:
        assert url == "https://example.org/talks"
        return Titles(site.policy()).of(page)

    await room.says("ben", "share https://example.org/talks it helped us")
    assert await fetches(room, title_of)
    await room.dialog(
        "dee", ("find fifteen minutes", "Fifteen minutes of <!channel> talk"), where="harbor"
    )
    assert not await fetches(room, title_of)
    await room.says("ben", "share https://example.org/talks again")
    assert not await fetches(room, title_of)
    assert site.asked == ["/talks"]


async def test_a_page_that_does_not_answer_is_asked_four_times_ever_later(room: Room) -> None:
    asked = []

    def busy(url: str) -> str:
        asked.append(room.clock.now())
        raise NotThisTime

    await room.says("ben", "share https://example.org/busy it helped us")
    start = room.clock.now()
    for minutes in range(0, 240, 5):
        await room.goes_to(start + timedelta(minutes=minutes))
        while await fetches(room, busy):
            pass
    assert [(at - start) / timedelta(minutes=1) for at in asked] == [0, 10, 30, 70]
    assert kept_title(room) == ""


@pytest.mark.parametrize("failure", [Never(), RuntimeError("unheard of")])
async def test_a_page_that_has_no_title_is_asked_once(room: Room, failure: Exception) -> None:
    def never(url: str) -> str:
        raise failure

    await room.says("ben", "share https://example.org/never it helped us")
    assert await fetches(room, never)
    assert not await fetches(room, never)
    await room.goes_to(room.clock.now() + 9 * HOUR)
    assert not await fetches(room, never)
    await room.dialog("ben", ("find helped", "example.org/never"))
