"""The message or view that somebody acts in, found by its container."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.playground.apps import App
from bot.playground.blocks import elements
from bot.playground.shapes import Channel, Installation, Json, Opened, Person, Refused

if TYPE_CHECKING:
    from bot.playground.world import World


@dataclass
class Touched:
    """The message or view an action was in."""

    app: App
    found: Installation
    blocks: list[Json]
    container: Json
    channel: Channel | None = None
    message: Json | None = None
    opened: Opened | None = None


def touch(world: "World", person: Person, container: Json) -> Touched:
    """Find what a container names. Refused: message_not_found, not_found."""
    if container["type"] == "view":
        opened = world.views.get(container["view_id"])
        homes = {view["id"]: key for key, view in world.homes.items()}
        if opened is None and container["view_id"] in homes:
            app_id, user = homes[container["view_id"]]
            opened = Opened(world.homes[app_id, user], app_id, person.team, user)
        if opened is None or opened.user != person.id:
            raise Refused("not_found")
        app = world.apps[opened.app_id]
        found = _installed(world, app, opened.view["app_installed_team_id"])
        inside = {"type": "view", "view_id": opened.view["id"]}
        return Touched(app, found, opened.view["blocks"], inside, opened=opened)
    channel = world.channel(container["channel"])
    message = seen_message(world, person, channel.id, container["ts"])
    if "app_id" not in message:
        raise Refused("not_found")
    app = world.apps[message["app_id"]]
    inside = {
        "type": "message",
        "message_ts": message["ts"],
        "channel_id": channel.id,
        "is_ephemeral": bool(message.get("ephemeral")),
    }
    if "thread_ts" in message:
        inside["thread_ts"] = message["thread_ts"]
    found = _installed(world, app, message["team"])
    blocks = message.get("blocks", [])
    return Touched(app, found, blocks, inside, channel=channel, message=message)


def seen_message(world: "World", person: Person, channel_id: str, ts: str) -> Json:
    """A message this person sees, private ones included."""
    private = world.private[person.id][channel_id].get(ts)
    return private or world.message(channel_id, ts)


def find_element(blocks: list[Json], block_id: str, action_id: str) -> Json:
    for block in blocks:
        for element in elements(block):
            if (block["block_id"], element.get("action_id")) == (block_id, action_id):
                return element
    raise Refused("not_found")


def _installed(world: "World", app: App, team: str) -> Installation:
    found = world.installation(app, team)
    if found is None or found.revoked:
        raise Refused("not_found")
    return found
