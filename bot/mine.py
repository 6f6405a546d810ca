"""What is kept of a person, for that person: as JSON, behind a one-time link."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from storage import merging, named, theirs
from storage.codes import Account
from storage.models import Download

GOOD_FOR = timedelta(hours=1)


def make_link(session: Session, *, account: Account, web: str, now: datetime) -> str:
    """A link, good once and for an hour, to what is kept of whoever has this account."""
    session.execute(delete(Download).where(Download.good_until <= now))
    key = secrets.token_urlsafe(24)
    session.add(
        Download(hash=_hash(key), good_until=now + GOOD_FOR, used_at=None, **account._asdict())
    )
    session.flush()
    return f"{web}/mine/{key}"


def is_good(session: Session, *, key: str, now: datetime) -> bool:
    """Whether this key opens something still."""
    return _find(session, key, now) is not None


def use(session: Session, *, key: str, now: datetime) -> bytes | None:
    """What the key opens, once; None where it is none, is old, or was used."""
    found = _find(session, key, now)
    if found is None:
        return None
    first = session.execute(
        update(Download)
        .where(Download.hash == found.hash, Download.used_at.is_(None))
        .values(used_at=now)
        .execution_options(synchronize_session=False)
        .returning(Download.hash)
    ).first()
    if first is None:  # somebody else was
        return None
    return told(session, account=Account(found.workspace_id, found.external), now=now)


def _find(session: Session, key: str, now: datetime) -> Download | None:
    found = session.get(Download, _hash(key))
    return found if found and found.used_at is None and found.good_until > now else None


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()


def told(session: Session, *, account: Account, now: datetime) -> bytes:
    """All that is kept of the person who has this account, in every network, as JSON: a list of
    rows a table, under the tables' own names; and what these are about, in words."""
    accounts = merging.accounts_of(session, account=account)
    members = merging.members_of(session, accounts=accounts)
    rows = theirs.rows_of(session, member_ids=[each.id for each in members])
    rows |= theirs.rows_of_accounts(session, accounts=accounts)
    made = {
        "told_at": now.isoformat(),
        "kept": _readable(rows),
        "about": _readable(named.beside(session, rows)),
    }
    return json.dumps(made, ensure_ascii=False, indent=1).encode()


def _readable(rows: Mapping[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    return {
        table: [{name: _plain(value) for name, value in row.items()} for row in every]
        for table, every in sorted(rows.items())
    }


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return msgspec.json.decode(value)  # a card
    return value if isinstance(value, str | int | float | list | dict | None) else str(value)
