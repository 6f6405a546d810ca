"""Deliveries that were answered: platforms deliver again, and the same act must happen once."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.models import Delivery

KEPT = timedelta(days=2)  # platforms give up within the hour; a stopped program may take longer

# The id comes back where it was new; PostgreSQL's driver does not count rows here.
_INSERT = {
    "sqlite": sqlite.insert(Delivery).on_conflict_do_nothing().returning(Delivery.id),
    "postgresql": postgresql.insert(Delivery).on_conflict_do_nothing().returning(Delivery.id),
}


def first(session: Session, *, id: str, now: datetime) -> bool:  # noqa: A002 - the platform's word
    """Whether this delivery is new; it is remembered from now on."""
    done = session.connection().execute(
        _INSERT[session.get_bind().dialect.name], {"id": id, "at": now}
    )
    return done.one_or_none() is not None


def take_back(session: Session, *, id: str) -> None:  # noqa: A002 - the platform's word
    """Not remember this delivery: nothing came of it, and it may come again."""
    session.execute(delete(Delivery).where(Delivery.id == id))


def forget(session: Session, *, now: datetime) -> None:
    """Let go of the ids that no platform delivers any more."""
    session.execute(delete(Delivery).where(Delivery.at < now - KEPT))
