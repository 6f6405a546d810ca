"""Which app hears of what: an event reaches those that subscribed to it, hold its scope,
and (in a channel) are members. One delivery per app, whatever the number of workspaces."""

import asyncio
from typing import TYPE_CHECKING

from bot.playground import manifest
from bot.playground.apps import App
from bot.playground.shapes import Channel, Installation, Json, Person

if TYPE_CHECKING:
    from bot.playground.world import World

Told = list["asyncio.Future[object]"]
"""One future per delivery: done when the app acked, or the first attempt failed."""

_MESSAGE = {
    "channel": ("message.channels", "channels:history"),
    "group": ("message.groups", "groups:history"),
    "im": ("message.im", "im:history"),
}
_SCOPES = {
    "app_mention": {"app_mentions:read"},
    "reaction_added": {"reactions:read"},
    "reaction_removed": {"reactions:read"},
    "link_shared": {"links:read"},
    "team_join": {"users:read"},
    "user_change": {"users:read"},
    "message_metadata_posted": {"metadata.message:read"},
    "file_shared": {"files:read"},
}
_BY_CHANNEL = {"member_joined_channel", "member_left_channel"}
_RENAMES = {"channel_rename", "channel_archive", "channel_unarchive"}


def channel_event(
    world: "World",
    channel: Channel,
    event: Json,
    *,
    actor_team: str,
    only: App | None = None,
    outsiders: bool = False,
) -> Told:
    """Tell the apps in the channel (with `outsiders`, those of its workspaces)."""
    told: Told = []
    for app in [only] if only else list(world.apps.values()):
        found = _listening(world, app, channel, actor_team, outsiders=outsiders)
        if found and _wants(app, found, event, channel):
            told += _tell(world, app, found, event, channel)
    return told


def person_event(world: "World", kind: str, person: Person) -> Told:
    """`team_join` and `user_change`, to the apps of the person's workspace."""
    event = {"type": kind, "user": user_object(person), "event_ts": world.next_ts()}
    return [
        told
        for app, found in world.installed(person.team)
        if _wants(app, found, event, None)
        for told in _tell(world, app, found, event, None)
    ]


def app_event(world: "World", app: App, found: Installation, event: Json) -> Told:
    """An event for one app: its home was opened, its tokens are gone."""
    if event["type"] not in manifest.bot_events(app.manifest):
        return []
    return _tell(world, app, found, event, None)


def user_object(person: Person) -> Json:
    """A person as users.info shows them."""
    return {
        "id": person.id,
        "team_id": person.team,
        "name": person.name,
        "real_name": person.real_name,
        "deleted": person.deactivated,
        "tz": person.tz,
        "is_bot": person.bot,
        "is_app_user": False,
        "is_admin": False,
        "is_owner": False,
        "is_restricted": person.guest,
        "is_ultra_restricted": False,
        "updated": 0,
        "profile": {
            "real_name": person.real_name,
            "real_name_normalized": person.real_name,
            "display_name": person.name,
            "display_name_normalized": person.name,
            "title": person.title,
            "team": person.team,
            **({"api_app_id": person.app_id} if person.bot else {}),
        },
    }


def _listening(
    world: "World", app: App, channel: Channel, actor_team: str, *, outsiders: bool
) -> Installation | None:
    """The app's installation that hears this channel: the actor's workspace's, if it has one."""
    here = [
        each
        for each in world.installations
        if each.app_id == app.id
        and not each.revoked
        and (
            each.bot_user_id in channel.members
            or (outsiders and channel.kind == "channel" and _belongs(world, channel, each.team))
        )
    ]
    near = [each for each in here if world.belongs(actor_team, each.team)]
    return next(iter(near or here), None)


def _belongs(world: "World", channel: Channel, team: str) -> bool:
    return any(world.belongs(each, team) for each in (channel.team, *channel.shared_with))


def _wants(app: App, found: Installation, event: Json, channel: Channel | None) -> bool:
    kind = event["type"]
    if kind == "message_metadata_posted":
        wanted = [each.get("event_type") for each in manifest.metadata_events(app.manifest)]
        return "metadata.message:read" in found.scopes and (
            event["metadata"]["event_type"] in wanted
        )
    subscription, scopes = kind, _SCOPES.get(kind, set())
    if kind == "message" and channel:
        subscription, scope = _MESSAGE[channel.kind]
        scopes = {scope}
    elif channel and kind in _BY_CHANNEL | _RENAMES:
        scopes = {"groups:read" if channel.private else "channels:read"}
    return subscription in manifest.bot_events(app.manifest) and scopes <= set(found.scopes)


def _tell(
    world: "World", app: App, found: Installation, event: Json, channel: Channel | None
) -> Told:
    now = world.clock.now()
    whole = found.team.startswith("E")
    team = channel.team if whole and channel else found.team
    organisation = found.team if whole else world.workspaces[team].organisation or None
    payload = {
        "token": app.verification_token,
        "team_id": team,
        "enterprise_id": organisation,
        "context_team_id": team,
        "context_enterprise_id": organisation,
        "api_app_id": app.id,
        "event": event,
        "type": "event_callback",
        "event_id": world.mint("Ev"),
        "event_time": int(now.timestamp()),
        "authorizations": [
            {
                "enterprise_id": organisation,
                "team_id": None if whole else found.team,
                "user_id": found.bot_user_id,
                "is_bot": True,
                "is_enterprise_install": whole,
            }
        ],
        "is_ext_shared_channel": bool(channel and channel.connect),
        "event_context": f"4-{event['type']}-{found.team}-{channel.id if channel else ''}",
    }
    return world.deliveries.event(app, payload)
