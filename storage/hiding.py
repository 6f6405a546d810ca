"""What hosts have hidden, and what brings it back."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.models import Hidden, Resource


def add(
    session: Session,
    *,
    network_id: int,
    kind: str,
    ref: int,
    member_id: int | None,
    by: int,
    reason: str,
    before: dict[str, Any],
    now: datetime,
) -> Hidden:
    """Keep that something is hidden, in place of what was kept of it before."""
    session.execute(delete(Hidden).where(Hidden.kind == kind, Hidden.ref == ref))
    made = Hidden(
        network_id=network_id,
        kind=kind,
        ref=ref,
        member_id=member_id,
        by_id=by,
        reason=reason,
        before=before,
        at=now,
    )
    session.add(made)
    session.flush()
    return made


def get(session: Session, *, network_id: int, hidden_id: int) -> Hidden | None:
    """Something hidden in this network."""
    found = session.get(Hidden, hidden_id)
    return found if found and found.network_id == network_id else None


def of(session: Session, *, kind: str, ref: int) -> Hidden | None:
    """What is kept of something that is hidden; None where it is not."""
    return session.scalar(select(Hidden).where(Hidden.kind == kind, Hidden.ref == ref))


def links(session: Session, *, network_id: int, keys: Collection[str]) -> set[str]:
    """The pages among these that are hidden in a network."""
    return set(
        session.scalars(
            select(Resource.key)
            .join(Hidden, Hidden.ref == Resource.id)
            .where(
                Hidden.kind == "resource",
                Resource.network_id == network_id,
                Resource.key.in_(keys),
            )
        )
    )


def hide_voice(session: Session, *, hidden: Hidden, voice_id: int) -> None:
    """A voice for a resource that is hidden comes back with the others."""
    known = hidden.before["voices"]
    if voice_id not in known:
        hidden.before = {**hidden.before, "voices": [*known, voice_id]}
        session.flush()


def lately(session: Session, *, network_id: int, limit: int) -> Sequence[Hidden]:
    """What is hidden in a network, the latest first."""
    return session.scalars(
        select(Hidden)
        .where(Hidden.network_id == network_id)
        .order_by(Hidden.id.desc())
        .limit(limit)
    ).all()


def bring_back(session: Session, *, hidden: Hidden) -> None:
    """It is hidden no more."""
    session.delete(hidden)
    session.flush()
