"""A storm: senders are started, stopped, continued and killed while posts come due, and at last
everything that was wanted is counted on the platform itself."""

import asyncio
import json
import multiprocessing
import os
import random
import signal
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from statistics import quantiles
from typing import Any, Protocol

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.playground.plain import plain
from bot.playground.server import serve
from bot.slack.render_card import post_message
from bot.speech import Place as Where
from bot.speech import Post, card, decode_card, encode_card
from storage import old_posts
from storage.database import make_engine
from storage.models import Network, OutboxPost
from tests.faults.ground import Ground, new_ground, sow
from tests.faults.orders import Orders
from tests.faults.sender import main

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.faults.sender"])
JUMPS = (0, 0, 0, 3600, -3600, 86400)  # seconds; half of the time the clock is right
LOST_SIGHT = 255
"""What multiprocessing tells of a process whose end it missed."""
MOST_EFFECTS = 120  # a start has some twenty, a post some six
LONGEST_LIFE = 4.0  # seconds
SETTLED = timedelta(seconds=120)


class Place(Protocol):
    """Where the database is: its address, and how it is made to crash."""

    kind: str
    senders: int

    def url(self, folder: Path) -> str: ...

    def crash(self) -> int | None:
        """Crash and come back; how many of a hundred last commits are undone. None where there is
        nothing to crash."""
        ...


@dataclass
class Sender:
    process: ForkServerProcess
    orders: Orders

    def alive(self) -> bool:
        return self.process.is_alive()

    def signal(self, sign: int) -> None:
        perhaps = self.alive() or self.process.exitcode == LOST_SIGHT
        if self.process.pid and perhaps:
            with suppress(ProcessLookupError):
                os.kill(self.process.pid, sign)

    async def gone(self) -> None:
        """Raises RuntimeError when it ended otherwise than by a kill: that is no storm's doing."""
        await asyncio.to_thread(self.process.join)
        code = self.process.exitcode
        self.process.close()
        if code not in (-signal.SIGKILL, LOST_SIGHT):
            raise RuntimeError(f"a sender ended by itself, with {code}")


@dataclass
class Count:
    """What a storm left. Copies `seen` stood for a while, until the audit took them away."""

    kind: str
    kills: int = 0
    stops: int = 0
    crashes: int = 0
    lossy: int = 0
    """Crashes that undid commits which had been acknowledged."""
    faults: int = 0
    wanted: int = 0
    lost: int = 0
    unsettled: int = 0
    seen: int = 0
    standing: int = 0
    early: int = 0
    stale: int = 0
    late: list[float] = field(default_factory=list)

    def add(self, other: "Count") -> None:
        """Count another storm with this one."""
        for each in fields(self):
            if each.name != "kind":
                setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))

    @property
    def held(self) -> bool:
        """Whether the promise was kept."""
        wrong = (self.lost, self.unsettled, self.standing, self.early, self.stale)
        return self.wanted > 0 and not any(wrong)

    def __str__(self) -> str:
        half, most = quantiles(self.late, n=100)[49::49] if len(self.late) > 1 else (0.0, 0.0)
        return (
            f"{self.kind}: {self.wanted} posts, {self.kills} kills, {self.stops} stops,"
            f" {self.crashes} crashes ({self.lossy} undid commits), {self.faults} faults →"
            f" {self.lost} lost, {self.standing} copies standing ({self.seen} seen, then deleted),"
            f" {self.early} early, {self.stale} with an old text, {self.unsettled} unsettled;"
            f" late p50 {half:.1f} s, p99 {most:.1f} s"
        )


@dataclass(frozen=True)
class Cleared:
    """What was left of `posts` that are older than is kept."""

    posts: int
    unsettled: int
    standing: int

    @property
    def held(self) -> bool:
        """Whether nothing was."""
        return self.posts > 0 and self.unsettled == self.standing == 0


