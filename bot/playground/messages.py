"""Messages: posted, edited, deleted, reacted to; told to apps, shown to people."""

import copy
import re
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from bot.playground import events, membership
from bot.playground.events import Told
from bot.playground.shapes import Channel, Json, Refused

if TYPE_CHECKING:
    from bot.playground.world import World

_LINK = re.compile(r"<(https?://[^|>]+)")


class Posted(NamedTuple):
    message: Json
    told: Told


def post(world: "World", channel: Channel, *, user: str, text: str, **fields: Any) -> Posted:
    """Put a message into the channel. `fields` are more of Slack's message keys.

    Refused: is_archived, thread_not_found.
    """
    if channel.archived:
        raise Refused("is_archived")
    team = world.people[user].team if user in world.people else channel.team
    message: Json = {"type": "message", "user": user, "text": text, "ts": world.next_ts()}
    message |= {"team": team} | {key: value for key, value in fields.items() if value}
    if "thread_ts" in message:
        _reply(world, channel, message)
    world.messages[channel.id][message["ts"]] = message
    if not message.get("bot_id"):
        membership.mark_read(world, channel, user, message["ts"])
    _changed(world, channel, message)
    for member in channel.members & world.feeds.watching():
        membership.show(world, channel, member)
    return Posted(message, _tell_of(world, channel, message))


def edit(
    world: "World",
    channel: Channel,
    ts: str,
    *,
    by: str,
    text: str,
    blocks: list[Json] | None,
    **fields: Any,
) -> Posted:
    """Replace a message's text and blocks. Refused: message_not_found, cant_update_message."""
    message = world.message(channel.id, ts)
    if message["user"] != by or message.get("subtype") == "tombstone":
        raise Refused("cant_update_message")
    before = copy.deepcopy(message)
    message |= {"text": text, "blocks": blocks, **fields}
    if not blocks:
        del message["blocks"]
    message["edited"] = {"user": by, "ts": world.next_ts()}
    _changed(world, channel, message)
    return Posted(message, _changed_event(world, channel, message, before))


def delete(world: "World", channel: Channel, ts: str, *, by: str) -> Told:
    """Refused: message_not_found, cant_delete_message. A root with replies leaves a tombstone."""
    message = world.message(channel.id, ts)
    if message["user"] != by:
        raise Refused("cant_delete_message")
    before = copy.deepcopy(message)
    if message.get("reply_count"):
        message |= {"subtype": "tombstone", "text": "This message was deleted.", "deleted": True}
        message |= {"user": "USLACKBOT", "hidden": True}
        message.pop("blocks", None)
        _changed(world, channel, message)
    else:
        _remove(world, channel, message)
    now = world.next_ts()
    event = {
        "type": "message",
        "subtype": "message_deleted",
        "previous_message": before,
        "channel": channel.id,
        "hidden": True,
        "deleted_ts": ts,
        "event_ts": now,
        "ts": now,
        "channel_type": channel.kind,
    }
    return events.channel_event(world, channel, event, actor_team=before["team"])


def react(world: "World", channel: Channel, ts: str, *, by: str, name: str, add: bool) -> Told:
    """Refused: message_not_found, already_reacted, no_reaction."""
    message = world.message(channel.id, ts)
    reactions: list[Json] = message.setdefault("reactions", [])
    found = next((each for each in reactions if each["name"] == name), None)
    there = bool(found and by in found["users"])
    if add == there:
        raise Refused("already_reacted" if add else "no_reaction")
    if found is None:
        found = {"name": name, "users": [], "count": 0}
        reactions.append(found)
    found["users"] = [*found["users"], by] if add else [u for u in found["users"] if u != by]
    found["count"] = len(found["users"])
    message["reactions"] = [each for each in reactions if each["count"]]
    _changed(world, channel, message)
    event = {
        "type": "reaction_added" if add else "reaction_removed",
        "user": by,
        "reaction": name,
        "item": {"type": "message", "channel": channel.id, "ts": ts},
        "item_user": message["user"],
        "event_ts": world.next_ts(),
    }
    return events.channel_event(world, channel, event, actor_team=world.people[by].team)


def whisper(world: "World", channel_id: str, viewer: str, **fields: Any) -> Json:
    """An ephemeral message: only `viewer` sees it, and no app hears of it."""
    message: Json = {"type": "message", "ts": world.next_ts(), "ephemeral": True}
    message |= {key: value for key, value in fields.items() if value}
    world.private[viewer][channel_id][message["ts"]] = message
    show_private(world, channel_id, viewer, message)
    return message


def show_private(world: "World", channel_id: str, viewer: str, message: Json) -> None:
    world.feeds.show(viewer, {"type": "message", "channel": channel_id, "message": message})
    world.changed()


