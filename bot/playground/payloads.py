"""The parts that Slack's interaction payloads are made of."""

import copy
from typing import TYPE_CHECKING

from bot.playground import modals, response_urls
from bot.playground.apps import App
from bot.playground.shapes import Channel, Installation, Json, Person, Refused
from bot.playground.touching import Touched

if TYPE_CHECKING:
    from bot.playground.world import World


def basic(world: "World", person: Person, app: App) -> Json:
    workspace = world.workspace(person.team)
    return {
        "team": {"id": workspace.id, "domain": workspace.domain},
        "user": {
            "id": person.id,
            "username": person.name,
            "name": person.name,
            "team_id": person.team,
        },
        "api_app_id": app.id,
        "token": app.verification_token,
        **_organisation(world, person.team, app),
    }


def _organisation(world: "World", team: str, app: App) -> Json:
    """What is said of the organisation that a workspace is part of."""
    whole = world.workspaces.get(world.workspace(team).organisation)
    found = world.installation(app, team)
    return {
        "enterprise": {"id": whole.id, "name": whole.name} if whole else None,
        "is_enterprise_install": bool(found and found.team.startswith("E")),
    }


def command(
    world: "World", person: Person, channel: Channel, app: App, found: Installation
) -> Json:
    whole = _organisation(world, person.team, app)
    known = {"enterprise_id": whole["enterprise"]["id"]} if whole["enterprise"] else {}
    return {
        **known,
        "token": app.verification_token,
        "team_id": person.team,
        "team_domain": world.workspace(person.team).domain,
        "channel_id": channel.id,
        "channel_name": channel_name(channel, person),
        "user_id": person.id,
        "user_name": person.name,
        "api_app_id": app.id,
        "is_enterprise_install": str(whole["is_enterprise_install"]).lower(),
        "response_url": response_urls.new(world, "commands", found, channel.id, person.id),
        "trigger_id": modals.new_trigger(world, found, person.id, person.team),
    }


def channel_name(channel: Channel, person: Person) -> str:
    if channel.im:
        return "directmessage"
    return "privategroup" if channel.private else channel.name_in(person.team)


def where(world: "World", person: Person, touched: Touched) -> Json:
    if touched.opened:
        return {"view": copy.deepcopy(touched.opened.view)}
    channel, message = touched.channel, touched.message
    if channel is None or message is None:
        raise Refused("not_found")
    url = response_urls.new(
        world,
        "actions",
        touched.found,
        channel.id,
        person.id,
        message_ts=message["ts"],
        ephemeral=bool(message.get("ephemeral")),
    )
    shown = {key: value for key, value in message.items() if key != "ephemeral"}
    return {
        "channel": {"id": channel.id, "name": channel_name(channel, person)},
        "message": copy.deepcopy(shown),
        "state": {"values": {}},
        "response_url": url,
    }


def trigger(world: "World", person: Person, touched: Touched) -> Json:
    inside = touched.opened.view["id"] if touched.opened else ""
    trigger = modals.new_trigger(world, touched.found, person.id, person.team, inside)
    return {"trigger_id": trigger}
