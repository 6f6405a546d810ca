"""What came too late, since the program was off: it is left out, and a host hears of it once.

All that a network lost is one message, composed when no step is due any more. Until then a mark
says that the network is yet to hear of it, so that a restart in between forgets nobody.
"""

from collections.abc import Collection
from datetime import datetime
from itertools import groupby

from sqlalchemy.orm import Session

from bot.compose.facts import CallFacts
from bot.compose.notices import LostCall, left_out_notice
from bot.publish import to_member
from jobs.batches import Claimed
from jobs.hosts import first_host
from jobs.table import Turn
from storage import marks, steps
from storage.due import UNTOLD
from storage.models import Network, Step
from storage.steps import LeftOut


def skip(turn: Turn, step: Step) -> None:
    """Leave a step out, for its network's host to hear of."""
    steps.skip(step, note=was_off(turn.now))
    marks.put(turn.session, f"{UNTOLD}{turn.call.network_id}", turn.now.isoformat())


def was_off(now: datetime) -> str:
    """The note of a step that came too late. It carries the day on which that was seen: what a
    network lost by that day is one message."""
    return f"the program was off when it was due (seen {now:%Y-%m-%d})"


def untold(session: Session, _now: datetime, without: Collection[int], most: int) -> Claimed:
    """The networks whose hosts are yet to hear of what was left out."""
    tried = [f"{UNTOLD}{network_id}" for network_id in without]
    found = marks.claim(session, prefix=UNTOLD, limit=most, without=tried)
    numbers = [int(name.removeprefix(UNTOLD)) for name in found]
    return [(number, number) for number in numbers]


def tell_left_out(session: Session, network: Network, now: datetime) -> None:
    """Tell the first host of a network all that was left out of its calls."""
    name = f"{UNTOLD}{network.id}"
    seen = datetime.fromisoformat(marks.get(session, name) or now.isoformat())
    marks.forget(session, name)
    lost = steps.left_out(session, network_id=network.id, note=was_off(seen))
    if not lost:
        return
    host = first_host(session, network_id=network.id, call_id=lost[0].call_id, now=now)
    if host is None:
        return
    to_member(
        session,
        host.id,
        left_out_notice(_by_call(lost)),
        network_id=network.id,
        of=f"network {network.id} left out {seen:%Y-%m-%d}",
        kind="notice",
        now=now,
        since=seen.replace(hour=0, minute=0, second=0, microsecond=0),  # told once for that day
    )


def _by_call(lost: Collection[LeftOut]) -> list[LostCall]:
    return [
        LostCall(facts, tuple(each.kind for each in each_of))
        for facts, each_of in groupby(lost, key=_facts)
    ]


def _facts(lost: LeftOut) -> CallFacts:
    return CallFacts(
        lost.call_id, lost.series_id, lost.name, lost.starts_at, lost.zone, lost.minutes
    )
