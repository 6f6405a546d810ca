"""Accounts that were erased, remembered by a hash, so that nobody is taken in again unasked.

A host's removal and one's own leaving outlive what was kept of a person: else `me erase` would undo
them. And whoever was only erased is no member for sitting in a channel, but for speaking. The hash
goes when they join again, or a host brings them back.
"""

import hashlib
import hmac
import secrets

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.codes import Account
from storage.models import Identity, Member, RemovedAccount


def keep(session: Session, *, member: Member) -> None:
    """Remember the accounts of a member who is being erased."""
    why = "removed" if member.removed_at else "left" if member.left_at else "erased"
    theirs = select(Identity).where(Identity.member_id == member.id)
    for each in session.scalars(theirs).all():
        salt = secrets.token_hex(16)
        session.add(
            RemovedAccount(
                network_id=member.network_id,
                member_id=member.id,
                salt=salt,
                hash=_hash(Account(each.workspace_id, each.external), salt),
                why=why,
            )
        )
    session.flush()


def why(session: Session, *, network_id: int, account: Account) -> str:
    """Why this account, which was erased, is in this network no more: "removed", "left" or
    "erased"; "" where nothing is remembered."""
    known = {each.why for each in _of(session, network_id, account)}
    return next((each for each in ("removed", "left", "erased") if each in known), "")


def holds(session: Session, *, network_id: int, account: Account) -> bool:
    """Whether a host of this network removed this account before it was erased."""
    return why(session, network_id=network_id, account=account) == "removed"


def come_back(session: Session, *, network_id: int, account: Account) -> None:
    """Forget somebody who joins again."""
    for each in _of(session, network_id, account):
        if each.why != "removed":
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
