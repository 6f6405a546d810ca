"""Calls of Teams's connector over one pool of connections."""

import asyncio
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp
import msgspec

from bot.errors import InDoubt, NotNow, Refused
from bot.teams.failures import failed
from bot.teams.loopback import host_of, is_loopback
from bot.teams.tokens import Tokens

LONGEST = 10.0  # seconds for one call
CONNECTS = 5.0  # seconds until a connection stands
TRIES = 6  # of what is said to a person who waits; a crowd in one channel gets two answers a second
LONGEST_WAIT = 8.0  # seconds between two of them, where Teams does not ask for more
LONGEST_SAYING = 150.0  # seconds for all of them: an answer after two minutes is better than none


class Connector:
    """Speaks to the connectors that conversations name. Use it inside one event loop.

    aiohttp, as on Slack: a post costs a fraction of the CPU that the SDK's own client takes.
    """

    def __init__(self, tokens: Tokens, *, loopback: bool = False) -> None:
        """`loopback` allows http to this very machine, for local work."""
        self._tokens = tokens
        self._loopback = loopback
        self._open: aiohttp.ClientSession | None = None

    async def call(
        self,
        method: str,
        service_url: str,
        path: str,
        body: Any = None,
        *,
        params: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        """Make one call, once; its answer, {} where it has none. A list comes as {"value": …}.
        `path` is escaped already. Raises NotNow, InDoubt or Refused and nothing else."""
        url = self._address(service_url, path)
        head = {"Authorization": f"Bearer {await self._tokens.bearer()}"}
        data = None
        if body is not None:
            data = _encoded(body)
            head["Content-Type"] = "application/json; charset=utf-8"
        try:
            async with self._pool().request(
                method, url, data=data, headers=head, params=params, allow_redirects=False
            ) as said:
                return _read(said, await said.read())
        except (NotNow, InDoubt, Refused):
            raise
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as problem:
            raise NotNow(2) from problem  # no connection, so nothing was sent
        except Exception as problem:
            # A time-out, a reset, an answer that is no JSON: the post may stand there.
            raise InDoubt(str(problem) or type(problem).__name__) from problem

    async def say(
        self,
        service_url: str,
        conversation: str,
        activity: Any,
        *,
        params: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        """Post into a conversation for a person who waits for it: asks again a few times where
        nothing was taken. Raises NotNow, InDoubt or Refused."""
        tries, waited = 1, 0.0
        while True:
            try:
                return await self.call(
                    "POST", service_url, activities(conversation), activity, params=params
                )
            except NotNow as not_now:
                # Its seconds have their own jitter; each time a little longer.
                told = not_now.seconds
                wait = max(told, min(told * tries, LONGEST_WAIT))
                if tries == TRIES or waited + wait > LONGEST_SAYING:
                    raise
                await asyncio.sleep(wait)
                tries, waited = tries + 1, waited + wait

    async def time(self, service_url: str) -> datetime:
        """What the connector's own clock says, to the second; without showing a token. Raises
        NotNow, InDoubt or Refused."""
        try:
            async with self._pool().get(
                self._address(service_url, "/v3"), allow_redirects=False
            ) as said:
                return parsedate_to_datetime(said.headers["Date"])
        except Refused:
            raise
        except Exception as problem:
            raise InDoubt(type(problem).__name__) from problem

    def may_call(self, service_url: str) -> bool:
        """Whether our token may be shown at this address."""
        host = host_of(service_url)
        if is_loopback(host):  # whatever was learned in local work is never called in real work
            return self._loopback and urlsplit(service_url).scheme in ("http", "https")
        return bool(host) and urlsplit(service_url).scheme == "https"

    async def close(self) -> None:
        """Close the connections."""
        if self._open is not None:
            await self._open.close()
            self._open = None

    def _address(self, service_url: str, path: str) -> str:
        if not self.may_call(service_url):
            raise Refused("address_not_allowed", "place")
        return service_url.rstrip("/") + path

    def _pool(self) -> aiohttp.ClientSession:
        if self._open is None:
            # Without a limit of its own: whoever waits in a queue here would time out before
            # anything was sent, and be in doubt for nothing. An idle connection is soon let go: a
            # post written into one that the other side is just closing would be in doubt, too.
            self._open = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=LONGEST, sock_connect=CONNECTS),
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=5),
            )
        return self._open


def activities(conversation: str, activity: str = "") -> str:
    """The path of a conversation's messages, or of one of them."""
    path = f"/v3/conversations/{escaped(conversation)}/activities"
    return f"{path}/{escaped(activity)}" if activity else path


def escaped(piece: str) -> str:
    """An id as a piece of a path. Teams's own signs stay as the SDK sends them. Raises Refused for
    one that would lead to another path."""
    if piece.strip(".") == "":
        raise Refused("no_id")
    return quote(piece, safe=":;=@")


def _encoded(body: Any) -> bytes:
    try:
        return msgspec.json.encode(body)
    except (TypeError, ValueError) as wrong:  # our own mistake: it will be no better next time
        raise Refused("cannot_be_encoded") from wrong


def _read(said: aiohttp.ClientResponse, body: bytes) -> dict[str, Any]:
    if not 200 <= said.status < 300:
        raise failed(said.status, said.headers, body)
    if not body.strip():
        return {}
    data = msgspec.json.decode(body)
    return data if isinstance(data, dict) else {"value": data}
