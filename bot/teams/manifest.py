"""The app's manifest: what Teams must know before it is installed. Made for schema 1.29.

https://learn.microsoft.com/microsoft-365/extensibility/schema/root
"""

import re
from collections.abc import Sequence
from typing import Any, TypeVar
from urllib.parse import urlsplit

from msgspec import Struct

from bot.speech import is_web_address

_T = TypeVar("_T")
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

SCHEMA = "https://developer.microsoft.com/json-schemas/teams/v1.29/MicrosoftTeams.schema.json"
NAME = "Homeroom"
SHORT = "Runs a learning network's weekly call."
FULL = (
    "Homeroom runs a learning network's weekly call: it checks people in, posts the agenda,"
    " collects what they share and what they struggle with, posts the recap, and finds later what"
    " was shared before. Add it to the team where the network meets and type @Homeroom there."
)
COLOUR = "#1f4e4a"
MOST_COMMANDS = 12


class Command(Struct, frozen=True):
    """Something to type: the words, and what they do."""

    says: str
    does: str


class Action(Struct, frozen=True):
    """A command that opens a dialog, on a message or beside the box that one types into: the
    words it says, its label and what it does."""

    says: str
    label: str
    does: str


def manifest(
    commands: Sequence[Command],
    *,
    on_message: Sequence[Action],
    on_compose: Sequence[Action],
    search: Action,
    client_id: str,
    url: str,
    version: str,
) -> dict[str, Any]:
    """The manifest as Teams's JSON, for the bot `client_id` at `url` (https://host).

    Raises ValueError when a text is longer than Teams takes, and for what is no id or address.
    """
    if not (is_client_id(client_id) and is_public(url)):
        raise ValueError(f"{client_id!r} at {url!r}: Teams takes a GUID and an https:// address")
    return {
        "$schema": SCHEMA,
        "manifestVersion": "1.29",
        "version": version,
        "id": client_id,
        "developer": {
            "name": NAME,
            "websiteUrl": url,
            "privacyUrl": url,
            "termsOfUseUrl": url,
        },
        "name": {"short": _short(NAME, 30), "full": _short(NAME, 100)},
        "description": {"short": _short(SHORT, 80), "full": _short(FULL, 4000)},
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": COLOUR,
        "bots": [_bot(commands, client_id)],
        "composeExtensions": [
            {
                "botId": client_id,
                "commands": _at_most(
                    [
                        _search(search),
                        *(_action(each, "compose") for each in on_compose),
                        *(_action(each, "message") for each in on_message),
                    ],
                    10,
                ),
            }
        ],
        "defaultInstallScope": "team",
        "defaultGroupCapability": {"team": "bot", "groupchat": "bot"},
        "validDomains": [urlsplit(url).hostname],
        # Teams wants some address beside the id, where there are permissions; it means nothing.
        "webApplicationInfo": {"id": client_id, "resource": url},
        "authorization": {"permissions": {"resourceSpecific": [_permission()]}},
    }


def _permission() -> dict[str, str]:
    """What a team's owner grants when the app is added: to hear what is posted in its channels, so
    that links are caught. Without it only what mentions us arrives."""
    return {"name": "ChannelMessage.Read.Group", "type": "Application"}


def is_client_id(text: str) -> bool:
    """Whether this can be a bot's id."""
    return bool(_GUID.fullmatch(text))


def is_public(url: str) -> bool:
    """Whether Teams can call this address: https, and a host."""
    return is_web_address(url) and url.lower().startswith("https://")


def _bot(commands: Sequence[Command], client_id: str) -> dict[str, Any]:
    """Slash commands are private messages to a bot in a team or a group chat; in a 1:1, which is
    private anyway, Teams has none."""
    listed = [
        {"title": _short(each.says, 128), "description": _short(each.does, 4000)}
        for each in _at_most(commands, MOST_COMMANDS)
    ]
    return {
        "botId": client_id,
        "scopes": ["personal", "team", "groupChat"],
        "supportsTargetedMessages": True,
        "commandLists": [
            {"scopes": ["personal"], "commands": listed},
            {"scopes": ["team", "groupChat"], "triggers": ["mention", "slash"], "commands": listed},
        ],
    }


def _search(search: Action) -> dict[str, Any]:
    asked = {
        "name": "words",
        "title": "Words",
        "description": "What it was about, or who shared it",
    }
    return {
        "id": _short(search.says, 64),
        "type": "query",
        "title": _short(search.label, 32),
        "description": _short(search.does, 128),
        "context": ["compose", "commandBox"],
        "initialRun": True,
        "parameters": [{**asked, "inputType": "text"}],
    }


def _action(action: Action, where: str) -> dict[str, Any]:
    made = {
        "id": _short(action.says, 64),
        "type": "action",
        "title": _short(action.label, 32),
        "description": _short(action.does, 128),
        "context": [where],
        "fetchTask": True,
    }
    # Only what needs no message can begin with a slash.
    return {**made, "triggers": ["slash"]} if where == "compose" else made


def _short(text: str, most: int) -> str:
    if not 0 < len(text) <= most:
        raise ValueError(f"{text!r}: Teams takes 1 to {most} characters here")
    return text


def _at_most(each: Sequence[_T], most: int) -> Sequence[_T]:
    if len(each) > most:
        raise ValueError(f"Teams takes {most} of these, not {len(each)}")
    return each
