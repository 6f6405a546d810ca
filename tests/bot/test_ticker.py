"""The ticker is believed only when it ticks."""

import asyncio

import pytest

from bot import ticker
from bot.playground.watch import HandWatch
from bot.ticker import NO_TICK, SILENT, Ticker


class Bench:
    """A ticker, with the watch in our hand and a tick of our own."""

    def __init__(self):
        self.watch, self.ticks, self.revived = HandWatch(), 0, 0
        self.came, self.may_end = asyncio.Event(), asyncio.Event()
        self.may_end.set()
        self.fails = False
        self.ticker = Ticker(self.tick, revived=self.revive, monotonic=self.watch)

    async def tick(self):
        self.ticks += 1
        self.came.set()
        await self.may_end.wait()
        if self.fails:
            raise OSError("the database is away")
        self.ticker.ticked()

    def revive(self):
        self.revived += 1

    async def next_tick(self):
        self.came.clear()
        async with asyncio.timeout(5):
            await self.came.wait()
        await asyncio.sleep(0)


@pytest.fixture
async def bench(monkeypatch):
    monkeypatch.setattr(ticker, "TICK_SECONDS", 0.01)
    made = Bench()
    made.ticker.start()
    yield made
    made.may_end.set()
    made.ticker.stop()


def dies(bench):
    """Nothing calls any more, and APScheduler says that it is running."""
    scheduler = bench.ticker._scheduler
    scheduler.remove_all_jobs()
    assert scheduler.running


async def test_it_ticks_and_is_well_until_it_is_stopped(bench):
    await bench.next_tick()
    bench.watch.forward(NO_TICK - 1)
    assert bench.ticker.well
    bench.ticker.stop()
    assert not bench.ticker.well


async def test_a_scheduler_that_died_is_seen_and_set_going_again(bench):
    await bench.next_tick()
    dies(bench)
    bench.watch.forward(SILENT - 1)
    bench.ticker.watch()
    assert bench.revived == 0
    bench.watch.forward(NO_TICK)
    assert not bench.ticker.well
    bench.ticker.watch()
    assert bench.revived == 1
    await bench.next_tick()
    assert bench.ticker.well
    bench.ticker.watch()
    assert bench.revived == 1


async def test_a_tick_that_hangs_is_seen_told_once_and_not_doubled(bench, monkeypatch):
    told = []
    monkeypatch.setattr(ticker.log, "error", lambda *words, **more: told.append(more))
    bench.may_end.clear()
    await bench.next_tick()
    before = bench.ticks
    for _ in range(3):
        bench.watch.forward(NO_TICK)
        bench.ticker.watch()
        assert not bench.ticker.well
    assert (bench.revived, bench.ticks) == (0, before)
    assert told == [{"seconds": NO_TICK, "in_a_tick": True}]
    bench.may_end.set()
    await bench.next_tick()
    assert bench.ticker.well


async def test_ticks_that_fail_are_not_well_and_are_tried_on(bench):
    bench.fails = True
    await bench.next_tick()
    bench.watch.forward(NO_TICK)
    await bench.next_tick()
    bench.ticker.watch()
    assert not bench.ticker.well
    assert bench.revived == 0
    bench.fails = False
    await bench.next_tick()
    assert bench.ticker.well


async def test_it_is_watched_by_itself(bench, monkeypatch):
    """The watch goes on when a look fails."""
    looks, looked = [], asyncio.Event()

    def look():
        looks.append(1)
        if len(looks) > 1:
            looked.set()
        raise OSError("on purpose")

    monkeypatch.setattr(ticker, "WATCH_SECONDS", 0)
    monkeypatch.setattr(bench.ticker, "watch", look)
    bench.ticker.stop()
    bench.ticker.start()
    async with asyncio.timeout(5):
        await looked.wait()
    bench.ticker._watching.cancel()
    await asyncio.sleep(0)
    assert not bench.ticker.well  # a ticker that nobody watches is not trusted


async def test_a_stopped_ticker_is_not_set_going(bench):
    bench.ticker.stop()
    bench.watch.forward(SILENT)
    bench.ticker.watch()
    assert bench.revived == 0
