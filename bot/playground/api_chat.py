"""chat.*: posting, privately too, changing and deleting."""

import re
from typing import Any

from bot.playground import membership, messages
from bot.playground.asking import Ask, Method
from bot.playground.blocks import checked_message
from bot.playground.shapes import Channel, Json, Refused

MOST_TEXT = 40_000
MOST_UPDATED_TEXT = 4_000
NOT_SHOWN = "This content can't be displayed."
_BARE_URL = re.compile(r"(?<![<|\w])https?://[^\s<>|]+")


def post_message(ask: Ask) -> Json:
    channel = _destination(ask)
    content = checked_content(ask.args, blocks=ask.json("blocks", "invalid_blocks_format"))
    metadata = _metadata(ask)
    posted = messages.post(
        ask.world,
        channel,
        user=ask.bot,
        bot_id=ask.installation.bot_id,
        app_id=ask.app.id,
        thread_ts=ask.maybe("thread_ts"),
        subtype="thread_broadcast" if ask.flag("reply_broadcast") else "",
        metadata=metadata,
        **content,
    )
    return {"channel": channel.id, "ts": posted.message["ts"], "message": posted.message}


def post_ephemeral(ask: Ask) -> Json:
    channel = ask.joined()
    viewer = ask.text("user")
    if viewer not in channel.members:
        raise Refused("user_not_in_channel")
    content = checked_content(ask.args, blocks=ask.json("blocks", "invalid_blocks_format"))
    thread_ts = ask.maybe("thread_ts")
    message = messages.whisper(
        ask.world, channel.id, viewer, **bot_fields(ask), **content, thread_ts=thread_ts
    )
    return {"message_ts": message["ts"]}


def update(ask: Ask) -> Json:
    channel = ask.joined()
    ts = ask.text("ts")
    before = ask.world.message(channel.id, ts)
    blocks = ask.json("blocks", "invalid_blocks_format")
    content = checked_content(ask.args, blocks=blocks, most=MOST_UPDATED_TEXT)
    metadata = _metadata(ask)
    posted = messages.edit(
        ask.world,
        channel,
        ts,
        by=ask.bot,
        text=content["text"],
        blocks=before.get("blocks") if blocks is None else content.get("blocks"),
        **({"metadata": metadata} if metadata else {}),
    )
    return {
        "channel": channel.id,
        "ts": ts,
        "text": posted.message["text"],
        "message": posted.message,
    }


def delete(ask: Ask) -> Json:
    channel = ask.channel()
    messages.delete(ask.world, channel, ask.text("ts"), by=ask.bot)
    return {"channel": channel.id, "ts": ask.text("ts")}


def get_permalink(ask: Ask) -> Json:
    channel = ask.channel()
    message = ask.world.message(channel.id, ask.text("message_ts"))
    domain = ask.world.workspace(ask.team).domain
    link = f"https://{domain}.slack.com/archives/{channel.id}/p{message['ts'].replace('.', '')}"
    if message.get("thread_ts", message["ts"]) != message["ts"]:
        link += f"?thread_ts={message['thread_ts']}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def checked_content(content: Json, *, blocks: Any, most: int = MOST_TEXT) -> Json:
    """text and blocks as Slack keeps them. Refused: no_text, msg_too_long, invalid_blocks."""
    text = str(content.get("text") or "")
    if len(text) > most:
        raise Refused("msg_too_long")
    if blocks:
        return {"text": linked(text) or NOT_SHOWN, "blocks": checked_message(blocks)}
    if not text.strip():
        raise Refused("no_text")
    return {"text": linked(text)}


def linked(text: str) -> str:
    """Slack wraps bare addresses, also in what an app posts."""
    return _BARE_URL.sub(lambda found: f"<{found[0]}>", text)


def bot_fields(ask: Ask) -> Json:
    return {
        "user": ask.bot,
        "bot_id": ask.installation.bot_id,
        "app_id": ask.app.id,
        "team": ask.team,
    }


def _destination(ask: Ask) -> Channel:
    """The channel, or for a person's id the DM with them."""
    wanted = ask.text("channel")
    if wanted not in ask.world.people:
        return ask.joined()
    if ask.person(wanted).bot:
        raise Refused("channel_not_found")
    return membership.direct(ask.world, ask.bot, wanted)


def _metadata(ask: Ask) -> Json | None:
    found = ask.json("metadata", "invalid_metadata_format")
    if not found:
        return None
    kind, payload = found.get("event_type"), found.get("event_payload")
    if not isinstance(kind, str) or not kind or not isinstance(payload, dict):
        raise Refused("invalid_metadata_format")
    return {"event_type": kind, "event_payload": payload}


METHODS = {
    "chat.postMessage": Method(post_message, "chat:write"),
    "chat.postEphemeral": Method(post_ephemeral, "chat:write", tier=4),
    "chat.update": Method(update, "chat:write", tier=3),
    "chat.delete": Method(delete, "chat:write", tier=3),
    "chat.getPermalink": Method(get_permalink),
}
