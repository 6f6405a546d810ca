"""Answers of other threads, handed to the loop many at a time."""

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from bot.landing import Landing


async def test_every_answer_lands_with_its_own_asker() -> None:
    landing, futures = Landing(), [Future[int]() for _ in range(200)]
    waiting = asyncio.gather(*(landing.of(each) for each in futures))
    await asyncio.sleep(0)
    with ThreadPoolExecutor(4) as threads:
        for number, each in enumerate(futures):
            threads.submit(each.set_result, number)
    assert await waiting == list(range(200))


async def test_what_went_wrong_is_raised_for_who_asked() -> None:
    landing, good, bad = Landing(), Future[str](), Future[str]()
    bad.set_exception(ValueError("slip"))
    good.set_result("kept")
    assert await landing.of(good) == "kept"
    with pytest.raises(ValueError, match="slip"):
        await landing.of(bad)


async def test_who_stops_waiting_undoes_what_has_not_begun() -> None:
    landing, idle, begun = Landing(), Future[str](), Future[str]()
    begun.set_running_or_notify_cancel()
    for each in (idle, begun):
        task = asyncio.create_task(landing.of(each))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert idle.cancelled()
    begun.set_result("saved all the same")
    assert await landing.of(begun) == "saved all the same"
