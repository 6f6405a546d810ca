"""Rows that are due, many in one transaction.

A sync costs more than a step, so steps share one. Each has a savepoint: one that fails undoes
itself alone, and rests for a minute, so that it holds up no other. People's requests share the
writer, so a transaction ends soon.
"""

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Generic, Protocol, TypeVar

import structlog
from sqlalchemy.orm import Session

from bot.clock import Clock
from storage import turns
from storage.database import Database

AGAIN = timedelta(minutes=1)
MOST = 50
LONGEST = 0.25  # seconds; the row under way then is still finished

log = structlog.get_logger(__name__)


class Numbered(Protocol):
    """A row with an id of ours."""

    @property
    def id(self) -> int: ...


Row = TypeVar("Row", bound=Numbered)
Claimed = list[tuple[int, int]]
"""(row, network) ids. The rows are held until the transaction ends."""


@dataclass(frozen=True)
class Queue(Generic[Row]):
    """Rows of one kind: how those that are due are claimed, without some, at most so many; how
    they are loaded once they are ours; what is done with one."""

    name: str
    claim: Callable[[Session, datetime, Collection[int], int], Claimed]
    load: Callable[[Session, Collection[int]], Sequence[Row]]
    do: Callable[[Session, Row], None]


@dataclass
class Went:
    """How one transaction went: whether anything was found, how many rows went well, which ones
    failed; `broken` when nothing of it was kept."""

    found: bool
    well: int = 0
    failed: list[int] = field(default_factory=list)
    broken: bool = False


class Batches:
    """Empties queues. What failed rests, and is remembered only as long as the program runs. One
    thread at a time."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._resting: dict[tuple[str, int], datetime] = {}
        self._under_way: int | None = None

    def empty(self, queue: Queue[Row]) -> int:
        """Do all that is due; how many went well."""
        now = self._clock.now()
        self._resting = {row: until for row, until in self._resting.items() if until > now}
        well, most = 0, MOST
        while (went := self._once(queue, most)).found:
            well += went.well
            most = 1 if went.broken else most
            for ref in went.failed:
                self._resting[queue.name, ref] = self._clock.now() + AGAIN
        return well

    def _once(self, queue: Queue[Row], most: int) -> Went:
        """One transaction. When one row breaks it for all, each gets its own."""
        self._under_way = None
        try:
            return self._database.write(partial(self._some, queue=queue, most=most)).result()
        except Exception:
            if self._under_way is None:
                raise  # nothing was claimed: it is the database
            log.exception("the clock could not keep what it did", of=queue.name, together=most)
            return Went(True, broken=True, failed=[self._under_way] if most == 1 else [])

    def _some(self, session: Session, *, queue: Queue[Row], most: int) -> Went:
        ends = time.monotonic() + LONGEST
        resting = [ref for name, ref in self._resting if name == queue.name]
        claimed = queue.claim(session, self._clock.now(), resting, most)
        # A network that somebody changes just now is left for the next tick.
        ours = turns.take_free(session, network_ids={network for _, network in claimed})
        refs = [ref for ref, network in claimed if network in ours]
        went = Went(found=bool(refs))
        # Loaded only now: until a row was claimed, another replica may have changed it.
        for row in queue.load(session, refs) if refs else ():
            self._under_way = ref = row.id
            try:
                with session.begin_nested():
                    queue.do(session, row)
            except Exception:
                log.exception("the clock could not do this; again soon", of=queue.name, id=ref)
                went.failed.append(ref)
                break  # perhaps the transaction is no more, and what follows would stand alone
            went.well += 1
            if time.monotonic() > ends:
                break
        return went
