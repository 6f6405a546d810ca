"""`/learn find` and `/learn share` against a bare Bolt listener that only acks."""

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial

from benchmarks.load import Figures, command, run
from benchmarks.server import SECRET, TOPICS

COUNTS = {1: 300, 16: 3000, 64: 6000}


def main() -> None:
    """Run all three side by side, and print them."""
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.server", folder], stdout=subprocess.PIPE, text=True
        )
        try:
            assert server.stdout is not None
            port = int(server.stdout.readline())
            asyncio.run(_all(f"http://127.0.0.1:{port}"))
        finally:
            server.terminate()
            server.wait()


def _later(make: Callable[[int], bytes], number: int) -> bytes:
    return make(number + 500_000)


async def _all(url: str) -> None:
    begun = time.time_ns()
    kinds: dict[str, tuple[str, Callable[[int], str]]] = {
        "bare ack": ("/bare/slack/events", lambda number: "find x"),
        "find": (
            "/ours/slack/events",
            lambda number: f"find {TOPICS[number % len(TOPICS)]}",
        ),
        "share": (
            "/ours/slack/events",
            lambda number: f"share https://example.org/{begun}/{number} it helped us #bench",
        ),
    }
    print("\nCommands answered, one process, signed HTTP, SQLite with synchronous=FULL")
    print(
        f"{'at once':>8} {'what':>9} {'per s':>8} {'p50 ms':>8} {'p99 ms':>8} {'>3 s':>5}"
        f" {'of bare':>8}"
    )
    for at_a_time, count in COUNTS.items():
        base: Figures | None = None
        for round_, (name, (path, words)) in enumerate(kinds.items()):
            offset = (at_a_time * 10 + round_) * 1_000_000

            def make(
                number: int,
                path: str = path,
                words: Callable[[int], str] = words,
                offset: int = offset,
            ) -> bytes:
                return command(SECRET, path, words(offset + number), number)

            await run(url, make, at_a_time=at_a_time, count=count // 10)
            found = await run(url, partial(_later, make), at_a_time=at_a_time, count=count)
            base = base or found
            print(
                f"{at_a_time:>8} {name:>9} {found.per_second:>8.0f} {found.p50 * 1000:>8.2f}"
                f" {found.p99 * 1000:>8.1f} {found.late:>5}"
                f" {found.per_second / base.per_second:>8.2f}"
                + (f"  failed {found.failed}" if found.failed else "")
            )
