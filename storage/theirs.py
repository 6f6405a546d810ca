"""Which rows are a person's, and what of them is told to that person.

What names a member is found in the schema itself, so that a table added later is not forgotten:
`RULES` says for each such column what erasing does, and a test holds that none is missing.
"""

from collections.abc import Collection, Iterator
from typing import Any, Literal

from sqlalchemy import Column, Table, select
from sqlalchemy.orm import Session

from storage.codes import Account
from storage.models import (
    Base,
    Code,
    Conversation,
    Download,
    Joining,
    WrongCodes,
)

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
        for model, home, external in BY_ACCOUNT:
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


BY_ACCOUNT: tuple[tuple[Any, Any, Any], ...] = (
    (Code, Code.workspace_id, Code.external),
    (WrongCodes, WrongCodes.workspace_id, WrongCodes.external),
    (Download, Download.workspace_id, Download.external),
    (Conversation, Conversation.workspace_id, Conversation.person),
    (Joining, Joining.home_id, Joining.person),
)
"""What is kept of an account: the columns of its workspace, and of its name there."""
