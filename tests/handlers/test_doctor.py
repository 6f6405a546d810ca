"""A host asks whether everything works, and is told how to mend what does not."""

import asyncio
from datetime import datetime, timedelta

from tests.cast import Room, text


async def looks(room: Room) -> None:
    """The errand that looks; its message is sent."""
    room.homeroom._loop = asyncio.get_running_loop()

    async def agrees() -> datetime:
        return room.clock.now()

    setattr(room.homeroom.doors[room.platform], "time", agrees)  # noqa: B010
    while await asyncio.to_thread(room.homeroom._one_errand):
        pass
    await room.settle()


async def asks(room: Room, who: str = "ana", where: str = "learning-call") -> str:
    seen = await room.says(who, "doctor", where)
    return str(seen.text)


def told(room: Room, who: str = "ana") -> str:
    return text(room.directs(who)[-1])


async def test_a_host_asks_and_all_is_well(room: Room) -> None:
    assert "I look now" in await asks(room)
    await looks(room)
    said = told(room)
    assert "All is well with" in said
    for each in ("Database", "Search", "Posts", "Clock"):
        assert each in said
    assert "→" not in said


async def test_what_was_found_last_is_shown_with_its_age(room: Room) -> None:
    await asks(room)
    await looks(room)
    room.clock.move(room.clock.now() + timedelta(minutes=12))
    said = await asks(room)
    assert "12 minutes ago" in said
    assert "I look again now" in said
    before = len(room.directs("ana"))
    await looks(room)
    assert len(room.directs("ana")) == before + 1


async def test_a_channel_that_is_lost_is_named_with_its_mend(room: Room) -> None:
    room.loses()
    await room.goes_to(room.clock.now() + timedelta(days=7))
    await asks(room)
    await looks(room)
    said = told(room)
    assert "Something is to be mended" in said
    assert said.count("#learning-call in ") == 1
    assert "→" in said
    mended, _, well = said.partition("Looked at, and well")
    assert "Homeroom" in mended and "Since" in mended and "UTC" not in mended
    assert "not_in_channel" not in said and "conversation" not in said
    assert "Posts" not in well and "#harbor" in well and "#learning-call" not in well


async def test_a_channel_that_homeroom_never_was_in_is_one_finding(room: Room) -> None:
    room.loses("harbor")
    await looks(room)
    await asks(room)
    await looks(room)
    said = told(room)
    assert said.count("#harbor in ") == 1
    assert said.index("#harbor") < said.index("Looked at, and well") < said.index("#learning-call")
    assert "Posts" not in said


async def test_mended_it_is_well_again(room: Room) -> None:
    room.loses()
    await room.goes_to(room.clock.now() + timedelta(hours=20))
    await room.invites("ana", "learning-call")
    await room.replied()
    await room.settle()
    await asks(room)
    await looks(room)
    said = told(room)
    assert "All is well" in said and "Posts" in said and "#learning-call in " in said


async def test_nothing_of_another_network_is_told(room: Room) -> None:
    await asks(room)
    await looks(room)
    assert "other-network" not in told(room)
    assert "elsewhere" not in told(room)


async def test_only_hosts_ask(room: Room) -> None:
    assert "Only a host" in await asks(room, "ben")
    before = len(room.directs("ben"))
    await looks(room)
    assert len(room.directs("ben")) == before


async def test_one_look_answers_many_who_ask_at_once(room: Room) -> None:
    await asks(room)
    await asks(room)
    before = len(room.directs("ana"))
    await looks(room)
    assert len(room.directs("ana")) == before + 1


async def test_a_host_is_answered_in_a_network_that_has_ended_and_nobody_else_is(
    room: Room,
) -> None:
    await room.fills("ana", "network end", sure="coaching network")
    await room.settle()
    assert "I look now" in await asks(room)
    await looks(room)
    assert "All is well with" in told(room)
    assert "Only a host" in await asks(room, "ben")
    assert "has ended" in (await room.says("ana", "care")).text
    assert "doctor" in (await room.says("ana", "help")).text
