"""Homeroom in a real workspace: `python -m bot run`."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import structlog
import uvicorn
from starlette.applications import Starlette

from bot.app import Homeroom
from bot.config import Config, check_slack
from bot.slack.app import SlackApp, make_app
from bot.slack.connect import connect_socket, http_routes
from bot.slack.door import SlackDoor
from bot.slack.installations import KnownInstallations
from bot.web import make_web

log = structlog.get_logger(__name__)


async def run(config: Config) -> None:
    """Run until SIGINT or SIGTERM. Raises ConfigError when something is missing."""
    check_slack(config)
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stopped.set)
    homeroom = Homeroom(config)
    try:
        async with slack_door(homeroom, [config.slack_bot_token]) as app:
            routes = [] if config.slack_app_token else http_routes(app)
            web = make_web(homeroom.database, homeroom.clock, homeroom.health, list(routes))
            await homeroom.start()
            async with served(web, config.host, config.port), reached(app, config):
                log.info("ready", by="socket" if config.slack_app_token else "http")
                await stopped.wait()
                log.info("stopping")
    finally:
        await homeroom.stop()


@asynccontextmanager
async def slack_door(homeroom: Homeroom, tokens: list[str]) -> AsyncIterator[SlackApp]:
    """Give the program a Slack door for the workspaces of these tokens; closed at the end."""
    config = homeroom.config
    installations = KnownInstallations(config.slack_api_url)
    for token in tokens:
        await installations.learn(token)
    app = make_app(
        homeroom.answer,
        installations,
        base_url=config.slack_api_url,
        signing_secret=config.slack_signing_secret,
    )
    door = SlackDoor(installations, base_url=config.slack_api_url)
    homeroom.doors["slack"] = door
    try:
        yield app
    finally:
        await app.close()
        await door.close()


@asynccontextmanager
async def reached(app: SlackApp, config: Config) -> AsyncIterator[None]:
    """Let Slack reach the app: over a socket when there is an app token, else over HTTP."""
    if not config.slack_app_token:
        yield
        return
    socket = await connect_socket(app, config.slack_app_token, config.slack_api_url)
    try:
        yield
    finally:
        await socket.close_async()  # type: ignore[no-untyped-call]


class _Server(uvicorn.Server):
    """Leaves the signals to `run`."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def served(web: Starlette, host: str, port: int) -> AsyncIterator[None]:
    """Serve the web side while the block runs."""
    server = _Server(
        uvicorn.Config(web, host=host, port=port, log_level="warning", access_log=False)
    )
    serving = asyncio.create_task(server.serve())
    try:
        yield
    finally:
        server.should_exit = True
        await serving
