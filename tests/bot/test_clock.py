"""The clock does not jump; what it goes by may."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import SteadyClock
from bot.errors import NotNow
from bot.timekeeping import Timekeeper

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


class Machine:
    """A machine's two clocks: seconds that only go on, and a time that may be set."""

    def __init__(self):
        self.seconds = 0.0
        self.told = NOON

    def passes(self, seconds):
        self.seconds += seconds
        self.told += timedelta(seconds=seconds)

    async def pause(self, seconds):
        self.passes(seconds)

    def __call__(self):
        return self.told


class Platform:
    def __init__(self, machine, off=timedelta()):
        self.machine, self.off, self.asked, self.away = machine, off, 0, False
        self.stands_at = None

    async def time(self):
        self.asked += 1
        if self.away:
            raise NotNow(1)
        return self.stands_at or NOON + timedelta(seconds=self.machine.seconds) + self.off


@pytest.fixture
def machine():
    return Machine()


@pytest.fixture
def keeper(machine, desk):
    def make(platform, told=None):
        clock = SteadyClock(told or machine.told, lambda: machine.seconds)
        return clock, Timekeeper(
            clock, desk.database, {"slack": platform}, told=machine, pause=machine.pause
        )

    return make


@pytest.mark.sqlite_only("a server has its own clock")
async def test_it_goes_on_by_what_has_elapsed(machine, keeper):
    clock, timekeeper = keeper(Platform(machine))
    machine.passes(90)
    assert clock.now() == NOON + 90 * SECOND
    assert not await timekeeper.check()
    assert clock.now() == NOON + 90 * SECOND


@pytest.mark.sqlite_only("a server has its own clock")
async def test_small_corrections_are_followed_without_asking_anybody(machine, keeper):
    platform = Platform(machine)
    clock, timekeeper = keeper(platform)
    await timekeeper.check()
    machine.told += SECOND
    assert not await timekeeper.check()
    assert clock.now() == NOON + SECOND
    assert platform.asked == 1  # at the start


@pytest.mark.parametrize("jump", [HOUR, -HOUR, 365 * 24 * HOUR])
async def test_a_jump_that_the_platform_does_not_confirm_is_not_followed(machine, keeper, jump):
    clock, timekeeper = keeper(Platform(machine))
    await timekeeper.check()
    machine.told += jump
    assert await timekeeper.check()
    assert clock.now() == NOON
    machine.passes(60)
    assert await timekeeper.check()
    assert clock.now() == NOON + 60 * SECOND


@pytest.mark.sqlite_only("a server has its own clock")
async def test_a_jump_that_the_platform_confirms_is_followed(machine, keeper):
    """A paused virtual machine: nothing elapsed for it, and yet an hour went by."""
    platform = Platform(machine)
    clock, timekeeper = keeper(platform)
    await timekeeper.check()
    machine.told += HOUR
    platform.off = HOUR
    assert await timekeeper.check()
    assert clock.now() == NOON + HOUR
    assert not await timekeeper.check()


async def test_a_clock_that_is_wrong_from_the_start_is_put_right(machine, keeper):
    machine.told = datetime(1970, 1, 1, tzinfo=UTC)
    clock, timekeeper = keeper(Platform(machine))
    assert await timekeeper.check()
    assert abs(clock.now() - NOON) < 4 * SECOND


async def test_a_witness_whose_clock_stands_is_not_believed(machine, keeper):
    """An answer that was kept on the way tells an old time."""
    platform = Platform(machine)
    platform.stands_at = NOON - HOUR
    clock, timekeeper = keeper(platform)
    for _ in range(3):
        machine.passes(10)
        await timekeeper.check()
        assert clock.now() == machine.told


async def test_without_a_witness_it_goes_on_as_before(machine, keeper):
    platform = Platform(machine)
    clock, timekeeper = keeper(platform)
    await timekeeper.check()
    platform.away = True
    machine.told += HOUR
    await timekeeper.check()
    assert clock.now() == NOON
    platform.away = False
    await timekeeper.check()
    assert clock.now() == NOON


async def test_slack_is_a_witness(desk):
    assert await desk.door.time() == desk.clock.now()
