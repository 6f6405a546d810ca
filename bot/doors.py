"""Opening the program's Slack door. Teams's is in teams_door.py."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import partial

import aiohttp
from slack_sdk.errors import SlackApiError
from starlette.routing import Route

from bot.app import Homeroom
from bot.config import Config, has_oauth
from bot.errors import ConfigError
from bot.findings import Finding, Spot
from bot.kept_installations import KeptInstallations
from bot.keyring import Keyring, split
from bot.slack.app import SlackApp, make_app
from bot.slack.checks import check
from bot.slack.connect import connect_socket
from bot.slack.door import SlackDoor
from bot.slack.granting import Granting
from bot.slack.install import InstallPages
from bot.slack.installations import Installation, KnownInstallations
from bot.slack.web_client import plain_client
from storage import people

LONGEST_CONNECT = 30.0  # seconds
LAST_ANSWERS = 4.0  # seconds for what was asked before the end; Slack waits for three
SLACK_PATIENCE = 2.3  # seconds for an answer: Slack gives up after three


@asynccontextmanager
async def slack_door(
    homeroom: Homeroom, tokens: list[str], *, patience: float = SLACK_PATIENCE
) -> AsyncIterator[SlackApp]:
    """Give the program a Slack door for the workspaces of these tokens, and of those that installed
    it. At the end the program rests, since it has no door any more. Raises ConfigError for a token
    that Slack refuses, or keys that do not open what is kept."""
    config = homeroom.config
    installations, pages = await _installations(homeroom)
    with _taken_by_slack("SLACK_BOT_TOKEN", config):
        for token in tokens:
            await _named(homeroom, await installations.learn(token))
    app = make_app(
        homeroom.answer,
        installations,
        base_url=config.slack_api_url,
        signing_secret=config.slack_signing_secret,
        patience=patience,
    )
    app.pages = pages
    door = SlackDoor(installations, base_url=config.slack_api_url)
    homeroom.doors["slack"] = door

    async def looked_at(spots: Sequence[Spot]) -> list[Finding]:
        return await check(installations, config.slack_api_url, [], spots)

    homeroom.checks["slack"] = looked_at
    try:
        yield app
    finally:
        await app.close()
        await homeroom.rest()
        await door.close()


async def _named(homeroom: Homeroom, found: Installation) -> None:
    """Keep what the workspace calls itself: people read it."""
    name = partial(
        people.name_workspace, platform="slack", external=found.workspace, name=found.name
    )
    await asyncio.wrap_future(homeroom.database.write(name))


async def _installations(homeroom: Homeroom) -> tuple[KnownInstallations, list[Route]]:
    """Where the app is installed, and the pages by which it is."""
    config = homeroom.config
    if not has_oauth(config):
        return KnownInstallations(config.slack_api_url), []
    keys = Keyring(split(config.encryption_keys))
    granting = Granting(config.slack_api_url, config.slack_client_id, config.slack_client_secret)
    kept = KeptInstallations(
        homeroom.database, homeroom.clock, keys, granting, config.slack_api_url
    )
    await kept.check()
    homeroom.upkeep.append(kept.look_after)
    pages = InstallPages(
        kept, granting, keys, homeroom.clock, slack=config.slack_api_url, web=config.public_url
    )
    return kept, pages.routes()


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
