"""Who is in a channel."""

from typing import Any

from msgspec import Struct
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.payload import object_at, objects_at, text_at

FEW = 30


class Profile(Struct, frozen=True):
    """A person as Slack describes them. `name` is their real name, `zone` an IANA name or ""."""

    person: str
    name: str = ""
    zone: str = ""
    workspace: str = ""
    guest: bool = False
    deactivated: bool = False
    bot: bool = False


async def members_of(slack: AsyncWebClient, channel: str, *, whole: bool = False) -> list[Profile]:
    """The profiles of a channel's members, its bots included. Few are asked for one by one; of
    many, whoever belongs to the workspace is read from its list, a thousand at a time. `whole`:
    the token is an organisation's, and the list that of the channel's workspace."""
    people: list[str] = []
    async for page in await slack.conversations_members(channel=channel, limit=200):
        people.extend(each for each in page["members"] if each not in people)
    listed = await _listed(slack, set(people), channel, whole) if len(people) > FEW else {}
    return [listed.get(person) or await profile_of(slack, person) for person in people]


async def _listed(
    slack: AsyncWebClient, wanted: set[str], channel: str, whole: bool
) -> dict[str, Profile]:
    found: dict[str, Profile] = {}
    team = None
    if whole:
        said = await slack.conversations_info(channel=channel)
        shared = said["channel"].get("shared_team_ids") or []
        team = text_at(said.data, "channel", "context_team_id")
        team = team if team.startswith("T") else next(iter(shared), None)
    async for page in await slack.users_list(limit=1000, team_id=team):
        for told in objects_at(page.data, "members"):
            person = text_at(told, "id")
            if person in wanted:
                found[person] = read_profile(told, person)
    return found


async def profile_of(slack: AsyncWebClient, person: str) -> Profile:
    """One person's profile; of someone whom Slack does not show us, only the id."""
    try:
        said = await slack.users_info(user=person)
    except SlackApiError as error:
        if text_at(error.response.data, "error") in ("user_not_found", "user_not_visible"):
            return Profile(person)
        raise
    return read_profile(object_at(said.data, "user"), person)


def read_profile(told: dict[str, Any], person: str) -> Profile:
    """A profile from Slack's user object; names may be blank, flags may be missing."""
    names = (text_at(told, "profile", "real_name"), text_at(told, "real_name"))
    return Profile(
        person=person,
        name=next(filter(None, (*names, text_at(told, "name"))), ""),
        zone=text_at(told, "tz"),
        workspace=text_at(told, "team_id"),
        guest=bool(told.get("is_restricted") or told.get("is_ultra_restricted")),
        deactivated=bool(told.get("deleted")),
        bot=bool(told.get("is_bot")) or person == "USLACKBOT",
    )
