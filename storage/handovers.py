"""Hosts who ask a member to host, in their place or beside them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Handover


def ask(
    session: Session, *, network_id: int, from_id: int, to_id: int, leaves: bool, now: datetime
) -> tuple[Handover, bool]:
    """Keep that a host asks; (what is asked, whether it is new)."""
    known = session.scalar(
        select(Handover).where(
            Handover.network_id == network_id,
            Handover.from_id == from_id,
            Handover.to_id == to_id,
            Handover.state == "asked",
        )
    )
    if known:
        return known, False
    made = Handover(network_id=network_id, from_id=from_id, to_id=to_id, leaves=leaves, at=now)
    session.add(made)
    session.flush()
    session.refresh(made)
    return made, True


def get(session: Session, *, network_id: int, handover_id: int) -> Handover | None:
    """What was asked in this network."""
    found = session.get(Handover, handover_id)
    return found if found and found.network_id == network_id else None


def waiting(session: Session, *, network_id: int) -> Sequence[Handover]:
    """What was asked and not answered, the longest first."""
    return session.scalars(
        select(Handover)
        .where(Handover.network_id == network_id, Handover.state == "asked")
        .order_by(Handover.id)
    ).all()


def settle(session: Session, *, handover: Handover, state: str) -> None:
    """Keep what became of it: accepted, declined or recalled."""
    handover.state = state
    session.flush()
