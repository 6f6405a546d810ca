"""conversations.*: listing, reading, joining."""

import base64
import binascii
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from bot.playground import membership
from bot.playground.asking import Ask, Method
from bot.playground.shapes import Channel, Json, Refused

if TYPE_CHECKING:
    from bot.playground.world import World

T = TypeVar("T")
COMMERCIAL_ITEMS = 15
FREE_DAYS = 90
_TYPES = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
_READ = {"channel": "channels:read", "group": "groups:read", "im": "im:read", "mpim": "mpim:read"}


def list_(ask: Ask) -> Json:
    kinds = set()
    for name in (ask.maybe("types") or "public_channel").split(","):
        if name.strip() not in _TYPES:
            raise Refused("invalid_types")
        kinds.add(_TYPES[name.strip()])
    for kind in kinds:
        ask.needs(_READ[kind])
    seen = [
        described(ask, channel)
        for channel in sorted(ask.world.channels.values(), key=lambda each: each.id)
        if channel.kind in kinds
        and membership.may_see(ask.world, channel, ask.bot)
        and not (channel.archived and ask.flag("exclude_archived"))
    ]
    page, cursor = paged(ask, seen, default=100)
    return {"channels": page, "response_metadata": {"next_cursor": cursor}}


def info(ask: Ask) -> Json:
    channel = ask.channel()
    ask.reads(channel, "read")
    return {"channel": described(ask, channel)}


def history(ask: Ask) -> Json:
    channel = ask.joined()
    ask.reads(channel, "history")
    roots = [
        message
        for message in _within(ask, channel)
        if message.get("thread_ts", message["ts"]) == message["ts"]
        or message.get("subtype") == "thread_broadcast"
    ]
    return _read(ask, list(reversed(roots)))


def replies(ask: Ask) -> Json:
    """The root first, then its replies. Refused: thread_not_found."""
    channel = ask.joined()
    ask.reads(channel, "history")
    root = ask.world.messages[channel.id].get(ask.text("ts"))
    if root is None:
        raise Refused("thread_not_found")
    thread = [
        message
        for message in _within(ask, channel)
        if message is not root and message.get("thread_ts") == root.get("thread_ts", root["ts"])
    ]
    return _read(ask, [root, *thread])


def members(ask: Ask) -> Json:
    channel = ask.channel()
    ask.reads(channel, "read")
    page, cursor = paged(ask, sorted(channel.members), default=100)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


def open_(ask: Ask) -> Json:
    """The DM with one person. Refused: user_not_found, user_disabled, cannot_dm_bot."""
    ask.needs("im:write")
    if ask.maybe("channel"):
        return {"channel": {"id": ask.channel().id}}
    user = ask.maybe("users")
    if not user:
        raise Refused("users_list_not_supplied")
    person = ask.person(user)
    if person.bot:
        raise Refused("cannot_dm_bot")
    if person.deactivated:
        raise Refused("user_disabled")
    channel = membership.direct(ask.world, ask.bot, person.id)
    if ask.flag("return_im"):
        return {"channel": described(ask, channel)}
    return {"channel": {"id": channel.id}}


def join(ask: Ask) -> Json:
    channel = ask.channel()
    if channel.kind != "channel":
        raise Refused("method_not_supported_for_channel_type")
    already = ask.bot in channel.members
    membership.join(ask.world, channel, ask.bot)
    warned = {"warning": "already_in_channel"} if already else {}
    return {"channel": described(ask, channel), **warned}


def described(ask: Ask, channel: Channel) -> Json:
    """The conversation object as this bot's workspace sees it."""
    common = {"id": channel.id, "created": channel.created, "is_archived": channel.archived}
    common |= {"is_im": channel.im, "is_mpim": False, "context_team_id": ask.team}
    if channel.im:
        return common | {"user": next(iter(channel.members - {ask.bot}))}
    name = channel.name_in(ask.team)
    return common | {
        "name": name,
        "name_normalized": name,
        "is_channel": not channel.private,
        "is_group": channel.private,
        "is_private": channel.private,
        "is_general": False,
        "is_member": ask.bot in channel.members,
        "is_shared": channel.connect,
        "is_ext_shared": channel.connect,
        "is_org_shared": False,
        "shared_team_ids": [channel.team, *channel.shared_with],
        "num_members": len(channel.members),
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def paged(ask: Ask, items: list[T], *, default: int, most: int = 1000) -> tuple[list[T], str]:
    """A page of `items` and the next cursor. Refused: invalid_cursor."""
    start = 0
    if ask.maybe("cursor"):
        try:
            start = int(base64.b64decode(ask.maybe("cursor"), validate=True))
        except (binascii.Error, ValueError):
            raise Refused("invalid_cursor") from None
    end = start + ask.count("limit", default, most)
    more = base64.b64encode(str(end).encode()).decode() if end < len(items) else ""
    return items[start:end], more


def _within(ask: Ask, channel: Channel) -> list[Json]:
    oldest, latest = ask.maybe("oldest") or "0", ask.maybe("latest") or "99999999999"
    low, high, inclusive = float(oldest), float(latest), ask.flag("inclusive")
    horizon = _horizon(ask.world, ask.team)
    return [
        message
        for ts, message in sorted(ask.world.messages[channel.id].items())
        if (low < float(ts) < high or (inclusive and float(ts) in (low, high)))
        and float(ts) >= horizon
    ]


def _horizon(world: "World", team: str) -> float:
    if not world.workspace(team).free:
        return 0
    return (world.clock.now() - timedelta(days=FREE_DAYS)).timestamp()


def _read(ask: Ask, found: list[Json]) -> Json:
    most = COMMERCIAL_ITEMS if ask.world.rates.commercial else 999
    page, cursor = paged(ask, found, default=min(100, most), most=most)
    shown = page
    if not ask.flag("include_all_metadata"):
        shown = [{k: v for k, v in each.items() if k != "metadata"} for each in page]
    more = {"response_metadata": {"next_cursor": cursor}} if cursor else {}
    return {"messages": shown, "has_more": bool(cursor), **more}


METHODS = {
    "conversations.list": Method(list_, tier=2),
    "conversations.info": Method(info, tier=3),
    "conversations.history": Method(history, tier=3),
    "conversations.replies": Method(replies, tier=3),
    "conversations.members": Method(members, tier=4),
    "conversations.open": Method(open_, tier=3),
    "conversations.join": Method(join, "channels:join", tier=3),
}
