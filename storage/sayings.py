"""What members said, for search to read again when they or their organisation are called
otherwise."""

from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from storage import checkins, problems, resources
from storage.models import Call, CheckIn, Offer, Problem, Voice


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
