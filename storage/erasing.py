"""Erasing a person: what they made goes; what a network rests on stays and points at a member
without a name. Which rows these are is in `storage.theirs`, what they wrote in `storage.written`.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from sqlalchemy import delete, select, union, update
from sqlalchemy.orm import Session

from storage import removals, search
from storage.codes import Account
from storage.models import (
    Base,
    CaughtLink,
    Erasure,
    Helped,
    Hidden,
    Identity,
    Installation,
    Joining,
    Keeping,
    Lane,
    Linked,
    Member,
    Offer,
    OutboxPost,
    Passage,
    Problem,
    Resource,
    Saved,
    Trial,
    Voice,
    Workspace,
)
from storage.sqlite import leave_no_trace
from storage.theirs import BY_ACCOUNT, RULES, pointing
from storage.written import FORMER, openings_of

QUOTED = 12  # characters of a message by which a quotation of it is known


def erase(session: Session, *, member: Member) -> None:
    """Erase all rows of a member, and what search finds of them; their own row is left without a
    name. What was posted is the caller's to correct: see `bot.redact`."""
    _drop_passages(session, member.id)
    problems = session.scalars(select(Problem.id).where(Problem.raised_by == member.id)).all()
    _drop_problems(session, problems)
    offers = session.scalars(select(Offer.id).where(Offer.member_id == member.id)).all()
    session.execute(delete(Helped).where(Helped.offer_id.in_(offers)))
    _drop_openings(session, member)
    _drop_quotations(session, member.id)
    _drop_links(session, member.id)
    removals.keep(session, member=member)
    identities = session.scalars(select(Identity.id).where(Identity.member_id == member.id)).all()
    session.execute(delete(Linked).where(Linked.identity_id.in_(identities)))
    for column in pointing():
        if RULES[f"{column.table.name}.{column.name}"] == "goes":
            session.execute(delete(column.table).where(column == member.id))
    _drop_silent_resources(session, member.network_id)
    session.expire_all()
    member.name, member.zone, member.role = FORMER, "", "member"
    member.organisation_id, member.active = None, False
    session.flush()
    search.forget_for_good(session)
    leave_no_trace(session)


def erase_accounts(session: Session, *, accounts: Collection[Account]) -> None:
    """Erase what is kept of accounts that are no members' (any more)."""
    for account in accounts:
        space = session.get_one(Workspace, account.workspace_id)
        erase_account(session, account=account, platform=space.platform, workspace=space.external)


def erase_account(session: Session, *, account: Account, platform: str, workspace: str) -> None:
    """Erase what is kept of an account that leads to no member any more."""
    there = (Joining.home_id == account.workspace_id, Joining.person == account.external)
    session.execute(
        update(Joining)
        .where(*there, Joining.state != "asked")  # what hosts decided stays theirs
        .values(person="", person_name="")
    )
    for model, home, external in BY_ACCOUNT:
        session.execute(
            delete(model).where(home == account.workspace_id, external == account.external)
        )
    session.execute(
        delete(OutboxPost).where(
            OutboxPost.platform == platform,
            OutboxPost.workspace == workspace,
            OutboxPost.channel == account.external,
        )
    )
    session.execute(delete(Lane).where(Lane.name == f"{platform}/{workspace}/{account.external}"))
    session.execute(
        update(Installation)
        .where(Installation.platform == platform, Installation.installed_by == account.external)
        .values(installed_by="")
    )


def _drop_passages(session: Session, member_id: int) -> None:
    """What search finds of a member, and what anybody saved of that."""
    own: dict[str, Any] = {
        "checkin": Base.metadata.tables["checkin"],
        "answer": Base.metadata.tables["answer"],
    }
    for kind, table in own.items():
        for ref in session.scalars(select(table.c.id).where(table.c.member_id == member_id)):
            _forget(session, kind, ref)
    for ref in session.scalars(select(Problem.id).where(Problem.raised_by == member_id)):
        _forget(session, "problem", ref)


def _forget(session: Session, kind: str, ref: int) -> None:
    search.drop(session, kind=kind, ref=ref)
    session.execute(delete(Saved).where(Saved.kind == kind, Saved.ref == ref))
    session.execute(delete(Hidden).where(Hidden.kind == kind, Hidden.ref == ref))


def _drop_problems(session: Session, ids: Collection[int]) -> None:
    offers = session.scalars(select(Offer.id).where(Offer.problem_id.in_(ids))).all()
    session.execute(delete(Helped).where(Helped.offer_id.in_(offers)))
    session.execute(delete(Offer).where(Offer.problem_id.in_(ids)))
    echo = Base.metadata.tables["echo"]
    session.execute(delete(echo).where(echo.c.problem_id.in_(ids)))
    session.execute(delete(Problem).where(Problem.id.in_(ids)))


