"""What the courier reads and writes of the outbox: many rows in a statement, since it has
thousands to see to in a second. The rules of what becomes of a post are in `bot/errands.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    CursorResult,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    not_,
    null,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import Session

from storage.models import Base, Instant

_outbox = Base.metadata.tables["outbox"]
_lane = Base.metadata.tables["lane"]
_post, _own, _space = _outbox.c, _lane.c, _lane.alias("space")
_first, _before = _outbox.alias("first"), _outbox.alias("before")

IN_DOUBT = "in_doubt"
"""The reason of a post of which only a person can tell whether it is there."""

Values = Mapping[str, Any]


def _instant(name: str) -> Any:
    return bindparam(name, type_=Instant())


class Due(NamedTuple):
    """A post that something is to be done for. `thread_id` is the platform's id of the post whose
    thread it belongs to; "" where it belongs to none, or that is not there, or its id is not
    known; `thread_state` is that post's state. `token` is whose it was before."""

    key: str
    network_id: int
    kind: str
    platform: str
    workspace: str
    channel: str
    direct: bool
    lane: str
    card: bytes
    edition: int
    state: str
    reason: str
    wanted_at: datetime
    due_at: datetime
    not_after: datetime | None
    tries: int
    first_try_at: datetime | None
    looked_at: datetime | None
    audits: int
    sent_id: str
    sent_edition: int
    sent_at: datetime | None
    thread_key: str
    token: str
    trial: str
    stopped: str
    stopped_at: datetime | None
    thread_id: str
    thread_state: str


def _under_way(post: Any) -> Any:
    # One that a host saw is "sent", and its id is not known.
    return and_(post.c.sent_id == "", post.c.state.not_in(("skipped", "failed", "sent")))


def _stopped(lane: Any) -> Any:
    return and_(lane.stopped != "", lane.try_at > _instant("now"))


# A reply waits for its thread's first post, and for the replies that were wanted before it.
_WAITS = or_(
    _under_way(_first),
    exists().where(
        _before.c.thread_key == _post.thread_key,
        _post.thread_key != "",
        literal_column("before.thread_key <> ''"),  # spelt out, or SQLite leaves the index aside
        _before.c.wanted_at < _post.wanted_at,
        _under_way(_before),
    ),
)
_DUE = (
    select(
        *(_post[name] for name in Due._fields if name in _post),
        case((_space.c.stopped != "", _space.c.name), else_="").label("trial"),
        func.coalesce(func.nullif(_space.c.stopped, ""), _own.stopped).label("stopped"),
        func.coalesce(_space.c.stopped_at, _own.stopped_at).label("stopped_at"),
        func.coalesce(_first.c.sent_id, "").label("thread_id"),
        func.coalesce(_first.c.state, "").label("thread_state"),
    )
    .select_from(
        _outbox.join(_lane, _own.name == _post.lane)
        .outerjoin(_space, _space.c.name == _post.platform + "/" + _post.workspace)
        .outerjoin(_first, and_(_first.c.key == _post.thread_key, _post.thread_key != ""))
    )
    .where(
        _post.due_at <= _instant("now"),
        # A clock that was put back must not strand a lane: nothing waits or holds that long.
        or_(
            _own.free_at.is_(None),
            _own.free_at <= _instant("now"),
            _own.free_at > _instant("farthest"),
        ),
        or_(
            _own.lease_until.is_(None),
            _own.lease_until <= _instant("now"),
            _own.lease_until > _instant("longest"),
        ),
        ~_stopped(_own),
        or_(_space.c.stopped.is_(None), ~_stopped(_space.c)),
        or_(_first.c.key.is_(None), ~_WAITS),
    )
    .order_by(_post.due_at, _post.key)
    .limit(bindparam("limit"))
    # The post, too: what another sender has just done with it is then looked at again.
    .with_for_update(of=[_lane, _outbox], skip_locked=True)
)


def due(
    session: Session,
    *,
    now: datetime,
    longest_lease: timedelta,
    longest_wait: timedelta,
    limit: int,
) -> list[Due]:
    """Posts to see to now, in the order of time, in lanes that nobody has and that may go on.
    On PostgreSQL they and their lanes are locked until the transaction ends; another sender
    passes over them."""
    asked = {
        "now": now,
        "longest": now + longest_lease,
        "farthest": now + longest_wait,
        "limit": limit,
    }
    return [Due._make(row) for row in session.connection().execute(_DUE, asked)]


