"""The queues that posts wait in: one for each channel, each person, and each workspace."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.models import Lane

SHORTEST, LONGEST = timedelta(minutes=10), timedelta(hours=6)
"""How long a stopped lane rests before it is tried again by itself."""

_INSERTS: dict[str, Any] = {
    "sqlite": sqlite.insert(Lane).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(Lane).on_conflict_do_nothing(),
}


def name_of(platform: str, workspace: str, channel: str = "") -> str:
    """A lane's name: a channel's or person's, or without `channel` the whole workspace's."""
    return f"{platform}/{workspace}/{channel}" if channel else f"{platform}/{workspace}"


def leaving(platform: str, workspace: str) -> str:
    """The lane of all that is to be taken away in a workspace: platforms count these calls by
    themselves, and the week's posts do not wait for them."""
    return name_of(platform, workspace, "leaving")


def ensure(session: Session, *, names: Iterable[str]) -> None:
    """Let there be lanes with these names; those that are there stay as they are."""
    insert = _INSERTS[session.get_bind().dialect.name]
    rows = [{"name": name, "token": "", "stopped": ""} for name in sorted(names)]
    session.connection().execute(insert, rows)


def get(session: Session, *, name: str) -> Lane | None:
    """A lane by its name."""
    return session.get(Lane, name)


def stop(session: Session, *, name: str, reason: str, now: datetime) -> bool:
    """Hold back what waits in a lane: the platform takes nothing there, for `reason`; whether it
    was open before. It is tried again by itself, more and more rarely."""
    ensure(session, names=[name])
    lane = session.get_one(Lane, name, with_for_update=True, populate_existing=True)
    if was_open := not lane.stopped:
        lane.stopped_at = now
    since = lane.stopped_at or now
    lane.stopped, lane.try_at = reason, now + min(max(now - since, SHORTEST), LONGEST)
    return was_open


def rest(session: Session, *, names: Iterable[str], until: datetime) -> None:
    """Let stopped lanes wait for what becomes of a trial that is under way."""
    _set(session, names, try_at=until)


def keep(session: Session, *, names: Iterable[str], now: datetime) -> None:
    """Stopped lanes are not dead: something went well there just now."""
    _set(session, names, stopped_at=now)


def bring_back(session: Session, *, now: datetime) -> None:
    """Lanes that rest until a time that a wrong clock had set are tried now."""
    session.execute(
        update(Lane).where(Lane.stopped != "", Lane.try_at > now + LONGEST).values(try_at=now)
    )


def _set(session: Session, names: Iterable[str], **values: datetime) -> None:
    if some := sorted(set(names)):
        session.execute(
            update(Lane).where(Lane.name.in_(some), Lane.stopped != "").values(**values)
        )


def open_again(session: Session, *, names: Iterable[str]) -> bool:
    """Let lanes go on, since what stood in their way was mended; whether one was stopped."""
    opened = session.execute(
        update(Lane)
        .where(Lane.name.in_(list(names)), Lane.stopped != "")
        .values(stopped="", stopped_at=None, try_at=None, free_at=None),
        execution_options={"synchronize_session": "fetch"},
    )
    return bool(opened.rowcount)  # type: ignore[attr-defined]
