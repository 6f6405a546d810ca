"""Links that were posted to others: what is kept of a message until somebody decides."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.base import Base
from storage.models.people import Channel, Member


class CaughtMessage(Base):
    """A message in a network's channel with links or files in it, by the platform's id
    (`external`); of its text only what stands around them is kept. `as_of` is the edit that we
    know, so that an older one changes nothing; one that is `gone` is never caught again."""

    __tablename__ = "caught_message"
    __table_args__ = (
        UniqueConstraint("channel_id", "external"),
        Index("ix_caught_message_network", "network_id", "at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"))
    channel_id: Mapped[int] = mapped_column(ForeignKey("channel.id"))
    external: Mapped[str]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    """Who posted it; None where they are no member."""
    permalink: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    as_of: Mapped[datetime]
    gone: Mapped[bool] = mapped_column(default=False)
    member: Mapped[Member | None] = relationship(lazy="joined")
    channel: Mapped[Channel] = relationship(lazy="joined")
    links: Mapped[list["CaughtLink"]] = relationship(
        lazy="selectin",
        order_by="CaughtLink.id",
        back_populates="message",
        cascade="all, delete-orphan",
    )


class CaughtLink(Base):
    """A link or a file in such a message. `title` is a file's; `words` are those around it.
    `state` is waiting, kept, dismissed, or hidden by a host before it was decided upon."""

    __tablename__ = "caught_link"
    __table_args__ = (
        UniqueConstraint("message_id", "key"),
        Index(
            "ix_caught_link_waiting",
            "message_id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("caught_message.id"))
    key: Mapped[str]
    url: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="waiting")
    message: Mapped[CaughtMessage] = relationship(back_populates="links")
    keepings: Mapped[list["Keeping"]] = relationship(
        lazy="selectin", order_by="Keeping.at", cascade="all, delete-orphan"
    )


class Keeping(Base):
    """A member kept a caught link as this resource, with these words (`why`): as long as theirs
    still read so, they follow the message. `by_mark` is one that a reaction made, and undoes."""

    __tablename__ = "keeping"
    link_id: Mapped[int] = mapped_column(ForeignKey("caught_link.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"))
    why: Mapped[str]
    by_mark: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]
