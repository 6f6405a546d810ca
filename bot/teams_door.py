"""Opening the program's Teams door. Only who has Teams imports this: it takes a second."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

from bot.app import Homeroom
from bot.config import MANAGED_IDENTITY, Config, tenants
from bot.errors import ConfigError, NotNow
from bot.findings import Finding, Spot
from bot.kept import KeptConversations
from bot.teams.app import TeamsApp, make_app
from bot.teams.checks import check
from bot.teams.client import Connector
from bot.teams.door import CLOCK, TeamsDoor
from bot.teams.loopback import is_loopback, is_loopback_address
from bot.teams.render_card import activity
from bot.teams.tokens import FixedToken, Tokens
from handlers.words import opens

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
    app = make_app(
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

    async def looked_at(spots: Sequence[Spot]) -> list[Finding]:
        return await check(tokens, tenants(config), spots)

    homeroom.checks["teams"] = looked_at
    try:
        yield app
    finally:
        await app.close()
        await homeroom.rest()
        await door.close()


def bot_tokens(config: Config) -> Tokens:
    """The bot's own tokens, of which none has been asked for yet."""
    # Imported here: the SDK takes a second, and local work and tests do without.
    from bot.teams.credentials import BotTokens, credentials

    managed = config.teams_client_secret == MANAGED_IDENTITY
    return BotTokens.of(
        credentials(
            config.teams_client_id,
            "" if managed else config.teams_client_secret,
            config.teams_tenant_id,
        )
    )


async def _bot_tokens(config: Config) -> Tokens:
    """The bot's own tokens. Raises ConfigError where none can be had."""
    tokens = bot_tokens(config)
    try:
        await tokens.bearer()
    except NotNow:
        raise ConfigError(
            "Microsoft gave no token for TEAMS_CLIENT_ID: it could not be reached, or it does not"
            " take TEAMS_CLIENT_SECRET, or TEAMS_TENANT_ID is another tenant's."
        ) from None
    return tokens
