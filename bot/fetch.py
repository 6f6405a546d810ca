"""A page's title, fetched with care: the address is somebody else's.

The guard resolves a name once, refuses private, loopback and other inner addresses, and connects
to the very address it checked, at every redirect. We bound the time of it all and the size, and
take nothing that is packed, since a small packet may unfold to a huge page.
"""

import asyncio
from typing import Any

import httpx
from selectolax.lexbor import LexborHTMLParser
from ssrfguard import Policy, SSRFGuardError
from ssrfguard.httpx import AsyncClient

from bot.speech import clean

LONGEST = 10.0  # seconds, for all of it
MOST_BYTES = 262_144  # titles stand near the top
MOST_TITLE = 200
HEADERS = {
    "User-Agent": "Homeroom (link titles)",
    "Accept": "text/html",
    "Accept-Encoding": "identity",
}


class NotThisTime(Exception):
    """The page did not answer; it may later."""


class Never(Exception):
    """The page has no title that we would show, or lies where we do not go."""


class Titles:
    """Fetches titles. `policy`, `resolver` and `longest` (seconds) are for tests on loopback."""

    def __init__(
        self, policy: Policy | None = None, resolver: Any = None, longest: float = LONGEST
    ) -> None:
        self._policy = policy or Policy(max_redirects=5)
        self._resolver = resolver
        self._longest = longest

    def of(self, url: str) -> str:
        """The title of a page, at most 200 characters. Raises NotThisTime or Never. It is to be
        called in a thread, where no loop runs."""
        try:
            page = asyncio.run(self._page(url))
        except (SSRFGuardError, httpx.InvalidURL, httpx.UnsupportedProtocol, ValueError) as refused:
            raise Never from refused
        except (httpx.HTTPError, httpx.StreamError, OSError) as problem:
            raise NotThisTime from problem
        return _title(page)

    async def _page(self, url: str) -> str:
        """The beginning of a page. A deadline that only counts from one byte to the next would
        never come to a server that drips."""
        client = AsyncClient(
            policy=self._policy,
            resolver=self._resolver,
            timeout=self._longest,
            follow_redirects=True,
            trust_env=False,  # a proxy would connect for us, and to where it likes
            headers=HEADERS,
        )
        async with asyncio.timeout(self._longest), client, client.stream("GET", url) as answer:
            _check(answer)
            read = bytearray()
            async for part in answer.aiter_raw():
                read += part
                if len(read) >= MOST_BYTES or b"</title" in read[-len(part) - 8 :].lower():
                    break
            return _text(bytes(read[:MOST_BYTES]), answer)


def _check(answer: httpx.Response) -> None:
    if answer.status_code >= 500 or answer.status_code == 429:
        raise NotThisTime
    told = answer.headers
    packed = told.get("content-encoding", "identity") != "identity"
    if answer.status_code != 200 or packed or "html" not in told.get("content-type", ""):
        raise Never


def _text(read: bytes, answer: httpx.Response) -> str:
    try:
        return read.decode(answer.encoding or "utf-8", "replace")
    except LookupError:  # "base64" is a codec too, but none of text
        return read.decode("utf-8", "replace")


def _title(page: str) -> str:
    found = LexborHTMLParser(page)
    meta, own = found.css_first('meta[property="og:title"]'), found.css_first("title")
    title = (meta.attributes.get("content") if meta else "") or (own.text() if own else "")
    shown = " ".join(clean(title).split())
    if not shown:
        raise Never
    return shown if len(shown) <= MOST_TITLE else shown[: MOST_TITLE - 1].rstrip() + "…"
