"""Whoever says by themselves whom they are with: the hosts are told, quietly and once a day."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.compose.newcomers import SHOWN, Newcomer, newcomers
from bot.speech import Buttons, plain
from storage.models import Member, OutboxPost
from tests.cast import Room, text
from tests.handlers.acting import buttons
from tests.room import field

TUESDAY = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # 09:00 in Chicago
NEW = "New in Coaching Network"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


async def new_ones(room: Room, *names: str, organisation: str = "2") -> None:
    """People nobody heard of, who check in and say that they are with Harbor."""
    for name in names:
        room.newcomer(name)
        await room.fills(
            name, "checkin 1", answer0="Tried", answer1="Bring", organisation=organisation
        )


def told(room: Room, who: str) -> list[Any]:
    return [each for each in room.directs(who) if NEW in text(each)]


async def test_hosts_alone_are_told_next_morning_and_once(room: Room) -> None:
    await new_ones(room, "finn", "gale")
    await room.settle()
    assert told(room, "ana") == []
    kept = (await room.says("ana", "network audit")).text
    assert "finn says they are with harbor" in kept.casefold()
    await room.goes_to(TUESDAY - HOUR)
    assert told(room, "ana") == []
    await room.goes_to(TUESDAY)
    for host in ("ana", "grace"):
        (one,) = told(room, host)
        assert "finn says they are with harbor." in text(one).casefold()
        assert "gale says they are with harbor." in text(one).casefold()
        assert "reads the problems that it keeps to itself" in text(one)
        assert buttons(one) == ["Change", "Change"]
    for other in ("ben", "dee", "gus", "finn", "eve", "cleo"):
        assert told(room, other) == []
    await room.goes_to(TUESDAY + 2 * DAY)
    assert [len(told(room, host)) for host in ("ana", "grace")] == [1, 1]
    assert waiting(room) == []


def waiting(room: Room) -> list[str]:
    """Of whom the hosts are still to be told."""
    with Session(room.homeroom.database.engine) as session:
        asked = select(Member.name).where(Member.with_since.is_not(None))
        return list(session.scalars(asked))


async def test_the_button_changes_it(room: Room) -> None:
    await new_ones(room, "finn")
    await room.goes_to(TUESDAY)
    (one,) = told(room, "ana")
    form = await room.presses("ana", one, "Change")
    assert field(form.view, "organisation") == "2"
    done = await room.ana.submit(form.view, {"organisation": "1", "role": "member"})
    assert "is with Northside now" in done.text
    await room.goes_to(TUESDAY + 2 * DAY)
    assert len(told(room, "ana")) == 1  # a host did it: nobody is told of it again


async def test_quiet_hours_are_kept_and_a_host_who_pauses_is_left_alone(room: Room) -> None:
    await room.fills("ana", "care", quiet_from="18:00", quiet_until="11:00", free=[])
    await room.says("grace", "me pause until December 20")
    await new_ones(room, "finn")
    await room.goes_to(TUESDAY + HOUR)
    assert told(room, "ana") == []
    await room.goes_to(TUESDAY + 2 * HOUR)
    assert len(told(room, "ana")) == 1
    assert told(room, "grace") == []


async def test_who_turned_nudges_off_hosts_all_the_same(room: Room) -> None:
    await room.says("ana", "me nudges off")
    await new_ones(room, "finn")
    await room.goes_to(TUESDAY)
    assert len(told(room, "ana")) == 1


async def test_a_host_s_own_change_is_told_to_the_others(room: Room) -> None:
    with Session(room.homeroom.database.engine) as session:
        ana = session.scalars(select(Member.id).where(Member.name == "Ana")).one()
    form = await room.says("ana", f"network person {ana}")
    await room.ana.submit(form.view, {"organisation": "2", "role": "host"})
    assert "Ana says they are with Harbor" in (await room.says("grace", "network audit")).text
    await room.goes_to(TUESDAY)
    assert told(room, "ana") == []
    (one,) = told(room, "grace")
    assert "Ana says they are with Harbor." in text(one)


async def test_while_the_network_rests_it_waits(room: Room) -> None:
    await new_ones(room, "finn")
    await room.fills("ana", "network pause", name="Break", first="2026-11-24", last="2026-11-25")
    await room.goes_to(TUESDAY + DAY)
    assert told(room, "ana") == []
    await room.goes_to(TUESDAY + 2 * DAY)
    assert len(told(room, "ana")) == 1


async def test_who_left_or_was_erased_meanwhile_is_not_named(room: Room) -> None:
    await new_ones(room, "finn", "gale")
    seen = await room.says("finn", "leave")
    await room.presses("finn", seen.message, "Leave Coaching Network")
    await room.fills("gale", "me erase", sure="erase")
    await room.goes_to(TUESDAY)
    assert told(room, "ana") == []


async def test_another_day_is_another_message(room: Room) -> None:
    await new_ones(room, "finn")
    await room.goes_to(TUESDAY)
    await new_ones(room, "gale")
    await room.goes_to(TUESDAY + HOUR)
    assert len(told(room, "ana")) == 1
    await room.goes_to(TUESDAY + DAY)
    first, second = (text(each).casefold() for each in told(room, "ana"))
    assert "gale" in second and "finn" not in second and "gale" not in first
    with Session(room.homeroom.database.engine) as session:
        asked = select(OutboxPost.key).where(OutboxPost.kind == "newcomers")
        assert len(session.scalars(asked).all()) == 4


def test_many_are_counted() -> None:
    every = [Newcomer(number, f"Person {number}", "Harbor") for number in range(SHOWN + 3)]
    shown = newcomers("Ours", every)
    assert "And 3 more." in plain(shown.elements)
    assert len([each for each in shown.elements if isinstance(each, Buttons)]) == SHOWN + 1
