"""Protocols that a host runs, step by step in a call's thread or over days, and the thoughts."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.base import Base
from storage.models.people import Member


class Run(Base):
    """A protocol (`key`) that is run: in `minutes` and steps, `place` the one that it is at since
    `step_at`; or, with `until`, in writing over days. It belongs to a call where there was one."""

    __tablename__ = "run"
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"), index=True)
    call_id: Mapped[int | None] = mapped_column(ForeignKey("call.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    key: Mapped[str]
    question: Mapped[str] = mapped_column(default="")
    minutes: Mapped[int] = mapped_column(default=0)
    place: Mapped[int] = mapped_column(default=0)
    channel_ids: Mapped[list[int]]
    begun_at: Mapped[datetime]
    step_at: Mapped[datetime]
    until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    thoughts: Mapped[list["Thought"]] = relationship(lazy="selectin", order_by="Thought.id")


class Thought(Base):
    """What a member wrote in a protocol that runs in writing; `builds_on` is the thought that it
    goes on from, 0 where it stands alone."""

    __tablename__ = "thought"
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    words: Mapped[str]
    builds_on: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime]
    member: Mapped[Member] = relationship(lazy="joined")
