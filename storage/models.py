"""What is kept. One class a table; every row that people made carries its network.

Instants are UTC and aware in Python; a date or a time of day has no zone and is read in its
series' zone. Text is what the person typed, cleaned of control characters only.
"""

from datetime import UTC, date, datetime, time
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    MetaData,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator


class Instant(TypeDecorator[datetime]):
    """An aware instant. SQLite keeps it as naive UTC; both ways it is aware UTC in Python."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        there = value.astimezone(UTC)
        return there.replace(tzinfo=None) if dialect.name == "sqlite" else there

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value if value is None or value.tzinfo else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Instant,
        dict[str, Any]: JSON,
        list[str]: JSON,
        list[int]: JSON,
    }


class Network(Base):
    """A learning network: many organisations, one library, one call or several."""

    __tablename__ = "network"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    zone: Mapped[str]
    created_at: Mapped[datetime]


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


class Channel(Base):
    """A channel of a network. A channel belongs to one network."""

    __tablename__ = "channel"
    __table_args__ = (
        UniqueConstraint("workspace_id", "external"),
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
    workspace: Mapped[Workspace] = relationship(lazy="joined")


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
    organisation: Mapped[Organisation | None] = relationship(lazy="joined")


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


GOES_ON = (
    "ended_at IS NULL AND (planned_until IS NULL OR ends_on IS NULL OR planned_until < ends_on)"
)
"""A series that is to be planned further, one day or another."""


class Series(Base):
    """A call that recurs. `every` is week, fortnight, month (the `nth` weekday; -1 is the last)
    or once; `starts_on` is its first date, `at` its time of day, both in `zone`.
    `steps` maps a step's kind to minutes from the call's start, or None where it is off.
    """

    __tablename__ = "series"
    __table_args__ = (
        Index(
            "ix_series_to_plan",
            "planned_until",
            sqlite_where=text(GOES_ON),
            postgresql_where=text(GOES_ON),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"), index=True)
    name: Mapped[str]
    every: Mapped[str]
    starts_on: Mapped[date]
    at: Mapped[time]
    zone: Mapped[str]
    minutes: Mapped[int]
    link: Mapped[str] = mapped_column(default="")
    protocol: Mapped[str] = mapped_column(default="")
    questions: Mapped[list[str]]
    steps: Mapped[dict[str, Any]]
    ends_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    planned_until: Mapped[date | None]
    feed_key: Mapped[str] = mapped_column(unique=True)
    channels: Mapped[list[Channel]] = relationship(secondary="series_channel", lazy="selectin")
    network: Mapped[Network] = relationship(lazy="joined")


class SeriesChannel(Base):
    __tablename__ = "series_channel"
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"), primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channel.id"), primary_key=True)


class Call(Base):
    """One occurrence of a series, known by its original date. `state` is planned, open, ended,
    skipped (left out of the series) or cancelled. `stale` asks the clock to compose its posts
    again. `revision` counts what calendars must learn."""

    __tablename__ = "call"
    __table_args__ = (
        UniqueConstraint("series_id", "original_on"),
        Index("ix_call_network", "network_id", "starts_at"),
        Index("ix_call_stale", "id", sqlite_where=text("stale"), postgresql_where=text("stale")),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"))
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    original_on: Mapped[date]
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    state: Mapped[str] = mapped_column(default="planned")
    moved: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    notes_link: Mapped[str] = mapped_column(default="")
    stale: Mapped[bool] = mapped_column(default=False)
    series: Mapped[Series] = relationship(lazy="joined")


class Step(Base):
    """Something the clock does for a call at `due_at`. `state` is planned, done or skipped;
    `note` says why it was skipped."""

    __tablename__ = "step"
    __table_args__ = (
        UniqueConstraint("call_id", "kind"),
        Index(
            "ix_step_due",
            "due_at",
            sqlite_where=text("state = 'planned'"),
            postgresql_where=text("state = 'planned'"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    kind: Mapped[str]
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="planned")
    note: Mapped[str] = mapped_column(default="")
    call: Mapped[Call] = relationship(lazy="joined")


class CheckIn(Base):
    """A member's answers, in the order of the series' questions."""

    __tablename__ = "checkin"
    __table_args__ = (UniqueConstraint("call_id", "member_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    answers: Mapped[list[str]]
    at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    member: Mapped[Member] = relationship(lazy="joined")


class Absence(Base):
    """Someone said that they can't come."""

    __tablename__ = "absence"
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    at: Mapped[datetime]
    member: Mapped[Member] = relationship(lazy="joined")


class Resource(Base):
    """A link that a network keeps once. `key` is its address without tracking and fragments.
    `title_due` is when its page is to be asked for its title next; None when settled."""

    __tablename__ = "resource"
    __table_args__ = (
        UniqueConstraint("network_id", "key"),
        Index(
            "ix_resource_title",
            "title_due",
            sqlite_where=text("title_due IS NOT NULL"),
            postgresql_where=text("title_due IS NOT NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"))
    key: Mapped[str]
    url: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    title_due: Mapped[datetime | None]
    title_tries: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime]
    voices: Mapped[list["Voice"]] = relationship(
        lazy="selectin", order_by="Voice.at", back_populates="resource"
    )


