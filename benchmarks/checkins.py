"""Two hundred people who submit their check-ins at the same moment, on SQLite."""

import asyncio
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.load import Figures, run, signed
from benchmarks.server import SECRET

PEOPLE, ROUNDS = 200, 5
WEEK = timedelta(days=7)


def main() -> None:
    """Let all submit at once, some times over, and print how long they waited for their ack."""
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "benchmarks.server",
                folder,
                str(datetime.now(UTC).date() + WEEK),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert server.stdout is not None
            port = int(server.stdout.readline())
            found = [
                asyncio.run(_round(f"http://127.0.0.1:{port}", number)) for number in range(ROUNDS)
            ]
            kept = _kept(Path(folder) / "bench.db")
        finally:
            server.terminate()
            server.wait()
    print(f"\n{PEOPLE} check-ins submitted at once, signed HTTP, SQLite with synchronous=FULL")
    for number, each in enumerate(found):
        what = "newcomers" if number == 0 else "changed"
        print(
            f"{what:>10}: p50 {each.p50 * 1000:5.0f} ms  p99 {each.p99 * 1000:5.0f} ms"
            f"  over 3 s: {each.late}  failed: {each.failed}"
        )
    print(f"{kept} of {PEOPLE} are saved, each in its last words")
    assert kept == PEOPLE


async def _round(url: str, round_: int) -> Figures:
    bodies = [_submission(person, round_) for person in range(PEOPLE)]
    return await run(url, lambda number: bodies[number], at_a_time=PEOPLE, count=PEOPLE)


def _submission(person: int, round_: int) -> bytes:
    """A form that was sent, as Slack sends it."""
    typed = {"type": "plain_text_input", "value": f"Number talks, time {round_}"}
    payload = {
        "type": "view_submission",
        "team": {"id": "T1"},
        "user": {"id": f"U{person}", "team_id": "T1", "name": f"person{person}"},
        "trigger_id": f"{time.time_ns()}.{person}",
        "view": {
            "id": f"V{person}",
            "type": "modal",
            "callback_id": "form",
            "hash": f"{round_}.h",
            "title": {"type": "plain_text", "text": "Check in"},
            "private_metadata": json.dumps({"says": "checkin 1", "channel": "C1"}),
            "blocks": [{"type": "input", "block_id": "answer0"}],
            "state": {"values": {"answer0": {"value": typed}}},
        },
    }
    body = urlencode({"payload": json.dumps(payload)}).encode()
    return signed(SECRET, body, "/ours/slack/events", "application/x-www-form-urlencoded")


def _kept(file: Path) -> int:
    """How many check-ins hold what was said last."""
    last = json.dumps(f"Number talks, time {ROUNDS - 1}")
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as looking:
        asked = "SELECT count(*) FROM checkin WHERE instr(CAST(answers AS TEXT), ?) > 0"
        return int(looking.execute(asked, [last]).fetchone()[0])


if __name__ == "__main__":
    main()