class Storm:
    """One ground, one database, and the senders on it."""

    def __init__(self, place: Place, folder: Path, *, calls: int, seed: int) -> None:
        self.place = place
        self.ground = new_ground(calls, seed)
        self.url = place.url(folder)
        self.random = random.Random(seed)  # noqa: S311 - a storm, not a secret
        self.count = Count(place.kind)
        self.wall_off = FORKS.RawValue("d", 0.0)
        self.outlived = False
        """Whether a sender that was to die at an effect had done everything before."""
        self._slack = ""

    async def rage(self, *, kills: int, lasts: timedelta, die_at: int = 0) -> Count:
        """Kill so many senders while the posts come due; then let one finish, and count."""
        async with serve(self.ground.world) as served:
            self._slack = served.api_url
            self._sow(lasts)
            crashing = asyncio.create_task(self._crashes())
            if die_at:
                await self._die_at(die_at)
            else:
                share = -(-kills // self.place.senders)
                await asyncio.gather(*(self._kill(share) for _ in range(self.place.senders)))
            crashing.cancel()
            self.ground.faults.raging = False
            self.wall_off.value = 0.0
            await self._finish()
            self._count()
        return self.count

    async def clear(self, *, kills: int = 0, die_at: int = 0) -> "Cleared":
        """All that was posted is older than is kept: kill so many senders while it is taken away,
        then let one finish, and count."""
        async with serve(self.ground.world) as served:
            self._slack = served.api_url
            self.ground.faults.raging = kills > 0
            self.outlived = False
            self._leave()
            if die_at:
                await self._die_at(die_at)
            await self._kill(kills)
            self.ground.faults.raging = False
            self.wall_off.value = 0.0
            self._leave()  # a crash may have undone it
            await self._finish()
        return self._cleared()

    def _leave(self) -> None:
        """As the clock's chore does, but all at once."""
        now = datetime.now(UTC)
        engine = make_engine(self.url)
        with Session(engine) as session, session.begin():
            for network_id in session.scalars(select(Network.id)).all():
                old_posts.mark(
                    session,
                    network_id=network_id,
                    before=now + timedelta(days=99),
                    card=encode_card(card("Deleted.")),
                    now=now,
                    most=1000,
                )
            session.execute(
                update(OutboxPost).where(OutboxPost.state == "leaving").values(due_at=now)
            )
        engine.dispose()

    def _cleared(self) -> "Cleared":
        engine = make_engine(self.url)
        with Session(engine) as session:
            rows = session.execute(select(OutboxPost.state, OutboxPost.reason)).all()
        engine.dispose()
        found = _standing(self.ground).values()
        there = [each for copies in found for each in copies if each.get("subtype") != "tombstone"]
        return Cleared(len(rows), sum(tuple(row) != ("gone", "") for row in rows), len(there))

    def _sow(self, lasts: timedelta) -> None:
        engine = make_engine(self.url)
        with Session(engine) as session, session.begin():
            sow(session, self.ground, datetime.now(UTC), lasts, seed=1)
        engine.dispose()

    def _begin(self, *, die_at: int = 0, edits: int = 0) -> Sender:
        left, effects = FORKS.RawValue("i", -1), FORKS.RawValue("i", 0)
        orders = Orders(
            self.url,
            self._slack,
            self.ground.token,
            self.wall_off,
            left,
            effects,
            die_at=die_at,
            edits=edits,
        )
        process = FORKS.Process(target=main, args=(orders,), daemon=True)
        process.start()
        return Sender(process, orders)

    async def _kill(self, times: int) -> None:
        for _ in range(times):
            self.wall_off.value = self.random.choice(JUMPS)
            edits = self.random.randint(1, self.ground.calls) if self.random.random() < 0.3 else 0
            sender = self._begin(die_at=self.random.randint(1, MOST_EFFECTS), edits=edits)
            if self.random.random() < 0.1:
                await asyncio.sleep(self.random.uniform(0.3, 1.0))
                sender.signal(signal.SIGSTOP)
                await asyncio.sleep(2)  # longer than a lease
                sender.signal(signal.SIGCONT)
                self.count.stops += 1
            await self._until_dead(sender)
            self.count.kills += 1

    async def _until_dead(self, sender: Sender) -> None:
        """It kills itself at its effect; one that has nothing left to do is killed."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + LONGEST_LIFE
        while sender.alive() and loop.time() < ends:
            await asyncio.sleep(0.02)
        sender.signal(signal.SIGKILL)
        await sender.gone()

    async def _die_at(self, effect: int) -> None:
        sender = self._begin(die_at=effect)
        done = _quiet_for(1.0, lambda: sender.orders.left.value == 0)
        while sender.alive() and not self.outlived:
            await asyncio.sleep(0.02)
            self.outlived = done()
        sender.signal(signal.SIGKILL)
        await sender.gone()
        self.count.kills += 1

    async def _crashes(self) -> None:
        while True:
            await asyncio.sleep(self.random.uniform(6, 10))
            undone = await asyncio.to_thread(self.place.crash)
            if undone is not None:
                self.count.crashes += 1
                self.count.lossy += undone > 0

    async def _finish(self) -> None:
        sender = self._begin()
        done = _quiet_for(0.6, lambda: sender.orders.left.value == 0)
        async with asyncio.timeout(SETTLED.total_seconds()):
            while not done() or datetime.now(UTC) < max(self.ground.due.values()):
                if not sender.alive():
                    break
                await asyncio.sleep(0.1)
        sender.signal(signal.SIGKILL)
        await sender.gone()

    def _count(self) -> None:
        engine = make_engine(self.url)
        with Session(engine) as session:
            rows = session.scalars(select(OutboxPost)).all()
        engine.dispose()
        there = _standing(self.ground)
        accepted = Counter(_accepted(self.ground))
        count = self.count
        count.faults = self.ground.faults.met
        count.wanted = self.ground.posts
        keys = {row.key for row in rows}
        count.lost = self.ground.posts - sum(bool(there.get(row.key)) for row in rows)
        count.unsettled = sum(row.state != "sent" or row.due_at is not None for row in rows)
        count.standing = sum(max(0, len(found) - 1) for found in there.values())
        count.standing += sum(key not in keys for key in there)
        count.seen = sum(each > 1 for each in accepted.values())
        for row in rows:
            due = self.ground.due.get((row.call_id or 0, row.kind))
            if row.sent_at and due:
                late = (_first_there(self.ground, row.key) - due).total_seconds()
                count.early += late < -1
                count.late.append(late)
            if found := there.get(row.key):
                count.stale += row.kind == "agenda" and not _shows(found[0], row)


def _standing(ground: Ground) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for channel in ground.world.messages.values():
        for message in channel.values():
            if key := (message.get("metadata") or {}).get("event_payload", {}).get("key"):
                found.setdefault(key, []).append(message)
    return found


def _accepted(ground: Ground) -> list[str]:
    return [
        _key(call.args)
        for call in ground.world.log
        if call.method == "chat.postMessage" and call.accepted
    ]


def _key(args: dict[str, Any]) -> str:
    metadata = args.get("metadata")
    if isinstance(metadata, str):
        metadata = json.loads(metadata)
    return str((metadata or {}).get("event_payload", {}).get("key"))


def _first_there(ground: Ground, key: str) -> datetime:
    every = [
        float(message["ts"])
        for channel in ground.world.messages.values()
        for message in channel.values()
        if (message.get("metadata") or {}).get("event_payload", {}).get("key") == key
    ]
    return datetime.fromtimestamp(min(every, default=0.0), UTC)


def _shows(message: dict[str, Any], row: OutboxPost) -> bool:
    """Whether a message shows the edition that is wanted now."""
    wanted = Post(row.key, Where("slack", "T1", row.channel), decode_card(row.card))
    return plain(message["blocks"]) == plain(post_message(wanted)["blocks"])


def _quiet_for(seconds: float, quiet: Callable[[], bool]) -> Callable[[], bool]:
    """Whether something has been so for a while, without a break."""
    since: list[float] = []

    def held() -> bool:
        now = asyncio.get_running_loop().time()
        if not quiet():
            since.clear()
        elif not since:
            since.append(now)
        return bool(since) and now - since[0] >= seconds

    return held
