"""Opening the program's doors: Slack's and Teams's."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.app import Homeroom
from bot.config import MANAGED_IDENTITY, Config, tenants
from bot.errors import ConfigError, NotNow
from bot.kept import KeptConversations
from bot.slack.app import SlackApp
from bot.slack.app import make_app as make_slack
from bot.slack.connect import connect_socket
from bot.slack.door import SlackDoor
from bot.slack.installations import KnownInstallations
from bot.slack.web_client import plain_client
from bot.teams.app import TeamsApp
from bot.teams.app import make_app as make_teams
from bot.teams.client import Connector
from bot.teams.door import CLOCK, TeamsDoor
from bot.teams.loopback import is_loopback, is_loopback_address
from bot.teams.render_card import activity
from bot.teams.tokens import FixedToken, Tokens
from handlers.words import opens

LONGEST_CONNECT = 30.0  # seconds
LAST_ANSWERS = 4.0  # seconds for what was asked before the end; Slack waits for three


# -- Slack ----------------------------------------------------------------------------------------


SLACK_PATIENCE = 2.3  # seconds for an answer: Slack gives up after three


@asynccontextmanager
async def slack_door(
    homeroom: Homeroom, tokens: list[str], *, patience: float = SLACK_PATIENCE
) -> AsyncIterator[SlackApp]:
    """Give the program a Slack door for the workspaces of these tokens. At the end the program
    rests, since it has no door any more. Raises ConfigError for a token that Slack refuses."""
    config = homeroom.config
    installations = KnownInstallations(config.slack_api_url)
    with _taken_by_slack("SLACK_BOT_TOKEN", config):
        for token in tokens:
            await installations.learn(token)
    app = make_slack(
        homeroom.answer,
        installations,
        base_url=config.slack_api_url,
        signing_secret=config.slack_signing_secret,
        patience=patience,
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


# -- Teams ----------------------------------------------------------------------------------------


TEAMS_PATIENCE = 4.0  # seconds for an answer: Teams gives up after five


@asynccontextmanager
async def teams_door(
    homeroom: Homeroom,
    *,
    tokens: Tokens | None = None,
    clock: str = CLOCK,
    patience: float = TEAMS_PATIENCE,
) -> AsyncIterator[TeamsApp]:
    """Give the program a Teams door; what it yields has the routes that Teams calls. `tokens` are
    shown to Teams's connector in place of the bot's own; `clock` tells the platform's time. At the
    end the program rests. Raises ConfigError for what Microsoft refuses."""
    config = homeroom.config
    local = is_loopback_address(config.teams_openid_url)
    shown = tokens or await _bot_tokens(config)
    opened = _open_teams(homeroom, shown, clock, local=local, patience=patience)
    async with opened as app:
        yield app


@asynccontextmanager
async def open_teams_door(homeroom: Homeroom, clock: str) -> AsyncIterator[TeamsApp]:
    """A Teams door that asks nobody who they are: for Microsoft's Agents Playground, on this
    machine only. Raises ConfigError anywhere else."""
    if not is_loopback(homeroom.config.host):
        raise ConfigError(
            f"HOST is {homeroom.config.host}: a door that asks for no tokens is opened on"
            " 127.0.0.1 only."
        )
    opened = _open_teams(homeroom, FixedToken(), clock, local=True, unauthenticated=True)
    async with opened as app:
        yield app


@asynccontextmanager
async def _open_teams(
    homeroom: Homeroom,
    tokens: Tokens,
    clock: str,
    *,
    local: bool,
    unauthenticated: bool = False,
    patience: float = TEAMS_PATIENCE,
) -> AsyncIterator[TeamsApp]:
    config = homeroom.config
    connector = Connector(tokens, loopback=local)
    conversations = KeptConversations(homeroom.database)
    app = make_teams(
        homeroom.answer,
        opens,
        conversations,
        connector,
        client_id=config.teams_client_id,
        tenants=tenants(config),
        openid_url=config.teams_openid_url,
        unauthenticated=unauthenticated,
        patience=patience,
    )
    render = partial(activity, opens=opens)
    door = TeamsDoor(
        connector, conversations, bot_id=config.teams_client_id, render=render, clock=clock
    )
    homeroom.doors["teams"] = door
    try:
        yield app
    finally:
        await app.close()
        await homeroom.rest()
        await door.close()


async def _bot_tokens(config: Config) -> Tokens:
    """The bot's own tokens. Raises ConfigError where none can be had."""
    # Imported here: the SDK takes a second, and who has no Teams need not wait for it.
    from bot.teams.credentials import BotTokens, credentials

    managed = config.teams_client_secret == MANAGED_IDENTITY
    tokens = BotTokens.of(
        credentials(
            config.teams_client_id,
            "" if managed else config.teams_client_secret,
            config.teams_tenant_id,
        )
    )
    try:
        await tokens.bearer()
    except NotNow:
        raise ConfigError(
            "Microsoft gave no token for TEAMS_CLIENT_ID: it could not be reached, or it does not"
            " take TEAMS_CLIENT_SECRET, or TEAMS_TENANT_ID is another tenant's."
        ) from None
    return tokens
