"""What members said, for search to read again when they or their organisation are called
otherwise."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from storage import checkins, problems, resources
from storage.models import Call, CheckIn, Member, Offer, Problem, Voice


def index_again(session: Session, *, member_ids: Collection[int]) -> None:
    """Let search find all that these members said under the names and filters they have now."""
    ids = list(member_ids)
    answered = select(CheckIn).where(CheckIn.member_id.in_(ids))
    for checkin in session.scalars(answered).all():
        call = session.get_one(Call, checkin.call_id)
        checkins.index(session, call, checkin.member, checkin)
    shared = select(Voice.resource_id).where(Voice.member_id.in_(ids)).distinct()
    for resource_id in session.scalars(shared).all():
        resources.index(session, resource_id=resource_id)
    helped = select(Offer.problem_id).where(Offer.member_id.in_(ids))
    raised = select(Problem).where(or_(Problem.raised_by.in_(ids), Problem.id.in_(helped)))
    for problem in session.scalars(raised).all():
        problems.index(session, problem)


def index_some(
    session: Session, *, organisation_id: int, after: tuple[int, int], limit: int
) -> tuple[int, int] | None:
    """Let search find a part of what an organisation's people said under its name of now: at most
    `limit` of it, from `after` on, which is (0, 0) at first. Where to go on; None at the end."""
    first, last = after
    for kind, wanted in enumerate(_of_organisation(organisation_id)):
        if kind < first:
            continue
        found = session.scalars(wanted(last if kind == first else 0).limit(limit)).all()
        for ref in found:
            _index(session, kind, ref)
        limit -= len(found)
        if limit == 0:
            return kind, found[-1]
    return None


def _of_organisation(organisation_id: int) -> Sequence[Any]:
    """Of check-ins, resources and problems: which are to be read again, from an id on."""
    people = select(Member.id).where(Member.organisation_id == organisation_id)

    def answered(last: int) -> Select[Any]:
        own = CheckIn.member_id.in_(people)
        return select(CheckIn.id).where(own, CheckIn.id > last).order_by(CheckIn.id)

    def shared(last: int) -> Select[Any]:
        own = Voice.member_id.in_(people)
        later = select(Voice.resource_id).where(own, Voice.resource_id > last)
        return later.distinct().order_by(Voice.resource_id)

    def raised(last: int) -> Select[Any]:
        helped = select(Offer.problem_id).where(Offer.member_id.in_(people))
        own = or_(
            Problem.raised_by.in_(people),
            Problem.organisation_id == organisation_id,
            Problem.id.in_(helped),
        )
        return select(Problem.id).where(own, Problem.id > last).order_by(Problem.id)

    return answered, shared, raised


def _index(session: Session, kind: int, ref: int) -> None:
    if kind == 0:
        checkin = session.get_one(CheckIn, ref)
        checkins.index(session, session.get_one(Call, checkin.call_id), checkin.member, checkin)
    elif kind == 1:
        resources.index(session, resource_id=ref)
    else:
        problems.index(session, session.get_one(Problem, ref))
