"""users.* and team.info."""

from bot.playground.api_conversations import paged
from bot.playground.asking import Ask, Method
from bot.playground.events import user_object
from bot.playground.shapes import Json, Refused


def info(ask: Ask) -> Json:
    return {"user": user_object(ask.person(ask.text("user")))}


def list_(ask: Ask) -> Json:
    team = ask.team
    if team.startswith("E"):  # an organisation's token names one of its workspaces
        team = ask.maybe("team_id")
        if not ask.world.belongs(team, ask.team):
            raise Refused("missing_argument")
    everyone = [
        user_object(person)
        for person in sorted(ask.world.people.values(), key=lambda each: each.id)
        if person.team == team
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
