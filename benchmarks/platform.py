"""A platform that takes every post and answers after 100 ms, in a process of its own; as lean as
can be, since it shares the machine with what is measured.

python -m benchmarks.platform prints its port, and a line of figures for every empty line it reads.
"""

import asyncio
import json
import sys
import time
from itertools import count
from typing import cast

import uvloop

ANSWERS_AFTER = 0.1  # seconds
_ts = count(1)
_arrived: list[float] = []


class Platform(asyncio.Protocol):
    """Just enough HTTP for a client that keeps its connections and sends one call at a time."""

    def __init__(self) -> None:
        self._unread = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._unread += data
        while (end := self._unread.find(b"\r\n\r\n")) >= 0:
            size = _length(self._unread[:end].lower())
            if len(self._unread) < end + 4 + size:
                return
            self._unread = self._unread[end + 4 + size :]
            _arrived.append(time.time())
            asyncio.get_running_loop().call_later(ANSWERS_AFTER, self._answer)

    def _answer(self) -> None:
        body = b'{"ok":true,"channel":"C1","ts":"1795446000.%06d"}' % next(_ts)
        head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
        self._transport.write(head % len(body) + body)


def _length(head: bytes) -> int:
    _, _, rest = head.partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0] or 0)


async def main() -> None:
    """Serve until standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Platform, "127.0.0.1", 0, backlog=2000)
    print(server.sockets[0].getsockname()[1], flush=True)
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.readline():
        print(json.dumps(_arrived), flush=True)
        _arrived.clear()


if __name__ == "__main__":
    uvloop.run(main())
