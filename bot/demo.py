"""`python -m bot demo`: the real bot over Socket Mode to a local workspace, with a network in it."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app import Homeroom
from bot.clock import MovableClock
from bot.config import Config
from bot.manifest import made
from bot.offsets import STEPS
from bot.playground.rates import Rates
from bot.playground.server import Served, serve
from bot.playground.world import World
from bot.run import reached, served, slack_door
from bot.story import Story, set_up_world
from bot.web import make_web
from handlers.words import TABLE
from storage import steps


class Clockwork:
    """Moves the demo's clock from step to step, and keeps it over a restart."""

    _homeroom: Homeroom

    def __init__(self, clock: MovableClock, file: Path) -> None:
        self._clock = clock
        self._file = file
        self._moving = asyncio.Lock()

    def of(self, homeroom: Homeroom) -> None:
        """Move this program's time."""
        self._homeroom = homeroom

    def keep(self) -> None:
        """Keep how far the clock is from the real one."""
        self._file.write_text(str((self._clock.now() - datetime.now(UTC)).total_seconds()))

    async def next(self) -> list[str]:
        """Go to the next step of any call, and do it."""
        async with self._moving:
            due = await self._due()
            if due is None:
                return ["Nothing more is planned. A host plans a call with /learn call."]
            at, label = due
            await self._go(max(at, self._clock.now()))
            return [f"{label}."]

    async def set(self, at: datetime) -> list[str]:
        """Go to an instant, forward only, doing every step on the way."""
        async with self._moving:
            did = []
            while (due := await self._due()) and due[0] <= at:
                await self._go(max(due[0], self._clock.now()))
                did.append(f"{due[1]}.")
            if at > self._clock.now():
                await self._go(at)
            return did or ["The clock has moved; nothing was due."]

    def peek(self) -> dict[str, str] | None:
        """When the next step is due, and what it is."""
        due = self._homeroom.database.read(steps.next_due).result()
        if due is None:
            return None
        at, kind, call = due
        return {"at": at.isoformat(), "label": f"{STEPS[kind].label} · {call.series.name}"}

    async def _due(self) -> tuple[datetime, str] | None:
        due = await asyncio.wrap_future(self._homeroom.database.read(steps.next_due))
        return (due[0], f"{STEPS[due[1]].label} · {due[2].series.name}") if due else None

    async def _go(self, at: datetime) -> None:
        self._clock.move(at)
        self.keep()
        await self._homeroom.tick()
        while await self._homeroom.courier.send_due():
            pass


def clock_at(file: Path) -> MovableClock:
    """The demo's clock, as far from the real one as it was left."""
    ahead = float(file.read_text()) if file.exists() else 0.0
    return MovableClock(datetime.now(UTC) + timedelta(seconds=ahead))


async def demo(folder: Path, port: int, config: Config) -> None:
    """Serve the local workspace until SIGINT or SIGTERM."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stopped.set)
    async with local_workspace(folder, port, config) as running:
        print(f"\n  The local workspace is open at  {running.url}\n")
        print(
            "  Ctrl-C stops it and keeps what was said; `make demo-reset` starts anew.", flush=True
        )
        await stopped.wait()


@asynccontextmanager
async def local_workspace(folder: Path, port: int, config: Config) -> AsyncIterator[Served]:
    """A local workspace with the demo's network in it, kept in `folder`, and Homeroom connected
    to it. A first start lives the story of its weeks."""
    folder.mkdir(parents=True, exist_ok=True)
    clock = clock_at(folder / "clock")
    fresh = not (folder / "lived").exists()
    if fresh:
        forget(folder)
    world = World(clock, rates=Rates.loose(), file=folder / "workspace.db")
    app = set_up_world(world) if fresh else world.make_app(made())
    web_port = free_port()
    own = replace(
        config,
        database_url=f"sqlite:///{folder / 'homeroom.db'}",
        slack_app_token=app.app_token,
        slack_signing_secret=app.signing_secret,
        public_url=f"http://127.0.0.1:{web_port}",
        post_pace=0.0,
    )
    clockwork = Clockwork(clock, folder / "clock")
    async with serve(world, port, clockwork=clockwork, verbs=verbs(), start=START) as running:
        own = replace(own, slack_api_url=running.api_url)
        program = Homeroom(own, clock)
        clockwork.of(program)
        tokens = [each.bot_token for each in world.installations]
        async with slack_door(program, tokens) as door:
            if fresh:
                await Story(program, world, clock).live(datetime.now(UTC).date())
                clock.run()
                clockwork.keep()
                (folder / "lived").touch()
            await program.start()
            web = make_web(program.database, clock, program.health, [])
            async with served(web, "127.0.0.1", web_port), reached(door, own):
                yield running
        await program.stop()
    world.close()


START = {"team": "T0COACHES", "user": "U0ANA", "channel": "learning-call"}


def verbs() -> list[dict[str, str]]:
    """What the page's composer completes after /learn."""
    return [
        {"verb": each.name, "hint": each.hint, "help": each.help}
        for each in TABLE.values()
        if each.who in ("everyone", "host") or each.name == "help"
    ]


def forget(folder: Path) -> None:
    """Remove what an interrupted first start left."""
    for name in ("homeroom.db", "homeroom.db-wal", "homeroom.db-shm", "workspace.db", "clock"):
        (folder / name).unlink(missing_ok=True)


def free_port() -> int:
    """A port that nobody has taken."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
