"""What Slack makes of typed words: escapes, links, mentions, and the rich_text block."""

import re
from typing import TYPE_CHECKING

from bot.playground.shapes import Channel, Json

if TYPE_CHECKING:
    from bot.playground.world import World

_URL = r"https?://[^\s<>|]+"
_BARE = r"(?<![\w@./-])(?:[a-z0-9-]+\.)+(?:com|org|net|edu|io|gov|us|app|dev)(?:/[^\s<>|]*)?(?!\w)"
_TRAILING = ".,;:!?)'\"»"
_BROADCAST = ("channel", "here", "everyone")


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def message(world: "World", channel: Channel, team: str, typed: str) -> tuple[str, list[Json]]:
    """(text, blocks) of a message as typed into the composer."""
    pieces = _pieces(world, channel, team, typed)
    section = {"type": "rich_text_section", "elements": [element for _, element in pieces]}
    block = {"type": "rich_text", "block_id": world.mint("")[1:6], "elements": [section]}
    return "".join(text for text, _ in pieces), [block]


def command_text(
    world: "World", channel: Channel, team: str, typed: str, *, should_escape: bool
) -> str:
    """A slash command's text: escaped, and with `should_escape` also resolved."""
    if not should_escape:
        return escape(typed)
    return "".join(
        _as_command(world, text, element) for text, element in _pieces(world, channel, team, typed)
    )


def _as_command(world: "World", text: str, element: Json) -> str:
    if element["type"] == "user":
        return f"<@{element['user_id']}|{world.people[element['user_id']].name}>"
    return text


def _pieces(world: "World", channel: Channel, team: str, typed: str) -> list[tuple[str, Json]]:
    """(mrkdwn, rich_text element) for each stretch of the typed text."""
    people = _people(world, channel, team)
    channels = {f"#{each.name_in(team)}": each for each in world.channels_of(team) if not each.im}
    names = sorted({*people, *channels, *(f"@{name}" for name in _BROADCAST)}, key=len)
    known = "|".join(re.escape(name) + r"(?!\w)" for name in reversed(names))
    pattern = re.compile(rf"({_URL})|({_BARE})|({known})|:([a-z0-9_+-]+):", re.IGNORECASE)
    pieces: list[tuple[str, Json]] = []
    at = 0
    for found in pattern.finditer(typed):
        start, end = found.span()
        if found[1] or found[2]:
            end = start + len(found[0].rstrip(_TRAILING))
        if at < start:
            pieces.append(_words(typed[at:start]))
        pieces.append(_special(found, typed[start:end], people, channels))
        at = end
    if at < len(typed) or not pieces:
        pieces.append(_words(typed[at:]))
    return pieces


def _people(world: "World", channel: Channel, team: str) -> dict[str, str]:
    near = [
        each
        for each in world.people.values()
        if (each.team == team or each.id in channel.members) and not each.deactivated
    ]
    named = {f"@{each.real_name}".lower(): each.id for each in near}
    return named | {f"@{each.name}".lower(): each.id for each in near}


def _words(text: str) -> tuple[str, Json]:
    return escape(text), {"type": "text", "text": text}


def _special(
    found: re.Match[str], said: str, people: dict[str, str], channels: dict[str, Channel]
) -> tuple[str, Json]:
    if found[1]:
        return f"<{escape(said)}>", {"type": "link", "url": said}
    if found[2]:
        url = f"http://{said}"
        return f"<{escape(url)}|{escape(said)}>", {"type": "link", "url": url, "text": said}
    if found[4]:
        return said, {"type": "emoji", "name": found[4].lower()}
    if said.lower() in people:
        user = people[said.lower()]
        return f"<@{user}>", {"type": "user", "user_id": user}
    if said in channels:
        channel = channels[said]
        return f"<#{channel.id}|{said[1:]}>", {"type": "channel", "channel_id": channel.id}
    if said[1:].lower() in _BROADCAST:
        return f"<!{said[1:].lower()}>", {"type": "broadcast", "range": said[1:].lower()}
    return _words(said)
