"""What people give around a call: check-ins, resources, problems, exit tickets."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.base import Base
from storage.models.people import Member


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
    `state` is raised, agenda, worked, closed or withdrawn. `brought_at` is when somebody asked for
    it to be worked on next; `lesson` is what whoever closed it will do differently."""

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
    brought_at: Mapped[datetime | None]
    lesson: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[datetime | None]
    offers: Mapped[list["Offer"]] = relationship(lazy="selectin", order_by="Offer.at")
    echoes: Mapped[list["Echo"]] = relationship(lazy="selectin", order_by="Echo.at")
    _raiser: Mapped[Member] = relationship(lazy="joined")

    @property
    def author(self) -> Member | None:
        """Who may be named: None for a nameless problem."""
        return None if self.sight == "nameless" else self._raiser


class Echo(Base):
    """Somebody has the same problem: “me too”."""

    __tablename__ = "echo"
    problem_id: Mapped[int] = mapped_column(ForeignKey("problem.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    at: Mapped[datetime]
    member: Mapped[Member] = relationship(lazy="joined")


class Offer(Base):
    """Help that someone offered for a problem, or a message that somebody said had helped.
    `member_id` is None where whoever wrote that message is no member; `source` names the message
    then, so that it is kept once."""

    __tablename__ = "offer"
    id: Mapped[int] = mapped_column(primary_key=True)
    problem_id: Mapped[int] = mapped_column(ForeignKey("problem.id"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    words: Mapped[str]
    source: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    member: Mapped[Member | None] = relationship(lazy="joined")
    helped: Mapped[list["Helped"]] = relationship(lazy="selectin")


class Helped(Base):
    """Somebody said of an offer: this helped."""

    __tablename__ = "helped"
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    at: Mapped[datetime]


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
    """What someone said they will do, after a call or (`call_id` is None) between calls. `state`
    is open, kept, changed or dropped, since `answered_at`, or resting while whoever said it has
    left; `became` is what it was changed to."""

    __tablename__ = "commitment"
    __table_args__ = (Index("ix_commitment_member", "member_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"))
    call_id: Mapped[int | None] = mapped_column(ForeignKey("call.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    words: Mapped[str]
    state: Mapped[str] = mapped_column(default="open")
    became: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    member: Mapped[Member] = relationship(lazy="joined")


class Trial(Base):
    """Evidence of use: what became of a resource. `outcome` is helped, adapted or no."""

    __tablename__ = "trial"
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    outcome: Mapped[str]
    at: Mapped[datetime]


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
