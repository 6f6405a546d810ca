"""The calls of a network: which is next, which was last, and what lies between."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, exists, or_, select, text, true, update
from sqlalchemy.orm import Session

from storage.models import Base, Call, Step
from storage.models.calls import NOT_HELD

LONGEST = timedelta(days=1)
"""No call lasts longer, so none that began before `now - LONGEST` is still running."""
FIRST_WINDOW = timedelta(days=28)
"""What was shared this long before a series' first call is the first call's."""


class NextStart(NamedTuple):
    """The little that a receipt says of the next call; `zone` is IANA."""

    call_id: int
    starts_at: datetime
    zone: str
    minutes: int


# Built once, on bare tables: they run for every link shared and every check-in.
_calls, _all_series = Base.metadata.tables["call"], Base.metadata.tables["series"]
_call, _series = _calls.c, _all_series.c
_NEXT_START = (
    select(_call.id, _call.starts_at, _series.zone, _call.minutes, _call.started_at)
    .select_from(_calls.join(_all_series, _series.id == _call.series_id))
    .where(
        _call.network_id == bindparam("network"),
        _call.starts_at > bindparam("since"),
        or_(_call.state == "planned", _call.state == "open"),
    )
    .order_by(_call.starts_at, _call.id)
)
_TOUCH = update(_calls).where(_call.id == bindparam("call")).values(stale=true())

# Every table that points at a call, so that one added later is not forgotten. Its steps are the
# clock's and say themselves whether they were done.
_TRACES = [
    exists().where(column == bindparam("call"))
    for table in Base.metadata.sorted_tables
    if table is not Step.__table__
    for column in table.c
    if column.references(_call.id)
]
_TOUCHED = select(
    or_(
        *_TRACES,
        exists().where(Step.call_id == bindparam("call"), Step.state == "done"),
    )
)


def end_of(call: Call) -> datetime:
    """When a call ended or will end: `minutes` after it began, unless a host ended it."""
    return call.ended_at or (call.started_at or call.starts_at) + timedelta(minutes=call.minutes)


def next_call(
    session: Session,
    *,
    network_id: int,
    now: datetime,
    series_id: int | None = None,
    channel_id: int | None = None,
) -> Call | None:
    """The first call that has not ended: the one that is running, else the next. Where a series
    is held in the channel `channel_id`, its call is meant."""
    return _meant(_running_or_ahead(session, network_id, now, series_id), channel_id)


def _meant(found: Sequence[Call], channel_id: int | None) -> Call | None:
    here = (call for call in found if any(c.id == channel_id for c in call.series.channels))
    return next(here, next(iter(found), None))


def upcoming(
    session: Session, *, network_id: int, now: datetime, limit: int, series_id: int | None = None
) -> Sequence[Call]:
    """The next `limit` calls, the one that is running included."""
    return _running_or_ahead(session, network_id, now, series_id)[:limit]


def _running_or_ahead(
    session: Session, network_id: int, now: datetime, series_id: int | None = None
) -> list[Call]:
    asked = (
        select(Call)
        .where(
            Call.network_id == network_id,
            Call.starts_at > now - LONGEST,
            Call.state.in_(("planned", "open")),
        )
        .order_by(Call.starts_at, Call.id)
    )
    if series_id is not None:
        asked = asked.where(Call.series_id == series_id)
    return [call for call in session.scalars(asked) if end_of(call) > now]


def next_start(session: Session, *, network_id: int, now: datetime) -> NextStart | None:
    """What `next_call` finds, in little and fast."""
    rows = session.execute(_NEXT_START, {"network": network_id, "since": now - LONGEST})
    for call_id, starts_at, zone, minutes, started_at in rows:
        if (started_at or starts_at) + timedelta(minutes=minutes) > now:
            rows.close()
            return NextStart(call_id, starts_at, zone, minutes)
    return None


def last(
    session: Session, *, network_id: int, now: datetime, channel_id: int | None = None
) -> Call | None:
    """The call that began last, running or over; one of the channel's own series goes before."""
    return _meant(_begun(session, network_id, now), channel_id)


def last_ended(
    session: Session, *, network_id: int, now: datetime, channel_id: int | None = None
) -> Call | None:
    """The call that ended last; one of the channel's own series goes before."""
    over = [call for call in _begun(session, network_id, now) if end_of(call) <= now]
    return _meant(over, channel_id)


def _begun(session: Session, network_id: int, now: datetime) -> Sequence[Call]:
    """The latest calls that have begun, the last one first; enough for each of a few series."""
    return session.scalars(
        select(Call)
        .where(
            Call.state.not_in(NOT_HELD),
            Call.network_id == network_id,
            or_(Call.starts_at <= now, Call.started_at.is_not(None)),
        )
        .order_by(Call.starts_at.desc(), Call.id.desc())
        .limit(20)
    ).all()


