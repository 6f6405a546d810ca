"""A Teams connector that takes every message and answers at once, as lean as can be, since it
shares the machine with what is measured; and what is shown to it."""

import asyncio
import time
from collections import defaultdict, deque
from itertools import count
from typing import cast
from urllib.parse import unquote

import jwt

Reply = tuple[float, bytes]  # when it came, and what it says

_HEAD = b"HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"


_SHOWN = jwt.encode({"exp": 4_000_000_000}, "k" * 32)


async def given(scope: str | list[str], tenant: str | None = None) -> str:
    """A token, as the SDK asks for one: sooner than any that it fetches."""
    return _SHOWN


class Chats:
    """Who waits for a reply in which chat, the first first."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[asyncio.Future[Reply]]] = defaultdict(deque)

    def wait(self, chat: str) -> "asyncio.Future[Reply]":
        """The next reply in a chat."""
        reply: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting[chat].append(reply)
        return reply

    def said(self, chat: str, body: bytes) -> None:
        """A reply has come."""
        if waiting := self._waiting[chat]:
            waiting.popleft().set_result((time.perf_counter(), body))


class Connector(asyncio.Protocol):
    """Just enough HTTP for clients that keep their connections and send one call at a time."""

    _ids = count(1)

    def __init__(self, chats: Chats) -> None:
        self._chats, self._unread = chats, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._unread += data
        while (end := self._unread.find(b"\r\n\r\n")) >= 0:
            head, body = self._unread[:end], end + 4
            ends = body + length(head)
            if len(self._unread) < ends:
                return
            self._answer(head, self._unread[body:ends])
            self._unread = self._unread[ends:]

    def _answer(self, head: bytes, body: bytes) -> None:
        # POST …/v3/conversations/{chat}/activities HTTP/1.1
        path = head.split(b" ", 2)[1].decode()
        self._chats.said(unquote(path.split("/")[-2]), body)
        told = b'{"id":"%d"}' % next(self._ids)
        self._transport.write(_HEAD % len(told) + told)


def length(head: bytes) -> int:
    """The length of the body, as the head tells it."""
    _, _, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0] or 0)
