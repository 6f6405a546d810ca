"""A Form as a Slack modal, which remembers what the form says and where it was asked for."""

from typing import Any

from bot.slack.limits import Block, plain_text
from bot.slack.remembered import remember
from bot.slack.rich_text import Row, blocks_of, rich
from bot.speech import (
    ChoiceField,
    DateField,
    Field,
    Form,
    LinkField,
    NumberField,
    Place,
    TextField,
    TimeField,
)
from bot.texts import shorten

Element = dict[str, Any]


def form_modal(form: Form, place: Place) -> dict[str, Any]:
    """The modal of a form that was asked for in `place`."""
    intro = blocks_of([Row("section", rich(form.intro))])
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain_text(form.title, 24),
        "submit": plain_text(form.submit, 24),
        "close": plain_text("Cancel", 24),
        "private_metadata": remember(form.says, form.title, place),
        "blocks": [*intro, *(_input(field) for field in form.fields)],
    }


def _input(field: Field) -> Block:
    block: Block = {
        "type": "input",
        "block_id": field.name,
        "label": plain_text(field.label, 2000),
        "optional": not field.required,
        "element": {**_element(field), "action_id": field.name},
    }
    if field.hint:
        block["hint"] = plain_text(field.hint, 2000)
    return block


def _element(field: Field) -> Element:
    match field:
        case TextField():
            return _text(field)
        case LinkField(value=value):
            # Not Slack's own url input: it refuses a bad address with words that are not ours.
            shown = {"placeholder": plain_text("https://…", 150), "max_length": 2000}
            return {"type": "plain_text_input", **shown, **_initial("value", shorten(value, 2000))}
        case NumberField(value=value):
            limits = {"min_value": str(field.least), "max_value": str(field.most)}
            given = "" if value is None else str(value)
            kind = {"type": "number_input", "is_decimal_allowed": False}
            return {**kind, **limits, **_initial("value", given)}
        case DateField(value=value):
            return {"type": "datepicker", **_initial("date", value and value.isoformat())}
        case TimeField(value=value):
            return {"type": "timepicker", **_initial("time", value and f"{value:%H:%M}")}
        case ChoiceField():
            return _choice(field)


def _initial(what: str, value: Any) -> Element:
    return {f"initial_{what}": value} if value else {}


def _text(field: TextField) -> Element:
    most = min(field.most, 3000)
    made: Element = {
        "type": "plain_text_input",
        "multiline": field.long,
        "max_length": most,
        **_initial("value", shorten(field.value, most)),
    }
    if field.example:
        made["placeholder"] = plain_text(field.example, 150)
    return made


def _choice(field: ChoiceField) -> Element:
    if not field.options:
        raise ValueError(f"the field {field.name!r} has nothing to choose from")
    options = [_option(value, label) for value, label in field.options]
    chosen = [each for each in options if each["value"] in field.value]
    if field.many:
        kind = "checkboxes" if len(options) <= 10 else "multi_static_select"
        return {"type": kind, **_listed(options), **_initial("options", chosen)}
    kind = "radio_buttons" if len(options) <= 5 else "static_select"
    return {"type": kind, **_listed(options), **_initial("option", chosen[0] if chosen else None)}


def _option(value: str, label: str) -> Element:
    if not 0 < len(value) <= 150:
        raise ValueError(f"the option {label!r} needs a value of 1 to 150 characters")
    return {"text": plain_text(label, 75), "value": value}


def _listed(options: list[Element]) -> Element:
    """Options as they are up to a hundred, then in groups of a hundred."""
    if len(options) <= 100:
        return {"options": options}
    groups = [options[start : start + 100] for start in range(0, len(options), 100)]
    first = range(1, len(options) + 1, 100)
    return {
        "option_groups": [
            {"label": plain_text(f"{at}–{at + len(group) - 1}", 75), "options": group}
            for at, group in zip(first, groups, strict=True)
        ]
    }
