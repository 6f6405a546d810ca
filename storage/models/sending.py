"""What must be on a platform, where a door may write, and what has been answered."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base


class OutboxPost(Base):
    """A post that must be on a platform: the card wanted now (`card`, `edition`) and what the
    platform has (`sent_id`, `sent_edition`). `key` is the delivery key. `thread_key` names the
    post whose thread it belongs to; `thread_of` says what its own thread is of ("asking 12"), where
    what people type there counts. `state` is planned, sending, sent, unknown, skipped, failed,
    leaving (it is older than is kept, and to be taken away) or gone."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_call", "call_id"),
        *(
            Index(
                f"ix_outbox_{state}",
                "network_id",
                sqlite_where=text(f"state = '{state}'"),
                postgresql_where=text(f"state = '{state}'"),
            )
            for state in ("leaving", "gone")
        ),
        Index(
            "ix_outbox_age",
            "network_id",
            "wanted_at",
            sqlite_where=text("call_id IS NULL"),
            postgresql_where=text("call_id IS NULL"),
        ),
        Index(
            "ix_outbox_due",
            "due_at",
            "key",  # the order in which the courier takes them
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
        Index(
            "ix_outbox_failed",
            "network_id",
            sqlite_where=text("state = 'failed'"),
            postgresql_where=text("state = 'failed'"),
        ),
        Index(
            "ix_outbox_asks",
            "channel",
            "sent_id",
            sqlite_where=text("thread_of <> ''"),
            postgresql_where=text("thread_of <> ''"),
        ),
        Index(
            "ix_outbox_member",
            "member_id",
            sqlite_where=text("member_id IS NOT NULL"),
            postgresql_where=text("member_id IS NOT NULL"),
        ),
        Index(
            "ix_outbox_thread",
            "thread_key",
            sqlite_where=text("thread_key <> ''"),
            postgresql_where=text("thread_key <> ''"),
        ),
    )
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"))
    call_id: Mapped[int | None] = mapped_column(ForeignKey("call.id"))
    kind: Mapped[str]
    platform: Mapped[str]
    workspace: Mapped[str]
    channel: Mapped[str]
    direct: Mapped[bool] = mapped_column(default=False)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    """Whom a direct post is for."""
    lane: Mapped[str]
    """The queue it waits in: a `Lane`'s name."""
    thread_key: Mapped[str] = mapped_column(default="")
    thread_of: Mapped[str] = mapped_column(default="")
    card: Mapped[bytes]
    edition: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(default="planned")
    wanted_at: Mapped[datetime]
    """Since when it should be there: the time of its step, or when it was first wanted. Posts of
    one thread come in this order."""
    due_at: Mapped[datetime | None]
    """When the courier is to look at it next; None when there is nothing to do."""
    not_after: Mapped[datetime | None]
    token: Mapped[str] = mapped_column(default="")
    tries: Mapped[int] = mapped_column(default=0)
    first_try_at: Mapped[datetime | None]
    looked_at: Mapped[datetime | None]
    """When the platform was last asked whether it has this post."""
    audits: Mapped[int] = mapped_column(default=0)
    """How often it is still to be looked for copies: a post in doubt may be there twice."""
    sent_id: Mapped[str] = mapped_column(default="")
    sent_edition: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")


class Lane(Base):
    """The queue of one channel, of one person's direct messages, or of a whole workspace (whose
    stop holds all its channels). At most one sender has it, until `lease_until`, under `token`;
    nothing goes before `free_at`. `stopped` is the platform's own word for why it takes nothing
    there, until `try_at`."""

    __tablename__ = "lane"
    __table_args__ = (
        Index(
            "ix_lane_stopped",
            "name",
            sqlite_where=text("stopped <> ''"),
            postgresql_where=text("stopped <> ''"),
        ),
    )
    name: Mapped[str] = mapped_column(primary_key=True)
    free_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    token: Mapped[str] = mapped_column(default="")
    stopped: Mapped[str] = mapped_column(default="")
    stopped_at: Mapped[datetime | None]
    try_at: Mapped[datetime | None]


class Delivery(Base):
    """A delivery that has been answered: the same id again changes nothing."""

    __tablename__ = "delivery"
    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class Conversation(Base):
    """Where a door may write without being asked: a Teams channel, group chat or 1:1. `person` is
    set for a 1:1: the id that members are known by; `person_id` is what their platform calls them
    to this bot."""

    __tablename__ = "conversation"
    __table_args__ = (
        UniqueConstraint("workspace_id", "external"),
        Index("ix_conversation_person", "workspace_id", "person"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    external: Mapped[str]
    service_url: Mapped[str]
    person: Mapped[str] = mapped_column(default="")
    person_id: Mapped[str] = mapped_column(default="")
    team: Mapped[str] = mapped_column(default="")
    name: Mapped[str] = mapped_column(default="")
