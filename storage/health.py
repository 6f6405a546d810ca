"""How a network is doing, in numbers that rank nobody."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.models import Call, CheckIn, ExitTicket, Member, Organisation, Resource, Trial, Voice


class Spoke(NamedTuple):
    """An organisation ("" where nobody said which), its active members, and how many check-ins they
    gave."""

    organisation: str
    members: int
    checkins: int


def ended_calls(session: Session, *, network_id: int, limit: int) -> Sequence[Call]:
    """The calls that ended last, the latest first."""
    return session.scalars(
        select(Call)
        .where(Call.network_id == network_id, Call.state == "ended")
        .order_by(Call.starts_at.desc(), Call.id.desc())
        .limit(limit)
    ).all()


def participation(session: Session, *, network_id: int, call_ids: Sequence[int]) -> list[Spoke]:
    """Organisation by organisation, by name, who checked in for these calls."""
    members = dict(
        session.execute(
            select(Member.organisation_id, func.count())
            .where(Member.network_id == network_id, Member.active)
            .group_by(Member.organisation_id)
        ).all()
    )
    spoke = dict(
        session.execute(
            select(Member.organisation_id, func.count())
            .join(CheckIn, CheckIn.member_id == Member.id)
            .where(CheckIn.call_id.in_(call_ids), Member.active)
            .group_by(Member.organisation_id)
        ).all()
    )
    names = dict(
        session.execute(
            select(Organisation.id, Organisation.name).where(Organisation.network_id == network_id)
        ).all()
    )
    every = [Spoke(names[each], members.get(each, 0), spoke.get(each, 0)) for each in names]
    if None in members:
        every.append(Spoke("", members[None], spoke.get(None, 0)))
    return sorted(every, key=lambda each: (not each.organisation, each.organisation.casefold()))


class Tickets(NamedTuple):
    """Exit tickets: how many, how useful on average (1 to 5), and of those who said whether they
    would recommend it, how many would."""

    answers: int
    useful: float
    recommend: int
    asked: int


def tickets(session: Session, *, call_ids: Sequence[int]) -> Tickets:
    """The exit tickets of these calls."""
    row = session.execute(
        select(func.count(), func.avg(ExitTicket.useful)).where(ExitTicket.call_id.in_(call_ids))
    ).one()
    said = session.execute(
        select(ExitTicket.recommend, func.count())
        .where(ExitTicket.call_id.in_(call_ids), ExitTicket.recommend.is_not(None))
        .group_by(ExitTicket.recommend)
    ).all()
    counts = {bool(answer): count for answer, count in said}
    return Tickets(
        row[0], float(row[1] or 0), counts.get(True, 0), counts.get(True, 0) + counts.get(False, 0)
    )


def shared(session: Session, *, network_id: int, since: datetime) -> tuple[int, int]:
    """How many resources were shared since then, and how often one helped or was adapted."""
    voices = session.scalar(
        select(func.count(func.distinct(Voice.resource_id))).where(
            Voice.network_id == network_id, Voice.at >= since, Voice.withdrawn_at.is_(None)
        )
    )
    tried = session.scalar(
        select(func.count())
        .select_from(Trial)
        .join(Resource, Resource.id == Trial.resource_id)
        .where(
            Resource.network_id == network_id,
            Trial.at >= since,
            Trial.outcome.in_(("helped", "adapted")),
        )
    )
    return voices or 0, tried or 0
