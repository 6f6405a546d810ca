"""Block Kit, checked as strictly as Slack checks it."""

import secrets
from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec

from bot.playground.block_rules import Check, Rule, any_of_types, array, flag, shape, string
from bot.playground.block_table import BLOCKS, TYPE, plain
from bot.playground.shapes import Json, Refused

MOST_BLOCKS_TEXT = 13_200
"""Undocumented: characters of text in one message's blocks."""
MOST_VIEW_BYTES = 250_000

_BLOCKS = any_of_types(BLOCKS)
_VIEW: dict[str, Rule] = {
    "type_": TYPE,
    "blocks_": array(_BLOCKS, 100, least=0),
    "private_metadata": string(3000, least=0),
    "callback_id": string(255, least=0),
    "external_id": string(255, least=0),
}
_VIEWS: dict[str, Rule] = {
    "modal": shape(
        **_VIEW,
        title_=plain(24),
        submit=plain(24),
        close=plain(24),
        clear_on_close=flag,
        notify_on_close=flag,
        submit_disabled=flag,
    ),
    "home": shape(**_VIEW),
}
_OPTIONS = shape(
    options=array(shape(text_=plain(75), value_=string(150), description=plain(75)), 100, least=0),
    option_groups=array(
        shape(
            label_=plain(75),
            options_=array(shape(text_=plain(75), value_=string(150)), 100),
        ),
        100,
    ),
)


def checked_message(blocks: Any) -> list[Json]:
    """The blocks of a message, with ids where they had none.

    Refused: invalid_blocks (with one message per fault), msg_blocks_too_long.
    """
    check = Check("message")
    array(_BLOCKS, 50, least=0)(blocks, "/blocks", check)
    if not check.errors:
        _unique(blocks, "/blocks", check)
    if check.errors:
        raise Refused(
            "invalid_blocks",
            errors=check.errors,
            response_metadata={"messages": check.errors},
        )
    if sum(len(text) for text in _texts(blocks)) > MOST_BLOCKS_TEXT:
        raise Refused("msg_blocks_too_long")
    return _named(blocks)


def checked_view(view: Any, *types: str) -> Json:
    """A modal or home view, with ids where it had none.

    Refused: invalid_arguments (with one message per fault), view_too_large.
    """
    kind = view.get("type") if isinstance(view, dict) else ""
    check = Check("home" if kind == "home" else "modal")
    any_of_types(_VIEWS, *types)(view, "/view", check)
    if not check.errors:
        _unique(view["blocks"], "/view/blocks", check)
        _submittable(view, check)
    if check.errors:
        raise Refused("invalid_arguments", response_metadata={"messages": check.errors})
    if len(msgspec.json.encode(view)) > MOST_VIEW_BYTES:
        raise Refused("view_too_large")
    return dict(view, blocks=_named(view["blocks"]))


def checked_options(answer: Any) -> list[Json]:
    """The options of a block_suggestion's answer, groups flattened. Refused: invalid_arguments."""
    check = Check("modal")
    _OPTIONS(answer, "", check)
    if check.errors:
        raise Refused("invalid_arguments", response_metadata={"messages": check.errors})
    groups = answer.get("option_groups", [])
    return [*answer.get("options", []), *(each for group in groups for each in group["options"])]


def elements(block: Json) -> list[Json]:
    """The interactive elements of a block (and a context's images)."""
    found = [block.get("accessory"), block.get("element")]
    if block["type"] in {"actions", "context"}:
        found += block["elements"]
    return [each for each in found if each]


def _unique(blocks: list[Json], at: str, check: Check) -> None:
    ids = Counter(block["block_id"] for block in blocks if "block_id" in block)
    for number, block in enumerate(blocks):
        if ids[block.get("block_id")] > 1:
            check.say("block_id must be unique", f"{at}/{number}/block_id")
        actions = Counter(each["action_id"] for each in elements(block) if "action_id" in each)
        for action_id, times in actions.items():
            if times > 1:
                check.say(f"action_id already exists: {action_id}", f"{at}/{number}/elements")
    focused = [each for block in blocks for each in elements(block) if each.get("focus_on_load")]
    if len(focused) > 1:
        check.say("only one element can have focus_on_load", at)


def _submittable(view: Json, check: Check) -> None:
    inputs = any(block["type"] == "input" for block in view["blocks"])
    if view["type"] == "modal" and inputs and "submit" not in view:
        check.say("missing required field: submit", "/view")


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for each in part:
            yield from _texts(each)
    elif isinstance(part, dict):
        for key, value in part.items():
            if key == "text" and isinstance(value, str):
                yield value
            else:
                yield from _texts(value)


def _named(blocks: list[Json]) -> list[Json]:
    """Slack gives an id to every block and interactive element that came without."""
    named = [{**block, "block_id": block.get("block_id") or _id()} for block in blocks]
    for block in named:
        for key in ("accessory", "element"):
            if key in block:
                block[key] = _with_action(block[key])
        if block["type"] == "actions":
            block["elements"] = [_with_action(each) for each in block["elements"]]
    return named


def _with_action(element: Json) -> Json:
    if element["type"] == "image":
        return element
    return {**element, "action_id": element.get("action_id") or _id()}


def _id() -> str:
    return secrets.token_urlsafe(4)
