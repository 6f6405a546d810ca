"""The hosts of a call, and what only they are told."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.publish import to_member
from bot.speech import Card
from jobs.table import Turn
from storage import checkins, people
from storage.models import Member


def hosts(turn: Turn) -> Sequence[Member]:
    """The network's hosts, those who are away or can't come last."""
    return _in_turn(turn.session, turn.call.network_id, turn.call.id, turn.now)


def first_host(session: Session, *, network_id: int, call_id: int, now: datetime) -> Member | None:
    """The network's first host; of several, one who is not away and comes to this call."""
    return next(iter(_in_turn(session, network_id, call_id, now)), None)


def _in_turn(session: Session, network_id: int, call_id: int, now: datetime) -> Sequence[Member]:
    away = {each.id for each in checkins.absent(session, call_id=call_id)}
    every = people.hosts_in_turn(session, network_id=network_id, now=now)
    return sorted(every, key=lambda host: host.id in away)


def tell(turn: Turn, member_id: int, said: Card, *, kind: str, of: str = "") -> None:
    """Want a card about the call in a member's direct messages; the same `of` is one message."""
    to_member(
        turn.session,
        member_id,
        said,
        network_id=turn.call.network_id,
        of=f"call {turn.call.id} {of or kind}",
        kind=kind,
        now=turn.now,
        since=turn.since,
        call_id=turn.call.id,
    )
