"""One-time codes by which a person shows that two accounts are theirs, and the wrong ones typed.

A code has forty bits and lives for fifteen minutes; only its hash is kept, a slow one, so that
whoever reads the database cannot try them all in that time.
"""

import hashlib
import re
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.models import Code, WrongCodes

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Nothing that looks like another: no 0 or O, no 1 or I."""
LENGTH = 8
LINK = "LINK"
"""What a code begins with that makes two accounts one, so that nobody takes it for a code by which
a channel joins. No other can: it has no I."""
GOOD_FOR = timedelta(minutes=15)
KEPT = timedelta(days=2)
"""So long whoever types an old code is told that it is old, and not that there is none."""

MOST_WRONG = 5
MOST_WRONG_IN_A_WORKSPACE = 50
CLOSED_FOR = timedelta(minutes=15)


class Account(NamedTuple):
    """How a platform names a person: our id of the workspace, the platform's id of the person."""

    workspace_id: int
    external: str


def read(typed: str, begins: str = "") -> str | None:
    """The code that was typed, however it is written; None for what cannot be one that `begins`
    so."""
    bare = re.sub(r"[\W_]+", "", typed).upper()
    code = bare.removeprefix(begins)
    if not bare.startswith(begins) or len(code) != LENGTH or not set(code) <= set(ALPHABET):
        return None
    return bare


def make(session: Session, *, account: Account, also: Collection[Account], now: datetime) -> str:
    """A new code for this account, as it is shown ("LINK-K7QP-2M4X"). Older ones of the same
    person, whose accounts are `also`, are good no more."""
    everyone = [*also, account]
    session.execute(delete(Code).where(tuple_(Code.workspace_id, Code.external).in_(everyone)))
    session.execute(delete(Code).where(Code.good_until < now - KEPT))
    shown, hashed = fresh(LINK)
    session.add(Code(hash=hashed, good_until=now + GOOD_FOR, **account._asdict()))
    session.flush()
    return shown


def fresh(begins: str = "") -> tuple[str, str]:
    """A code that nobody knows, as it is shown, and its hash."""
    bare = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    shown = f"{begins}-{bare[:4]}-{bare[4:]}".removeprefix("-")
    return shown, hash_of(begins + bare)


def find(session: Session, *, code: str) -> Code | None:
    """What is kept of a code, used and old ones too."""
    return session.scalar(select(Code).where(Code.hash == hash_of(code)))


def use(session: Session, *, hash: str, now: datetime) -> bool:  # noqa: A002 - the column's name
    """Use a code up; False when somebody else has, or its person has made another."""
    done = session.execute(
        update(Code)
        .where(Code.hash == hash, Code.used_at.is_(None))
        .values(used_at=now)
        .returning(Code.id)
    )
    return done.one_or_none() is not None


def hash_of(code: str) -> str:
    """What is kept of a code, as `read` gives it."""
    # Found by its hash, so the salt is the same for all: what protects a code is its short life.
    return hashlib.scrypt(code.encode(), salt=b"homeroom", n=2**12, r=8, p=1, dklen=32).hex()


def _hold(dialect: Any) -> Any:
    # Writing it makes the row ours until the transaction ends.
    made = dialect.insert(WrongCodes)
    return made.on_conflict_do_update(
        index_elements=["workspace_id", "external"], set_={"latest": made.excluded.latest}
    ).returning(WrongCodes.times)


_HOLD = {"sqlite": _hold(sqlite), "postgresql": _hold(postgresql)}


def closed_until(session: Session, *, account: Account, now: datetime) -> datetime | None:
    """Until when this account's codes are not tried, after too many wrong ones; None when they
    are. Who tries several at once is asked one after another: the others wait for this
    transaction."""
    row = {**account._asdict(), "times": [], "latest": now}
    own: list[int] = session.execute(_HOLD[session.get_bind().dialect.name], row).scalar_one()
    theirs = session.scalars(
        select(WrongCodes.times).where(
            WrongCodes.workspace_id == account.workspace_id,
            WrongCodes.latest > now - 2 * CLOSED_FOR,
        )
    )
    everyone = sorted(each for times in theirs for each in times)
    closed = (_closed(own, MOST_WRONG), _closed(everyone, MOST_WRONG_IN_A_WORKSPACE))
    until = max(closed)
    return datetime.fromtimestamp(until, now.tzinfo) if until > now.timestamp() else None


def _closed(times: list[int], most: int) -> float:
    """When a door that saw wrong codes at these times opens again, in seconds since 1970; 0 when
    they were too few, or too far apart."""
    last = times[-most:]
    span = CLOSED_FOR.total_seconds()
    return last[-1] + span if len(last) == most and last[-1] - last[0] <= span else 0


def count_wrong(session: Session, *, account: Account, now: datetime) -> None:
    """Remember that this account typed a code that is none. Ask `closed_until` before."""
    _forget_old(session, now)
    row = session.get_one(WrongCodes, account, populate_existing=True)
    row.times = [*row.times, int(now.timestamp())][-MOST_WRONG:]
    row.latest = now
    session.flush()


def _forget_old(session: Session, now: datetime) -> None:
    """Others' that are under way just now are left: nobody waits here for two at once."""
    old = (
        select(WrongCodes.workspace_id, WrongCodes.external)
        .where(WrongCodes.latest < now - 2 * CLOSED_FOR)
        .with_for_update(skip_locked=True)
    )
    found = [tuple(row) for row in session.execute(old)]
    key = tuple_(WrongCodes.workspace_id, WrongCodes.external)
    session.execute(delete(WrongCodes).where(key.in_(found)))


def forgive(session: Session, *, account: Account) -> None:
    """Forget the wrong codes of an account: it had a right one."""
    session.execute(
        delete(WrongCodes).where(
            WrongCodes.workspace_id == account.workspace_id,
            WrongCodes.external == account.external,
        )
    )
