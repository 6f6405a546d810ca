"""What an element's state looks like: the key its value is under, and what it starts as."""

from bot.playground.blocks import elements
from bot.playground.shapes import Json

VALUE_KEY = {
    "plain_text_input": "value",
    "number_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "checkboxes": "selected_options",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}
_REQUIRED = "Please complete this required field."


def initial_state(blocks: list[Json], before: Json | None = None) -> Json:
    """`state.values`: what was typed `before` where the ids are still there, else initials."""
    values: Json = {}
    for block in blocks:
        for element in elements(block):
            if element["type"] in VALUE_KEY:
                action_id = element["action_id"]
                kept = (before or {}).get(block["block_id"], {}).get(action_id)
                same = kept and kept["type"] == element["type"]
                entry = kept if same else _initial(element)
                values.setdefault(block["block_id"], {})[action_id] = entry
    return values


def value_of(entry: Json) -> object:
    """The plain value in a state entry."""
    return entry.get(VALUE_KEY[entry["type"]])


def faults_in(view: Json) -> dict[str, str]:
    """What Slack itself says beside the fields, before any app hears of the submission."""
    faults: dict[str, str] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            entry = view["state"]["values"][block["block_id"]][element["action_id"]]
            fault = _fault(block, element, value_of(entry))
            if fault:
                faults[block["block_id"]] = fault
    return faults


def _initial(element: Json) -> Json:
    key = VALUE_KEY[element["type"]]
    empty: object = [] if key.endswith("s") else None
    return {
        "type": element["type"],
        key: element.get(key.replace("selected", "initial"), empty)
        if key != "value"
        else element.get("initial_value"),
    }


def _fault(block: Json, element: Json, value: object) -> str:
    if value in (None, "", []):
        return "" if block.get("optional") else _REQUIRED
    text = str(value)
    kind = element["type"]
    if kind == "plain_text_input":
        return _length_fault(element, text)
    if kind == "url_text_input" and not text.startswith(("http://", "https://")):
        return "Please enter a valid URL."
    if kind == "email_text_input" and "@" not in text:
        return "Please enter a valid email address."
    if kind == "number_input":
        return _number_fault(element, text)
    most = element.get("max_selected_items")
    if most and isinstance(value, list) and len(value) > most:
        return f"Please select no more than {most} items."
    return ""


def _length_fault(element: Json, text: str) -> str:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if len(text) > most:
        return f"This field must be no more than {most} characters."
    if len(text) < least:
        return f"This field must be at least {least} characters."
    return ""


def _number_fault(element: Json, text: str) -> str:
    try:
        number = float(text)
    except ValueError:
        return "Please enter a number."
    if not element["is_decimal_allowed"] and not number.is_integer():
        return "Please enter a whole number."
    if "min_value" in element and number < float(element["min_value"]):
        return f"Please enter a number of {element['min_value']} or more."
    if "max_value" in element and number > float(element["max_value"]):
        return f"Please enter a number of {element['max_value']} or less."
    return ""
