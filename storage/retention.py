"""Deleting what is older than a network keeps: rows, and what search finds of them.

What was posted of it is taken away by `storage/old_posts.py`; a call's own row goes once its posts
are gone. What people typed themselves on a platform is theirs: that platform's settings say how
long it stays.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, Table, delete, func, select
from sqlalchemy.orm import Session

from storage import old_posts, search
from storage.models import Base, Hidden, Passage, Saved

_T = Base.metadata.tables
_CHILDREN: tuple[tuple[str, str, str], ...] = (
    ("helped", "offer_id", "offer"),
    ("offer", "problem_id", "problem"),
    ("echo", "problem_id", "problem"),
    ("trial", "resource_id", "resource"),
    ("keeping", "resource_id", "resource"),
    ("voice", "resource_id", "resource"),
    ("keeping", "link_id", "caught_link"),
    ("caught_link", "message_id", "caught_message"),
    ("answer", "asking_id", "asking"),
    ("thread_reply", "asking_id", "asking"),
    ("thread_reply", "run_id", "run"),
    ("thought", "run_id", "run"),
    ("recap", "call_id", "call"),
    ("run", "call_id", "call"),
    ("role_taken", "call_id", "call"),
    ("opener", "call_id", "call"),
    ("checkin", "call_id", "call"),
    ("absence", "call_id", "call"),
    ("exit_ticket", "call_id", "call"),
    ("commitment", "call_id", "call"),
    ("agenda_item", "call_id", "call"),
    ("outbox", "call_id", "call"),
    ("step", "call_id", "call"),
)
"""Rows that go with the row that they belong to, the innermost first."""

_FOUND = {"problem": "problem", "resource": "resource", "checkin": "checkin", "answer": "answer",
          "recap": "recap"}  # fmt: skip


DATED = (
    ("problem", "at"),
    ("asking", "at"),
    ("run", "begun_at"),
    ("caught_message", "at"),
    ("call", "starts_at"),
    ("commitment", "at"),
    ("audit", "at"),
)
"""The tables whose rows grow old by themselves, and the column that says since when."""


def delete_before(session: Session, *, network_id: int, before: datetime, limit: int) -> int:
    """Delete at most `limit` of each kind of what is older; how many rows of those went."""
    deleted = 0
    for table, column in DATED:
        deleted += _some(session, _T[table], column, network_id, before, limit)
    deleted += old_posts.forget(session, network_id=network_id, before=before, limit=limit)
    return deleted + _resources(session, network_id, before, limit)


def count_before(session: Session, *, network_id: int, before: datetime) -> int:
    """How many problems, questions, calls, commitments and resources are older; posts apart."""
    old = [
        _older(_T[table], column, network_id, before)
        for table, column in DATED
        if table in ("problem", "asking", "call", "commitment")
    ]
    return sum(_number(session, each) for each in (*old, _silent(network_id, before)))


def _number(session: Session, found: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(found.subquery())) or 0


def _some(
    session: Session, table: Table, column: str, network_id: int, before: datetime, limit: int
) -> int:
    old = _older(table, column, network_id, before).order_by(table.c[column]).limit(limit)
    refs = list(session.scalars(old))
    if table.name == "call" and refs:
        refs = _emptied(session, refs, network_id, before)
    _drop(session, table, refs)
    return len(refs)


def _emptied(session: Session, refs: list[int], network_id: int, before: datetime) -> list[int]:
    """Delete all that belongs to calls but their posts; those of which no post is left."""
    call, problem = _T["call"], _T["problem"]
    session.execute(problem.update().where(problem.c.worked_at.in_(refs)).values(worked_at=None))
    _drop_children(session, call, refs, but=("outbox",))
    shown = old_posts.calls_still_shown(network_id, before)
    asked = select(call.c.id).where(call.c.id.in_(refs), call.c.id.not_in(shown))
    return list(session.scalars(asked))


def _resources(session: Session, network_id: int, before: datetime, limit: int) -> int:
    refs = list(session.scalars(_silent(network_id, before).limit(limit)))
    _drop(session, _T["resource"], refs)
    return len(refs)


def _older(table: Table, column: str, network_id: int, before: datetime) -> Select[Any]:
    key = next(iter(table.primary_key.columns))
    return select(key).where(table.c.network_id == network_id, table.c[column] < before)


def _silent(network_id: int, before: datetime) -> Select[Any]:
    """A resource is as old as the last word that was said for it."""
    resource, voice = _T["resource"], _T["voice"]
    lately = select(voice.c.resource_id).where(
        voice.c.network_id == network_id, voice.c.at >= before
    )
    return select(resource.c.id).where(
        resource.c.network_id == network_id,
        resource.c.at < before,
        resource.c.id.not_in(lately),
    )


def _drop(session: Session, table: Table, refs: list[Any]) -> None:
    """Delete rows with all that belongs to them."""
    if not refs:
        return
    _drop_children(session, table, refs)
    if kind := _FOUND.get(table.name):
        _forget(session, kind, refs)
    key = next(iter(table.primary_key.columns))
    session.execute(delete(table).where(key.in_(refs)))
    session.expire_all()


def _drop_children(
    session: Session, table: Table, refs: list[Any], but: tuple[str, ...] = ()
) -> None:
    for child, column, parent in _CHILDREN:
        if parent == table.name and child not in but:
            inner = _T[child]
            key = next(iter(inner.primary_key.columns))
            own = inner.c[column].in_(refs)
            if len(inner.primary_key.columns) == 1:
                _drop(session, inner, list(session.scalars(select(key).where(own))))
            session.execute(delete(inner).where(own))


def _forget(session: Session, kind: str, refs: list[int]) -> None:
    known = select(Passage.ref).where(Passage.kind == kind, Passage.ref.in_(refs))
    for ref in session.scalars(known).all():
        search.drop(session, kind=kind, ref=ref)
    for model in (Saved, Hidden):
        session.execute(delete(model).where(model.kind == kind, model.ref.in_(refs)))
