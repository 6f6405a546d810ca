"""Telling a host, once, that a platform takes no posts, in a channel, in a workspace, or one; and
asking a host whether posts are there, where nobody else can tell."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.compose.places import channel_in, space_called
from bot.compose.stops import Doubt, in_doubt, place_stopped, post_failed, workspace_stopped
from bot.errands import STOP, Landed
from bot.errors import Refused
from bot.publish import to_member
from bot.speech import Card, decode_card
from storage import claims, lanes, networks, outbox, people
from storage.claims import Doubted, Due
from storage.models import Channel, Member

TOGETHER = timedelta(minutes=10)  # doubts that come up within this time are asked in one message
NAMES = {
    "checkin": "a check-in",
    "agenda": "an agenda",
    "start": "the call’s link",
    "exit": "an exit ticket",
    "recap": "a recap",
    "tried": "“Tried it?”",
    "nudge": "a reminder to check in",
    "followup": "a question after a commitment",
    "draft": "a recap to look over",
    "second": "a recap to look over",
    "found": "something from your library",
    "worked": "a question after a problem",
    "thanks": "thanks for what helped",
    "prompt": "a prompt",
    "role time": "a question about keeping the time",
    "role notes": "a question about taking notes",
    "swap": "a role to be taken",
    "protocol": "a step of a protocol",
    "greeting": "a first word to someone new",
    "export": "what is kept of somebody",
    "answer": "an answer in a thread",
}
ABSENT = frozenset(
    (
        "not_in_channel",
        "channel_not_found",  # a private channel is not shown to who is not in it
        "conversation_unknown",
        "BotNotInConversationRoster",
        "forbidden",
        "not_found",
    )
)
"""A platform's words for: we are not in that channel."""
INVITES = {
    "slack": "Somebody in it types /invite @Homeroom, so that I can post there.",
    "teams": (
        "Somebody adds Homeroom to its team or chat: ••• beside its name → Manage team → Apps (in a"
        " chat: Manage apps)."
    ),
}
"""How we come into a channel, for those who may read it elsewhere."""
PLATFORMS = {"slack": ("Slack", "SLACK_"), "teams": ("Microsoft Teams", "TEAMS_")}


def no_door(platform: str) -> Refused:
    """Nothing can be sent to a platform that this program was not connected to."""
    name, prefix = PLATFORMS.get(platform, (platform, platform.upper() + "_"))
    mend = (
        f"Homeroom is not connected to {name} at the moment. Whoever runs it sets the variables"
        f" that begin with {prefix}: the operator’s guide says how."
    )
    return Refused("no_door_for_this_platform", "workspace", mend)


def tell_hosts(session: Session, refused: Iterable[Landed], now: datetime) -> None:
    """Want a notice for a host of each network that is concerned. The same stop is told once; a
    person who can't be written to directly is nobody's concern but the log's."""
    refused = list(refused)
    _ask(session, [errand.due for errand, outcome in refused if outcome.result == "unseen"], now)
    for errand, outcome in refused:
        if outcome.result == "unseen":
            continue
        due, why = errand.due, outcome.mend or f"The platform says: {outcome.reason}."
        match outcome.of:
            case "workspace":
                _tell_of_workspace(session, due, why, now)
            case "place" if not due.direct:
                shown = _place_stopped(session, due.lane, _where(session, due), outcome.reason, why)
                _tell(session, due.network_id, shown, _since(session, due.lane), due, now)
            case "place" if due.kind == STOP:  # this host cannot be told: another is
                shown = decode_card(due.card)
                _tell(session, due.network_id, shown, f"instead of {due.key}", due, now)
            case "post" if due.kind not in ("notice", STOP):
                what = NAMES.get(due.kind, "a message")
                shown = post_failed(what, _where(session, due), outcome.reason)
                _tell(session, due.network_id, shown, f"failed {due.key}", due, now)


def _place_stopped(session: Session, lane: str, where: str, reason: str, why: str) -> Card:
    before = outbox.ever_sent(session, lane=lane)
    if reason in ABSENT and not before:
        why = INVITES[lane.partition("/")[0]]
    return place_stopped(where, why, lane, absent=reason in ABSENT, before=before)


def is_outside(session: Session, *, platform: str, workspace: str, channel: str) -> bool:
    """Whether we are known not to be in a channel."""
    lane = lanes.get(session, name=lanes.name_of(platform, workspace, channel))
    return lane is not None and lane.stopped in ABSENT


def now_absent(
    session: Session, *, platform: str, workspace: str, channel: str, reason: str, now: datetime
) -> bool:
    """We were seen not to be in a channel, in the platform's word: what is for it waits. Whether
    that is new."""
    lane = lanes.name_of(platform, workspace, channel)
    return lanes.stop(session, name=lane, reason=reason, now=now)


def now_present(session: Session, *, platform: str, workspace: str, channel: str) -> None:
    """We were seen to be in a channel: what waits for nothing else goes out."""
    if is_outside(session, platform=platform, workspace=workspace, channel=channel):
        lanes.open_again(session, names=[lanes.name_of(platform, workspace, channel)])


