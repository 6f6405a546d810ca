"""The bot's own key at Microsoft, turned into bearer tokens by the SDK."""

import asyncio
import time
from typing import Protocol

import structlog
from microsoft_teams.api import ClientCredentials, Credentials
from microsoft_teams.api.auth.credentials import (
    FederatedIdentityCredentials,
    ManagedIdentityCredentials,
)
from microsoft_teams.apps.token_manager import TokenManager

from bot.errors import NotNow

KEPT = 60.0  # seconds; MSAL behind it keeps a token until five minutes before it expires
PATIENCE = 5.0  # seconds: a post must be begun while its lease lasts
AGAIN = 10.0  # seconds

log = structlog.get_logger(__name__)


def credentials(
    client_id: str, secret: str = "", tenant: str = "", managed_identity: str = ""
) -> Credentials:
    """How this bot proves who it is: a secret; without one a managed identity, whose own id is
    `managed_identity` ("system" for the machine's) where it is not the bot's."""
    if secret:
        return ClientCredentials(client_id=client_id, client_secret=secret, tenant_id=tenant)
    if managed_identity in ("", client_id):
        return ManagedIdentityCredentials(client_id=client_id, tenant_id=tenant)
    system = managed_identity == "system"
    return FederatedIdentityCredentials(
        client_id=client_id,
        managed_identity_type="system" if system else "user",
        managed_identity_client_id=None if system else managed_identity,
        tenant_id=tenant,
    )


class Source(Protocol):
    """Where a new token comes from: the SDK's manager, which asks in a thread."""

    async def get_bot_token(self) -> object | None: ...


class BotTokens:
    """Bearer tokens for the bot. One fetch at a time, whoever asks; it goes on when its askers
    lose patience, so that the next ones find its token."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._token = ""
        self._until = 0.0
        self._fetching: asyncio.Task[str] | None = None

    @classmethod
    def of(cls, known: Credentials) -> "BotTokens":
        """For these credentials, in Microsoft's public cloud."""
        return cls(TokenManager(known))

    async def bearer(self) -> str:
        """A token that is good for minutes at least. Raises NotNow when none can be had."""
        if time.monotonic() < self._until:
            return self._token
        if self._fetching is None or self._fetching.done():
            self._fetching = asyncio.create_task(self._fetch())
        try:
            return await asyncio.wait_for(asyncio.shield(self._fetching), PATIENCE)
        except TimeoutError:
            raise NotNow(AGAIN) from None

    async def _fetch(self) -> str:
        try:
            fetched = str(await self._source.get_bot_token() or "")
        except Exception as problem:
            # What it says may name the secret's id, so only its kind is logged.
            log.warning("Microsoft gave no token for Teams", why=type(problem).__name__)
            raise NotNow(AGAIN) from problem
        if not fetched:
            raise NotNow(AGAIN)
        self._token, self._until = fetched, time.monotonic() + KEPT
        return fetched
