"""The real process, while its database cannot be used for a while: nothing is lost, and it goes on
without anybody's help."""

import asyncio
import sqlite3
from contextlib import asynccontextmanager, closing

import httpx
import pytest

from tests.bot.test_run import bay, first_use, started
from tests.mortal import mortal

__all__ = ["bay"]

WORDS = "share https://example.org/while it was away"


@asynccontextmanager
async def postgresql(bay):
    """A server of its own, and how it goes away and comes back."""
    with mortal() as server:
        url = server.copy(bay.folder)
        yield {"DATABASE_URL": url}, server.stop, server.start


@asynccontextmanager
async def sqlite(bay):
    """A file that another program locks."""
    file = bay.folder / "homeroom.db"
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as other:
        yield {}, lambda: other.execute("BEGIN EXCLUSIVE"), lambda: other.execute("ROLLBACK")


async def readyz(web):
    answer = await web.get("/readyz")
    return answer.status_code, answer.json()["database"]


def posted(bay, what):
    """What Homeroom posted, by the line that is shown of it in a notice."""
    every = bay.world.messages[bay.channel.id].values()
    return [each for each in every if each.get("bot_id") and what in each["text"]]


RAISED, STARTS = "raised a problem of practice", "is starting now"


@pytest.mark.parametrize("kind", [postgresql, sqlite])
async def test_the_running_program_goes_on_by_itself(bay, kind):
    async with (
        kind(bay) as (settings, goes_away, comes_back),
        started(bay.by_socket() | settings, bay.folder, calm=False),
        httpx.AsyncClient(base_url=bay.web) as web,
    ):
        await bay.world.until(lambda: bay.world.deliveries.sockets.count(bay.app))
        await first_use(bay)
        form = (await bay.learn("ask Talk fades")).view
        assert await readyz(web) == (200, True)
        await asyncio.to_thread(goes_away)
        said = await bay.learn(WORDS)
        assert f"/learn {WORDS}" in said.text
        kept = await bay.ana.submit(form, {"sight": "network"})
        assert "Your words are still here" in kept.errors["what"]
        assert await readyz(web) == (503, False)
        await asyncio.to_thread(comes_back)
        assert "Saved" in (await bay.learn(WORDS)).text
        assert await readyz(web) == (200, True)
        assert "Raised" in (await bay.ana.submit(form, {"sight": "network"})).text
        await bay.world.until(lambda: posted(bay, RAISED), timeout=15)  # the courier
        assert "started" in (await bay.learn("call start 1")).text
        await bay.world.until(lambda: posted(bay, STARTS), timeout=15)  # the clock
        assert "example.org/while" in (await bay.learn("find away")).text
        assert (len(posted(bay, RAISED)), len(posted(bay, STARTS))) == (1, 1)
