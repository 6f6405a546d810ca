"""The series of calls that networks run."""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, time

from sqlalchemy import bindparam, or_, select, text
from sqlalchemy.orm import Session

from storage.models import GOES_ON, Channel, Series


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


# Spelt out as in the index, so that both databases use it.
_GOES_ON = text(GOES_ON)
_CLAIM = (
    select(Series.id, Series.network_id)
    .where(
        _GOES_ON,
        or_(Series.planned_until.is_(None), Series.planned_until < bindparam("before")),
        Series.id.not_in(bindparam("without", expanding=True, literal_execute=True)),
    )
    .order_by(Series.planned_until.nulls_first(), Series.id)
    .limit(bindparam("most"))
    .with_for_update(of=Series, skip_locked=True)
)


def claim(
    session: Session, *, before: date, limit: int, without: Collection[int] = ()
) -> list[tuple[int, int]]:
    """(series, network) ids of series that go on and whose calls are not planned as far as
    `before`, `without` some. On PostgreSQL they are held until the transaction ends."""
    asked = {"before": before, "most": limit, "without": list(without)}
    return [(series, network) for series, network in session.execute(_CLAIM, asked)]


def load(session: Session, ids: Collection[int]) -> Sequence[Series]:
    """Series with their networks and channels."""
    return session.scalars(select(Series).where(Series.id.in_(ids)).order_by(Series.id)).all()


def zones(session: Session) -> Sequence[str]:
    """The zones of the series that go on."""
    return session.scalars(
        select(Series.zone).where(Series.ended_at.is_(None)).distinct().order_by(Series.zone)
    ).all()


def of_zone(session: Session, *, zone: str, after: int, limit: int) -> list[tuple[int, int]]:
    """(series, network) ids of the series in a zone that go on, in their order, from the one
    after `after` on. On PostgreSQL they are held until the transaction ends; who plans one of
    them is waited for."""
    rows = session.execute(
        select(Series.id, Series.network_id)
        .where(Series.zone == zone, Series.ended_at.is_(None), Series.id > after)
        .order_by(Series.id)
        .limit(limit)
        .with_for_update(of=Series)
    )
    return [(series, network) for series, network in rows]
