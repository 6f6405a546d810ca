"""Who and where, as Slack's events name them."""

import re
from typing import Any

from bot.payload import text_at
from bot.slack.installations import Installation
from bot.speech import Place

NAMELESS = ("directmessage", "privategroup")
"""What stands for the name of a channel that only its members may know."""


def called(home: Installation) -> str:
    """A pattern of the bot's mention."""
    return rf"<@{re.escape(home.bot_user)}(?:\|[^<>]*)?>"


def own_workspace(said: Any, body: Any, home: Installation) -> str:
    """The workspace a person belongs to: in a connected channel it is not where they speak."""
    own = text_at(said, "user_team") or text_at(said, "team")
    arrived = text_at(body, "team_id") if home.workspace.startswith("E") else ""
    return own or arrived or home.workspace


def place_at(home: Installation, channel: str, thread: str = "", name: str = "") -> Place:
    """A channel, or the 1:1 with us. `name` is what Slack calls it there."""
    known = "" if name in NAMELESS or name.startswith("mpdm-") else name
    return Place("slack", home.workspace, channel, thread, channel.startswith("D"), known)


def permalink(home: Installation, channel: str, message: str, thread: str = "") -> str:
    """The address of a message, as Slack itself makes it; asking for it would cost a call."""
    if not home.address or not message:
        return ""
    own = f"{home.address.rstrip('/')}/archives/{channel}/p{message.replace('.', '')}"
    return f"{own}?thread_ts={thread}&cid={channel}" if thread not in ("", message) else own