# Put together once: that takes longer than what is asked with them.
_IN_SERIES = select(Call).where(Call.state.not_in(NOT_HELD), Call.series_id == bindparam("series"))
_BEFORE = (
    _IN_SERIES.where(Call.starts_at < bindparam("start"))
    .order_by(Call.starts_at.desc(), Call.id.desc())
    .limit(1)
    .offset(bindparam("without"))
)
_AFTER = (
    _IN_SERIES.where(Call.starts_at > bindparam("start")).order_by(Call.starts_at, Call.id).limit(1)
)


def previous(session: Session, *, call: Call) -> Call | None:
    """The call before this one in its series."""
    return back(session, call=call, by=1)


def back(session: Session, *, call: Call, by: int) -> Call | None:
    """The call so many calls before this one in its series; None where there were fewer."""
    asked = {"series": call.series_id, "start": call.starts_at, "without": by - 1}
    return session.scalar(_BEFORE, asked)


def following(session: Session, *, call: Call) -> Call | None:
    """The call after this one in its series."""
    return session.scalar(_AFTER, {"series": call.series_id, "start": call.starts_at})


def get(session: Session, *, network_id: int, call_id: int) -> Call | None:
    """A call of this network."""
    call = session.get(Call, call_id)
    return call if call and call.network_id == network_id else None


def on(session: Session, *, series_id: int, original_on: date) -> Call | None:
    """A series' call by its original date, wherever it was moved to."""
    return session.scalar(
        select(Call).where(Call.series_id == series_id, Call.original_on == original_on)
    )


def of_series(session: Session, *, series_id: int, since: datetime) -> Sequence[Call]:
    """A series' calls from `since` on, the cancelled and skipped too: what a calendar shows."""
    return session.scalars(
        select(Call)
        .where(Call.series_id == series_id, Call.starts_at >= since)
        .order_by(Call.starts_at, Call.id)
    ).all()


def not_begun(session: Session, *, series_id: int, now: datetime) -> Sequence[Call]:
    """A series' planned calls that start after `now`."""
    return session.scalars(
        select(Call)
        .where(Call.series_id == series_id, Call.starts_at > now, Call.state == "planned")
        .order_by(Call.starts_at)
    ).all()


def left_out_by(session: Session, *, pause_id: int, now: datetime) -> Sequence[Call]:
    """The calls to come that a pause has left out."""
    return session.scalars(
        select(Call)
        .where(Call.pause_id == pause_id, Call.state == "skipped", Call.starts_at > now)
        .order_by(Call.starts_at)
    ).all()


def known_dates(session: Session, *, series_id: int, after: date) -> set[date]:
    """The original dates after `after` for which a series has a call, whatever its state."""
    return set(
        session.scalars(
            select(Call.original_on).where(Call.series_id == series_id, Call.original_on > after)
        )
    )


def window(session: Session, *, call: Call) -> tuple[datetime, datetime]:
    """(since, until): what is shared in this time is this call's. It opens when the previous
    call ends (28 days before the start if there is none) and closes when this one ends."""
    before = previous(session, call=call)
    since = end_of(before) if before else call.starts_at - FIRST_WINDOW
    return since, end_of(call)


def touch(session: Session, *, call_id: int) -> None:
    """Ask the clock to compose this call's posts again."""
    session.execute(_TOUCH, {"call": call_id})


_CLAIM_STALE = (
    select(Call.id, Call.network_id)
    .where(
        text("call.stale"),
        Call.id.not_in(bindparam("without", expanding=True, literal_execute=True)),
    )
    .order_by(Call.id)
    .limit(bindparam("most"))
    .with_for_update(of=Call, skip_locked=True)
)


def claim_stale(
    session: Session, *, limit: int, without: Collection[int] = ()
) -> list[tuple[int, int]]:
    """(call, network) ids of calls whose posts are to be composed again, `without` some, locked
    until the transaction ends, so that what changes meanwhile asks again."""
    asked = {"most": limit, "without": list(without)}
    return [(call, network) for call, network in session.execute(_CLAIM_STALE, asked)]


def load(session: Session, ids: Collection[int]) -> Sequence[Call]:
    """Calls with their series."""
    return session.scalars(select(Call).where(Call.id.in_(ids)).order_by(Call.id)).all()


def stale(session: Session, *, limit: int) -> Sequence[Call]:
    """What `claim_stale` finds, as rows."""
    return load(session, [call for call, _ in claim_stale(session, limit=limit)])


def touched(session: Session, *, call_id: int) -> bool:
    """Whether anything was posted, answered or written for a call."""
    return bool(session.scalar(_TOUCHED, {"call": call_id}))


def drop(session: Session, *, calls: Iterable[Call]) -> None:
    """Forget calls that nothing was posted or answered for, with their steps."""
    for call in calls:
        for step in session.scalars(select(Step).where(Step.call_id == call.id)):
            session.delete(step)
        session.flush()
        session.delete(call)
    session.flush()
