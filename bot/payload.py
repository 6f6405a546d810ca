"""Reading a platform's JSON without trusting its shape: what is not there, or odd, is empty."""

from typing import Any

Activity = dict[str, Any]
"""What Teams calls a thing that it sends."""


def object_at(body: Any, *path: str) -> dict[str, Any]:
    """The object at `path`, or an empty one."""
    for name in path:
        body = body.get(name) if isinstance(body, dict) else None
    return body if isinstance(body, dict) else {}


def text_at(body: Any, *path: str) -> str:
    """The text at `path`, or ""."""
    found = object_at(body, *path[:-1]).get(path[-1])
    return found if isinstance(found, str) else ""


def objects_at(body: Any, *path: str) -> list[dict[str, Any]]:
    """The objects in the list at `path`; whatever else is in it is passed over."""
    found = object_at(body, *path[:-1]).get(path[-1])
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def id_at(body: Any, *path: str) -> str:
    """The id at `path`, which is written as it is or as an object with it: so Slack writes people
    and channels."""
    return text_at(body, *path) or text_at(body, *path, "id")
