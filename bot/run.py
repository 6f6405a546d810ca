"""Homeroom in real workspaces and tenants: `python -m bot run`."""

import asyncio
import gc
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
    nullcontext,
)

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.app import Homeroom, Part
from bot.config import Config, check_platforms, has_slack, has_teams
from bot.doors import LAST_ANSWERS, reached, slack_door
from bot.errors import ConfigError
from bot.slack.connect import http_routes
from bot.web import make_web
from storage.alone import file_of

log = structlog.get_logger(__name__)


async def run(config: Config, *, only: Part = "") -> None:
    """Run until SIGINT or SIGTERM, all of it or only one part. Raises ConfigError when something
    is missing."""
    check_platforms(config)
    check_part(config, only)
    stopped = stop_signal()
    async with AsyncExitStack() as stack:
        homeroom = Homeroom(config, only=only)
        stack.push_async_callback(homeroom.stop)
        routes, reach = await _open_doors(stack, homeroom)
        answers = only != "clock"
        web = make_web(homeroom, routes if answers else [])
        await homeroom.start()
        async with served(web, config.host, config.port), reach if answers else nullcontext():
            by = "socket" if config.slack_app_token else "http"
            settle()
            log.info("ready", by=by if answers else only, doors=sorted(homeroom.doors))
            await stopped.wait()
            log.info("stopping")


async def _open_doors(
    stack: AsyncExitStack, homeroom: Homeroom
) -> tuple[list[BaseRoute], AbstractAsyncContextManager[None]]:
    """Open the doors that there are settings for: the routes by which their platforms call, and
    what else connects to them."""
    config, routes = homeroom.config, list[BaseRoute]()
    reach: AbstractAsyncContextManager[None] = nullcontext()
    if has_teams(config):
        # Imported here: who has no Teams need not wait for what it needs.
        from bot.teams_door import teams_door

        routes += (await stack.enter_async_context(teams_door(homeroom))).routes
    if has_slack(config):
        tokens = [config.slack_bot_token] if config.slack_bot_token else []
        app = await stack.enter_async_context(slack_door(homeroom, tokens))
        routes += app.pages
        routes += [] if config.slack_app_token else http_routes(app)
        reach = reached(app, config)
    return routes, reach


def check_part(config: Config, only: Part) -> None:
    """Raises ConfigError where the work cannot be shared."""
    if only and file_of(config.database_url):
        raise ConfigError(
            f"--only {only} shares the work with other processes, and a SQLite file has room for"
            " one: leave --only out, or set DATABASE_URL to a PostgreSQL database."
        )


def settle() -> None:
    """Let the garbage collector look no more at what was made until now, most of which stays for
    as long as the program runs: it took a fifth of the CPU of every answer (measured)."""
    gc.collect()
    gc.freeze()
    gc.enable()


def stop_signal() -> asyncio.Event:
    """Set by SIGINT or SIGTERM from now on."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stopped.set)
    return stopped


class _Server(uvicorn.Server):
    """Leaves the signals to `run`."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def served(web: Starlette, host: str, port: int) -> AsyncIterator[None]:
    """Serve the web side while the block runs; requests under way are answered. Raises
    ConfigError when the port is taken."""
    with _listening(host, port) as listener:
        server = _Server(
            uvicorn.Config(
                web, log_config=None, access_log=False, timeout_graceful_shutdown=int(LAST_ANSWERS)
            )
        )
        serving = asyncio.create_task(server.serve([listener]))
        try:
            yield
        finally:
            server.should_exit = True
            await serving


def _listening(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except OSError as problem:
        raise ConfigError(
            f"HOST and PORT: {host}:{port} cannot be listened on: {problem.strerror}."
        ) from problem
