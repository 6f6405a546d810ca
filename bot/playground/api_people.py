"""users.* and team.info."""

from bot.playground.api_conversations import paged
from bot.playground.asking import Ask, Method
from bot.playground.events import user_object
from bot.playground.shapes import Json


def info(ask: Ask) -> Json:
    return {"user": user_object(ask.person(ask.text("user")))}


def list_(ask: Ask) -> Json:
    everyone = [
        user_object(person)
        for person in sorted(ask.world.people.values(), key=lambda each: each.id)
        if person.team == ask.team
    ]
    page, cursor = paged(ask, everyone, default=1000)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


def team_info(ask: Ask) -> Json:
    workspace = ask.world.workspace(ask.team)
    return {"team": {"id": workspace.id, "name": workspace.name, "domain": workspace.domain}}


METHODS = {
    "users.info": Method(info, "users:read", tier=4),
    "users.list": Method(list_, "users:read", tier=2),
    "team.info": Method(team_info, "team:read", tier=3),
}
