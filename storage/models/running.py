"""How a network is run: who may join it, who takes it over, its pauses, home bases and pictures."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from storage.models.base import Base
from storage.models.names import tidy
from storage.models.people import Channel, Member, Workspace


class JoinCode(Base):
    """A one-time code by which somebody asks that their channel may join a network. Only its hash
    is kept."""

    __tablename__ = "join_code"
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"), index=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_by: Mapped[int] = mapped_column(ForeignKey("member.id"))
    good_until: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Joining(Base):
    """A channel that asks to join a network. `state` is asked, approved, declined or late (it
    joined another network before). `person` and `home_id` name the account that asked, which
    belongs to no network yet. `name_due` is when the platform is to be asked for the channel's
    name next; None when settled."""

    __tablename__ = "joining"
    __table_args__ = (
        Index("ix_joining_network", "network_id", "state"),
        Index("ix_joining_channel", "workspace_id", "external"),
        Index(
            "ix_joining_name",
            "name_due",
            sqlite_where=text("name_due IS NOT NULL"),
            postgresql_where=text("name_due IS NOT NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"))
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    external: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    name_due: Mapped[datetime | None]
    home_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    person: Mapped[str]
    person_name: Mapped[str]
    state: Mapped[str] = mapped_column(default="asked")
    at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    workspace: Mapped[Workspace] = relationship(lazy="joined", foreign_keys=[workspace_id])
    home: Mapped[Workspace] = relationship(lazy="joined", foreign_keys=[home_id])
    decider: Mapped[Member | None] = relationship(lazy="joined")

    @validates("name", "person_name")
    def _tidy(self, _key: str, told: str) -> str:
        return tidy(told)


class Handover(Base):
    """A host asks a member to host: in their place where the host `leaves`, else beside them.
    `state` is asked, accepted, declined or recalled."""

    __tablename__ = "handover"
    __table_args__ = (Index("ix_handover_network", "network_id", "state"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"))
    from_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    leaves: Mapped[bool]
    state: Mapped[str] = mapped_column(default="asked")
    at: Mapped[datetime]
    giver: Mapped[Member] = relationship(lazy="joined", foreign_keys=[from_id])
    taker: Mapped[Member] = relationship(lazy="joined", foreign_keys=[to_id])


class Pause(Base):
    """A time in which a network rests, such as holidays: both days included, in the network's
    zone."""

    __tablename__ = "pause"
    __table_args__ = (Index("ix_pause_network", "network_id", "last_on"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"))
    first_on: Mapped[date]
    last_on: Mapped[date]
    name: Mapped[str]


class HomeBase(Base):
    """A sub-group of a network. `place` orders them; one that a later round has no use for is
    `closed`, and opened again by one that has. `channel_id` is the channel of its own, if any."""

    __tablename__ = "home_base"
    __table_args__ = (UniqueConstraint("network_id", "place"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"))
    place: Mapped[int]
    name: Mapped[str]
    closed: Mapped[bool] = mapped_column(default=False)
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("channel.id"))
    channel: Mapped[Channel | None] = relationship(lazy="joined")


class BaseRound(Base):
    """One dealing of the members to home bases; the last one counts, those before say who has been
    with whom."""

    __tablename__ = "base_round"
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"), index=True)
    at: Mapped[datetime]


class Seat(Base):
    """A member's home base in one round."""

    __tablename__ = "seat"
    round_id: Mapped[int] = mapped_column(ForeignKey("base_round.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    base_id: Mapped[int] = mapped_column(ForeignKey("home_base.id"))
    member: Mapped[Member] = relationship(lazy="joined")


class Picture(Base):
    """What a picture shows, for as long as its secret address is good."""

    __tablename__ = "picture"
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"), index=True)
    key: Mapped[str] = mapped_column(unique=True)
    shows: Mapped[dict[str, Any]]
    good_until: Mapped[datetime]