_TAKE_LANE = (
    update(_lane)
    .where(_own.name == bindparam("lane"))
    .values(token=bindparam("by"), lease_until=_instant("until"), free_at=_instant("free"))
)
_TAKE = (
    update(_outbox)
    .where(_post.key == bindparam("post"))
    .values(token=bindparam("by"), state=bindparam("to"))
)
_BEGIN = (
    update(_outbox)
    .where(_post.key == bindparam("post"))
    .values(
        token=bindparam("by"),
        state="sending",
        first_try_at=func.coalesce(_post.first_try_at, _instant("at")),
    )
)
_LEAVE = (
    update(_outbox)
    .where(_post.key == bindparam("post"), _post.edition == bindparam("seen"))
    .values(
        state=bindparam("to"),
        reason=func.coalesce(func.nullif(bindparam("why"), ""), _post.reason),
        due_at=null(),
    )
)


class Taken(NamedTuple):
    """A post in the state it is to be in (sending, unknown, sent), and when its lane is free
    again."""

    post: Due
    to: str
    free_at: datetime


def take(
    session: Session, *, posts: Sequence[Taken], token: str, now: datetime, until: datetime
) -> None:
    """Take these posts and their lanes for the sender `token`."""
    connection, posts = session.connection(), sorted(posts, key=lambda each: each.post.key)
    begun = [{"post": p.key, "by": token, "at": now} for p, to, _ in posts if to == "sending"]
    others = [{"post": p.key, "by": token, "to": to} for p, to, _ in posts if to != "sending"]
    lanes = [{"lane": p.lane, "by": token, "until": until, "free": free} for p, _, free in posts]
    lanes.sort(key=lambda row: str(row["lane"]))
    for statement, rows in ((_BEGIN, begun), (_TAKE, others), (_TAKE_LANE, lanes)):
        _many(connection, statement, rows)


def leave(session: Session, *, posts: Iterable[tuple[Due, str, str]]) -> None:
    """Do nothing more for these posts: (post, the state it is left in, why). One that was edited
    since it was looked at is seen to another time."""
    rows = [
        {"post": post.key, "seen": post.edition, "to": to, "why": why} for post, to, why in posts
    ]
    _many(session.connection(), _LEAVE, rows)


# What is there decides, whoever took the post since: `sent` always wins.
_MINE = and_(_post.key == bindparam("post"), _post.token == bindparam("by"))
_NEXT_DUE = case(
    (_post.edition > bindparam("shown"), _instant("at")),
    (bindparam("look") > 0, _instant("audit_at")),
    else_=null(),
)
_SENT = (
    update(_outbox)
    .where(_post.key == bindparam("post"), or_(_post.token == bindparam("by"), _post.sent_id == ""))
    .values(
        state="sent",
        sent_id=bindparam("id"),
        sent_edition=bindparam("shown"),
        sent_at=func.coalesce(_post.sent_at, _instant("at")),
        tries=0,
        reason="",
        audits=bindparam("look"),
        due_at=_NEXT_DUE,
    )
)
_FREE_LANE = (
    update(_lane)
    .where(_own.name == bindparam("lane"), _own.token == bindparam("by"))
    .values(
        lease_until=null(),
        free_at=func.coalesce(_instant("wait"), _own.free_at),
    )
)


def sent(session: Session, *, rows: Sequence[Values]) -> bool:
    """Write down that posts are there: rows of post, by, id, shown (edition), at, look (audits),
    audit_at. Whether every one was still ours to say so."""
    return _many(session.connection(), _SENT, rows) == len(rows)


def update_held(
    session: Session, *, key: str, token: str, values: Values, sent_id: str = ""
) -> bool:
    """Set columns of a post, if the claim under `token` still stands, and nobody else has learnt
    since that the post is there."""
    asked = update(_outbox).where(_MINE, _post.sent_id == sent_id).values(**values)
    done = session.connection().execute(asked, {"post": key, "by": token})
    assert isinstance(done, CursorResult)
    return done.rowcount == 1


def edit_first(now: datetime, otherwise: datetime | None) -> Any:
    """A `due_at` for `update_held`: now where the card was changed meanwhile."""
    return case((_post.edition > _post.sent_edition, now), else_=otherwise)


