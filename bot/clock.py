"""The one clock. It is passed in everywhere; only the roof makes one."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class WallClock:
    """The machine's own time."""

    def now(self) -> datetime:
        return datetime.now(UTC)


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
