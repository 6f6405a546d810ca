"""The clock over a database alone: no platform, no courier, and nothing runs unless it is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import MovableClock
from jobs.schedule import Schedule
from storage import networks, people, series
from storage.database import Database, Work, make_engine
from storage.migrate import upgrade
from storage.models import Call, OutboxPost, Series, Step
from tests.bot.rows import EARLY

T = TypeVar("T")


@dataclass
class Clockwork:
    """A schedule, its clock, and what came of it."""

    database: Database
    clock: MovableClock
    schedule: Schedule
    writes: list[Any] = field(default_factory=list)

    def write(self, work: Work[T]) -> T:
        return self.database.write(work).result()

    def read(self, work: Work[T]) -> T:
        return self.database.read(work).result()

    def ticks_at(self, at: datetime) -> int:
        """Move the clock, and tick once."""
        self.clock.move(at)
        return self.schedule.tick()

    def steps(self) -> list[Any]:
        """Every step's row, the first that was due first."""
        every = select(*Step.__table__.columns).order_by(Step.due_at, Step.id)
        return self.read(lambda s: list(s.execute(every)))

    def calls(self) -> list[Call]:
        return self.read(lambda s: list(s.scalars(select(Call).order_by(Call.starts_at))))

    def posts(self, kind: str = "") -> list[OutboxPost]:
        """What was ever wanted, of one kind or of all."""
        every = self.read(lambda s: list(s.scalars(select(OutboxPost))))
        return [each for each in every if kind in ("", each.kind)]

    def state(self) -> tuple[list[Any], ...]:
        """Everything that a tick may change, to compare."""
        return (
            [(each.id, each.due_at, each.state, each.note) for each in self.steps()],
            [(each.id, each.starts_at, each.state, each.stale) for each in self.calls()],
            sorted((each.key, each.edition, each.card) for each in self.posts()),
        )


@cache
def _migrated() -> bytes:
    """An empty database, migrated once."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "homeroom.db")
        engine = make_engine(f"sqlite:///{file}")
        upgrade(engine)
        engine.dispose()
        return file.read_bytes()


@contextmanager
def clockwork(folder: Path, at: datetime = EARLY) -> Iterator[Clockwork]:
    """A clock that stands at `at`, over an empty database of its own."""
    file = folder / "homeroom.db"
    file.write_bytes(_migrated())
    database, clock = Database(f"sqlite:///{file}"), MovableClock(at, running=False)
    try:
        made = Clockwork(database, clock, Schedule(database, clock, web="", model=False))
        whole = database.write

        def counted(work: Work[Any]) -> Any:
            made.writes.append(work)
            return whole(work)

        database.write = counted  # type: ignore[method-assign]
        yield made
    finally:
        database.close()


def a_network(session: Session, name: str, now: datetime = EARLY) -> int:
    """A network with a channel and a host; its id."""
    made = networks.add(session, name=name, zone="America/Chicago", organisations=[], now=now)
    networks.add_channel(
        session, network_id=made.id, platform="slack", workspace="T1", channel=f"C{name}", now=now
    )
    people.join(
        session,
        network_id=made.id,
        platform="slack",
        workspace="T1",
        person=f"U{name}",
        name=f"Host of {name}",
        now=now,
        role="host",
    )
    return made.id


def a_series(session: Session, network_id: int, **changes: Any) -> Series:
    """Every Tuesday at 15:00 in Chicago, in the network's channels; not planned yet."""
    values: dict[str, Any] = {
        "name": "Weekly call",
        "every": "week",
        "starts_on": date(2026, 11, 24),
        "at": time(15),
        "zone": "America/Chicago",
        "minutes": 60,
        "questions": ["What is new?"],
        "channels": networks.channels(session, network_id=network_id),
    }
    return series.add(session, network_id=network_id, **(values | changes))
