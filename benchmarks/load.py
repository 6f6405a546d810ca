"""A small HTTP client for measuring: keep-alive connections, one request at a time on each."""

import asyncio
import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit


@dataclass(frozen=True)
class Figures:
    """One run: requests a second, seconds at p50 and p99, and how many took over 3 s."""

    per_second: float
    p50: float
    p99: float
    late: int
    failed: int


def signed(secret: str, body: bytes, path: str, content_type: str) -> bytes:
    """A request as Slack would send it now."""
    stamp = str(int(time.time()))
    seal = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {content_type}\r\n"
        f"Content-Length: {len(body)}\r\nX-Slack-Request-Timestamp: {stamp}\r\n"
        f"X-Slack-Signature: v0={seal.hexdigest()}\r\n\r\n"
    )
    return head.encode() + body


def command(secret: str, path: str, text: str, number: int) -> bytes:
    """A signed /learn command by one of fifty people."""
    body = urlencode(
        {
            "token": "x",
            "team_id": "T1",
            "team_domain": "bench",
            "channel_id": "C1",
            "channel_name": "call",
            "user_id": f"U{number % 50}",
            "user_name": f"person{number % 50}",
            "command": "/learn",
            "text": text,
            "api_app_id": "A1",
            "response_url": "http://127.0.0.1:9/none",
            "trigger_id": f"{time.time_ns()}.{number}",
        }
    ).encode()
    return signed(secret, body, path, "application/x-www-form-urlencoded")


async def run(url: str, make: Callable[[int], bytes], *, at_a_time: int, count: int) -> Figures:
    """Send `count` requests, `at_a_time` at once."""
    parts = urlsplit(url)
    took: list[float] = []
    failed = 0
    numbers = iter(range(count))

    async def worker() -> None:
        nonlocal failed
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        for number in numbers:
            wanted = make(number)
            began = time.perf_counter()
            writer.write(wanted)
            head = await reader.readuntil(b"\r\n\r\n")
            length = _length(head)
            if length:
                await reader.readexactly(length)
            took.append(time.perf_counter() - began)
            failed += not head.startswith(b"HTTP/1.1 200")
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


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            return int(line.split(b":")[1])
    return 0
