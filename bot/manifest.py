"""The Slack app's manifest, made from the table of words."""

from typing import Any

import handlers.everything  # noqa: F401 - registers every word
from bot.slack.manifest import Command, Shortcut, manifest
from handlers.words import TABLE

ALIASES = ("checkin", "share", "ask", "find", "agenda")
SHORTCUTS = (Shortcut("save", "Save as resource", "Keep the link in this message for the network"),)


def made(*, url: str = "") -> dict[str, Any]:
    """The manifest for Socket Mode, or for HTTP at `url`."""
    learn = Command("/learn", "Everything Homeroom does; bare, it shows what you can do", "help")
    short = [Command(f"/{name}", TABLE[name].help, TABLE[name].hint) for name in ALIASES]
    return manifest([learn, *short], SHORTCUTS, url=url)
