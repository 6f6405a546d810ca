"""Posts that are older than a network keeps: taken away where they stand, and then forgotten.

A post of ours that is there becomes `leaving`; the courier takes it away, and it is `gone`. Only
then does its row go. A post of a call is as old as the call, and its row goes with the call's: so
nothing composes it anew.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, delete, exists, func, literal_column, or_, select, update
from sqlalchemy.orm import Session

from storage import lanes
from storage.models import Base, Call, OutboxPost

STATES = ("leaving", "gone")
APART = timedelta(seconds=3)
"""Between two in a workspace: well within Slack's 50 deletions a minute and Teams's 1,800 calls an
hour, of which the week's posts need theirs."""
UNKNOWN_ID = "nobody knows its id"

# Spelt out, not bound: with a parameter SQLite leaves the partial indexes aside.
_LEAVING = OutboxPost.state == literal_column("'leaving'")
_GONE = OutboxPost.state == literal_column("'gone'")
_THERE = and_(OutboxPost.state == "sent", OutboxPost.sent_id != "")
_SEEN = and_(OutboxPost.state == "sent", OutboxPost.sent_id == "")  # by a host alone
_NEVER_THERE = and_(
    OutboxPost.state.in_(("planned", "skipped", "failed")), OutboxPost.sent_id == ""
)
_reply = Base.metadata.tables["outbox"].alias("reply")
_HAS_REPLIES = exists().where(
    _reply.c.thread_key == OutboxPost.key, literal_column("reply.thread_key <> ''")
)


class Standing(NamedTuple):
    """A post that could not be taken away, and why."""

    key: str
    platform: str
    workspace: str
    channel: str
    direct: bool
    reason: str


def _loose(network_id: int, before: datetime) -> Any:
    own = (OutboxPost.network_id == network_id, OutboxPost.call_id.is_(None))
    return and_(*own, OutboxPost.wanted_at < before)


def _of_calls(network_id: int, before: datetime) -> Any:
    old = select(Call.id).where(Call.network_id == network_id, Call.starts_at < before)
    return OutboxPost.call_id.in_(old)


def count_before(session: Session, *, network_id: int, before: datetime) -> int:
    """How many posts that are there are older."""
    return sum(
        session.scalar(select(func.count()).select_from(OutboxPost).where(old, _THERE)) or 0
        for old in (_loose(network_id, before), _of_calls(network_id, before))
    )


def mark(
    session: Session, *, network_id: int, before: datetime, card: bytes, now: datetime, most: int
) -> None:
    """Let what is older be taken away, so many at a time at most: a host may think better of it.
    Of what it said nothing is left here; `card` is shown where nobody may delete it."""
    for old in (_loose(network_id, before), _of_calls(network_id, before)):
        session.execute(
            update(OutboxPost).where(old, _SEEN).values(state="gone", reason=UNKNOWN_ID),
            execution_options={"synchronize_session": False},
        )
        room = max(most - _on_their_way(session, network_id), 0)
        found = select(OutboxPost).where(old, _THERE).limit(room)
        found = found.order_by(OutboxPost.wanted_at, OutboxPost.key).with_for_update(
            skip_locked=True
        )
        if posts := session.scalars(found).all():
            _mark(session, posts, card, now)


def _mark(session: Session, posts: Sequence[OutboxPost], card: bytes, now: datetime) -> None:
    last = {_lane(each): now for each in posts}
    lanes.ensure(session, names=last)
    last |= _last_due(session, list(last))
    for post in sorted(posts, key=lambda each: not each.thread_key):  # replies before their first
        lane = _lane(post)
        last[lane] = post.due_at = max(last[lane], now) + APART
        post.state, post.lane, post.card, post.thread_of = "leaving", lane, card, ""
        # Whoever is changing it just now does not say any more that it is there.
        post.token, post.edition = "", post.edition + 1
        post.tries, post.audits, post.not_after, post.reason = 0, 0, None, ""
    session.flush()


def _lane(post: OutboxPost) -> str:
    return lanes.leaving(post.platform, post.workspace)


def _last_due(session: Session, names: Sequence[str]) -> dict[str, datetime]:
    """When the last one in each lane is to be taken away."""
    asked = select(OutboxPost.lane, func.max(OutboxPost.due_at)).where(
        _LEAVING, OutboxPost.lane.in_(names)
    )
    found = session.execute(asked.group_by(OutboxPost.lane))
    return {lane: due_at for lane, due_at in found if due_at}


def under_way(session: Session, *, network_id: int) -> int:
    """How many posts of a network are to be taken away, and are not yet."""
    asked = select(func.count()).select_from(OutboxPost).where(_LEAVING)
    return session.scalar(asked.where(OutboxPost.network_id == network_id)) or 0


def _on_their_way(session: Session, network_id: int) -> int:
    """The same, but for those whose place does not let us: others do not wait for these."""
    asked = select(func.count()).select_from(OutboxPost).where(_LEAVING)
    own = (OutboxPost.network_id == network_id, OutboxPost.not_after.is_(None))
    return session.scalar(asked.where(*own)) or 0


def with_it(
    session: Session, *, platform: str, workspace: str, channel: str, values: dict[str, Any]
) -> None:
    """What becomes of one, since its place does not let us, becomes of all that leave there."""
    session.execute(
        update(OutboxPost)
        .where(
            _LEAVING,
            OutboxPost.platform == platform,
            OutboxPost.workspace == workspace,
            OutboxPost.channel == channel,
        )
        .values(values),
        execution_options={"synchronize_session": False},
    )


def standing(session: Session, *, network_id: int) -> list[Standing]:
    """The posts of a network that could not be taken away, of which no host knows."""
    columns = [getattr(OutboxPost, name) for name in Standing._fields]
    asked = select(*columns).where(
        _GONE, OutboxPost.network_id == network_id, OutboxPost.reason != ""
    )
    return [Standing._make(row) for row in session.execute(asked.order_by(OutboxPost.key))]


def told(session: Session, *, network_id: int) -> None:
    """A host knows of these: their rows may go."""
    session.execute(
        update(OutboxPost)
        .where(_GONE, OutboxPost.network_id == network_id, OutboxPost.reason != "")
        .values(reason="")
    )


def forget(session: Session, *, network_id: int, before: datetime, limit: int) -> int:
    """Delete the rows of posts that are gone, and of those that were never there, but for what
    belongs to a call; how many of the second went. A thread's first post is the last to go: on
    Teams its replies are found by it."""
    known = select(OutboxPost.key).where(OutboxPost.call_id.is_(None), ~_HAS_REPLIES).limit(limit)
    gone = known.where(_GONE, OutboxPost.network_id == network_id, OutboxPost.reason == "")
    never = known.where(_loose(network_id, before), _NEVER_THERE)
    old = session.scalars(never).all()
    keys = [*session.scalars(gone), *old]
    session.execute(delete(OutboxPost).where(OutboxPost.key.in_(keys)))
    return len(old)


def calls_still_shown(network_id: int, before: datetime) -> Select[int | None]:
    """The older calls of which a post is there, or may be."""
    settled = or_(and_(_GONE, OutboxPost.reason == ""), _NEVER_THERE)
    return select(OutboxPost.call_id).where(_of_calls(network_id, before), ~settled)
