"""What was typed and chosen, from a view's state."""

from typing import Any

from bot.payload import object_at, objects_at, text_at


def form_values(state: Any) -> dict[str, Any]:
    """Values by field name (block_id): a text, a list of texts where several can be chosen, or
    None. Dates and times are ISO texts."""
    blocks = object_at(state, "values")
    return {
        name: _value(next(iter(actions.values())))
        for name, actions in blocks.items()
        if isinstance(actions, dict) and actions
    }


def _value(element: Any) -> str | list[str] | None:
    if isinstance(element, dict) and isinstance(element.get("selected_options"), list):
        return [text_at(each, "value") for each in objects_at(element, "selected_options")]
    for name in ("selected_date", "selected_time", "value"):
        if found := text_at(element, name):
            return found
    return text_at(element, "selected_option", "value") or None
