"""Blocks as plain words, for asserting and for logs."""

from typing import Any

from bot.playground.shapes import Json

_INLINE = {
    "user": "<@{user_id}>",
    "channel": "<#{channel_id}>",
    "emoji": ":{name}:",
    "broadcast": "@{range}",
}


_READ = (
    *("text", "title", "label", "hint", "fields", "accessory", "element", "elements"),
    *("placeholder", "options", "alt_text", "initial_value"),
)


def plain(blocks: list[Json] | None) -> str:
    """One line per piece of text, in reading order; buttons as [label]."""
    return "\n".join(line for block in blocks or [] for line in _lines(block))


def message_text(message: Json) -> str:
    """What a person reads in a message: its blocks, or without any its text."""
    return plain(message.get("blocks")) or message.get("text", "")


def view_text(view: Json) -> str:
    """What a person reads in a view, its title first."""
    title = view["title"]["text"] if view["type"] == "modal" else ""
    return "\n".join(filter(None, [title, plain(view["blocks"])]))


def _lines(part: Any) -> list[str]:
    if isinstance(part, str):
        return [part]
    if isinstance(part, list):
        return [line for each in part for line in _lines(each)]
    if not isinstance(part, dict):
        return []
    kind = part.get("type", "")
    if kind == "button":
        return [f"[{part['text']['text']}]"]
    if kind.startswith("rich_text") and kind not in {"rich_text", "rich_text_list"}:
        return ["".join(_inline(each) for each in part["elements"])]
    return [line for key in _READ if key in part for line in _lines(part[key])]


def _inline(element: Json) -> str:
    form = _INLINE.get(element["type"], "{text}")
    return form.format_map({"text": "", **element} | _fallback(element))


def _fallback(element: Json) -> Json:
    if element["type"] == "link":
        return {"text": element.get("text") or element["url"]}
    if element["type"] == "date":
        return {"text": element.get("fallback") or element["timestamp"]}
    return {}
