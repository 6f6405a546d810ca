"""10,000 posts that are due at one instant, sent by the courier; beside it the same as jobs of
APScheduler in its SQLAlchemy store, with its defaults and without its grace limit.

python -m benchmarks.due prints the figures; python -m benchmarks.due NAME FOLDER PORT is one side.
"""

import asyncio
import json
import logging
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles

import uvloop
from apscheduler.executors.asyncio import AsyncIOExecutor  # type: ignore[import-untyped]
from apscheduler.jobstores.sqlalchemy import (  # type: ignore[import-untyped]
    SQLAlchemyJobStore,
)
from apscheduler.schedulers.asyncio import AsyncIOScheduler  # type: ignore[import-untyped]
from sqlalchemy import insert
from sqlalchemy.orm import Session

from benchmarks.installed import Everywhere
from bot.clock import WallClock
from bot.courier import Courier
from bot.errands import Patience
from bot.slack.door import SlackDoor
from bot.speech import Button, Buttons, Heading, Place, Post, Text, card, encode_card
from storage import outbox
from storage.database import Database, make_engine
from storage.migrate import upgrade
from storage.models import Lane, Network, OutboxPost

POSTS = 10_000
QUIET, NOTHING = 3.0, 20.0  # seconds without a post, or without any, after which it is over
CARD = card(
    Heading("Check-in for the weekly call"),
    Text(("What did you try since we last met? What will you bring?",)),
    Buttons((Button("Check in", "checkin 1", "main"), Button("I can’t come", "absent 1"))),
)


# -- ours -----------------------------------------------------------------------------------------


async def courier(folder: Path, api: str) -> None:
    """The outbox is full; the courier begins when the posts are due."""
    database = Database(f"sqlite:///{folder / 'homeroom.db'}")
    upgrade(database.engine)
    due = datetime.now(UTC) + timedelta(seconds=8)
    with Session(database.engine) as session, session.begin():
        _fill(session, due)
    door = SlackDoor(Everywhere(), base_url=api)
    sending = Courier(database, WallClock(), {"slack": door}, Patience())
    await _until(due)
    _say(due)
    await sending.run()


def _fill(session: Session, due: datetime) -> None:
    session.add(Network(id=1, name="Bench", zone="UTC", created_at=due))
    session.flush()
    rows = []
    for number in range(POSTS):
        where = {"platform": "slack", "workspace": "T1", "channel": f"C{number}"}
        rows.append(
            {
                **where,
                "key": outbox.key_of(of="bench", **where),
                "network_id": 1,
                "kind": "checkin",
                "lane": f"slack/T1/C{number}",
                "card": encode_card(CARD),
                "wanted_at": due,
                "due_at": due,
                "not_after": due + timedelta(days=1),
            }
        )
    session.execute(insert(Lane), [{"name": row["lane"]} for row in rows])
    session.execute(insert(OutboxPost), rows)


# -- theirs ---------------------------------------------------------------------------------------

_door: list[SlackDoor] = []


async def post(number: int) -> None:
    """The job: the same card through the same door."""
    await _door[0].send(Post(f"key{number}", Place("slack", "T1", f"C{number}"), CARD))


async def jobs(folder: Path, api: str, grace: int | None) -> None:
    """A job for each post, in APScheduler's own store."""
    _door.append(SlackDoor(Everywhere(), base_url=api))
    store = SQLAlchemyJobStore(engine=make_engine(f"sqlite:///{folder / 'jobs.db'}"))
    scheduler = AsyncIOScheduler(
        jobstores={"default": store}, executors={"default": AsyncIOExecutor()}, timezone="UTC"
    )
    scheduler.start(paused=True)
    due = datetime.now(UTC) + timedelta(seconds=60)
    for number in range(POSTS):
        scheduler.add_job(
            post, "date", run_date=due, args=[number], id=str(number), misfire_grace_time=grace
        )
    await _until(due)
    scheduler.resume()
    _say(due)
    await asyncio.Event().wait()


# -- measuring ------------------------------------------------------------------------------------


async def _until(due: datetime) -> None:
    await asyncio.sleep(max(0.0, (due - datetime.now(UTC)).total_seconds()))


def _say(due: datetime) -> None:
    print(due.timestamp(), flush=True)


@dataclass
class Side:
    """What one side did. Lateness is from when the posts were due to when the platform had them."""

    name: str
    sent: int
    per_second: float
    half: float
    most: float
    memory: int
    cpu: float

    def __str__(self) -> str:
        return (
            f"{self.name:>28} {self.sent:>7} {self.per_second:>9.0f} {self.half:>8.2f}"
            f" {self.most:>8.2f} {self.memory:>7} {self.cpu / max(self.sent, 1) * 1e6:>7.0f}"
        )


def measured(name: str) -> Side:
    """Run one side against a platform of its own."""
    platform = _python("benchmarks.platform")
    assert platform.stdout and platform.stdin
    port = platform.stdout.readline().strip()
    with tempfile.TemporaryDirectory() as folder:
        side = _python("benchmarks.due", name, folder, port)
        assert side.stdout
        due = float(side.stdout.readline())
        before = _cpu(side.pid)
        arrived: list[float] = []
        while time.time() - (arrived[-1] if arrived else due) < (QUIET if arrived else NOTHING):
            time.sleep(1)
            platform.stdin.write("\n")
            platform.stdin.flush()
            arrived += json.loads(platform.stdout.readline())
            if len(arrived) >= POSTS:
                break
        memory, cpu = _resident(side.pid), _cpu(side.pid) - before
        side.kill()
        side.wait()
    platform.kill()
    platform.wait()
    late = sorted(each - due for each in arrived) or [0.0]
    cuts = quantiles(late * 2, n=100)
    sent = len(arrived)
    return Side(name, sent, sent / max(late[-1], 0.001), cuts[49], cuts[98], memory, cpu)


def _python(*arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _resident(pid: int) -> int:
    """MB that a process has used at most."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


def _cpu(pid: int) -> float:
    """Seconds of CPU that a process has used."""
    told = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


SIDES = ("courier", "APScheduler", "APScheduler, no grace limit")


def main() -> None:
    """All sides, one after the other, against the same platform."""
    print(f"\n{POSTS:,} posts due at one instant, a platform that answers in 100 ms, SQLite")
    print(f"{'':>28} {'sent':>7} {'a second':>9} {'p50 s':>8} {'p99 s':>8} {'MB':>7} {'µs CPU':>7}")
    for name in SIDES:
        print(measured(name), flush=True)


def _one(name: str, folder: str, port: str) -> None:
    logging.disable()  # a line for each job that is missed
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    api = f"http://127.0.0.1:{port}/api/"
    if name == "courier":
        uvloop.run(courier(Path(folder), api))
    else:
        grace = None if "no grace" in name else 1
        uvloop.run(jobs(Path(folder), api, grace))


if __name__ == "__main__":
    _one(*sys.argv[1:]) if len(sys.argv) > 1 else main()
