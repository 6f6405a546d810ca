"""The series of calls that networks run."""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, time

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from storage.models import Channel, Series


def add(
    session: Session,
    *,
    network_id: int,
    name: str,
    every: str,
    starts_on: date,
    at: time,
    zone: str,
    minutes: int,
    questions: Iterable[str],
    channels: Iterable[Channel] = (),
    link: str = "",
    protocol: str = "",
    steps: Mapping[str, int | None] | None = None,
    ends_on: date | None = None,
) -> Series:
    """A new series, not planned yet. `every` is week, fortnight, month or once; `steps` holds
    only what differs from the defaults."""
    made = Series(
        network_id=network_id,
        name=name,
        every=every,
        starts_on=starts_on,
        at=at,
        zone=zone,
        minutes=minutes,
        link=link,
        protocol=protocol,
        questions=list(questions),
        steps=dict(steps or {}),
        ends_on=ends_on,
        feed_key=secrets.token_urlsafe(18),
        channels=list(channels),
    )
    session.add(made)
    session.flush()
    return made


def get(session: Session, *, network_id: int, series_id: int) -> Series | None:
    """A series of this network, ended or not."""
    found = session.get(Series, series_id)
    return found if found and found.network_id == network_id else None


def of_network(session: Session, *, network_id: int) -> Sequence[Series]:
    """A network's series that have not ended, the oldest first."""
    return session.scalars(
        select(Series)
        .where(Series.network_id == network_id, Series.ended_at.is_(None))
        .order_by(Series.id)
    ).all()


def by_feed_key(session: Session, *, key: str) -> Series | None:
    """The series whose calendar feed has this secret key."""
    return session.scalar(select(Series).where(Series.feed_key == key))


def to_plan(
    session: Session, *, before: date, limit: int, without: Collection[int] = ()
) -> Sequence[Series]:
    """Series that go on and whose calls are not planned as far as `before`, `without` some by
    their ids."""
    return session.scalars(
        select(Series)
        .where(
            Series.id.not_in(without),
            Series.ended_at.is_(None),
            or_(Series.planned_until.is_(None), Series.planned_until < before),
            or_(
                Series.planned_until.is_(None),
                Series.ends_on.is_(None),
                Series.planned_until < Series.ends_on,
            ),
        )
        .order_by(Series.id)
        .limit(limit)
        .with_for_update(of=Series, skip_locked=True)
    ).all()
