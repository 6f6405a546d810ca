"""Messages: posted, edited, deleted, reacted to; told to apps, shown to people."""

import copy
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from bot.playground import events, membership, telling, typed
from bot.playground.events import Told
from bot.playground.shapes import Channel, Json, Person, Refused

if TYPE_CHECKING:
    from bot.playground.world import World

MOST_TYPED = 40_000


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
    return Posted(message, telling.posted(world, channel, message))


def say(
    world: "World",
    person: Person,
    channel: Channel,
    words: str,
    thread_ts: str | None = None,
    files: Sequence[Json] = (),
) -> Posted:
    """A person's message, as typed, with the files that are sent along.

    Refused: account_inactive, not_in_channel, msg_too_long, no_text.
    """
    if person.deactivated:
        raise Refused("account_inactive")
    if person.id not in channel.members:
        raise Refused("not_in_channel")
    text, blocks = ("", []) if files and not words else _typed(world, person, channel, words)
    return post(
        world,
        channel,
        user=person.id,
        text=text,
        subtype="file_share" if files else "",
        blocks=blocks,
        files=list(files),
        thread_ts=thread_ts,
        client_msg_id=world.mint(""),
    )


def retype(world: "World", person: Person, channel: Channel, ts: str, words: str) -> Posted:
    """A person's edit of their own message, as typed."""
    text, blocks = _typed(world, person, channel, words)
    return edit(world, channel, ts, by=person.id, text=text, blocks=blocks)


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
    return Posted(message, telling.changed(world, channel, message, before))


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
    return telling.deleted(world, channel, before)


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


def _typed(world: "World", person: Person, channel: Channel, words: str) -> tuple[str, list[Json]]:
    if len(words) > MOST_TYPED:
        raise Refused("msg_too_long")
    if not words.strip():
        raise Refused("no_text")
    return typed.message(world, channel, person.team, words)


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
