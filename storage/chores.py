"""What the clock is to do that belongs to no call, and when."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from storage.models import Chore

_CLAIM = (
    select(Chore.id, Chore.network_id)
    .where(
        Chore.due_at <= bindparam("now"),
        Chore.id.not_in(bindparam("without", expanding=True, literal_execute=True)),
    )
    .order_by(Chore.due_at, Chore.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)


def put(session: Session, *, network_id: int, kind: str, ref: int, due_at: datetime) -> None:
    """Let the clock do this at `due_at`, in place of when it was to be done before."""
    known = _find(session, kind, ref)
    if known is None:
        session.add(Chore(network_id=network_id, kind=kind, ref=ref, due_at=due_at))
    else:
        known.due_at = due_at
    session.flush()


def cancel(session: Session, *, kind: str, ref: int) -> None:
    """Let the clock not do this any more."""
    session.execute(delete(Chore).where(Chore.kind == kind, Chore.ref == ref))


def when(session: Session, *, kind: str, ref: int) -> datetime | None:
    """When this is to be done next; None where it is not."""
    known = _find(session, kind, ref)
    return known.due_at if known else None


def claim(
    session: Session, *, now: datetime, limit: int, without: Collection[int] = ()
) -> list[tuple[int, int]]:
    """(chore, network) ids of what is due, the longest due first, `without` some. On PostgreSQL
    they are held until the transaction ends; another replica passes over them."""
    asked = {"now": now, "most": limit, "without": list(without)}
    return [(chore, network) for chore, network in session.execute(_CLAIM, asked)]


def load(session: Session, ids: Collection[int]) -> Sequence[Chore]:
    """Chores in the order of time."""
    return session.scalars(
        select(Chore).where(Chore.id.in_(ids)).order_by(Chore.due_at, Chore.id)
    ).all()


def finish(session: Session, *, chore: Chore, again: datetime | None) -> None:
    """It is done: for good, or until `again`."""
    if again is None:
        session.delete(chore)
    else:
        chore.due_at = again
    session.flush()


def due(session: Session, *, now: datetime) -> Sequence[Chore]:
    """All that is due, in the order of time."""
    return session.scalars(
        select(Chore).where(Chore.due_at <= now).order_by(Chore.due_at, Chore.id)
    ).all()


def next_due(session: Session, *, kinds: Collection[str]) -> Chore | None:
    """What of these kinds comes next."""
    return session.scalar(
        select(Chore).where(Chore.kind.in_(kinds)).order_by(Chore.due_at, Chore.id).limit(1)
    )


def _find(session: Session, kind: str, ref: int) -> Chore | None:
    return session.scalar(select(Chore).where(Chore.kind == kind, Chore.ref == ref))
