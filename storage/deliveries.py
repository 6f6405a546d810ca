"""Deliveries that were answered: platforms deliver again, and the same act must happen once."""

from datetime import datetime, timedelta

from sqlalchemy import CursorResult, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.models import Delivery

KEPT = timedelta(days=2)  # platforms give up within the hour; a stopped program may take longer

_INSERT = {
    "sqlite": sqlite.insert(Delivery).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(Delivery).on_conflict_do_nothing(),
}


def first(session: Session, *, id: str, now: datetime) -> bool:  # noqa: A002 - the platform's word
    """Whether this delivery is new; it is remembered from now on."""
    done = session.connection().execute(
        _INSERT[session.get_bind().dialect.name], {"id": id, "at": now}
    )
    assert isinstance(done, CursorResult)
    return done.rowcount == 1


def forget(session: Session, *, now: datetime) -> None:
    """Let go of the ids that no platform delivers any more."""
    session.execute(delete(Delivery).where(Delivery.at < now - KEPT))
