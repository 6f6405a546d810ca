"""Accounts that a host removed from a network, remembered after their people were erased.

A host's decision outlives what was kept of a person: else `me erase` would undo it. Of the account
only a hash is left, until a host brings them back.
"""

import hashlib
import hmac
import secrets

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.codes import Account
from storage.models import Identity, Member, RemovedAccount


def keep(session: Session, *, member: Member) -> None:
    """Remember the accounts of a member whom a host removed, and who is being erased."""
    if member.removed_at is None:
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
            )
        )
    session.flush()


def holds(session: Session, *, network_id: int, account: Account) -> bool:
    """Whether a host of this network removed this account before it was erased."""
    kept = session.execute(
        select(RemovedAccount.salt, RemovedAccount.hash).where(
            RemovedAccount.network_id == network_id
        )
    ).all()
    return any(hmac.compare_digest(_hash(account, each.salt), each.hash) for each in kept)


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
