"""The organisations of a network, and who belongs to which."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from storage import problems, sayings
from storage.models import Base, Member, Organisation, Problem


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


def rename(session: Session, *, organisation: Organisation, name: str) -> None:
    """Call an organisation otherwise; search finds what its people said by the new name."""
    organisation.name = name
    session.flush()
    session.expire_all()
    sayings.index_again(session, member_ids=_members(session, organisation.id))


def merge(session: Session, *, kept: Organisation, gone: Organisation) -> int:
    """Let the people and the problems of one organisation be another's, and it be no more; how
    many people moved."""
    moved = _members(session, gone.id)
    own = Base.metadata.tables["organisation"].c.id
    for table in Base.metadata.sorted_tables:
        for column in table.c:
            if column.references(own):
                session.execute(
                    update(table).where(column == gone.id).values({column.name: kept.id})
                )
    session.delete(gone)
    session.flush()
    session.expire_all()
    for problem in session.scalars(select(Problem).where(Problem.organisation_id == kept.id)).all():
        problems.index(session, problem)
    sayings.index_again(session, member_ids=moved)
    return len(moved)


def _members(session: Session, organisation_id: int) -> Sequence[int]:
    return session.scalars(
        select(Member.id).where(Member.organisation_id == organisation_id).order_by(Member.id)
    ).all()
