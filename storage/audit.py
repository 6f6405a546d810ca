"""Who changed something that others rely on: a series, a role, a recap. Rows are only added."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import AuditEntry


def note(
    session: Session,
    *,
    network_id: int,
    by: int | None,
    what: str,
    words: str,
    now: datetime,
    ref: int = 0,
) -> None:
    """Keep that a member (or, with None, the clock or a platform) did this. `words` go on after
    their name: "moved Weekly call from Tue 24 Nov to Wed 25 Nov"."""
    session.add(
        AuditEntry(network_id=network_id, by_id=by, what=what, ref=ref, words=words, at=now)
    )
    session.flush()


def lately(
    session: Session, *, network_id: int, limit: int, before: int | None = None
) -> Sequence[AuditEntry]:
    """What was changed in a network, the latest first; `before` the entry of this id."""
    asked = select(AuditEntry).where(AuditEntry.network_id == network_id)
    if before is not None:
        asked = asked.where(AuditEntry.id < before)
    return session.scalars(asked.order_by(AuditEntry.id.desc()).limit(limit)).all()
