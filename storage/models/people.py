"""A network and whoever belongs to it: organisations, workspaces, channels, members."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from storage.models.base import Base
from storage.models.names import tidy


class Network(Base):
    """A learning network: many organisations, one library, one call or several."""

    __tablename__ = "network"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    zone: Mapped[str]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """Since when only its past is read: see `storage.networks.end`."""


class Organisation(Base):
    __tablename__ = "organisation"
    __table_args__ = (UniqueConstraint("network_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"))
    name: Mapped[str]


class Workspace(Base):
    """A Slack workspace or a Teams tenant, by the platform's own id (`external`)."""

    __tablename__ = "workspace"
    __table_args__ = (UniqueConstraint("platform", "external"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    platform: Mapped[str]
    external: Mapped[str]
    name: Mapped[str] = mapped_column(default="")

    @validates("name")
    def _tidy(self, _key: str, told: str) -> str:
        return tidy(told)


class Channel(Base):
    """A channel of a network. A channel belongs to one network."""

    __tablename__ = "channel"
    __table_args__ = (
        UniqueConstraint("workspace_id", "external"),
        Index("ix_channel_external", "external"),
        Index(
            "ix_channel_people",
            "people_due",
            sqlite_where=text("people_due IS NOT NULL"),
            postgresql_where=text("people_due IS NOT NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"), index=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    external: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    people_due: Mapped[datetime | None]
    """When its people are to be read from the platform next; None while nobody asked."""
    links: Mapped[str] = mapped_column(default="ask", server_default="ask")
    """What becomes of links posted there: all are kept, whoever posted one is asked, or none."""
    workspace: Mapped[Workspace] = relationship(lazy="joined")

    @validates("name")
    def _tidy(self, _key: str, told: str) -> str:
        return tidy(told)


class Member(Base):
    """A person's place in one network. `role` is host or member. A `guest` is one by all of their
    accounts; whoever has an active account is `active`. `people.settle` keeps both."""

    __tablename__ = "member"
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str]
    role: Mapped[str] = mapped_column(default="member")
    guest: Mapped[bool] = mapped_column(default=False)
    zone: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    joined_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    """Since when they are no member any more, as a host wished."""
    left_at: Mapped[datetime | None]
    """Since when they are no member any more, as they wished themselves."""
    with_since: Mapped[datetime | None]
    """When they said by themselves whom they are with; None once the hosts have been told."""
    away_until: Mapped[datetime | None]
    """Until when a host is away: what hosts are asked goes to another first."""
    organisation: Mapped[Organisation | None] = relationship(lazy="joined")

    @validates("name", "zone")
    def _tidy(self, _key: str, told: str) -> str:
        return tidy(told)


class Identity(Base):
    """How a platform names a member. A person known in two workspaces has two. `guest` and
    `active` are what the platform tells of this account."""

    __tablename__ = "identity"
    __table_args__ = (
        UniqueConstraint("network_id", "workspace_id", "external"),
        Index("ix_identity_person", "workspace_id", "external"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    external: Mapped[str]
    guest: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    workspace: Mapped[Workspace] = relationship(lazy="joined")


class RemovedAccount(Base):
    """An account that had everything erased: only a hash of it is kept, salted for itself. `why`
    it is in the network no more: a host removed it, its person left, or it was only erased.
    `member_id` is the nameless row that is left of them."""

    __tablename__ = "removed_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    salt: Mapped[str] = mapped_column(String(32))
    hash: Mapped[str] = mapped_column(String(64))
    why: Mapped[str] = mapped_column(default="removed", server_default="removed")


class Code(Base):
    """A one-time code by which a person shows that another account is theirs too. Only its hash
    is kept. `workspace_id` and `external` name the account that made it; an account has one."""

    __tablename__ = "code"
    __table_args__ = (UniqueConstraint("workspace_id", "external"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    external: Mapped[str]
    good_until: Mapped[datetime]
    used_at: Mapped[datetime | None]


class WrongCodes(Base):
    """When an account lately typed codes that were none, in seconds since 1970; the last last."""

    __tablename__ = "wrong_codes"
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    external: Mapped[str] = mapped_column(primary_key=True)
    times: Mapped[list[int]]
    latest: Mapped[datetime]


class Linked(Base):
    """An identity that came to its member by a code. The one that has no such row is the
    member's own: it stays when they part."""

    __tablename__ = "linked"
    identity_id: Mapped[int] = mapped_column(ForeignKey("identity.id"), primary_key=True)
    at: Mapped[datetime]
