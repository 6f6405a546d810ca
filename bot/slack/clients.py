"""Clients of Slack's Web API over one pool of connections."""

from typing import Any

import aiohttp
import msgspec
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.failures import read, told
from bot.slack.installations import Installation
from bot.slack.web_client import plain_client

JSON = "application/json;charset=utf-8"


class Clients:
    """Makes clients that share connections. Make and close it inside one event loop."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._open: aiohttp.ClientSession | None = None
        self._writing: dict[str, AsyncWebClient] = {}

    def writing(self, home: Installation) -> AsyncWebClient:
        """A client that never tries again: the SDK's own handler would post twice when only the
        answer to a post is lost."""
        made = self._writing.get(home.bot_token)
        if made is None or made.session is not self._pool():
            made = self._writing[home.bot_token] = self._client(home, [])
        return made

    async def write(self, home: Installation, method: str, body: dict[str, Any]) -> dict[str, Any]:
        """Call a method that changes something, once; its answer. Raises NotNow, InDoubt or
        Refused. The courier makes thousands of these calls in a minute, and the SDK's own way
        takes twice the CPU (measured)."""
        client = self.writing(home)
        head = {"Authorization": f"Bearer {home.bot_token}", "Content-Type": JSON}
        data = msgspec.json.encode({name: each for name, each in body.items() if each is not None})
        url = f"{client.base_url}{method}"
        with told():
            async with self._pool().post(url, data=data, headers=head, proxy=client.proxy) as said:
                return read(said.status, said.headers, await said.read())

    def reading(self, home: Installation) -> AsyncWebClient:
        """A client that waits and asks again when Slack says that it was asked too often."""
        return self._client(home, [AsyncRateLimitErrorRetryHandler(max_retry_count=3)])

    async def respond(self, url: str, body: dict[str, Any]) -> None:
        """Answer at a response_url."""
        async with self._pool().post(url, json=body) as said:
            said.raise_for_status()

    async def close(self) -> None:
        """Close the connections."""
        if self._open is not None:
            await self._open.close()
            self._open = None

    def _client(self, home: Installation, retry: list[Any]) -> AsyncWebClient:
        pool = self._pool()
        return plain_client(self.base_url, home.bot_token, session=pool, retry_handlers=retry)

    def _pool(self) -> aiohttp.ClientSession:
        if self._open is None:
            # Without a limit of its own: whoever waits in a queue here would time out before
            # anything was sent, and be in doubt for nothing. The courier limits what it begins.
            self._open = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=10), connector=aiohttp.TCPConnector(limit=0)
            )
        return self._open
