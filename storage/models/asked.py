"""Prompts that hosts schedule, the times they were asked, and what was answered."""

from datetime import date, datetime, time

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.base import Base
from storage.models.people import Member


class Prompt(Base):
    """A question that a host schedules. `rule` is an iCalendar recurrence, "" for once; with
    `starts_on` and `at`, both in `zone`, and `until` it says when. `state` is draft (previewed, not
    scheduled), live, paused, done or cancelled. `channel_ids` are those it is asked in."""

    __tablename__ = "prompt"
    __table_args__ = (Index("ix_prompt_network", "network_id", "state"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    question: Mapped[str]
    rule: Mapped[str]
    starts_on: Mapped[date]
    at: Mapped[time]
    zone: Mapped[str]
    until: Mapped[date | None]
    channel_ids: Mapped[list[int]]
    state: Mapped[str] = mapped_column(default="draft")
    made_at: Mapped[datetime]


class Asking(Base):
    """One time that a prompt was asked, with the question as it was then."""

    __tablename__ = "asking"
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"), index=True)
    prompt_id: Mapped[int] = mapped_column(ForeignKey("prompt.id"), index=True)
    question: Mapped[str]
    channel_ids: Mapped[list[int]]
    at: Mapped[datetime]
    answers: Mapped[list["Answer"]] = relationship(lazy="selectin", order_by="Answer.at")


class Answer(Base):
    """What a member answered; one for each time that it was asked."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("asking_id", "member_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    asking_id: Mapped[int] = mapped_column(ForeignKey("asking.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    words: Mapped[str]
    at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    member: Mapped[Member] = relationship(lazy="joined")
