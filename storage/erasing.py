"""Everything that is kept of a person: found, and erased.

What names a member is found in the schema itself, so that a table added later is not forgotten:
`RULES` says for each such column what erasing does, and a test holds that none is missing. What a
person made goes. What a network rests on stays and points at a member without a name.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, Literal

from sqlalchemy import Column, Select, Table, delete, false, select, union, update
from sqlalchemy.orm import Session

from storage import removals, search
from storage.codes import Account
from storage.models import (
    Base,
    Call,
    CaughtLink,
    Code,
    Conversation,
    Download,
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
    Organisation,
    OutboxPost,
    Passage,
    Problem,
    Prompt,
    Recap,
    Resource,
    Saved,
    Series,
    Trial,
    Voice,
    Workspace,
    WrongCodes,
)
from storage.sqlite import leave_no_trace

FORMER = "A former member"
QUOTED = 12  # characters of a message by which a quotation of it is known
Rule = Literal["goes", "stays"]

_member = Base.metadata.tables["member"]
RULES: dict[str, Rule] = {
    "absence.member_id": "goes",
    "agenda_item.by_id": "goes",
    "answer.member_id": "goes",
    "audit.by_id": "stays",
    "caught_message.member_id": "goes",
    "checkin.member_id": "goes",
    "commitment.member_id": "goes",
    "echo.member_id": "goes",
    "exit_ticket.member_id": "goes",
    "handover.from_id": "goes",
    "handover.to_id": "goes",
    "helped.member_id": "goes",
    "hidden.by_id": "stays",
    "hidden.member_id": "goes",
    "identity.member_id": "goes",
    "join_code.made_by": "stays",
    "joining.decided_by": "stays",
    "keeping.member_id": "goes",
    "offer.member_id": "goes",
    "outbox.member_id": "goes",
    "problem.raised_by": "goes",
    "prompt.by_id": "stays",
    "recap.approved_by": "stays",
    "removed_account.member_id": "stays",
    "role_taken.member_id": "goes",
    "run.by_id": "stays",
    "saved.member_id": "goes",
    "seat.member_id": "goes",
    "thought.member_id": "goes",
    "thread_reply.member_id": "goes",
    "trial.member_id": "goes",
    "voice.member_id": "goes",
    "wish.member_id": "goes",
}
"""What erasing does with the rows in which a column names the member: they go, or they stay and
name nobody."""


def pointing() -> Iterator[Column[Any]]:
    """Every column that names a member."""
    for table in Base.metadata.sorted_tables:
        for column in table.c:
            if column.references(_member.c.id):
                yield column


def rows_of(session: Session, *, member_ids: Collection[int]) -> dict[str, list[dict[str, Any]]]:
    """Table to the rows that name these members, and the members themselves."""
    found = {"member": _rows(session, _member, _member.c.id.in_(member_ids))}
    for column in pointing():
        rows = _rows(session, column.table, column.in_(member_ids))
        known = found.setdefault(column.table.name, [])
        known += [row for row in rows if row not in known]
    mine = set(member_ids)
    return {
        name: [_of_nobody_else(name, row, mine) for row in rows]
        for name, rows in found.items()
        if rows
    }


def _of_nobody_else(table: str, row: dict[str, Any], mine: set[int]) -> dict[str, Any]:
    """A row without what it says of others: whom else it names, what was theirs before a host hid
    it, and who asked for what a host decided."""
    theirs = {
        each.name
        for each in Base.metadata.tables[table].c
        if each.references(_member.c.id) and row[each.name] not in mine
    }
    if table == "hidden" and row["member_id"] not in mine:
        theirs.add("before")
    return {name: row[name] for name in row if name not in theirs | _NEVER.get(table, set())}


_NEVER = {"joining": {"person", "person_name"}, "join_code": {"hash"}}


def rows_of_accounts(
    session: Session, *, accounts: Collection[Account]
) -> dict[str, list[dict[str, Any]]]:
    """What is kept of accounts rather than of members: codes, without their hashes, and where a
    door may write."""
    found: dict[str, list[dict[str, Any]]] = {}
    for account in accounts:
        for model, home, external in _BY_ACCOUNT:
            table = model.__table__
            there = (home == account.workspace_id) & (external == account.external)
            rows = _rows(session, table, there)
            found.setdefault(table.name, []).extend(
                {name: value for name, value in row.items() if name not in _OF_A_HOST}
                for row in rows
            )
    return {name: rows for name, rows in found.items() if rows}


_OF_A_HOST = ("hash", "decided_by")


def _rows(session: Session, table: Table, where: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in session.execute(select(table).where(where)).mappings()]


_BY_ACCOUNT: tuple[tuple[Any, Any, Any], ...] = (
    (Code, Code.workspace_id, Code.external),
    (WrongCodes, WrongCodes.workspace_id, WrongCodes.external),
    (Download, Download.workspace_id, Download.external),
    (Conversation, Conversation.workspace_id, Conversation.person),
    (Joining, Joining.home_id, Joining.person),
)
"""What is kept of an account: the columns of its workspace, and of its name there."""


# -- erasing --------------------------------------------------------------------------------------


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
    for model, home, external in _BY_ACCOUNT:
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


def _openings(member: Member) -> Any:
    """The recaps that a host opened in their own words: these know their author by name."""
    of_network = select(Call.id).where(Call.network_id == member.network_id)
    own = Recap.opening_by == member.name if member.role == "host" else false()
    return select(Recap).where(Recap.call_id.in_(of_network), own)


def _drop_openings(session: Session, member: Member) -> None:
    for kept in session.scalars(_openings(member)):
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
    found.update(kept.opening for kept in session.scalars(_openings(member)))
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
