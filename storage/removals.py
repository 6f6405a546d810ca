"""Accounts that a host removed from a network, or whose people left it, remembered after they were
erased.

A decision outlives what was kept of a person: else `me erase` would undo it, and whoever left and
had everything erased would be a member again for sitting in a channel. Of the account only a hash
is left, until a host brings them back, or until they join again on purpose.
"""

import hashlib
import hmac
import secrets
from typing import Literal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.codes import Account
from storage.models import Identity, Member, RemovedAccount


def keep(session: Session, *, member: Member) -> None:
    """Remember the accounts of a member whom a host removed or who left, and who is being
    erased."""
    if member.removed_at is None and member.left_at is None:
        return
    theirs = select(Identity).where(Identity.member_id == member.id)
    for each in session.scalars(theirs).all():
        salt = secrets.token_hex(16)
        session.add(
            RemovedAccount(
                network_id=member.network_id,
                member_id=member.id,
                salt=salt,
                hash=_hash(Account(each.workspace_id, each.external), salt),
                by_self=member.removed_at is None,
            )
        )
    session.flush()


def why(session: Session, *, network_id: int, account: Account) -> Literal["", "removed", "left"]:
    """Why this account, which was erased, is in this network no more; "" where nothing is
    remembered."""
    found = _of(session, network_id, account)
    if not found:
        return ""
    return "left" if all(each.by_self for each in found) else "removed"


def holds(session: Session, *, network_id: int, account: Account) -> bool:
    """Whether a host of this network removed this account before it was erased."""
    return why(session, network_id=network_id, account=account) == "removed"


def come_back(session: Session, *, network_id: int, account: Account) -> None:
    """Forget that somebody left who joins again."""
    for each in _of(session, network_id, account):
        if each.by_self:
            session.delete(each)
    session.flush()


def _of(session: Session, network_id: int, account: Account) -> list[RemovedAccount]:
    kept = session.scalars(select(RemovedAccount).where(RemovedAccount.network_id == network_id))
    return [each for each in kept if hmac.compare_digest(_hash(account, each.salt), each.hash)]


def forget(session: Session, *, member: Member) -> bool:
    """Let a host's decision be undone; whether anything was remembered."""
    done = session.execute(
        delete(RemovedAccount)
        .where(RemovedAccount.member_id == member.id)
        .returning(RemovedAccount.id)
    )
    return bool(done.all())


def _hash(account: Account, salt: str) -> str:
    said = f"{account.workspace_id}|{account.external}"
    return hashlib.blake2b(said.encode(), key=salt.encode(), digest_size=32).hexdigest()
