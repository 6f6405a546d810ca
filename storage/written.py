"""What people wrote: one person's, and everybody else's."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Column, Select, false, select
from sqlalchemy.orm import Session

from storage.models import (
    Base,
    Call,
    CaughtLink,
    Member,
    Organisation,
    Problem,
    Prompt,
    Recap,
    Resource,
    Series,
    Voice,
)
from storage.theirs import pointing

FORMER = "A former member"
"""What whoever was erased is called."""
TEXTS: dict[str, tuple[str, ...]] = {
    "agenda_item": ("title",),
    "answer": ("words", "own"),
    "checkin": ("answers",),
    "commitment": ("words", "became"),
    "exit_ticket": ("takeaway",),
    "keeping": ("why",),
    "offer": ("words",),
    "problem": ("what", "tried", "wanted", "lesson"),
    "thought": ("words",),
    "thread_reply": ("words",),
    "voice": ("why",),
}
"""The columns that hold what a person wrote."""


def texts_of(session: Session, *, member: Member) -> set[str]:
    """Everything that a member wrote, and the links that only they shared."""
    member_id = member.id
    found = _texts(session, lambda column: column == member_id)
    caught = Base.metadata.tables["caught_message"]
    own = select(caught.c.id).where(caught.c.member_id == member_id)
    found.update(session.scalars(select(CaughtLink.words).where(CaughtLink.message_id.in_(own))))
    found.update(kept.opening for kept in session.scalars(openings_of(member)))
    for shared in session.execute(_only_theirs(member_id)):
        found.update(shared)
    return {each for each in found if each}


def secrets_of(session: Session, *, member: Member) -> set[str]:
    """What a member wrote that is shown without their name."""
    rows = session.execute(
        select(Problem.what, Problem.tried, Problem.wanted, Problem.lesson).where(
            Problem.raised_by == member.id, Problem.sight == "nameless"
        )
    )
    return {each for row in rows for each in row if each}


def others_texts(session: Session, *, member: Member) -> set[str]:
    """Everything that others in the network wrote, and what they and their groups are called."""
    network_id = member.network_id
    others = select(Member.id).where(Member.network_id == network_id, Member.id != member.id)
    found = _texts(session, lambda column: column.in_(others))
    for model, name in _CALLED:
        own = select(name).where(model.network_id == network_id)
        if model is Member:
            own = own.where(Member.id != member.id, Member.name != FORMER)
        found.update(session.scalars(own))
    return {each for each in found if each}


_CALLED: tuple[tuple[Any, Any], ...] = (
    (Member, Member.name),
    (Organisation, Organisation.name),
    (Series, Series.name),
    (Prompt, Prompt.question),
)


def _texts(session: Session, whose: Callable[[Column[Any]], Any]) -> set[str]:
    """What was written in the rows that name one of these members as their own."""
    found: set[str] = set()
    for column in pointing():
        names = TEXTS.get(column.table.name, ())
        for name in names:
            for value in session.scalars(select(column.table.c[name]).where(whose(column))):
                found.update(value if isinstance(value, list) else [value])
    return found


def has_namesake(session: Session, *, member: Member) -> bool:
    """Whether another member of the network has the same name."""
    same = select(Member.id).where(
        Member.network_id == member.network_id, Member.id != member.id, Member.name == member.name
    )
    return session.scalar(same.limit(1)) is not None


def _only_theirs(member_id: int) -> Select[str, str]:
    """The resources that nobody else speaks for."""
    others = select(Voice.resource_id).where(Voice.member_id != member_id)
    own = select(Voice.resource_id).where(Voice.member_id == member_id)
    return select(Resource.url, Resource.title).where(
        Resource.id.in_(own), Resource.id.not_in(others)
    )


def openings_of(member: Member) -> Any:
    """The recaps that a host opened in their own words: these know their author by name."""
    of_network = select(Call.id).where(Call.network_id == member.network_id)
    own = Recap.opening_by == member.name if member.role == "host" else false()
    return select(Recap).where(Recap.call_id.in_(of_network), own)
