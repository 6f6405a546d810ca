"""The times in which networks rest: no call is held, nothing is asked, nobody is reminded."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Pause


def is_paused(session: Session, *, network_id: int, on: date) -> Pause | None:
    """The pause in which a network rests on this day of its own zone; None where it does not.
    Whatever asks or reminds people by itself asks this first."""
    return next((each for each in _ahead(session, network_id, on) if each.first_on <= on), None)


def _ahead(session: Session, network_id: int, on: date) -> Sequence[Pause]:
    return session.scalars(
        select(Pause)
        .where(Pause.network_id == network_id, Pause.last_on >= on)
        .order_by(Pause.first_on, Pause.id)
    ).all()


def coming(session: Session, *, network_id: int, on: date) -> Sequence[Pause]:
    """A network's pauses that are not over on this day, the next first."""
    return _ahead(session, network_id, on)


def get(session: Session, *, network_id: int, pause_id: int) -> Pause | None:
    """A pause of this network."""
    found = session.get(Pause, pause_id)
    return found if found and found.network_id == network_id else None


def add(session: Session, *, network_id: int, first_on: date, last_on: date, name: str) -> Pause:
    """Let a network rest from one day to another, both included."""
    made = Pause(network_id=network_id, first_on=first_on, last_on=last_on, name=name)
    session.add(made)
    session.flush()
    return made


def drop(session: Session, *, pause: Pause) -> None:
    """Let a network not rest then."""
    session.delete(pause)
    session.flush()
