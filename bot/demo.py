"""`python -m bot demo`: the real bot over Socket Mode to a local workspace with a network in it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
    nullcontext,
)
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session
from starlette.routing import BaseRoute

from bot.app import Homeroom
from bot.clock import MovableClock
from bot.config import Config
from bot.doors import reached, slack_door
from bot.errors import ConfigError
from bot.manifest import made
from bot.offsets import STEPS
from bot.playground.apps import App
from bot.playground.rates import Rates
from bot.playground.server import Served, serve
from bot.playground.world import World
from bot.run import served, stop_signal
from bot.seed import set_up_world
from bot.story import Story
from bot.web import make_web
from handlers.words import TABLE
from jobs.table import CHORES
from storage import chores, steps
from storage.alone import Alone, Taken
from storage.models import Call

LIVED = "lived"  # the file that says that the first start came to its end


BEFORE_STORY = timedelta(weeks=6)
"""Messages are stamped upwards only, so the workspace is set up before its story begins."""


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
        """Go to the next step of any call, and do it with all that are due then."""
        async with self._moving:
            due = await self._due()
            if due is None:
                return ["Nothing more is planned. A host plans a call with /learn call."]
            at, said = due
            await self._go(max(at, self._clock.now()))
            return said

    async def set(self, at: datetime) -> list[str]:
        """Go to an instant, forward only, doing every step on the way."""
        async with self._moving:
            did: list[str] = []
            before = None
            # A step that fails stays due: it must not hold up the clock.
            while (due := await self._due()) and due[0] <= at and due != before:
                await self._go(max(due[0], self._clock.now()))
                did += due[1]
                before = due
            if at > self._clock.now():
                await self._go(at)
            return did or ["The clock has moved; nothing was due."]

    def peek(self) -> dict[str, str] | None:
        """When the next step is due, and what it is."""
        due = self._homeroom.database.read(_next).result()
        return {"at": due[0].isoformat(), "label": due[1][0].rstrip(".")} if due else None

    async def _due(self) -> tuple[datetime, list[str]] | None:
        """When the next step is due, and what will be done then."""
        return await asyncio.wrap_future(self._homeroom.database.read(_next))

    async def _go(self, at: datetime) -> None:
        self._clock.move(at)
        self.keep()
        await self._homeroom.tick()
        while await self._homeroom.courier.send_due():
            pass


def _next(session: Session) -> tuple[datetime, list[str]] | None:
    step = steps.next_due(session)
    chore = chores.next_due(session, kinds=[kind for kind, each in CHORES.items() if each.label])
    instants = [each for each in (step and step[0], chore and chore.due_at) if each]
    if not instants:
        return None
    at = min(instants)
    said = [_label(each.kind, each.call) for each in steps.due(session, now=at, limit=100)]
    said += [CHORES[each.kind].label for each in chores.due(session, now=at)]
    return at, [f"{each}." for each in said if each]


def _label(kind: str, call: Call) -> str:
    return f"{STEPS[kind].label} · {call.series.name}"


def kept_port(file: Path) -> int:
    """The port of an earlier start, so that calendar links in old posts go on working, or a free
    one where it is taken."""
    try:
        with socket.create_server(("127.0.0.1", int(file.read_text()))) as listener:
            return int(listener.getsockname()[1])
    except (OSError, ValueError):
        port = free_port()
    file.write_text(str(port))
    return port


def clock_at(file: Path) -> MovableClock:
    """The demo's clock, as far from the real one as it was left."""
    ahead = float(file.read_text()) if file.exists() else 0.0
    return MovableClock(datetime.now(UTC) + timedelta(seconds=ahead))


async def demo(folder: Path, port: int, config: Config) -> None:
    """Serve the local workspace until SIGINT or SIGTERM."""
    stopped = stop_signal()
    if not (folder / LIVED).exists():
        print("  The first start lives three weeks of a network's calls …", flush=True)
    async with local_workspace(folder, port, config) as running:
        print(f"\n  The local workspace is open at  {running.url}\n")
        print(
            "  Ctrl-C stops it and keeps what was said; `make demo-reset` starts anew.", flush=True
        )
        await stopped.wait()


