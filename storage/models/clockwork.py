"""What the clock does that belongs to no call, and who changed what."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.base import Base
from storage.models.people import Member


class Chore(Base):
    """Something the clock does for a network at `due_at` that is no step of a call: `kind` says
    what, `ref` to which row. One of a kind a row; a recurring one is moved on when it is done."""

    __tablename__ = "chore"
    __table_args__ = (
        UniqueConstraint("kind", "ref"),
        Index("ix_chore_due", "due_at", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"))
    kind: Mapped[str]
    ref: Mapped[int]
    due_at: Mapped[datetime]


class Erasure(Base):
    """What is still to be taken out of the posts `after` a key, of somebody who was erased: `told`
    is what `bot.redact.Redaction` is told. It goes with the last post."""

    __tablename__ = "erasure"
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"))
    told: Mapped[dict[str, Any]]
    after: Mapped[str]


class AuditEntry(Base):
    """Who changed something that others rely on, and when: rows are only ever added. `what` is
    series, call, role, recap, network, item …; `ref` is its row's id, 0 where there is none.
    `words` say what was done, as hosts read it. `by_id` is None where the clock or a platform
    did it."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_network", "network_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    what: Mapped[str]
    ref: Mapped[int] = mapped_column(default=0)
    words: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[Member | None] = relationship(lazy="joined")
