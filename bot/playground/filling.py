"""From a plain value to the state entry of an element, as Slack's own client makes it."""

from datetime import date, time
from typing import TYPE_CHECKING, Any

from bot.playground import interactions
from bot.playground.elements import VALUE_KEY
from bot.playground.shapes import Channel, Json, Person

if TYPE_CHECKING:
    from bot.playground.world import World


async def entry_for(
    world: "World", person: Person, container: Json, block: Json, element: Json, value: Any
) -> Json:
    """`value` is a str, int, bool, date, time or datetime; a person or channel; an option's
    value or label; or a list of these. LookupError when the options do not have it."""
    kind = element["type"]
    if kind == "overflow":
        return {"type": kind, "selected_option": _pick(_options(element), value)}
    key = VALUE_KEY[kind]
    if kind == "datetimepicker":
        return {"type": kind, key: int(value.timestamp())}
    if key in {"selected_option", "selected_options"}:
        return {"type": kind, key: await _picked(world, person, container, block, element, value)}
    return {"type": kind, key: _many(value) if key.endswith("s") else _simple(value)}


async def _picked(
    world: "World", person: Person, container: Json, block: Json, element: Json, value: Any
) -> Any:
    one = VALUE_KEY[element["type"]] == "selected_option"
    if value is None or value is False:
        return None if one else []
    if value is True:
        return _options(element)[:1]
    wanted = [value] if isinstance(value, str) else list(value)
    picked = []
    for each in wanted:
        options = _options(element)
        if "external" in element["type"]:
            options = await interactions.suggest(
                world,
                person,
                container,
                block_id=block["block_id"],
                action_id=element["action_id"],
                value=each,
            )
        picked.append(_pick(options, each))
    return picked[0] if one else picked


def _options(element: Json) -> list[Json]:
    groups: list[Json] = element.get("option_groups", [])
    grouped = [option for group in groups for option in group["options"]]
    return [*element.get("options", []), *grouped]


def _pick(options: list[Json], wanted: str) -> Json:
    for option in options:
        if wanted in (option["value"], option["text"]["text"]):
            return option
    there = [option["text"]["text"] for option in options]
    raise LookupError(f"no option {wanted!r}; there is {there}")


def _many(values: Any) -> list[object]:
    return [_simple(each) for each in values or []]


def _simple(value: Any) -> object:
    if isinstance(value, Person | Channel):
        return value.id
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return None if value is None else str(value)
