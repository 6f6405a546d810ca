"""What `doctor` asks of the database. Everything here only looks."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import create_engine, func, select, text
from sqlalchemy.orm import Session

from storage import lanes
from storage.alone import file_of
from storage.database import make_engine
from storage.models import Channel, Conversation, Lane, OutboxPost
from storage.whole import look, quietly


class Place(NamedTuple):
    """A network's channel. `told` is whether the platform told where to write there, `space` what
    its workspace calls itself. `held` is why it takes no posts, in the platform's word, `since`
    when, and `shut` why its whole workspace takes none."""

    platform: str
    workspace: str
    channel: str
    name: str
    told: bool
    space: str
    held: str
    since: datetime | None
    shut: str


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
    """Since when the oldest post that is due should be there; None where nothing waits. What is
    held back until somebody mends its place does not count."""
    stopped = session.scalars(select(Lane.name).where(Lane.stopped != "")).all()
    space = OutboxPost.platform.concat("/").concat(OutboxPost.workspace)
    asked = select(func.min(OutboxPost.wanted_at)).where(
        OutboxPost.due_at <= now,
        OutboxPost.state.not_in(("sent", "leaving")),
        OutboxPost.lane.not_in(stopped),
        space.not_in(stopped),
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
    at = (space.platform, space.external)
    own = lanes.get(session, name=lanes.name_of(*at, channel.external))
    whole = lanes.get(session, name=lanes.name_of(*at))
    return Place(
        *at,
        channel.external,
        channel.name,
        bool(told),
        space.name,
        own.stopped if own else "",
        own.stopped_at if own and own.stopped else None,
        whole.stopped if whole else "",
    )