def channel_seen(session: Session, channel: Channel, absent: str, now: datetime) -> None:
    """A network's channel was looked at: a host is told, once, where we are not in it, in the
    platform's word `absent`."""
    space = channel.workspace
    at = {"platform": space.platform, "workspace": space.external, "channel": channel.external}
    if not absent:
        now_present(session, **at)
    elif now_absent(session, **at, reason=absent, now=now):
        lane = lanes.name_of(space.platform, space.external, channel.external)
        where = channel_in(channel.name, space_called(space.platform, space.name))
        shown = _place_stopped(session, lane, where, absent, INVITES[space.platform])
        of = _since(session, lane)
        _tell_host(session, channel.network_id, shown, of, space.external, now)


def _ask(session: Session, unseen: Iterable[Due], now: datetime) -> None:
    """Ask a host of each network about all that is in doubt there."""
    slot = int(now.timestamp() // TOGETHER.total_seconds())
    for network_id, due in {due.network_id: due for due in unseen}.items():
        shown = in_doubt(doubts(session, network_id, now))
        _tell(session, network_id, shown, f"in doubt {network_id} {slot}", due, now)


def doubts(session: Session, network_id: int, now: datetime) -> list[Doubt]:
    """What a network's host is asked about, the oldest first."""
    alike: dict[object, list[Doubted]] = {}
    for each in claims.doubted(session, network_id=network_id):
        alike.setdefault(_alike(each), []).append(each)
    return [_doubt(session, posts, now) for posts in alike.values()]


def same_doubt(session: Session, network_id: int, key: str) -> list[str]:
    """The keys of what is asked about together with this post, and still is."""
    asked = claims.doubted(session, network_id=network_id)
    group = {_alike(each) for each in asked if each.key == key}
    return [each.key for each in asked if _alike(each) in group]


def _alike(post: Doubted) -> object:
    """What one answer is for: nobody can look into other people's direct messages, so all of a
    kind are answered at once. Whom they are for is not said: that may be a secret."""
    return (post.kind, post.call_id) if post.direct else post.key


def _doubt(session: Session, posts: Sequence[Doubted], now: datetime) -> Doubt:
    first, direct = posts[0], sum(each.direct for each in posts)
    return Doubt(
        first.key,
        NAMES.get(first.kind, "a message"),
        "" if direct else _where(session, first),
        direct,
        sum(each.replies for each in posts),
        all(each.not_after is not None and each.not_after < now for each in posts),
    )


def _tell_of_workspace(session: Session, due: Due, why: str, now: datetime) -> None:
    lane = lanes.name_of(due.platform, due.workspace)
    name = people.workspace_at(session, platform=due.platform, external=due.workspace).name
    shown = workspace_stopped(name, why, lane)
    for network_id in networks.in_workspace(
        session, platform=due.platform, workspace=due.workspace
    ) or [due.network_id]:
        _tell(session, network_id, shown, _since(session, lane), due, now)


def workspace_left(
    session: Session, *, platform: str, workspace: str, reason: str, why: str, now: datetime
) -> None:
    """A platform says that a whole workspace takes nothing from now on: what is for it waits, and
    a host of each network in it is told, once, where they can be."""
    lane = lanes.name_of(platform, workspace)
    if not lanes.stop(session, name=lane, reason=reason, now=now):
        return
    name = people.workspace_at(session, platform=platform, external=workspace).name
    shown, since = workspace_stopped(name, why, lane), _since(session, lane)
    for network_id in networks.in_workspace(session, platform=platform, workspace=workspace):
        _tell_host(session, network_id, shown, since, workspace, now)


def _where(session: Session, due: Due | Doubted) -> str:
    """The channel a post is for, and its workspace, as people know them."""
    space = people.workspace_at(session, platform=due.platform, external=due.workspace)
    name = networks.channel_name(
        session, platform=due.platform, workspace=due.workspace, channel=due.channel
    )
    return channel_in(name, space_called(space.platform, space.name))


def _since(session: Session, lane: str) -> str:
    stopped = lanes.get(session, name=lane)
    return f"stopped {lane} {stopped.stopped_at:%Y-%m-%dT%H:%M}" if stopped else f"stopped {lane}"


def _tell(session: Session, network_id: int, shown: Card, of: str, due: Due, now: datetime) -> None:
    _tell_host(session, network_id, shown, of, due.workspace, now)


def _tell_host(
    session: Session, network_id: int, shown: Card, of: str, workspace: str, now: datetime
) -> None:
    host = next(iter(_hosts(session, network_id, workspace, now)), None)
    if host:
        to_member(session, host.id, shown, network_id=network_id, of=of, kind=STOP, now=now)


def _hosts(session: Session, network_id: int, workspace: str, now: datetime) -> Sequence[Member]:
    """A network's hosts who can be written to, those whom another workspace knows first."""
    found = []
    for host in people.hosts_in_turn(session, network_id=network_id, now=now):
        if known := people.first_identity(session, member_id=host.id):
            space = known.workspace
            lane = lanes.get(
                session, name=lanes.name_of(space.platform, space.external, known.external)
            )
            if not lane or not lane.stopped:
                found.append((space.external == workspace, host))
    return [host for _, host in sorted(found, key=lambda each: each[0])]
