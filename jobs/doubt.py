"""Whether this database may be older than what was posted: after a backup was restored.

While the clock goes it leaves a mark every minute. A start that finds the mark older was off, or
has a backup in its hands, however that came back: the one can't be told from the other. For a day,
and after `bot restore` for two weeks, what a call posts is then looked up before it is sent, also
what is not due yet, since a host may have begun that call, moved it, or approved its recap, and the
backup does not know.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.clock import Clock
from storage import marks
from storage.database import Database

BEAT = timedelta(minutes=1)
SILENT = timedelta(minutes=3)
AFTER_SILENCE, AFTER_RESTORE = timedelta(days=1), timedelta(days=14)
ALIVE, DOUBTED = "alive", "doubted"


class Doubt:
    """What the clock knows of it. Replicas share the marks."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._losses = database.losses
        self._beat: datetime | None = None
        self._since: datetime | None = None
        self._settled = False

    def keep(self) -> None:
        """Leave the mark when it is time, and see what the marks say. To be called in each tick."""
        now = self._clock.now()
        if self._beat is None or abs(now - self._beat) >= BEAT:
            first = self._beat is None
            work = self._database.write(lambda session: _look(session, now, first=first))
            self._since, self._beat = work.result(), now

    def since(self, due_at: datetime) -> datetime:
        """From when on the posts of a step may be there that was, or is, due at `due_at`."""
        return min(due_at, self._since or due_at)

    def since_again(self, due_at: datetime, now: datetime) -> datetime:
        """The same for a call that is composed again: only what had changed before this program
        or its database's server began may be there."""
        old = not self._settled and self._since
        lost = self._losses != self._database.losses
        return self.since(due_at) if old or lost else now

    def settle(self) -> None:
        """Every call that had changed has been composed again."""
        self._settled, self._losses = True, self._database.losses


def is_as_it_was(session: Session, now: datetime) -> bool:
    """Whether this database was in use a moment ago and was not put back since: then it is not
    older than what was posted, if what it confirms is on disk."""
    alive, restored = marks.get(session, ALIVE), marks.get(session, marks.RESTORED)
    if not alive or restored:
        return False
    return now - datetime.fromisoformat(alive) <= SILENT


def _look(session: Session, now: datetime, *, first: bool) -> datetime | None:
    """Since when posts may be there that nobody here knows of; None where none may."""
    alive, restored = marks.get(session, ALIVE), marks.get(session, marks.RESTORED)
    last = datetime.fromisoformat(alive) if alive else now - AFTER_RESTORE
    known, until = _doubted(session, now)
    if restored or (first and alive and now - last > SILENT):
        known = min(last, known or last)
        until = max(until, now + (AFTER_RESTORE if restored else AFTER_SILENCE))
        marks.put(session, DOUBTED, f"{known.isoformat()} {until.isoformat()}")
        marks.forget(session, marks.RESTORED)
    marks.put(session, ALIVE, now.isoformat())
    return known


def _doubted(session: Session, now: datetime) -> tuple[datetime | None, datetime]:
    """Since when posts may be there, and until when that is doubted; (None, now) when it is not."""
    said = marks.get(session, DOUBTED)
    if not said:
        return None, now
    known, until = map(datetime.fromisoformat, said.split())
    return (known, until) if now < until else (None, now)
