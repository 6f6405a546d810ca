"""Channels that ask to join a network: the codes by which they may, and what became of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from storage import codes
from storage.codes import Account
from storage.models import JoinCode, Joining, Workspace
from storage.people import SHARING

GOOD_FOR = timedelta(days=3)
KEPT = timedelta(days=30)
"""So long whoever types an old code is told that it is old, and not that there is none."""
MOST_OPEN = 20
"""Codes of one network that are good at a time."""


def make(session: Session, *, network_id: int, made_by: int, now: datetime) -> str | None:
    """A new code, as it is shown; None where too many of this network are good still."""
    session.execute(delete(JoinCode).where(JoinCode.good_until < now - KEPT))
    still_good = select(func.count()).where(
        JoinCode.network_id == network_id,
        JoinCode.used_at.is_(None),
        JoinCode.good_until > now,
    )
    if (session.scalar(still_good) or 0) >= MOST_OPEN:
        return None
    shown, hashed = codes.fresh()
    session.add(
        JoinCode(network_id=network_id, hash=hashed, made_by=made_by, good_until=now + GOOD_FOR)
    )
    session.flush()
    return shown


def find(session: Session, *, code: str) -> JoinCode | None:
    """What is kept of a code, used and old ones too."""
    return session.scalar(select(JoinCode).where(JoinCode.hash == codes.hash_of(code)))


def use(session: Session, *, code: JoinCode, now: datetime) -> bool:
    """Use a code up; False when somebody else has."""
    done = session.execute(
        update(JoinCode)
        .where(JoinCode.id == code.id, JoinCode.used_at.is_(None))
        .values(used_at=now)
        .returning(JoinCode.id)
    )
    return done.one_or_none() is not None


def ask(
    session: Session,
    *,
    network_id: int,
    workspace_id: int,
    external: str,
    by: Account,
    name: str,
    called: str,
    now: datetime,
) -> Joining:
    """Keep that somebody, of this `name`, asks for a channel that is `called` so ("" where that is
    not known). Both are asked of the platform soon."""
    made = Joining(
        network_id=network_id,
        workspace_id=workspace_id,
        external=external,
        name=called,
        name_due=now,
        home_id=by.workspace_id,
        person=by.external,
        person_name=name,
        at=now,
    )
    session.add(made)
    session.flush()
    session.refresh(made)
    return made


def get(session: Session, *, network_id: int, joining_id: int) -> Joining | None:
    """What was asked of this network."""
    found = session.get(Joining, joining_id)
    return found if found and found.network_id == network_id else None


def asked_for(session: Session, *, network_id: int, space: Workspace, external: str) -> bool:
    """Whether this channel, seen from this workspace or from one that shares it, already waits for
    this network's hosts."""
    every = waiting(session, network_id=network_id)
    return any(
        each.external == external
        and each.workspace.platform == space.platform
        and (each.workspace_id == space.id or space.platform in SHARING)
        for each in every
    )


def asked_by(session: Session, *, account: Account) -> Sequence[Joining]:
    """What an account asked for, of whichever network."""
    return session.scalars(
        select(Joining)
        .where(Joining.home_id == account.workspace_id, Joining.person == account.external)
        .order_by(Joining.id)
    ).all()


def waiting(session: Session, *, network_id: int) -> Sequence[Joining]:
    """What waits for a network's hosts, the longest first."""
    return session.scalars(
        select(Joining)
        .where(Joining.network_id == network_id, Joining.state == "asked")
        .order_by(Joining.id)
    ).all()


def last(session: Session, *, workspace_id: int, external: str) -> Joining | None:
    """What was asked for a channel last."""
    return session.scalar(
        select(Joining)
        .where(Joining.workspace_id == workspace_id, Joining.external == external)
        .order_by(Joining.id.desc())
        .limit(1)
    )


def look_again(session: Session, *, joining: Joining, now: datetime) -> None:
    """Let the platform be asked again about a channel: something has become of it."""
    joining.name_due = now
    session.flush()


def to_look(session: Session, *, now: datetime) -> bool:
    """Whether the platform is to be asked about a channel."""
    return session.scalar(select(Joining.id).where(Joining.name_due <= now).limit(1)) is not None


def claim_to_look(session: Session, *, now: datetime, again: datetime) -> Joining | None:
    """What is to be asked about now. It is ours until `again`: then whoever looks next takes it
    that we came to grief."""
    due = session.scalar(
        select(Joining)
        .where(Joining.name_due <= now)
        .order_by(Joining.name_due)
        .limit(1)
        .with_for_update(of=Joining, skip_locked=True)
    )
    if due is not None:
        due.name_due = again
        session.flush()
    return due


def decide(
    session: Session,
    *,
    joining: Joining,
    state: Literal["approved", "declined", "late"],
    by: int,
) -> bool:
    """Keep what a host decided; False when it was decided before."""
    done = session.execute(
        update(Joining)
        .where(Joining.id == joining.id, Joining.state == "asked")
        .values(state=state, decided_by=by)
        .returning(Joining.id)
    )
    decided = done.one_or_none() is not None
    session.refresh(joining)
    return decided
