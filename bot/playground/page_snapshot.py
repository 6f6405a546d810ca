"""The page's first frame: everything its person sees on opening."""

from typing import TYPE_CHECKING

from bot.playground import membership, modals
from bot.playground.shapes import Json, Opened, Person

if TYPE_CHECKING:
    from bot.playground.world import World

_SLACKBOT = {
    "id": "USLACKBOT",
    "name": "Slackbot",
    "real_name": "Slackbot",
    "title": "",
    "tz": "UTC",
    "guest": False,
    "deactivated": False,
    "bot": True,
    "emoji": "",
}


def snapshot(world: "World", person: Person, verbs: list[Json], clock: Json) -> Json:
    workspace = world.workspace(person.team)
    apps = world.installed(person.team)
    channels = [
        membership.as_seen(world, each, person.id)
        for each in world.channels.values()
        if membership.may_see(world, each, person.id)
    ]
    return {
        "type": "snapshot",
        "team": {"id": workspace.id, "name": workspace.name},
        "me": person_row(person),
        "people": [*(person_row(each) for each in _near(world, person)), _SLACKBOT],
        "channels": channels,
        "commands": [
            {key: each.get(key, "") for key in ("command", "usage_hint", "description")}
            for app, _ in apps
            for each in app.commands
        ],
        "verbs": verbs,
        "shortcuts": [
            {key: each.get(key, "") for key in ("callback_id", "name", "description")}
            | {"app": app.name}
            for app, _ in apps
            for each in app.shortcuts
            if each["type"] == "message"
        ],
        "apps": [
            {"app_id": app.id, "name": app.name, "user_id": found.bot_user_id}
            for app, found in apps
        ],
        "clock": clock,
        "home": _home(world, person),
        "views": [modals.as_shown(world, world.views[each]) for each in world.stacks[person.id]],
    }


def person_row(person: Person) -> Json:
    """The page's Person."""
    return {
        "team": person.team,
        "id": person.id,
        "name": person.name,
        "real_name": person.real_name,
        "title": person.title,
        "tz": person.tz,
        "guest": person.guest,
        "deactivated": person.deactivated,
        "bot": person.bot,
        "emoji": person.emoji,
    }


def _near(world: "World", person: Person) -> list[Person]:
    """The workspace's people, and those met in connected channels."""
    met = {
        member
        for channel in world.channels.values()
        if channel.connect and person.id in channel.members
        for member in channel.members
    }
    return [each for each in world.people.values() if each.team == person.team or each.id in met]


def _home(world: "World", person: Person) -> Json | None:
    for (app_id, user), view in world.homes.items():
        if user == person.id:
            return modals.as_shown(world, Opened(view, app_id, person.team, user))
    return None
