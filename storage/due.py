"""Whether the clock has anything to do: what it asks each second.

One statement that stops at the first thing it finds. Each part is answered from a partial index,
so that what is to come, and what is over, costs nothing.
"""

from datetime import date, datetime

from sqlalchemy import bindparam, exists, literal_column, or_, select, text
from sqlalchemy.orm import Session

from storage.models import GOES_ON, Call, Chore, Mark, Series, Step

UNTOLD = "left out "
"""How a mark begins that says: this network's hosts are yet to hear of what was left out."""

_steps = exists().where(Step.state == literal_column("'planned'"), Step.due_at <= bindparam("now"))
_calls = exists().select_from(Call).where(text("call.stale"))
_series = exists().select_from(Series).where(text(GOES_ON))
_ANYTHING = select(
    or_(
        _steps,
        exists().where(Chore.due_at <= bindparam("now")),
        _calls,
        _series.where(Series.planned_until < bindparam("before")),
        _series.where(Series.planned_until.is_(None)),
        exists().where(Mark.name.startswith(UNTOLD)),
    )
)


def anything(session: Session, *, now: datetime, before: date) -> bool:
    """Whether a step or a chore is due, a call is to be composed again, a series to be planned as
    far as `before`, or a host to be told what was left out."""
    return bool(session.connection().scalar(_ANYTHING, {"now": now, "before": before}))