class Voice(Base):
    """One member's word for a resource: why it helped. `tags` are lower case, without #."""

    __tablename__ = "voice"
    __table_args__ = (
        UniqueConstraint("resource_id", "member_id"),
        Index("ix_voice_network", "network_id", "at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"))
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("channel.id"))
    why: Mapped[str]
    tags: Mapped[list[str]]
    at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    member: Mapped[Member] = relationship(lazy="joined")
    resource: Mapped[Resource] = relationship(back_populates="voices")


class Problem(Base):
    """A problem of practice. `sight` is network, organisation or nameless: whoever raised a
    nameless one is kept only so that they can close it, and is read nowhere else.
    `state` is raised, agenda, worked, closed or withdrawn."""

    __tablename__ = "problem"
    __table_args__ = (Index("ix_problem_network", "network_id", "at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"))
    raised_by: Mapped[int] = mapped_column(ForeignKey("member.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    sight: Mapped[str]
    what: Mapped[str]
    tried: Mapped[str] = mapped_column(default="")
    wanted: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="raised")
    worked_at: Mapped[int | None] = mapped_column(ForeignKey("call.id"))
    """The call that worked on it."""
    at: Mapped[datetime]
    offers: Mapped[list["Offer"]] = relationship(lazy="selectin", order_by="Offer.at")
    _raiser: Mapped[Member] = relationship(lazy="joined")

    @property
    def author(self) -> Member | None:
        """Who may be named: None for a nameless problem."""
        return None if self.sight == "nameless" else self._raiser


class Offer(Base):
    """Help that someone offered for a problem."""

    __tablename__ = "offer"
    id: Mapped[int] = mapped_column(primary_key=True)
    problem_id: Mapped[int] = mapped_column(ForeignKey("problem.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    words: Mapped[str]
    at: Mapped[datetime]
    member: Mapped[Member] = relationship(lazy="joined")


class AgendaItem(Base):
    """What a host changed of the composed agenda: an item added (`kind` is "added"), or the
    minutes or place of a composed one. `position` orders, None leaves it where it was."""

    __tablename__ = "agenda_item"
    __table_args__ = (Index("ix_agenda_item_call", "call_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    kind: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    minutes: Mapped[int | None]
    position: Mapped[int | None]
    left_out: Mapped[bool] = mapped_column(default=False)


class ExitTicket(Base):
    """`useful` is 1–5; `recommend` is None where it was not answered."""

    __tablename__ = "exit_ticket"
    __table_args__ = (UniqueConstraint("call_id", "member_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    useful: Mapped[int]
    recommend: Mapped[bool | None]
    takeaway: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    member: Mapped[Member] = relationship(lazy="joined")


class Commitment(Base):
    """What someone said they will do. `state` is open, kept, changed or dropped."""

    __tablename__ = "commitment"
    __table_args__ = (Index("ix_commitment_member", "member_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"))
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    words: Mapped[str]
    state: Mapped[str] = mapped_column(default="open")
    at: Mapped[datetime]
    member: Mapped[Member] = relationship(lazy="joined")


class Trial(Base):
    """Evidence of use: what became of a resource. `outcome` is helped, adapted or no."""

    __tablename__ = "trial"
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    outcome: Mapped[str]
    at: Mapped[datetime]


class Recap(Base):
    """The recap of a call. `state` is drafted, approved, held (the host keeps it back) or
    posted. `left_out` holds the marks of items the host took out (r12, p3, c4).
    `opening_due` is when the model is asked for the opening next; None when settled."""

    __tablename__ = "recap"
    __table_args__ = (
        Index(
            "ix_recap_opening",
            "opening_due",
            sqlite_where=text("opening_due IS NOT NULL"),
            postgresql_where=text("opening_due IS NOT NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), unique=True)
    state: Mapped[str] = mapped_column(default="drafted")
    opening: Mapped[str] = mapped_column(default="")
    opening_by: Mapped[str] = mapped_column(default="")
    opening_due: Mapped[datetime | None]
    opening_tries: Mapped[int] = mapped_column(default=0)
    left_out: Mapped[list[str]]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    call: Mapped[Call] = relationship(lazy="joined")


class Passage(Base):
    """What search reads of a resource, a problem, a check-in or a recap (`kind`, `ref`).
    The full-text index beside it is kept by `storage.search`."""

    __tablename__ = "passage"
    __table_args__ = (UniqueConstraint("kind", "ref"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"))
    kind: Mapped[str]
    ref: Mapped[int]
    at: Mapped[datetime]
    url: Mapped[str] = mapped_column(default="")
    byline: Mapped[str] = mapped_column(default="")
    """Who said it, as it may be shown to everyone who finds it."""


class OutboxPost(Base):
    """A post that must be on a platform: the card wanted now (`card`, `edition`) and what the
    platform has (`sent_id`, `sent_edition`). `key` is the delivery key. `thread_key` names the
    post whose thread it belongs to. `state` is planned, sending, sent, unknown, skipped or
    failed."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_call", "call_id"),
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


class Mark(Base):
    """A fact about the database itself, such as the time zone rules its calls were placed by."""

    __tablename__ = "mark"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


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
