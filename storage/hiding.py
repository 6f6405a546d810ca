"""What hosts have hidden, and what brings it back."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.models import Call, Hidden, OutboxPost, Resource, Voice

FROM_OLD_AGENDAS = "hide posts"


def add(
    session: Session,
    *,
    network_id: int,
    kind: str,
    ref: int,
    member_id: int | None,
    by: int,
    reason: str,
    before: dict[str, Any],
    now: datetime,
) -> Hidden:
    """Keep that something is hidden, in place of what was kept of it before."""
    session.execute(delete(Hidden).where(Hidden.kind == kind, Hidden.ref == ref))
    made = Hidden(
        network_id=network_id,
        kind=kind,
        ref=ref,
        member_id=member_id,
        by_id=by,
        reason=reason,
        before=before,
        at=now,
    )
    session.add(made)
    session.flush()
    return made


def get(session: Session, *, network_id: int, hidden_id: int) -> Hidden | None:
    """Something hidden in this network."""
    found = session.get(Hidden, hidden_id)
    return found if found and found.network_id == network_id else None


def of(session: Session, *, kind: str, ref: int) -> Hidden | None:
    """What is kept of something that is hidden; None where it is not."""
    return session.scalar(select(Hidden).where(Hidden.kind == kind, Hidden.ref == ref))


def old_agendas(
    session: Session, *, network_id: int, after: str, limit: int
) -> Sequence[OutboxPost]:
    """What was posted of a network's calls that are over, as they began and before; in the order
    of the posts' keys, those `after` one."""
    return session.scalars(
        select(OutboxPost)
        .join(Call, Call.id == OutboxPost.call_id)
        .where(
            Call.network_id == network_id,
            Call.state == "ended",
            OutboxPost.kind.in_(("agenda", "start")),
            OutboxPost.state == "sent",
            OutboxPost.key > after,
        )
        .order_by(OutboxPost.key)
        .limit(limit)
    ).all()


def links(session: Session, *, network_id: int, keys: Collection[str]) -> set[str]:
    """The pages among these that are hidden in a network."""
    return set(
        session.scalars(
            select(Resource.key)
            .join(Hidden, Hidden.ref == Resource.id)
            .where(
                Hidden.kind == "resource",
                Resource.network_id == network_id,
                Resource.key.in_(keys),
            )
        )
    )


def hide_voice(session: Session, *, hidden: Hidden, voice_id: int) -> None:
    """A voice for a resource that is hidden comes back with the others."""
    known = hidden.before["voices"]
    if voice_id not in known:
        hidden.before = {**hidden.before, "voices": [*known, voice_id]}
        hidden.withdrawn_at = None
        session.flush()


def lately(session: Session, *, network_id: int, limit: int) -> Sequence[Hidden]:
    """What is hidden in a network, the latest first."""
    return session.scalars(
        select(Hidden)
        .where(Hidden.network_id == network_id, Hidden.withdrawn_at.is_(None))
        .order_by(Hidden.id.desc())
        .limit(limit)
    ).all()


def withdraw(
    session: Session,
    *,
    network_id: int,
    member_id: int,
    kind: str,
    now: datetime,
    ref: int | None = None,
    asking_id: int | None = None,
) -> bool:
    """Let a member withdraw for good what a host hid of theirs, by its id, or an answer by what
    was asked: nothing brings it back, and nothing of it is left here. Whether there was any."""
    theirs = session.scalars(
        select(Hidden).where(
            Hidden.network_id == network_id,
            Hidden.member_id == member_id,
            Hidden.kind == kind,
            Hidden.withdrawn_at.is_(None),
        )
    )
    found = [
        each
        for each in theirs
        if each.ref == ref or (asking_id and each.before.get("asking") == asking_id)
    ]
    for each in found:
        each.withdrawn_at, each.before = now, {}
    session.flush()
    return bool(found)


def withdraw_voice(
    session: Session, *, network_id: int, member_id: int, resource_id: int, now: datetime
) -> bool:
    """The same for what a member said of a resource: what others said of it may come back, and
    the page stays hidden, whoever shares it again."""
    found = session.scalar(
        select(Hidden).where(
            Hidden.network_id == network_id,
            Hidden.kind == "resource",
            Hidden.ref == resource_id,
            Hidden.withdrawn_at.is_(None),
        )
    )
    theirs = session.scalars(
        select(Voice.id).where(Voice.resource_id == resource_id, Voice.member_id == member_id)
    ).all()
    voices = found.before["voices"] if found else []
    left = [each for each in voices if each not in theirs]
    if found is None or left == voices:
        return False
    found.before = {"voices": left}
    found.withdrawn_at = None if left else now
    session.flush()
    return True


def bring_back(session: Session, *, hidden: Hidden) -> None:
    """It is hidden no more."""
    session.delete(hidden)
    session.flush()
