"""Telling a host, once, that a platform takes no posts: in a channel, in a workspace, or one."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.compose.stops import place_stopped, post_failed, workspace_stopped
from bot.errands import Landed
from bot.publish import to_member
from bot.speech import Card, decode_card
from storage import lanes, networks, people
from storage.claims import Due
from storage.models import Member

STOP = "stop"  # the kind of what a host is told here
NAMES = {
    "checkin": "a check-in",
    "agenda": "an agenda",
    "start": "the call’s link",
    "exit": "an exit ticket",
    "recap": "a recap",
    "tried": "“Tried it?”",
}


def tell_hosts(session: Session, refused: Iterable[Landed], now: datetime) -> None:
    """Want a notice for a host of each network that is concerned. The same stop is told once; a
    person who can't be written to directly is nobody's concern but the log's."""
    for errand, outcome in refused:
        due, why = errand.due, outcome.mend or f"The platform says: {outcome.reason}."
        match outcome.of:
            case "workspace":
                _tell_of_workspace(session, due, why, now)
            case "place" if not due.direct:
                shown = place_stopped(_channel(session, due), why, due.lane)
                _tell(session, due.network_id, shown, _since(session, due.lane), due, now)
            case "place" if due.kind == STOP:  # this host cannot be told: another is
                shown = decode_card(due.card)
                _tell(session, due.network_id, shown, f"instead of {due.key}", due, now)
            case "post" if due.kind not in ("notice", STOP):
                what = NAMES.get(due.kind, "a message")
                shown = post_failed(what, _channel(session, due), outcome.reason)
                _tell(session, due.network_id, shown, f"failed {due.key}", due, now)


def _tell_of_workspace(session: Session, due: Due, why: str, now: datetime) -> None:
    lane = lanes.name_of(due.platform, due.workspace)
    name = people.workspace_at(session, platform=due.platform, external=due.workspace).name
    shown = workspace_stopped(name, why, lane)
    for network_id in networks.in_workspace(
        session, platform=due.platform, workspace=due.workspace
    ) or [due.network_id]:
        _tell(session, network_id, shown, _since(session, lane), due, now)


def _channel(session: Session, due: Due) -> str:
    """The name of the channel a post is for; "" where it is not known."""
    return networks.channel_name(
        session, platform=due.platform, workspace=due.workspace, channel=due.channel
    )


def _since(session: Session, lane: str) -> str:
    stopped = lanes.get(session, name=lane)
    return f"stopped {lane} {stopped.stopped_at:%Y-%m-%dT%H:%M}" if stopped else f"stopped {lane}"


def _tell(session: Session, network_id: int, shown: Card, of: str, due: Due, now: datetime) -> None:
    host = next(iter(_hosts(session, network_id, due.workspace)), None)
    if host:
        to_member(session, host.id, shown, network_id=network_id, of=of, kind=STOP, now=now)


def _hosts(session: Session, network_id: int, workspace: str) -> Sequence[Member]:
    """A network's hosts who can be written to, those whom another workspace knows first."""
    found = []
    for host in people.hosts(session, network_id=network_id):
        if known := people.first_identity(session, member_id=host.id):
            space = known.workspace
            lane = lanes.get(
                session, name=lanes.name_of(space.platform, space.external, known.external)
            )
            if not lane or not lane.stopped:
                found.append((space.external == workspace, host))
    return [host for _, host in sorted(found, key=lambda each: each[0])]