def free(session: Session, *, rows: Sequence[Values]) -> None:
    """Let go of lanes that are still held: rows of lane, by, wait (an instant before which
    nothing goes there, or None)."""
    _many(session.connection(), _FREE_LANE, sorted(rows, key=lambda row: str(row["lane"])))


def let_go(session: Session, *, look_at: datetime) -> None:
    """Whoever held lanes is gone; what was being sent is in doubt, and looked up at `look_at`. To
    be said only by the one process that a database has."""
    session.execute(update(_lane).where(_own.lease_until.is_not(None)).values(lease_until=null()))
    session.execute(
        update(_outbox)
        .where(_post.due_at.is_not(None), _post.state == "sending")
        .values(state="unknown", tries=_post.tries + 1, due_at=look_at)
    )


def bring_back(
    session: Session, *, now: datetime, farthest: datetime, last_audit: datetime
) -> None:
    """What waits for a time that a wrong clock had set is due now. A post that is there waits for
    audits until `last_audit`, everything else until `farthest`, at most."""
    session.execute(
        update(_outbox)
        .where(
            _post.due_at > farthest,
            or_(_post.state != "sent", _post.due_at > last_audit),
            not_(_asked()),  # a host has longer
        )
        .values(due_at=now)
    )


def _asked() -> Any:
    """Whether a host is asked about a post."""
    return and_(_post.state == "unknown", _post.reason == IN_DOUBT)


class Doubted(NamedTuple):
    """A post that a host is asked about, and how many replies wait for it."""

    key: str
    kind: str
    call_id: int | None
    platform: str
    workspace: str
    channel: str
    direct: bool
    wanted_at: datetime
    not_after: datetime | None
    replies: int


_reply = _outbox.alias("reply")
_REPLIES = (
    select(func.count())
    .where(
        _reply.c.thread_key == _post.key,
        literal_column("reply.thread_key <> ''"),  # spelt out, or SQLite leaves the index aside
        _reply.c.state == "planned",
    )
    .scalar_subquery()
)


def doubted(session: Session, *, network_id: int) -> list[Doubted]:
    """The posts that a network's host is asked about, the oldest first."""
    asked = (
        select(*(_post[name] for name in Doubted._fields if name in _post), _REPLIES)
        .where(_post.network_id == network_id, _post.due_at.is_not(None), _asked())
        .order_by(_post.wanted_at, _post.key)
    )
    return [Doubted._make(row) for row in session.connection().execute(asked)]


def send_again(session: Session, *, keys: Iterable[str], now: datetime) -> int:
    """A host looked, and these posts are not there: send those that are still asked about and in
    time, once; how many there were."""
    in_time = or_(_post.not_after.is_(None), _post.not_after >= now)
    values = {"state": "planned", "reason": "", "due_at": now, "tries": 0, "looked_at": now}
    return _answered(session, keys, in_time, values)


def is_there(session: Session, *, keys: Iterable[str], now: datetime) -> int:
    """A host saw these posts: they are there, by an id that nobody knows; how many of them were
    still asked about."""
    values = {"state": "sent", "reason": "", "due_at": null(), "audits": 0}
    values |= {"sent_at": now, "sent_edition": _post.edition}
    return _answered(session, keys, true(), values)


def give_up(session: Session, *, keys: Iterable[str]) -> int:
    """These posts are not there, and it is too late for them; how many were still asked about."""
    return _answered(session, keys, true(), {"state": "skipped", "due_at": null()})


def _answered(session: Session, keys: Iterable[str], also: Any, values: Values) -> int:
    # In one statement: of two hosts who answer at once, the first is right.
    asked = update(_outbox).where(_post.key.in_(sorted(keys)), _asked(), also).values(**values)
    done = session.connection().execute(asked)
    assert isinstance(done, CursorResult)
    return done.rowcount


def state_of(session: Session, *, key: str) -> tuple[str, str] | None:
    """A post's state and the platform's id of it."""
    row = session.execute(select(_post.state, _post.sent_id).where(_post.key == key)).first()
    return (row[0], row[1]) if row else None


def copied(session: Session, *, key: str, audits: int, audit_at: datetime) -> None:
    """A post may be there twice: look again, and for longer."""
    session.execute(update(_outbox).where(_post.key == key).values(audits=audits, due_at=audit_at))


def _many(connection: Connection, statement: Any, rows: Sequence[Values]) -> int:
    if not rows:
        return 0
    done = connection.execute(statement, [dict(row) for row in rows])
    assert isinstance(done, CursorResult)
    return done.rowcount
