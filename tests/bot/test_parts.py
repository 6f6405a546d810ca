"""Doors and clocks as processes of their own, on one PostgreSQL."""

from contextlib import AsyncExitStack

import pytest

from bot.demo import free_port
from tests.bot.test_run import bay, first_use, started
from tests.cast import database_url, text

__all__ = ["bay"]

pytestmark = pytest.mark.postgresql_only("shares the work among processes")


@pytest.fixture
def url(tmp_path, template):
    return database_url(tmp_path, template)


def settings(bay, url):
    return bay.by_socket() | {"DATABASE_URL": url, "PORT": str(free_port()), "POST_PACE": "0"}


async def raise_problem(bay, what):
    """Someone raises a problem: it is told in the channel."""
    form = await bay.learn("ask")
    said = await bay.ana.submit(form.view, {"what": what, "sight": "network"})
    assert "Raised" in said.text


def told(bay, what):
    every = bay.world.messages[bay.channel.id].values()
    return [each for each in every if each.get("bot_id") and what in text(each)]


async def test_doors_answer_and_clocks_send_once(bay, url):
    async with AsyncExitStack() as running:
        await running.enter_async_context(started(settings(bay, url), bay.folder, only="doors"))
        await running.enter_async_context(started(settings(bay, url), bay.folder, only="doors"))
        await bay.world.until(lambda: bay.world.deliveries.sockets.count(bay.app) == 2)
        await first_use(bay)
        await raise_problem(bay, "Talk fades")
        assert not told(bay, "Talk fades")  # there is nobody to send it
        async with started(settings(bay, url), bay.folder, only="clock") as first:
            await running.enter_async_context(started(settings(bay, url), bay.folder, only="clock"))
            assert bay.world.deliveries.sockets.count(bay.app) == 2
            await bay.world.until(lambda: told(bay, "Talk fades"))
            for number in range(5):
                await raise_problem(bay, f"Problem {number} stays")
            await bay.world.until(lambda: all(told(bay, f"Problem {n}") for n in range(5)))
        assert first.process.returncode == 0
        await raise_problem(bay, "One clock is gone")  # the other goes on
        await bay.world.until(lambda: told(bay, "One clock is gone"))
    assert len(told(bay, "Talk fades")) == 1
    assert all(len(told(bay, f"Problem {number}")) == 1 for number in range(5))
