"""What `doctor` asks of the database. Everything here only looks."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import create_engine, func, select, text
from sqlalchemy.orm import Session

from storage.alone import file_of
from storage.database import make_engine
from storage.models import Channel, Conversation, Lane, OutboxPost, Workspace
from storage.whole import look, quietly


class Held(NamedTuple):
    """A lane that is stopped, and why, in the platform's word; `since` when, of which workspace
    and channel (their names, "" where unknown or it is the whole workspace)."""

    workspace: str
    channel: str
    reason: str
    since: datetime | None


class Place(NamedTuple):
    """A network's channel. `told` is whether the platform told where to write there."""

    platform: str
    workspace: str
    channel: str
    name: str
    told: bool


@contextmanager
def looking(url: str) -> Iterator[Session]:
    """A session that can only look, also while a program works with this database. Raises
    SQLAlchemyError and ValueError."""
    file = file_of(url)
    if file:
        engine = create_engine("sqlite://", creator=lambda: look(file, quietly(file)))
    else:
        engine = make_engine(url)
    try:
        with Session(engine, expire_on_commit=False) as session:
            if not file:
                session.execute(text("SET TRANSACTION READ ONLY"))
            yield session
    finally:
        engine.dispose()


# A passage is found by its words; each has a row for them, whichever database keeps it.
_WORDS = {"sqlite": ("passage_text_docsize", "id"), "postgresql": ("passage_text", "passage_id")}


def search_gaps(session: Session) -> tuple[int, int]:
    """How many passages nobody can find, since their words are missing; and how many words are
    left of passages that are gone."""
    table, column = _WORDS[session.get_bind().dialect.name]
    lost = text(
        f"SELECT count(*) FROM passage p WHERE NOT EXISTS"  # noqa: S608 - our own words
        f" (SELECT 1 FROM {table} w WHERE w.{column} = p.id)"
    )
    left = text(
        f"SELECT count(*) FROM {table} w WHERE NOT EXISTS"  # noqa: S608
        f" (SELECT 1 FROM passage p WHERE p.id = w.{column})"
    )
    return session.scalar(lost) or 0, session.scalar(left) or 0


def oldest_waiting(
    session: Session, *, now: datetime, network_id: int | None = None
) -> datetime | None:
    """Since when the oldest post that is due should be there; None where nothing waits."""
    asked = select(func.min(OutboxPost.wanted_at)).where(
        OutboxPost.due_at <= now, OutboxPost.state != "sent"
    )
    if network_id is not None:
        asked = asked.where(OutboxPost.network_id == network_id)
    return session.scalar(asked)


def places(session: Session, *, network_id: int | None = None) -> list[Place]:
    """The channels of one network, or of all."""
    asked = select(Channel).order_by(Channel.id)
    if network_id is not None:
        asked = asked.where(Channel.network_id == network_id)
    return [_place(session, each) for each in session.scalars(asked)]


def _place(session: Session, channel: Channel) -> Place:
    space = channel.workspace
    told = space.platform == "slack" or session.scalar(
        select(Conversation.id).where(
            Conversation.workspace_id == space.id, Conversation.external == channel.external
        )
    )
    return Place(space.platform, space.external, channel.external, channel.name, bool(told))


def held(session: Session, *, network_id: int | None = None) -> list[Held]:
    """The lanes that are stopped: of workspaces and of channels, not of single people. Of one
    network, or of all."""
    named = {}
    for each in places(session, network_id=network_id):
        space = f"{each.platform}/{each.workspace}"
        named[space] = (_name(session, each), "")
        named[f"{space}/{each.channel}"] = (_name(session, each), each.name)
    stopped = session.scalars(select(Lane).where(Lane.stopped != "").order_by(Lane.name))
    return [
        Held(*named[each.name], each.stopped, each.stopped_at)
        for each in stopped
        if each.name in named
    ]


def _name(session: Session, place: Place) -> str:
    name = session.scalar(
        select(Workspace.name).where(
            Workspace.platform == place.platform, Workspace.external == place.workspace
        )
    )
    return name or place.workspace