Beside = Callable[[Homeroom], AbstractAsyncContextManager[list[BaseRoute]]]
"""Another platform's door, opened for the program once its story is lived; what is served for
it."""


@asynccontextmanager
async def local_workspace(
    folder: Path, port: int, config: Config, beside: Beside | None = None
) -> AsyncIterator[Served]:
    """A local workspace with the demo's network in it, kept in `folder`, and Homeroom connected
    to it, and to another platform `beside` it. A first start lives the story of its weeks. Raises
    ConfigError when another demo has the folder, or the port is taken."""
    with alone(folder):
        fresh = not (folder / LIVED).exists()
        if fresh:
            forget(folder)
        clock = clock_at(folder / "clock")
        world = World(clock, rates=Rates.loose(), file=folder / "workspace.db")
        try:
            async with _open(folder, port, config, world, clock, fresh, beside) as running:
                yield running
        finally:
            world.close()


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody else runs this folder's demo meanwhile. Raises ConfigError while somebody does."""
    try:
        hold = Alone(f"sqlite:///{folder / 'workspace.db'}")
    except Taken as other:
        raise ConfigError(f"The demo is already running in {folder}: stop it first.") from other
    try:
        yield
    finally:
        hold.release()


@asynccontextmanager
async def _open(
    folder: Path,
    port: int,
    config: Config,
    world: World,
    clock: MovableClock,
    fresh: bool,
    beside: Beside | None,
) -> AsyncIterator[Served]:
    if fresh:
        clock.move(clock.now() - BEFORE_STORY)
    app = set_up_world(world) if fresh else installed_again(world)
    web_port = kept_port(folder / "web-port")
    own = replace(
        config,
        database_url=f"sqlite:///{folder / 'homeroom.db'}",
        slack_app_token=app.app_token,
        slack_signing_secret=app.signing_secret,
        public_url=f"http://127.0.0.1:{web_port}",
        post_pace=0.0,
    )
    clockwork = Clockwork(clock, folder / "clock")
    async with _page(world, port, clockwork) as running:
        program = Homeroom(replace(own, slack_api_url=running.api_url), clock)
        clockwork.of(program)
        tokens = [each.bot_token for each in world.installations]
        try:
            async with slack_door(program, tokens) as door:
                if fresh:
                    await Story(program, world, clock).live(datetime.now(UTC).date())
                    clock.run()
                    clockwork.keep()
                    (folder / LIVED).touch()
                async with beside(program) if beside else nullcontext([]) as routes:
                    await program.start()
                    web = make_web(program, routes)
                    async with served(web, "127.0.0.1", web_port), reached(door, program.config):
                        yield running
        finally:
            await program.stop()


@asynccontextmanager
async def _page(world: World, port: int, clockwork: Clockwork) -> AsyncIterator[Served]:
    async with AsyncExitStack() as stack:
        try:
            page = serve(world, port, clockwork=clockwork, verbs=verbs(), start=START)
            running = await stack.enter_async_context(page)
        except OSError as taken:
            raise ConfigError(f"127.0.0.1:{port} cannot be listened on: choose another.") from taken
        yield running


def installed_again(world: World) -> App:
    """The app of a workspace that was kept, with what this version of it asks for."""
    app = world.make_app(made())
    for space in world.workspaces.values():
        app.install(space)
    return app


START = {"team": "T0COACHES", "user": "U0ANA", "channel": "learning-call"}


def verbs() -> list[dict[str, str]]:
    """What the page's composer completes after /learn."""
    return [
        {"verb": each.name, "hint": each.hint, "help": each.help}
        for each in TABLE.values()
        if each.who in ("everyone", "host") or each.name == "help"
    ]


def forget(folder: Path) -> None:
    """Remove what an interrupted first start left. A journal left beside a new database would
    be played back into it."""
    for database in ("homeroom.db", "workspace.db"):
        for ending in ("", "-wal", "-shm"):
            (folder / f"{database}{ending}").unlink(missing_ok=True)
    (folder / "clock").unlink(missing_ok=True)


def free_port() -> int:
    """A port that nobody has taken."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
