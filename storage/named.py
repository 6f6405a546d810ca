"""What rows point at by a number, in words: so that who reads them knows what they are about."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Base

Rows = Mapping[str, Iterable[Mapping[str, Any]]]
SHOWN: dict[str, tuple[str, ...]] = {
    "asking": ("question", "at"),
    "call": ("starts_at", "series_id"),
    "caught_link": ("url", "title"),
    "channel": ("name", "workspace_id"),
    "network": ("name",),
    "organisation": ("name",),
    "problem": ("what",),
    "prompt": ("question",),
    "resource": ("url", "title"),
    "run": ("key", "question"),
    "series": ("name",),
    "workspace": ("platform", "name"),
}
"""The columns that tell what a row of another table is. None of them tells of another person."""
HELD = {"caught_message": ("caught_link", ("words",))}
"""What stands below a row of a person's own, and the columns of it that they wrote."""


def beside(session: Session, rows: Rows) -> dict[str, list[dict[str, Any]]]:
    """Table to the rows that these point at, and those that are part of them, by their ids and in
    words; those in turn with what they point at."""
    found: dict[str, dict[int, dict[str, Any]]] = {}
    seen = {name: list(every) for name, every in rows.items()}
    while seen:
        seen = _next(session, seen, found)
    return {name: list(every.values()) for name, every in sorted(found.items()) if every}


def _next(
    session: Session,
    rows: Mapping[str, list[Any]],
    found: dict[str, dict[int, dict[str, Any]]],
) -> dict[str, list[Any]]:
    new: dict[str, list[Any]] = {}
    for name, every in rows.items():
        for other, ids in _pointed_at(name, every):
            known = found.setdefault(other, {})
            for row in _told(session, other, "id", ids - known.keys()):
                known[row["id"]] = row
                new.setdefault(other, []).append(row)
        if below := HELD.get(name):
            other, own = below
            for row in _told(session, other, "message_id", {each["id"] for each in every}, own):
                found.setdefault(other, {})[row["id"]] = row
    return new


def _pointed_at(name: str, rows: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, set[int]]]:
    for column in Base.metadata.tables[name].c:
        for key in column.foreign_keys:
            other = key.column.table.name
            if other in SHOWN:
                yield other, {row[column.name] for row in rows if row.get(column.name) is not None}


def _told(
    session: Session, name: str, by: str, ids: set[int], own: tuple[str, ...] = ()
) -> list[dict[str, Any]]:
    if not ids:
        return []
    table = Base.metadata.tables[name]
    columns = [table.c.id, *(table.c[each] for each in (*SHOWN[name], *own))]
    asked = select(*columns).where(table.c[by].in_(ids))
    return [dict(row) for row in session.execute(asked).mappings()]
