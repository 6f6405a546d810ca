"""`python -m bot run` as its own process, against a local workspace that this test serves."""

import asyncio
import os
import re
import signal
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest

from bot.clock import WallClock
from bot.demo import free_port
from bot.manifest import made
from bot.playground.apps import App
from bot.playground.hands import Hands
from bot.playground.plain import plain
from bot.playground.rates import Rates
from bot.playground.server import Served, serve
from bot.playground.shapes import Channel
from bot.playground.world import World

HOME = Path(__file__).parent.parent.parent


@dataclass
class Bay:
    """A fresh workspace: Ana and Ben in a channel, Homeroom invited, nothing begun."""

    world: World
    app: App
    served: Served
    channel: Channel
    ana: Hands
    ben: Hands
    folder: Path
    port: int
    token: str

    def settings(self, **more) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(HOME),
            "DATABASE_URL": f"sqlite:///{self.folder / 'homeroom.db'}",
            "SLACK_BOT_TOKEN": self.token,
            "SLACK_API_URL": self.served.api_url,
            "PORT": str(self.port),
            "POST_PACE": "0",
        } | more

    def by_socket(self) -> dict[str, str]:
        return self.settings(SLACK_APP_TOKEN=self.app.app_token)

    def by_http(self) -> dict[str, str]:
        return self.settings(SLACK_SIGNING_SECRET=self.app.signing_secret)

    @property
    def web(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def learn(self, words: str = ""):
        return await self.ana.command(self.channel, "/learn", words)


@pytest.fixture
async def bay(tmp_path, request):
    url = "http://127.0.0.1" if "http" in request.node.name else ""
    world = World(WallClock(), rates=Rates.loose())
    space = world.add_workspace("T1", "Bay Schools", "bay")
    people = [world.add_person(space, name, real_name=name.title()) for name in ("ana", "ben")]
    app = world.make_app(made(url=url))
    token = app.install(space).bot_token
    channel = world.add_channel(space, "weekly", people, id="C1")
    channel.members.add(world.installation(app, "T1").bot_user_id)
    hands = [Hands(world, space, person) for person in people]
    async with serve(world) as served:
        yield Bay(world, app, served, channel, *hands, tmp_path, free_port(), token)


@dataclass
class Running:
    process: asyncio.subprocess.Process
    log: list[str]

    async def until(self, event: str) -> None:
        """Read the log as far as this event."""
        while line := (await self.process.stderr.readline()).decode():
            self.log.append(line)
            if f'"event": "{event}"' in line:
                return
        raise AssertionError(f"it ended before it was {event}:\n{''.join(self.log)}")

    async def ends(self) -> int:
        rest = await self.process.stderr.read()
        self.log.append(rest.decode())
        return await self.process.wait()


@asynccontextmanager
async def started(settings, folder, ready="ready", only="", *, calm=True):
    """The program, once it is ready; at the end it is told to stop and must do so well. A `calm`
    one has nothing to complain of."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "run",
        *(["--only", only] if only else []),
        cwd=folder,
        env=settings,
        stderr=asyncio.subprocess.PIPE,
    )
    running = Running(process, [])
    try:
        async with asyncio.timeout(60):
            if ready:
                await running.until(ready)
            yield running
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
            code = await running.ends()
            assert code == (0 if ready else 2), "".join(running.log)
            assert not calm or "Traceback" not in "".join(running.log)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def first_use(bay):
    """The host of a fresh workspace begins a network, and shares the first link."""
    menu = await bay.learn()
    opened = await bay.ana.click(menu.messages[-1], next(label(menu.messages[-1])))
    assert opened.view, menu.text
    values = first_values(opened.view)
    said = await bay.ana.submit(opened.view, values)
    assert not said.errors, said.errors
    assert "Bay Coaches" in said.text
    again = await bay.learn("share https://example.org/moves they helped us")
    assert "Saved" in again.text
    found = await bay.ben.command(bay.channel, "/learn", "find helped")
    assert "example.org/moves" in str(found.messages)


def label(message):
    for block in message["blocks"]:
        for element in block.get("elements", []):
            if element["type"] == "button" and element["text"]["text"].startswith("Begin"):
                yield element["text"]["text"]


def first_values(view):
    known = {
        "network": "Bay Coaches",
        "organisations": "Northside\nHarbor",
        "name": "Weekly call",
        "starts_on": str(date.today() + timedelta(days=2)),  # noqa: DTZ011 - the real program runs
        "date": str(date.today() + timedelta(days=2)),  # noqa: DTZ011
        "at": "15:00",
        "zone": "America/Chicago",
        "time": "15:00",
    }
    blocks = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    return {name: value for name, value in known.items() if name in blocks}


async def test_by_socket_from_the_first_use_to_the_end(bay):
    async with started(bay.by_socket(), bay.folder) as running:
        await bay.world.until(lambda: bay.world.deliveries.sockets.count(bay.app))
        async with httpx.AsyncClient(base_url=bay.web) as web:
            assert (await web.get("/healthz")).text == "ok"
            ready = await web.get("/readyz")
            assert (ready.status_code, all(ready.json().values())) == (200, True)
            await first_use(bay)
            assert (await web.post("/slack/events")).status_code == 404
            (bay.folder / "homeroom.db").rename(bay.folder / "gone.db")
            assert (await web.get("/readyz")).status_code == 503
            (bay.folder / "gone.db").rename(bay.folder / "homeroom.db")
    assert '"by": "socket"' in "".join(running.log)
    async with started(bay.by_socket(), bay.folder):  # what was said is still there
        await bay.world.until(lambda: bay.world.deliveries.sockets.count(bay.app))
        found = await bay.ben.command(bay.channel, "/learn", "find helped")
        assert "example.org/moves" in str(found.messages)


async def test_by_http_from_the_first_use_to_the_end(bay):
    async with started(bay.by_http(), bay.folder) as running:
        await bay.app.set_request_url(f"{bay.web}/slack/events")
        await first_use(bay)
        async with httpx.AsyncClient(base_url=bay.web) as web:
            assert (await web.post("/slack/events", content=b"{}")).status_code == 401
    assert '"by": "http"' in "".join(running.log)


@pytest.mark.parametrize("way", ["socket", "http"])
async def test_a_command_under_way_is_answered_before_the_end(bay, way, tmp_path):
    """It stands in its transaction when SIGTERM comes."""
    (tmp_path / "sitecustomize.py").write_text(SLOW)
    settings = bay.by_http() if way == "http" else bay.by_socket()
    settings["PYTHONPATH"] += f":{tmp_path}"
    async with started(settings, bay.folder) as running:
        if way == "http":
            await bay.app.set_request_url(f"{bay.web}/slack/events")
        else:
            await bay.world.until(lambda: bay.world.deliveries.sockets.count(bay.app))
        asking = asyncio.create_task(bay.learn("begin"))
        await running.until("standing")
        running.process.send_signal(signal.SIGTERM)
        await running.until("stopping")
        (tmp_path / "go on").touch()
        seen = await asking
        assert not seen.failure
        assert seen.view
        assert await running.ends() == 0


# Read by Python at its start: a handler stands still until the test lets it go on.
SLOW = """
import os, sys, threading, time
def wait():
    import handlers.answer as answer
    first = answer.deliveries.first
    def slowly(session, **more):
        print('{"event": "standing"}', file=sys.stderr, flush=True)
        while not os.path.exists(os.path.join(os.path.dirname(__file__), "go on")):
            time.sleep(0.005)
        return first(session, **more)
    answer.deliveries.first = slowly
if sys.argv[0] in ("-m", "") or "bot" in " ".join(sys.orig_argv):
    wait()
"""


# Read by Python at its start: one process, so that a SQLite file does for this test.
SHARED = """
import sys
if "bot" in " ".join(sys.orig_argv):
    import bot.run
    bot.run.check_part = lambda config, only: None
"""


@pytest.mark.parametrize("way", ["socket", "http"])
async def test_only_the_clock_is_not_reached_by_slack(bay, way, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(SHARED)
    settings = bay.by_http() if way == "http" else bay.by_socket()
    settings["PYTHONPATH"] += f":{tmp_path}"
    async with started(settings, bay.folder, only="clock") as running:
        assert bay.world.deliveries.sockets.count(bay.app) == 0
        async with httpx.AsyncClient(base_url=bay.web) as web:
            assert (await web.post("/slack/events", content=b"{}")).status_code == 404
            ready = (await web.get("/readyz")).json()
            assert ready == {"database": True, "clock": True, "courier": True, "errands": True}
            assert "homeroom_tick_seconds" in (await web.get("/metrics")).text
    assert '"by": "clock"' in "".join(running.log)


async def test_only_doors_answers_and_has_no_clock(bay, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(SHARED)
    settings = bay.by_socket()
    settings["PYTHONPATH"] += f":{tmp_path}"
    async with started(settings, bay.folder, only="doors"):
        await bay.world.until(lambda: bay.world.deliveries.sockets.count(bay.app))
        await first_use(bay)
        async with httpx.AsyncClient(base_url=bay.web) as web:
            assert (await web.get("/readyz")).json() == {"database": True}
            page = (await web.get("/metrics")).text
    assert "homeroom_tick_seconds_count 0.0" in page
    assert 'homeroom_answers_total{outcome="answered"}' in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-wrong"}, "Slack did not take SLACK_BOT_TOKEN: invalid_auth"),
        ({"SLACK_APP_TOKEN": "xapp-wrong"}, "Slack did not take SLACK_APP_TOKEN: "),
        ({"SLACK_API_URL": "http://127.0.0.1:9/api/"}, "Slack could not be reached at http://127"),
    ],
)
async def test_what_slack_refuses_is_said_plainly(bay, wrong, said):
    async with started(bay.by_socket() | wrong, bay.folder, ready="") as running:
        assert await running.ends() == 2
    assert said in "".join(running.log)


async def test_a_taken_port_is_said_plainly(bay):
    taken = bay.served.url.rpartition(":")[2]
    async with started(bay.by_socket() | {"PORT": taken}, bay.folder, ready="") as running:
        assert await running.ends() == 2
    assert re.search(rf"HOST and PORT: 127\.0\.0\.1:{taken} cannot be", "".join(running.log))


async def test_a_second_program_on_the_same_database_refuses(bay):
    async with started(bay.by_socket(), bay.folder):
        other = bay.by_socket() | {"PORT": str(free_port())}
        async with started(other, bay.folder, ready="") as second:
            assert await second.ends() == 2
        assert "Another Homeroom (process " in "".join(second.log)
        await bay.world.until(lambda: bay.world.deliveries.sockets.count(bay.app) == 1)
        assert plain((await bay.learn()).messages[-1]["blocks"])
