"""Prompts that hosts schedule, the times they were asked, what was answered, and what people typed
in the threads of questions."""

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
    """What a member answered; one for each time that it was asked. `words` are all of it: what they
    said in the form (`own`), then what they typed in its threads."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("asking_id", "member_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    asking_id: Mapped[int] = mapped_column(ForeignKey("asking.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    words: Mapped[str]
    own: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    member: Mapped[Member] = relationship(lazy="joined")


class ThreadReply(Base):
    """What somebody typed in the thread of a question that was asked, or of a protocol in writing
    (there it is the thought `thought_id`, 0 where it is none of its own), by the platform's id of
    the message (`external`). `as_of` is the edit that we know, so that an older one changes
    nothing; one that is `gone` was deleted or taken back, and never counts again."""

    __tablename__ = "thread_reply"
    __table_args__ = (
        UniqueConstraint("channel_id", "external"),
        Index("ix_thread_reply_asking", "asking_id", "member_id"),
        Index("ix_thread_reply_run", "run_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("channel.id"))
    external: Mapped[str]
    asking_id: Mapped[int | None] = mapped_column(ForeignKey("asking.id"))
    run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id"))
    thought_id: Mapped[int] = mapped_column(default=0)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    """Who typed it; None where only its deletion came."""
    words: Mapped[str]
    at: Mapped[datetime]
    as_of: Mapped[datetime]
    gone: Mapped[bool] = mapped_column(default=False)
