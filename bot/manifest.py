"""The manifests of the Slack and the Teams app, made from the table of words."""

from importlib.metadata import version
from typing import Any

import handlers.everything  # noqa: F401 - registers every word
from bot.slack.manifest import Command, Shortcut, manifest
from bot.teams import manifest as teams
from handlers.words import TABLE

ALIASES = ("checkin", "share", "ask", "find", "agenda")
SHORTCUTS = (
    Shortcut("save", "Save as resource", "Keep the link in this message for the network"),
    Shortcut("bring", "Bring to call", "Put this message or problem on the next call’s agenda"),
    Shortcut("helped", "This helped", "Keep this message with the problem that it helped with"),
)
"""What one can do with a message, on both platforms."""


def made(*, url: str = "", install_at: str = "") -> dict[str, Any]:
    """Slack's manifest, for Socket Mode, or for HTTP at `url`; with the pages at `install_at` by
    which workspaces install it."""
    learn = Command("/learn", "Everything Homeroom does; bare, it shows what you can do", "help")
    short = [Command(f"/{name}", TABLE[name].help, TABLE[name].hint) for name in ALIASES]
    return manifest([learn, *short], SHORTCUTS, url=url, install_at=install_at)


def made_for_teams(*, client_id: str, url: str) -> dict[str, Any]:
    """Teams's manifest: everyone's words first, in the order of Slack's aliases, then hosts'. Teams
    lists only so many: the others are typed as well, and `help`, which is listed, names them.

    Raises ValueError when `client_id` or `url` is none.
    """
    typed = [word for word in TABLE.values() if word.typed]
    first = [*ALIASES, "help", "absent", "exit", "problems", "commit", "call", "recap"]
    names = list(dict.fromkeys([*first, *(word.name for word in typed)]))[: teams.MOST_COMMANDS]
    return teams.manifest(
        [teams.Command(name, TABLE[name].help) for name in names],
        on_message=[teams.Action(each.says, each.label, each.does) for each in SHORTCUTS],
        on_compose=[teams.Action("share", "Share a resource", TABLE["share"].help)],
        search=teams.Action("find", "Find a resource", TABLE["find"].help),
        client_id=client_id,
        url=url,
        version=version("homeroom"),
    )
