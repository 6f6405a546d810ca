"""What members wish for themselves, what a network takes care of, and what hosts have hidden."""

from datetime import datetime, time
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base


class Wish(Base):
    """What a member wishes. Without `nudges` nobody reminds them of anything; nor until
    `paused_until`. To one to `greet` it is told what is kept of them, once they do something."""

    __tablename__ = "wish"
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    nudges: Mapped[bool] = mapped_column(default=True)
    paused_until: Mapped[datetime | None]
    greet: Mapped[bool] = mapped_column(default=False)


class Care(Base):
    """What a network takes care of; without a row it is as `storage.care` says. Nobody is nudged
    between `quiet_from` and `quiet_until` in their own zone, nor on `free_days` (0 is Monday).
    What is older than `keep_months` is deleted, or nothing where that is None."""

    __tablename__ = "care"
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"), primary_key=True)
    quiet_from: Mapped[time]
    quiet_until: Mapped[time]
    free_days: Mapped[list[int]]
    keep_months: Mapped[int | None]


class Saved(Base):
    """Something found that a member saved for themselves: a passage's `kind` and `ref`."""

    __tablename__ = "saved"
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    ref: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]

    @property
    def thing(self) -> tuple[str, int]:
        """What was saved, as one value."""
        return self.kind, self.ref


class Hidden(Base):
    """Something that a host hid, with the reason. `member_id` is whose it is; `before` is what
    brings it back: nothing, once they have withdrawn it themselves."""

    __tablename__ = "hidden"
    __table_args__ = (UniqueConstraint("kind", "ref"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"), index=True)
    kind: Mapped[str]
    ref: Mapped[int]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    reason: Mapped[str]
    before: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class Download(Base):
    """A one-time link to what is kept of a person: of their account, by the key's hash."""

    __tablename__ = "download"
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    external: Mapped[str]
    good_until: Mapped[datetime]
    used_at: Mapped[datetime | None]
