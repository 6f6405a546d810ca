"""The one clock. It is passed in everywhere; only the roof makes one."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class WallClock:
    """The machine's own time, which may jump."""

    def now(self) -> datetime:
        return wall()


def wall() -> datetime:
    """The machine's own time, which may jump."""
    return datetime.now(UTC)


def elapsed() -> float:
    """Seconds that only ever go on, also while the machine sleeps (on Linux)."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.clock_gettime(boot) if boot is not None else time.monotonic()


class SteadyClock:
    """A clock that does not jump: it goes on from an instant by what has elapsed since, and is
    put right by what it is told. A machine's clock, or a database's, may jump by hours (a restored
    image, a wrong time server); then a witness decides, such as a platform's own time. Without
    one it goes on as before: a wrong jump once sent 850 of 1,000 posts early."""

    TOLERATED = timedelta(seconds=2)
    AGREES = timedelta(seconds=5)

    def __init__(self, told: datetime, elapsed: Callable[[], float] = elapsed) -> None:
        self._elapsed = elapsed
        self._set(told)

    def now(self) -> datetime:
        return self._at + timedelta(seconds=self._elapsed() - self._since)

    def follow(self, told: datetime) -> bool:
        """Follow what is told, if it is about what we think; whether it is."""
        if abs(told - self.now()) > self.TOLERATED:
            return False
        self._set(told)
        return True

    def knows(self, told: datetime, witness: datetime) -> bool:
        """Whether a witness agrees with what is told, or with what we think."""
        return min(abs(told - witness), abs(self.now() - witness)) <= self.AGREES

    def decide(self, told: datetime, witness: datetime) -> None:
        """Believe whichever of the told time and our own the witness agrees with; if neither,
        the witness."""
        if abs(told - witness) <= self.AGREES:
            self._set(told)
        elif not self.knows(told, witness):
            self._set(witness)

    def _set(self, at: datetime) -> None:
        self._at, self._since = at, self._elapsed()


class MovableClock:
    """A clock that runs from a chosen instant and can be moved forward: the demo's and the
    tests'. With `running=False` it stands still between moves."""

    def __init__(self, at: datetime, *, running: bool = True) -> None:
        self._running = running
        self.move(at)

    def now(self) -> datetime:
        return self._at + (datetime.now(UTC) - self._since if self._running else timedelta())

    def move(self, at: datetime) -> None:
        """Continue from `at`."""
        self._at, self._since = at.astimezone(UTC), datetime.now(UTC)

    def stand(self) -> None:
        """Stand still from now on, but for moves."""
        self.move(self.now())
        self._running = False

    def run(self) -> None:
        """Run again, from where it stands."""
        self.move(self.now())
        self._running = True
