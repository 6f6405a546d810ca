"""`find` and `share` in a 1:1 on Teams, against a bare echo made with Microsoft's SDK.

The tokens are really signed, and both answer by a call of the same connector, which lives here
beside the load. A message is answered when its reply is at the connector; two of one chat at the
same time count as answered in the order in which they were sent.
"""

import asyncio
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from statistics import median

import msgspec
import uvloop

from benchmarks.connector import Chats, Connector, length
from benchmarks.load import Figures
from benchmarks.server import PEOPLE, TOPICS
from tests.teams.connector import connector

APP, TENANT = "app-1", "T1"
COUNTS = {1: 300, 16: 1500, 64: 3000}
ROUNDS = 3  # in turn, since other work may come and go; their median is printed
LONGEST = 30.0  # seconds for an answer


@dataclass(frozen=True)
class Kind:
    """What is said where, and what a right reply has in it."""

    name: str
    path: str
    words: Callable[[int], str]
    told: bytes


def _topic(number: int) -> str:
    return f"find {TOPICS[number % len(TOPICS)]}"


def _new_link(number: int) -> str:
    return f"share https://example.org/new/{number} it helped us #bench"


KINDS = (
    Kind("bare echo", "/bare/api/messages", _topic, b"find"),
    Kind("find", "/ours/api/messages", _topic, b"https://example.org/"),
    Kind("share", "/ours/api/messages", _new_link, b"Saved"),
)


def main() -> None:
    """Run all three side by side, and print them."""
    uvloop.run(_all())


async def _all() -> None:
    chats = Chats()
    listener = await asyncio.get_running_loop().create_server(
        lambda: Connector(chats), "127.0.0.1", 0, backlog=2000
    )
    service_url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/teams"
    async with connector(app_id=APP, tenant=TENANT) as issuer:
        with tempfile.TemporaryDirectory() as folder:
            server = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "benchmarks.teams_server"),
                *(folder, APP, TENANT, issuer.openid_metadata_url),
                stdout=subprocess.PIPE,
            )
            try:
                assert server.stdout is not None
                port = int(await server.stdout.readline())
                token = issuer.token(serviceurl=service_url)
                await _measure(Load(port, service_url, token, chats))
            finally:
                server.terminate()
                await server.wait()
    listener.close()


async def _measure(load: "Load") -> None:
    print("\nTeams: messages answered, one process, signed tokens, SQLite with synchronous=FULL")
    print(f"{'at once':>8} {'what':>9} {'per s':>8} {'p50 ms':>8} {'p99 ms':>8} {'of bare':>8}")
    for at_a_time, many in COUNTS.items():
        for kind in KINDS:
            await load.run(kind, at_a_time=at_a_time, many=many // 10)
        found: dict[str, list[Figures]] = defaultdict(list)
        for _ in range(ROUNDS):
            for kind in KINDS:
                figures = await load.run(kind, at_a_time=at_a_time, many=many // ROUNDS)
                found[kind.name].append(figures)
        base = median(each.per_second for each in found[KINDS[0].name])
        for name, rounds in found.items():
            per_second = median(each.per_second for each in rounds)
            failed = sum(each.failed for each in rounds)
            print(
                f"{at_a_time:>8} {name:>9} {per_second:>8.0f}"
                f" {median(each.p50 for each in rounds) * 1000:>8.2f}"
                f" {median(each.p99 for each in rounds) * 1000:>8.1f} {per_second / base:>8.2f}"
                + (f"  failed {failed}" if failed else ""),
                flush=True,
            )


class Load:
    """Fifty people who write to us, each in their own chat."""

    def __init__(self, port: int, service_url: str, token: str, chats: Chats) -> None:
        self._port, self._service_url, self._token = port, service_url, token
        self._chats, self._numbers = chats, count()

    async def run(self, kind: Kind, *, at_a_time: int, many: int) -> Figures:
        """Say `many` things, `at_a_time` at once, until the last reply has come."""
        took: list[float] = []
        failed = 0
        left = iter(range(many))

        async def worker() -> None:
            nonlocal failed
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
            for _ in left:
                chat, request = self._request(kind)
                reply = self._chats.wait(chat)
                began = time.perf_counter()
                writer.write(request)
                async with asyncio.timeout(LONGEST):
                    head = await reader.readuntil(b"\r\n\r\n")
                    await reader.readexactly(length(head))
                    came, body = await reply
                took.append(came - began)
                failed += not head.startswith(b"HTTP/1.1 200") or kind.told not in body
            writer.close()

        began = time.perf_counter()
        await asyncio.gather(*(worker() for _ in range(at_a_time)))
        seconds = time.perf_counter() - began
        took.sort()
        return Figures(
            len(took) / seconds,
            took[len(took) // 2],
            took[min(len(took) - 1, int(len(took) * 0.99))],
            sum(each > 3 for each in took),
            failed,
        )

    def _request(self, kind: Kind) -> tuple[str, bytes]:
        """The chat, and the next message in it as Teams would send it."""
        number = next(self._numbers)
        person = f"U{number % PEOPLE}"
        chat = f"a:1{person}"
        words = kind.words(number)
        body = msgspec.json.encode(
            {
                "type": "message",
                "id": str(1_795_446_000_000 + number),
                "channelId": "msteams",
                "serviceUrl": self._service_url,
                "timestamp": "2026-11-23T15:00:00.000Z",
                "localTimezone": "UTC",
                "locale": "en-US",
                "text": words,
                "textFormat": "plain",
                "attachments": [{"contentType": "text/html", "content": f"<p>{words}</p>"}],
                "entities": [{"type": "clientInfo", "locale": "en-US", "timezone": "UTC"}],
                "from": {"id": f"29:{person}", "aadObjectId": person, "name": f"Person {person}"},
                "recipient": {"id": f"28:{APP}", "name": "Homeroom"},
                "conversation": {"id": chat, "conversationType": "personal", "tenantId": TENANT},
                "channelData": {"tenant": {"id": TENANT}},
            }
        )
        head = (
            f"POST {kind.path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {self._token}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return chat, head.encode() + body
