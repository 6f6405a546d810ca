"""Ten thousand networks due in the same minute, and what the clock costs when nothing is due."""

import resource
import tempfile
import time
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.crowd import FUTURE, NETWORKS, NOW, gather
from bot.clock import MovableClock
from jobs.schedule import Schedule
from storage.database import Database, make_engine
from storage.migrate import upgrade
from storage.models import OutboxPost

IDLE = 500  # ticks
HOUR = timedelta(hours=1)


def main() -> None:
    """Tick until all are in the outbox, then tick with nothing to do, and print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'homeroom.db'}"
        apart = get_context("spawn").Process(target=_prepare, args=(url,))  # its memory is no part
        apart.start()
        apart.join()
        database, clock = Database(url), MovableClock(NOW - HOUR / 2, running=False)
        schedule = Schedule(database, clock, web="", model=False)
        schedule.tick()  # as a program that has been running for a while
        clock.move(NOW)
        print(
            f"\n{NETWORKS:,} networks due in the same minute, {NETWORKS * FUTURE:,} steps to come"
        )
        _all_due(database, schedule)
        _idle(schedule)
        database.close()


def _prepare(url: str) -> None:
    engine = make_engine(url)
    upgrade(engine)
    gather(engine)
    engine.dispose()


def _all_due(database: Database, schedule: Schedule) -> None:
    before, cpu, began = _megabytes(), time.process_time(), time.perf_counter()
    done = 0
    while more := schedule.tick():
        done += more
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    wanted = database.read(
        lambda s: dict(
            s.execute(select(OutboxPost.direct, func.count()).group_by(OutboxPost.direct)).all()
        )
    ).result()
    assert done == wanted[False] == NETWORKS, (done, wanted)
    print(f"  all in the outbox after {seconds:.1f} s ({cpu:.1f} s of CPU)")
    print(f"  with {wanted.get(True, 0):,} direct messages to whoever has a role then")
    print(f"  {seconds / done * 1000:.2f} ms a step")
    print(f"  memory grew by {_megabytes() - before:.0f} MB")


def _idle(schedule: Schedule) -> None:
    """What a second costs, as a tick comes each second: all threads together."""
    schedule.tick()
    cpu = time.process_time()
    for _ in range(IDLE):
        assert schedule.tick() == 0
    cpu = time.process_time() - cpu
    print(f"  idle: {cpu / IDLE * 1000:.2f} ms of CPU a tick")


def _megabytes() -> float:
    """The most memory that was resident so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
