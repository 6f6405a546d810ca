"""The keys that the Bot Connector signs its tokens with, fetched without holding anybody up.

Microsoft's page: "Authentication with the Bot Connector API": the openid document names where the
keys are; they are to be fetched anew at least every 24 hours.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import aiohttp
import jwt
import structlog
from msgspec import Struct

from bot.payload import objects_at, text_at
from bot.teams.loopback import is_loopback_address

log = structlog.get_logger(__name__)

KEPT = 24 * 3600.0  # seconds
REST = 300.0  # seconds between two fetches, whatever is asked for
FIRST_REST = 5.0  # as long as there is no key at all, since then nobody can be heard
LONGEST = 8.0  # seconds for one fetch


class Key(Struct, frozen=True):
    """A public key. `endorsed` are the channels whose activities may be signed with it; None
    where the document does not say."""

    public: Any
    endorsed: frozenset[str] | None = None


class Keys:
    """Keys by their id. A fetch is shared by all who wait for it; a failed one changes nothing."""

    def __init__(self, openid_url: str, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._url, self._monotonic = openid_url, monotonic
        self._keys: dict[str, Key] = {}
        self._fetched = self._tried = float("-inf")
        self._fetching: asyncio.Task[None] | None = None

    async def find(self, kid: str) -> Key | None:
        """The key of this id. An unknown one is looked for, at most once in five minutes for all
        together; a known one is given at once, however old."""
        if kid not in self._keys:
            fetching = self._fetch()
            if fetching:
                await asyncio.shield(fetching)
        elif self._monotonic() - self._fetched > KEPT:
            self._fetch()
        return self._keys.get(kid)

    async def close(self) -> None:
        """Give up a fetch that is under way."""
        if self._fetching:
            self._fetching.cancel()
            await asyncio.gather(self._fetching, return_exceptions=True)

    def _fetch(self) -> asyncio.Task[None] | None:
        """The fetch that is under way, or a new one; None when it is too soon."""
        if self._fetching is None:
            now = self._monotonic()
            if now - self._tried < (REST if self._keys else FIRST_REST):
                return None
            self._tried = now
            self._fetching = asyncio.create_task(self._renew())
        return self._fetching

    async def _renew(self) -> None:
        try:
            async with asyncio.timeout(LONGEST):
                found = await fetch(self._url)
            self._keys, self._fetched = found, self._monotonic()
        except Exception as problem:  # whoever waits is told that the key is not known
            log.warning("the keys of Teams could not be fetched", why=type(problem).__name__)
        finally:
            self._fetching = None


async def fetch(openid_url: str) -> dict[str, Key]:
    """The keys that the openid document leads to. Raises when there are none."""
    # Not httpx: each of its clients reads all certificates anew, and the loop waits for that.
    longest = aiohttp.ClientTimeout(total=LONGEST)
    async with aiohttp.ClientSession(timeout=longest, raise_for_status=True) as http:
        address = text_at(await _read(http, openid_url), "jwks_uri")
        here = is_loopback_address(address) and is_loopback_address(openid_url)
        if not (address.startswith("https://") or here):
            raise ValueError("the openid document names no safe address for its keys")
        written = await _read(http, address)
    keys = {text_at(each, "kid"): _key(each) for each in objects_at(written, "keys")}
    found = {kid: key for kid, key in keys.items() if kid and key}
    if not found:
        raise ValueError("there are no keys")
    return found


async def _read(http: aiohttp.ClientSession, address: str) -> Any:
    async with http.get(address, allow_redirects=False) as said:
        return await said.json(content_type=None)


def _key(written: dict[str, Any]) -> Key | None:
    """An RSA key for signatures; None for any other."""
    if text_at(written, "kty") != "RSA" or text_at(written, "use") not in ("", "sig"):
        return None
    try:
        public = jwt.PyJWK.from_dict(written, algorithm="RS256").key
    except jwt.PyJWTError:
        return None
    named = written.get("endorsements")
    listed = frozenset(map(str, named)) if isinstance(named, list) else None
    return Key(public, listed)
