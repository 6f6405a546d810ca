"""The ground of a storm: networks with calls whose steps come due while it rages, and a Slack
that meets a quarter of what is asked of it with a fault."""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy.orm import Session

from bot.clock import WallClock
from bot.playground.faults import Fault, Faults
from bot.playground.rates import Rates
from bot.playground.shapes import Json
from bot.playground.world import World
from bot.slack.manifest import manifest
from storage import checkins, networks, people, series
from storage.models import Call, Step

POSTS_A_CALL = 4  # a check-in with two answers in its thread, and an agenda
DOING = {"chat.postMessage", "chat.update", "chat.delete"}
KINDS = ("rate_limited", "error_before", "error_after", "reset", "lost_answer", "hang", "late")
LATEST_LANDING = 1.2  # seconds, later than the courier's patience with a doubt


class RandomFaults(Faults):
    """A quarter of what changes something meets a fault, and a tenth of what only looks."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._random = random.Random(seed)  # noqa: S311 - a storm, not a secret
        self.raging = True
        self.met = 0

    def take(self, method: str, args: Json) -> Fault | None:
        share = 0.25 if method in DOING else 0.1
        if not self.raging or method in ("auth.test", "api.test") or self._random.random() > share:
            return None
        self.met += 1
        kind = self._random.choice(KINDS)
        seconds = self._random.uniform(0.05, LATEST_LANDING) if kind == "late" else 1
        return Fault(method, kind, 1, None, seconds)  # type: ignore[arg-type]


@dataclass
class Ground:
    """The world of a storm. `due` is when each step is due: by its call, then its kind."""

    world: World
    token: str
    faults: RandomFaults
    calls: int
    due: dict[tuple[int, str], datetime] = field(default_factory=dict)

    @property
    def posts(self) -> int:
        return self.calls * POSTS_A_CALL


def new_ground(calls: int, seed: int) -> Ground:
    """A workspace with a channel for each call."""
    world = World(WallClock(), rates=Rates.loose())
    faults = world.faults = RandomFaults(seed)
    space = world.add_workspace("T1", "Storm", "storm")
    app = world.make_app(manifest([], []))
    installed = app.install(space)
    for number in range(1, calls + 1):
        channel = world.add_channel(space, f"call-{number}", id=f"C{number}")
        channel.members.add(installed.bot_user_id)
    return Ground(world, installed.bot_token, faults, calls)


def sow(session: Session, ground: Ground, begins: datetime, lasts: timedelta, seed: int) -> None:
    """A network for each channel, whose check-in and agenda come due within `lasts`."""
    chosen = random.Random(seed)  # noqa: S311
    for number in range(1, ground.calls + 1):
        call = _call(session, number, begins)
        for kind in ("checkin", "agenda"):
            due = begins + lasts * chosen.random()
            session.add(Step(call=call, kind=kind, due_at=due))
            ground.due[call.id, kind] = due
    session.flush()


def _call(session: Session, number: int, now: datetime) -> Call:
    network = networks.add(session, name=f"N{number}", zone="UTC", organisations=[], now=now)
    channel = networks.add_channel(
        session,
        network_id=network.id,
        platform="slack",
        workspace="T1",
        channel=f"C{number}",
        name=f"call-{number}",
        now=now,
    )
    channel.people_due = None
    starts = now + timedelta(days=20)
    known = series.add(
        session,
        network_id=network.id,
        name=f"Call {number}",
        every="once",
        starts_on=starts.date(),
        at=time(12),
        zone="UTC",
        minutes=60,
        link="https://meet.example/0",
        protocol="",
        questions=["What did you try?"],
        steps={},
        ends_on=None,
        channels=[channel],
    )
    known.planned_until = date(2100, 1, 1)
    call = Call(
        series=known,
        network_id=network.id,
        original_on=starts.date(),
        starts_at=datetime.combine(starts.date(), time(12), UTC),
        minutes=60,
    )
    session.add(call)
    session.flush()
    for name in ("Ben", "Dee"):
        member = people.join(
            session,
            network_id=network.id,
            platform="slack",
            workspace="T1",
            person=f"U{name}{number}",
            name=name,
            guest=True,  # who is dealt no role, so that a storm counts the channel's posts alone
            now=now,
        )
        checkins.put(session, call=call, member_id=member.id, answers=["Exit tickets"], now=now)
    return call
