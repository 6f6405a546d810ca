"""Who is in a team or chat."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from bot.teams.client import Connector, escaped
from bot.teams.conversations import Conversation

PAGE = "500"  # people asked for at once; Teams may send fewer
MOST_PAGES = 100


class Profile(Struct, frozen=True):
    """A person as Teams describes them. `person` is their Entra object id where there is one;
    `person_id` is what Teams calls them to this bot ("29:…"). Teams tells no time zone, and whom
    it does not list any more is gone, not deactivated."""

    person: str
    name: str = ""
    zone: str = ""
    workspace: str = ""
    guest: bool = False
    deactivated: bool = False
    bot: bool = False
    person_id: str = ""


async def members_of(connector: Connector, place: Conversation) -> list[Profile]:
    """The profiles of a conversation's members. Raises NotNow, InDoubt or Refused."""
    path = f"/v3/conversations/{escaped(place.id)}/pagedmembers"
    asked = {"pageSize": PAGE}
    found: dict[str, Profile] = {}
    for _ in range(MOST_PAGES):
        told = await connector.call("GET", place.service_url, path, params=asked)
        found |= {each.person: each for each in _profiles(told.get("members"))}
        more = told.get("continuationToken")
        if not more or more == asked.get("continuationToken"):
            break
        asked = {"pageSize": PAGE, "continuationToken": str(more)}
    return list(found.values())


def _profiles(told: object) -> Iterator[Profile]:
    for each in told if isinstance(told, list) else ():
        if isinstance(each, dict) and (profile := read_profile(each)).person:
            yield profile


def read_profile(told: Mapping[str, Any]) -> Profile:
    """A profile from Teams's account; names may be blank, ids may go by another name."""
    person_id = _text(told, "id")
    given = f"{_text(told, 'givenName')} {_text(told, 'surname')}".strip()
    role = (_text(told, "userRole") or _text(told, "role")).casefold()
    return Profile(
        person=_text(told, "objectId") or _text(told, "aadObjectId") or person_id,
        name=_text(told, "name") or given,
        guest=role in ("guest", "anonymous"),
        bot=person_id.startswith("28:") or role == "bot",
        person_id=person_id,
    )


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) else ""
