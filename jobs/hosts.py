"""The hosts of a call, and what only they are told."""

from collections.abc import Sequence

from bot.publish import to_member
from bot.speech import Card
from jobs.table import Turn
from storage import checkins, people
from storage.models import Member


def hosts(turn: Turn) -> Sequence[Member]:
    """The network's hosts, those who said that they can't come last."""
    away = {each.id for each in checkins.absent(turn.session, call_id=turn.call.id)}
    every = people.hosts(turn.session, network_id=turn.call.network_id)
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
