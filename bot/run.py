"""Homeroom in a real workspace: `python -m bot run`."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    asynccontextmanager,
    contextmanager,
    nullcontext,
)

import aiohttp
import structlog
import uvicorn
from slack_sdk.errors import SlackApiError
from starlette.applications import Starlette

from bot.app import Homeroom, Part
from bot.config import Config, check_slack
from bot.errors import ConfigError
from bot.slack.app import SlackApp, make_app
from bot.slack.connect import connect_socket, http_routes
from bot.slack.door import SlackDoor
from bot.slack.installations import KnownInstallations
from bot.slack.web_client import plain_client
from bot.web import make_web
from storage.alone import file_of

LONGEST_CONNECT = 30.0  # seconds
LAST_ANSWERS = 4.0  # seconds for what was asked before the end; Slack waits for three

log = structlog.get_logger(__name__)


async def run(config: Config, *, only: Part = "") -> None:
    """Run until SIGINT or SIGTERM, all of it or only one part. Raises ConfigError when something
    is missing."""
    check_slack(config)
    check_part(config, only)
    stopped = stop_signal()
    homeroom = Homeroom(config, only=only)
    answers = only != "clock"
    by_http = answers and not config.slack_app_token
    try:
        async with slack_door(homeroom, [config.slack_bot_token]) as app:
            web = make_web(homeroom, list(http_routes(app)) if by_http else [])
            await homeroom.start()
            async with served(web, config.host, config.port), _reached_if(answers, app, config):
                log.info("ready", by=only if not answers else "http" if by_http else "socket")
                await stopped.wait()
                log.info("stopping")
    finally:
        await homeroom.stop()


def check_part(config: Config, only: Part) -> None:
    """Raises ConfigError where the work cannot be shared."""
    if only and file_of(config.database_url):
        raise ConfigError(
            f"--only {only} shares the work with other processes, and a SQLite file has room for"
            " one: leave --only out, or set DATABASE_URL to a PostgreSQL database."
        )


def stop_signal() -> asyncio.Event:
    """Set by SIGINT or SIGTERM from now on."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stopped.set)
    return stopped


@asynccontextmanager
async def slack_door(homeroom: Homeroom, tokens: list[str]) -> AsyncIterator[SlackApp]:
    """Give the program a Slack door for the workspaces of these tokens. At the end the program
    rests, since it has no door any more. Raises ConfigError for a token that Slack refuses."""
    config = homeroom.config
    installations = KnownInstallations(config.slack_api_url)
    with _taken_by_slack("SLACK_BOT_TOKEN", config):
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
        await homeroom.rest()
        await door.close()


@asynccontextmanager
async def reached(app: SlackApp, config: Config) -> AsyncIterator[None]:
    """Let Slack reach the app: over a socket when there is an app token, else over HTTP. At the
    end what was asked is answered. Raises ConfigError for a token that Slack refuses."""
    if not config.slack_app_token:
        yield
        return
    with _taken_by_slack("SLACK_APP_TOKEN", config):
        # Asked apart: the socket's client would try a wrong token again and again, for ever.
        client = plain_client(config.slack_api_url, config.slack_app_token)
        await client.apps_connections_open(app_token=config.slack_app_token)
        async with asyncio.timeout(LONGEST_CONNECT):
            open_socket = await connect_socket(app, config.slack_app_token, config.slack_api_url)
    try:
        yield
    finally:
        await _last_acks()
        await open_socket.close_async()  # type: ignore[no-untyped-call]


def _reached_if(answers: bool, app: SlackApp, config: Config) -> AbstractAsyncContextManager[None]:
    """A process that only ticks and sends is not reached by Slack."""
    return reached(app, config) if answers else nullcontext()


async def _last_acks() -> None:
    """Slack's SDK keeps no hold on the tasks that answer its envelopes: find them, and wait."""
    names = {task: getattr(task.get_coro(), "__name__", "") for task in asyncio.all_tasks()}
    answering = [task for task, name in names.items() if name == "run_message_listeners"]
    if answering:
        await asyncio.wait(answering, timeout=LAST_ANSWERS)


@contextmanager
def _taken_by_slack(variable: str, config: Config) -> Iterator[None]:
    """Say plainly why Slack did not let us in."""
    try:
        yield
    except SlackApiError as refused:
        why = refused.response.get("error") or f"HTTP {refused.response.status_code}"
        raise ConfigError(f"Slack did not take {variable}: {why}.") from refused
    except (aiohttp.ClientError, TimeoutError) as problem:
        raise ConfigError(
            f"Slack could not be reached at {config.slack_api_url} ({type(problem).__name__})."
        ) from problem


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
