"""When the rules of a zone change, as governments do with them, calls keep their hour.

A mark says by which rules the calls of a zone were placed. Where it differs they are put right,
and their posts corrected. Nobody is told apart: by the clocks of their zone the call is when it
was, and the corrected posts show everyone their own time.
"""

from functools import partial

import structlog
from sqlalchemy.orm import Session

from bot import plan
from bot.clock import Clock
from bot.zone_rules import read_again, rules_of
from storage import marks, series, turns
from storage.database import Database

MOST = 20  # series in a transaction

log = structlog.get_logger(__name__)


class Rules:
    """Follows the rules of the zones in use. It compares with the marks only where its own rules
    are new to it: of two replicas with different rules, each would else undo the other's."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._known: dict[str, str] = {}

    def follow(self) -> None:
        """Put calls right whose zone has other rules than they were placed by."""
        read_again()
        for zone in self._database.read(series.zones).result():
            rules = rules_of(zone)
            if self._known.get(zone) == rules:
                continue
            placed_by = self._database.read(partial(marks.get, name=_mark(zone))).result()
            if placed_by is None:  # the first use of this zone
                self._database.write(partial(marks.put, name=_mark(zone), value=rules)).result()
            elif placed_by != rules:
                placed = self._place(zone, rules)
                log.info("a zone has other rules", zone=zone, rules=rules, calls=placed)
            self._known[zone] = rules

    def _place(self, zone: str, rules: str) -> int:
        """Put the calls of a zone right; how many were placed elsewhere. Cut short, it begins
        again from the start: the mark is set at the end."""
        placed, last = 0, 0
        while some := self._database.write(partial(self._some, zone=zone, after=last)).result():
            last, more = some
            placed += more
        self._database.write(partial(marks.put, name=_mark(zone), value=rules)).result()
        return placed

    def _some(self, session: Session, *, zone: str, after: int) -> tuple[int, int] | None:
        """Put the next series right; (the last one's id, how many calls), None at the end."""
        claimed = series.of_zone(session, zone=zone, after=after, limit=MOST)
        if not claimed:
            return None
        for network_id in sorted({network_id for _, network_id in claimed}):
            turns.take(session, network_id=network_id)
        now, found = self._clock.now(), series.load(session, [ref for ref, _ in claimed])
        return claimed[-1][0], sum(plan.follow_rules(session, each, now) for each in found)


def _mark(zone: str) -> str:
    return f"rules of {zone}"
