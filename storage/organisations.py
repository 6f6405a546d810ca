"""The organisations of a network, and who belongs to which."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from storage import chores, marks, sayings
from storage.models import Base, Member, Organisation


class Counted(NamedTuple):
    """An organisation, and how many of its people are active."""

    id: int
    name: str
    people: int


def counted(session: Session, *, network_id: int) -> list[Counted]:
    """A network's organisations by name, with how many people each has."""
    rows = session.execute(
        select(Organisation.id, Organisation.name, func.count(Member.id))
        .outerjoin(Member, (Member.organisation_id == Organisation.id) & Member.active)
        .where(Organisation.network_id == network_id)
        .group_by(Organisation.id, Organisation.name)
        .order_by(func.lower(Organisation.name), Organisation.id)
    )
    return [Counted(*row) for row in rows]


def get(session: Session, *, network_id: int, organisation_id: int) -> Organisation | None:
    """An organisation of this network."""
    found = session.get(Organisation, organisation_id)
    return found if found and found.network_id == network_id else None


def named(session: Session, *, network_id: int, name: str) -> Organisation | None:
    """The organisation of this network that is called so, whatever the case."""
    wanted = " ".join(name.split()).casefold()
    every = session.scalars(select(Organisation).where(Organisation.network_id == network_id))
    return next((each for each in every if each.name.casefold() == wanted), None)


def add(session: Session, *, network_id: int, name: str) -> Organisation:
    """A new organisation."""
    made = Organisation(network_id=network_id, name=name)
    session.add(made)
    session.flush()
    return made


def rename(session: Session, *, organisation: Organisation, name: str, now: datetime) -> None:
    """Call an organisation otherwise; search finds what its people said by the new name soon."""
    organisation.name = name
    session.flush()
    session.expire_all()
    _read_again(session, organisation.network_id, organisation.id, now)


def merge(session: Session, *, kept: Organisation, gone: Organisation, now: datetime) -> int:
    """Let the people and the problems of one organisation be another's, and it be no more; how
    many people moved."""
    moved = session.scalar(
        select(func.count()).select_from(Member).where(Member.organisation_id == gone.id)
    )
    own = Base.metadata.tables["organisation"].c.id
    for table in Base.metadata.sorted_tables:
        for column in table.c:
            if column.references(own):
                session.execute(
                    update(table).where(column == gone.id).values({column.name: kept.id})
                )
    _forget(session, gone.id)
    session.delete(gone)
    session.flush()
    session.expire_all()
    _read_again(session, kept.network_id, kept.id, now)
    return moved or 0


# -- what its people said is found by its name ----------------------------------------------------

NAMED = "organisation named"
"""The chore by which search reads again what an organisation's people said: thousands of passages
would hold up everybody who wants to save something."""


def _read_again(session: Session, network_id: int, organisation_id: int, now: datetime) -> None:
    _forget(session, organisation_id)
    chores.put(session, network_id=network_id, kind=NAMED, ref=organisation_id, due_at=now)


def _forget(session: Session, organisation_id: int) -> None:
    chores.cancel(session, kind=NAMED, ref=organisation_id)
    marks.forget(session, f"{NAMED} {organisation_id}")


def read_some(session: Session, *, organisation_id: int, limit: int) -> bool:
    """Let search read the next `limit` passages again; whether there are more."""
    mark = f"{NAMED} {organisation_id}"
    kind, last = (marks.get(session, mark) or "0 0").split()
    after = sayings.index_some(
        session, organisation_id=organisation_id, after=(int(kind), int(last)), limit=limit
    )
    if after is None:
        marks.forget(session, mark)
        return False
    marks.put(session, mark, f"{after[0]} {after[1]}")
    return True
