"""What apps hear of messages: posted, changed, deleted, mentioned in, with links."""

import copy
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.playground import events
from bot.playground.events import Told
from bot.playground.shapes import Channel, Json

if TYPE_CHECKING:
    from bot.playground.world import World

_LINK = re.compile(r"<(https?://[^|>]+)")


def posted(world: "World", channel: Channel, message: Json) -> Told:
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


def changed(world: "World", channel: Channel, message: Json, before: Json) -> Told:
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


def deleted(world: "World", channel: Channel, before: Json) -> Told:
    now = world.next_ts()
    event = {
        "type": "message",
        "subtype": "message_deleted",
        "previous_message": before,
        "channel": channel.id,
        "hidden": True,
        "deleted_ts": before["ts"],
        "event_ts": now,
        "ts": now,
        "channel_type": channel.kind,
    }
    return events.channel_event(world, channel, event, actor_team=before["team"])
