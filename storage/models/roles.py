"""Who has which role in a call, and the question that it opens with."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.base import Base
from storage.models.people import Member


class RoleTaken(Base):
    """A member's part in a role of a call. `state` is has (it was dealt to them), took (they or a
    host chose so), offered (they have it, and look for somebody else) or passed: they had it, or
    said that they can't."""

    __tablename__ = "role_taken"
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    state: Mapped[str] = mapped_column(default="has")
    at: Mapped[datetime]
    member: Mapped[Member] = relationship(lazy="joined")

    @property
    def thing(self) -> tuple[int, str]:
        """What somebody has one of, as one value."""
        return self.call_id, self.role


class Opener(Base):
    """The question that a call's connection opens with."""

    __tablename__ = "opener"
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"), index=True)
    question: Mapped[str]
    at: Mapped[datetime]


class OpeningQuestion(Base):
    """A question that a network's hosts added to those that calls open with, or took `out`: one of
    theirs, or one of ours."""

    __tablename__ = "opening_question"
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"), primary_key=True)
    words: Mapped[str] = mapped_column(primary_key=True)
    out: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]
