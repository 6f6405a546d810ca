"""Files that a person sends along with a message. Only their names and sizes are told: no bytes
are kept."""

import mimetypes
from typing import TYPE_CHECKING, Any

from bot.playground.shapes import Json, Person, Refused

if TYPE_CHECKING:
    from bot.playground.world import World

MOST_FILES, LONGEST_NAME = 10, 255


def attached(world: "World", person: Person, given: Any) -> list[Json]:
    """Slack's file objects for `[{name, size}]`. Refused: no_file, too_many_files."""
    if not isinstance(given, list) or len(given) > MOST_FILES:
        raise Refused("too_many_files")
    return [_file(world, person, each) for each in given]


def _file(world: "World", person: Person, given: Any) -> Json:
    name = str(given["name"]).strip()[:LONGEST_NAME]
    if not name:
        raise Refused("no_file")
    file_id, domain = world.mint("F"), world.workspace(person.team).domain
    address = f"https://{domain}.slack.com/files/{person.id}/{file_id}/{_slug(name)}"
    return {
        "id": file_id,
        "created": int(world.clock.now().timestamp()),
        "name": name,
        "title": name,
        "mimetype": mimetypes.guess_type(name)[0] or "application/octet-stream",
        "user": person.id,
        "size": int(given["size"]),
        "mode": "hosted",
        "is_external": False,
        "permalink": address,
        "url_private": address,
    }


def _slug(name: str) -> str:
    return "".join(each if each.isalnum() or each in "._-" else "_" for each in name.lower())
