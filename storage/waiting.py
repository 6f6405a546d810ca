"""What the courier has before it: a look that costs little however large the outbox has grown."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import case, func, literal_column, select
from sqlalchemy.orm import Session

from storage.models import Lane, OutboxPost

STATES = ("planned", "sending", "unknown", "edit", "leaving", "failed")
MOST = 100_000  # rows looked at: a queue longer than this is one that nobody works on


class Waiting(NamedTuple):
    """`posts` by state ("edit": it is there, and reads otherwise now; "leaving": it is there, and
    is to be taken away; "failed" ones stay so), since when the `oldest` that is due should be
    there, and how many lanes are `stopped`."""

    posts: dict[str, int]
    oldest: datetime | None
    stopped: int


# Spelt out, not bound: with a parameter SQLite leaves the partial index aside.
_FAILED = select(func.count()).where(OutboxPost.state == literal_column("'failed'"))


def waiting(session: Session, *, now: datetime) -> Waiting:
    """What waits now. Only rows that the courier is to look at are read."""
    known = (
        select(OutboxPost.state, OutboxPost.due_at, OutboxPost.wanted_at)
        .where(OutboxPost.due_at.is_not(None))
        .limit(MOST)
        .subquery()
    )
    state = case((known.c.state == "sent", "edit"), else_=known.c.state)
    due = case((known.c.due_at <= now, known.c.wanted_at))
    rows = session.execute(select(state, func.count(), func.min(due)).group_by(state)).all()
    oldest = [since for name, _, since in rows if since and name not in ("edit", "leaving")]
    failed = session.scalar(_FAILED) or 0
    stopped = session.scalar(select(func.count()).select_from(Lane).where(Lane.stopped != ""))
    return Waiting(
        {"failed": failed} | {name: count for name, count, _ in rows},
        min(oldest, default=None),
        stopped or 0,
    )
