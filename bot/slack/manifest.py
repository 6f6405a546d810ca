"""The app's manifest: what Slack must know before it is installed."""

from collections.abc import Sequence
from typing import Any, TypeVar

from msgspec import Struct

_T = TypeVar("_T")

SCOPES = {
    "app_mentions:read": "to hear @Homeroom",
    "channels:history": "to catch links, and to look whether a post whose answer was lost is there",
    "channels:read": "to know the names and the members of the channels it is in",
    "chat:write": "to post check-ins, agendas and recaps",
    "commands": "for /learn and its short forms, and the message shortcuts",
    "files:read": "to know the title of a file that is posted",
    "groups:history": "as channels:history, in private channels that it was invited to",
    "groups:read": "as channels:read, in private channels that it was invited to",
    "im:history": "to hear what is said to it in a direct message",
    "im:write": "to open a direct message with a member",
    "metadata.message:read": "to know its own posts by their delivery key",
    "reactions:read": "to keep at once what somebody puts a bookmark on",
    "reactions:write": "to show on a message that its link was caught or kept",
    "users:read": "to know members' names and time zones",
}

EVENTS = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "member_joined_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "reaction_added",
    "reaction_removed",
    "tokens_revoked",
)
INSTALL, REDIRECT = "/slack/install", "/slack/oauth_redirect"
"""The pages by which people install the app in their workspace."""


class Command(Struct, frozen=True):
    """A slash command: "/share", what it does (140 characters), and how it is used."""

    name: str
    does: str
    usage: str = ""


class Shortcut(Struct, frozen=True):
    """A message shortcut: the words it says, its label (24 characters) and what it does."""

    says: str
    label: str
    does: str


def manifest(
    commands: Sequence[Command],
    shortcuts: Sequence[Shortcut],
    *,
    url: str = "",
    install_at: str = "",
) -> dict[str, Any]:
    """The manifest as Slack's JSON: for Socket Mode, or for HTTP at `url` (https://host). Who has
    pages at `install_at` lets many workspaces install it; then its tokens are renewed.

    Raises ValueError when a text is longer than Slack takes.
    """
    at = f"{url.rstrip('/')}/slack/events" if url else ""
    asked_at = {"request_url": at} if at else {}
    back = {"redirect_urls": [install_at.rstrip("/") + REDIRECT]} if install_at else {}
    return {
        "display_information": {
            "name": "Homeroom",
            "description": "Runs a learning network's weekly call.",
            "background_color": "#1f4e4a",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Homeroom", "always_online": True},
            "slash_commands": [_command(each, at) for each in _at_most(commands, 50)],
            "shortcuts": [_shortcut(each) for each in _at_most(shortcuts, 10)],
        },
        "oauth_config": {**back, "scopes": {"bot": sorted(SCOPES)}},
        "settings": {
            "event_subscriptions": {**asked_at, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **asked_at},
            "org_deploy_enabled": bool(install_at),
            "socket_mode_enabled": not url,
            "token_rotation_enabled": bool(install_at),
        },
    }


def _command(command: Command, at: str) -> dict[str, Any]:
    made = {
        "command": _short(command.name, 32),
        "description": _short(command.does, 140),
        "should_escape": False,
    }
    made |= {"usage_hint": command.usage} if command.usage else {}
    return made | ({"url": at} if at else {})


def _shortcut(shortcut: Shortcut) -> dict[str, Any]:
    return {
        "name": _short(shortcut.label, 24),
        "type": "message",
        "callback_id": _short(shortcut.says, 255),
        "description": _short(shortcut.does, 150),
    }


def _short(text: str, most: int) -> str:
    if not 0 < len(text) <= most:
        raise ValueError(f"{text!r}: Slack takes 1 to {most} characters here")
    return text


def _at_most(each: Sequence[_T], most: int) -> Sequence[_T]:
    if len(each) > most:
        raise ValueError(f"Slack takes {most} of these, not {len(each)}")
    return each
