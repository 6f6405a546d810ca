"""A page's title, fetched with care: the address is somebody else's.

The guard resolves a name once, refuses private, loopback and other inner addresses, and connects
to the very address it checked, at every redirect; we bound the time and the size.
"""

import time
from collections.abc import Callable
from typing import Any

import httpx
from selectolax.lexbor import LexborHTMLParser
from ssrfguard import Policy, SSRFGuardError
from ssrfguard.httpx import Client

from bot.speech import clean

LONGEST = 10.0  # seconds, for all of it
MOST_BYTES = 262_144  # titles stand near the top
MOST_TITLE = 200


class NotThisTime(Exception):
    """The page did not answer; it may later."""


class Never(Exception):
    """The page has no title that we would show, or lies where we do not go."""


class Titles:
    """Fetches titles. `policy` and `resolver` are for tests on loopback."""

    def __init__(self, policy: Policy | None = None, resolver: Any = None) -> None:
        self._client = Client(
            policy=policy or Policy(max_redirects=5),
            resolver=resolver,
            timeout=5.0,
            follow_redirects=True,
            headers={"User-Agent": "Homeroom (link titles)", "Accept": "text/html"},
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def of(self, url: str, monotonic: Callable[[], float] = time.monotonic) -> str:
        """The title of a page, at most 200 characters. Raises NotThisTime or Never."""
        until = monotonic() + LONGEST
        try:
            with self._client.stream("GET", url) as answer:
                return _title(answer, lambda: monotonic() > until)
        except SSRFGuardError as refused:
            raise Never from refused
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as problem:
            raise NotThisTime from problem


def _title(answer: httpx.Response, too_late: Callable[[], bool]) -> str:
    if answer.status_code >= 500 or answer.status_code == 429:
        raise NotThisTime
    if answer.status_code >= 400 or "html" not in answer.headers.get("content-type", ""):
        raise Never
    read = bytearray()
    for part in answer.iter_bytes():
        read += part
        if len(read) >= MOST_BYTES or b"</title" in part.lower():
            break
        if too_late():
            raise NotThisTime
    found = LexborHTMLParser(bytes(read[:MOST_BYTES]).decode(answer.encoding or "utf-8", "replace"))
    title = _first(found, 'meta[property="og:title"]') or _text(found, "title")
    shown = " ".join(clean(title).split())[:MOST_TITLE]
    if not shown:
        raise Never
    return shown


def _first(page: LexborHTMLParser, selector: str) -> str:
    node = page.css_first(selector)
    return (node.attributes.get("content") or "") if node else ""


def _text(page: LexborHTMLParser, selector: str) -> str:
    node = page.css_first(selector)
    return node.text() if node else ""