def remove_private(world: "World", channel_id: str, viewer: str, ts: str) -> None:
    if world.private[viewer][channel_id].pop(ts, None):
        frame = {"type": "message_deleted", "channel": channel_id, "ts": ts}
        world.feeds.show(viewer, frame)
        world.changed()


def _reply(world: "World", channel: Channel, message: Json) -> None:
    root = world.messages[channel.id].get(message["thread_ts"])
    if root is None:
        raise Refused("thread_not_found")
    if root.get("thread_ts", root["ts"]) != root["ts"]:
        root = world.message(channel.id, root["thread_ts"])
    message |= {"thread_ts": root["ts"], "parent_user_id": root["user"]}
    root["thread_ts"] = root["ts"]
    root["reply_count"] = root.get("reply_count", 0) + 1
    root["reply_users"] = list(dict.fromkeys([*root.get("reply_users", []), message["user"]]))
    root["reply_users_count"] = len(root["reply_users"])
    root["latest_reply"] = message["ts"]
    _changed(world, channel, root)


def _remove(world: "World", channel: Channel, message: Json) -> None:
    del world.messages[channel.id][message["ts"]]
    world.forget("message", f"{channel.id} {message['ts']}")
    root = world.messages[channel.id].get(message.get("thread_ts", ""))
    if root:
        root["reply_count"] = max(0, root.get("reply_count", 0) - 1)
        _changed(world, channel, root)
    for member in channel.members:
        frame = {"type": "message_deleted", "channel": channel.id, "ts": message["ts"]}
        world.feeds.show(member, frame)
    world.changed()


def _changed(world: "World", channel: Channel, message: Json) -> None:
    """Keep it, and show it to everyone in the channel."""
    world.keep("message", f"{channel.id} {message['ts']}", message)
    frame = {"type": "message", "channel": channel.id, "message": message}
    for member in channel.members & world.feeds.watching():
        world.feeds.show(member, frame)
    world.changed()


def _tell_of(world: "World", channel: Channel, message: Json) -> Told:
    team = message["team"]
    event = copy.deepcopy(message)
    event |= {"channel": channel.id, "event_ts": message["ts"], "channel_type": channel.kind}
    if channel.connect:
        event |= {"user_team": team, "source_team": team}
    told = events.channel_event(world, channel, event, actor_team=team)
    if not channel.im:
        told += _mentions(world, channel, event)
    told += _links(world, channel, message)
    if "metadata" in message:
        posted = {
            "type": "message_metadata_posted",
            "app_id": message.get("app_id"),
            "bot_id": message.get("bot_id"),
            "user_id": message["user"],
            "team_id": team,
            "channel_id": channel.id,
            "metadata": message["metadata"],
            "message_ts": message["ts"],
            "event_ts": message["ts"],
        }
        told += events.channel_event(world, channel, posted, actor_team=team)
    return told


def _mentions(world: "World", channel: Channel, event: Json) -> Told:
    mention = {key: value for key, value in event.items() if key != "channel_type"}
    mention["type"] = "app_mention"
    return [
        told
        for found in world.installations
        if f"<@{found.bot_user_id}>" in event["text"] and found.bot_user_id in channel.members
        for told in events.channel_event(
            world, channel, mention, actor_team=found.team, only=world.apps[found.app_id]
        )
    ]


def _links(world: "World", channel: Channel, message: Json) -> Told:
    told: Told = []
    urls = [url.replace("&amp;", "&") for url in _LINK.findall(message["text"])]
    for app in world.apps.values() if urls and not message.get("bot_id") else ():
        links = [
            {"domain": domain, "url": url}
            for url in urls
            for domain in app.unfurl_domains
            if _is_in(urlsplit(url).hostname or "", domain)
        ]
        if not links:
            continue
        bots = {each.bot_user_id for each in world.installations if each.app_id == app.id}
        event = {
            "type": "link_shared",
            "user": message["user"],
            "channel": channel.id,
            "message_ts": message["ts"],
            "links": links,
            "source": "conversations_history",
            "unfurl_id": f"{message['ts']}.{channel.id}",
            "is_bot_user_member": bool(bots & channel.members),
            "event_ts": message["ts"],
        }
        told += events.channel_event(
            world, channel, event, actor_team=message["team"], only=app, outsiders=True
        )
    return told


def _is_in(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def _changed_event(world: "World", channel: Channel, message: Json, before: Json) -> Told:
    now = world.next_ts()
    event = {
        "type": "message",
        "subtype": "message_changed",
        "message": copy.deepcopy(message),
        "previous_message": before,
        "channel": channel.id,
        "hidden": True,
        "ts": now,
        "event_ts": now,
        "channel_type": channel.kind,
    }
    return events.channel_event(world, channel, event, actor_team=message["team"])
