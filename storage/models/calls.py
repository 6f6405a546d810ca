"""Series, their calls, and what the clock does for each."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.base import Base
from storage.models.people import Channel, Member, Network

NOT_HELD = ("cancelled", "skipped")
"""The states of a call that does not take place."""
GOES_ON = (
    "ended_at IS NULL AND (planned_until IS NULL OR ends_on IS NULL OR planned_until < ends_on)"
)
"""A series that is to be planned further, one day or another."""


class Series(Base):
    """A call that recurs. `every` is week, fortnight, month (the `nth` weekday; -1 is the last)
    or once; `starts_on` is its first date, `at` its time of day, both in `zone`.
    `steps` maps a step's kind to minutes from the call's start, or None where it is off;
    `roles_off` are the roles that do not go round in it.
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
    roles_off: Mapped[list[str]] = mapped_column(default=list)
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
    pause_id: Mapped[int | None]
    """The pause that left it out; when that is taken back the call is held after all."""
    series: Mapped[Series] = relationship(lazy="joined")

    @property
    def off(self) -> bool:
        """Whether it does not take place."""
        return self.state in NOT_HELD


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


class AgendaItem(Base):
    """What was changed of the composed agenda: an item added (`kind` is "added") by a host, or
    `by_id` a member who brought a message of `link` to the call; or the minutes or place of a
    composed one. `position` orders, None leaves it where it was. `source` names the message."""

    __tablename__ = "agenda_item"
    __table_args__ = (Index("ix_agenda_item_call", "call_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    kind: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    minutes: Mapped[int | None]
    position: Mapped[int | None]
    left_out: Mapped[bool] = mapped_column(default=False)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    link: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    by: Mapped[Member | None] = relationship(lazy="joined")


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