def _drop_openings(session: Session, member: Member) -> None:
    for kept in session.scalars(openings_of(member)):
        kept.opening, kept.opening_by = "", ""
    session.flush()


def _drop_quotations(session: Session, member_id: int) -> None:
    """Let nobody who kept a link from a message of theirs speak in the words of that message."""
    caught = Base.metadata.tables["caught_message"]
    own = select(caught.c.id).where(caught.c.member_id == member_id)
    links = session.scalars(select(CaughtLink).where(CaughtLink.message_id.in_(own))).all()
    said = {(each.url, each.words.strip()) for each in links if each.words.strip()}
    quoting = session.execute(
        select(Voice, Resource.url)
        .join(Resource, Resource.id == Voice.resource_id)
        .where(
            Resource.url.in_({url for url, _ in said}),
            Voice.member_id != member_id,
            Voice.why.startswith("“"),
        )
    )
    for voice, url in quoting:
        if any(url == of and words[:QUOTED] in voice.why for of, words in said):
            voice.why = ""
    session.flush()


def _drop_links(session: Session, member_id: int) -> None:
    caught = Base.metadata.tables["caught_message"]
    messages = select(caught.c.id).where(caught.c.member_id == member_id)
    links = session.scalars(select(CaughtLink.id).where(CaughtLink.message_id.in_(messages))).all()
    session.execute(delete(Keeping).where(Keeping.link_id.in_(links)))
    session.execute(delete(CaughtLink).where(CaughtLink.id.in_(links)))


def _drop_silent_resources(session: Session, network_id: int) -> None:
    """A resource that nobody speaks for any more goes, with what became of it."""
    spoken = select(Voice.resource_id)
    kept = select(Keeping.resource_id)
    silent = session.scalars(
        select(Resource.id).where(
            Resource.network_id == network_id,
            Resource.id.not_in(spoken),
            Resource.id.not_in(kept),
        )
    ).all()
    for ref in silent:
        _forget(session, "resource", ref)
    session.execute(delete(Trial).where(Trial.resource_id.in_(silent)))
    session.execute(delete(Resource).where(Resource.id.in_(silent)))


def resources_of(session: Session, *, member_id: int) -> list[int]:
    """The resources that a member speaks for, or linked to in a message: others may speak, too."""
    caught = Base.metadata.tables["caught_message"]
    linked = (
        select(Resource.id)
        .join(CaughtLink, CaughtLink.url == Resource.url)
        .join(caught, caught.c.id == CaughtLink.message_id)
        .where(caught.c.member_id == member_id, Resource.network_id == caught.c.network_id)
    )
    spoken = select(Voice.resource_id).where(Voice.member_id == member_id)
    return list(session.scalars(union(spoken, linked)))


def offered_to(session: Session, *, member_id: int) -> list[int]:
    """The problems of others that a member offered help for."""
    return list(
        session.scalars(
            select(Offer.problem_id)
            .join(Problem, Problem.id == Offer.problem_id)
            .where(Offer.member_id == member_id, Problem.raised_by != member_id)
            .distinct()
        )
    )


def posts_of(session: Session, *, network_id: int, after: str, limit: int) -> Sequence[OutboxPost]:
    """Posts of a network in the order of their keys, those `after` one."""
    return session.scalars(
        select(OutboxPost)
        .where(OutboxPost.network_id == network_id, OutboxPost.key > after)
        .order_by(OutboxPost.key)
        .limit(limit)
    ).all()


def go_on(session: Session, *, network_id: int, told: dict[str, Any], after: str) -> Erasure:
    """Keep what is still to be taken out of the posts `after` this key."""
    kept = Erasure(network_id=network_id, told=told, after=after)
    session.add(kept)
    session.flush()
    return kept


def rename_in_audit(session: Session, *, network_id: int, change: Callable[[str], str]) -> None:
    """Let what the audit says name them no more: the one change that it ever sees."""
    audit = Base.metadata.tables["audit"]
    for row in session.execute(
        select(audit.c.id, audit.c.words).where(audit.c.network_id == network_id)
    ).all():
        words = change(row.words)
        if words != row.words:
            session.execute(update(audit).where(audit.c.id == row.id).values(words=words))


def recaps_found(session: Session, *, network_id: int) -> list[int]:
    """The ids of the recaps that search finds."""
    found = select(Passage.ref).where(Passage.network_id == network_id, Passage.kind == "recap")
    return list(session.scalars(found))
