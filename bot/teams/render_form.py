"""A Form as an Adaptive Card with inputs, and what was typed into it back by field name."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import quote, unquote

import msgspec

from bot.speech import (
    ChoiceField,
    DateField,
    Field,
    Form,
    Line,
    LinkField,
    NumberField,
    Place,
    TextField,
    TimeField,
    printable,
)
from bot.teams.limits import Element, shorten
from bot.teams.lines import paragraphs
from bot.teams.render_card import attachment, framed
from bot.teams.said import Carried, carry

MANY = "many:"
ONE = "one:"
MISSING = "Please fill this in."


def form_content(
    form: Form,
    place: Place,
    *,
    values: Mapping[str, Any] | None = None,
    errors: Mapping[str, Line] = {},
    note: Line = (),
    inline: bool = False,
) -> dict[str, Any]:
    """The form's card. `values` are what was typed, kept; `errors` stand beside their fields,
    those of no field on top. In a dialog it is submitted; `inline`, in a message, executed."""
    names = {field.name for field in form.fields}
    on_top = [said for name, said in errors.items() if name not in names]
    send: Element = {
        "type": "Action.Execute" if inline else "Action.Submit",
        "title": shorten(printable(form.submit), 75),
        "style": "positive",
        "data": carry(Carried(form.says, digest(form))),
    }
    if inline:
        send["verb"] = "send"
    body = [
        *(paragraphs((form.title,), place, size="Large", weight="Bolder") if inline else []),
        *(each for said in on_top for each in _wrong(said, place)),
        *paragraphs(note, place),
        *paragraphs(form.intro, place),
        *(e for f in form.fields for e in _field(f, place, values, errors.get(f.name, ()))),
        {"type": "ActionSet", "actions": [send]},
    ]
    return framed(body)


def digest(form: Form) -> str:
    """A short name of exactly this form."""
    return sha256(msgspec.json.encode(form)).hexdigest()[:16]


def dialog(title: str, content: dict[str, Any]) -> dict[str, Any]:
    """The answer that opens a dialog with a card, or shows the next card in it."""
    fields = sum(1 for each in content["body"] if each["type"].startswith("Input."))
    value = {
        "title": shorten(" ".join(printable(title).split()), 60) or "Homeroom",
        "height": "small" if fields < 3 else "medium" if fields < 6 else "large",
        "width": "medium",
        "card": attachment(content),
    }
    return {"task": {"type": "continue", "value": value}}


def _wrong(said: Line, place: Place) -> list[Element]:
    return paragraphs(said, place, color="Attention", size="Small")


def _field(
    field: Field, place: Place, values: Mapping[str, Any] | None, error: Line
) -> list[Element]:
    many = isinstance(field, ChoiceField) and field.many
    made: Element = {
        **_input(field),
        "id": f"{MANY if many else ONE}{field.name}",
        "label": field.label,
        "isRequired": field.required,
    }
    if field.required:
        made["errorMessage"] = MISSING
    if values is not None:
        made.pop("value", None)
        kept = values.get(field.name)
        if kept:
            made["value"] = ",".join(map(_coded, kept)) if isinstance(kept, list) else kept
    if isinstance(field, NumberField) and "value" in made:
        made["value"] = _number(made["value"])
    hint = paragraphs((field.hint,), place, size="Small", isSubtle=True) if field.hint else []
    return [made, *_wrong(error, place), *hint]


def _number(value: Any) -> float | int | None:
    try:
        return int(str(value))
    except ValueError:
        return None


def _input(field: Field) -> Element:
    match field:
        case TextField():
            made: Element = {
                "type": "Input.Text",
                "maxLength": field.most,
                "isMultiline": field.long,
            }
            made |= {"placeholder": field.example} if field.example else {}
            return made | ({"value": field.value} if field.value else {})
        case LinkField(value=value):
            made = {"type": "Input.Text", "style": "Url", "placeholder": "https://…"}
            return made | ({"value": value} if value else {})
        case NumberField(value=value):
            made = {"type": "Input.Number", "min": field.least, "max": field.most}
            return made | ({"value": value} if value is not None else {})
        case DateField(value=value):
            return {"type": "Input.Date", **({"value": value.isoformat()} if value else {})}
        case TimeField(value=value):
            return {"type": "Input.Time", **({"value": f"{value:%H:%M}"} if value else {})}
        case ChoiceField():
            return _choice(field)


def _choice(field: ChoiceField) -> Element:
    coded = _coded if field.many else str
    chosen = [coded(value) for value in field.value]
    return {
        "type": "Input.ChoiceSet",
        "style": "expanded" if len(field.options) <= 5 else "compact",
        "isMultiSelect": field.many,
        "choices": [{"title": label, "value": coded(v)} for v, label in field.options],
        **({"value": ",".join(chosen)} if chosen else {}),
    }


def _coded(value: str) -> str:
    """An option's value without a comma: Teams joins several with commas."""
    return quote(value, safe=" ")


def form_values(data: Any) -> dict[str, Any]:
    """Typed values by field name: a text, a list of texts where several can be chosen, or None.
    Dates and times are ISO texts."""
    if not isinstance(data, dict):
        return {}
    read: dict[str, Any] = {}
    for name, value in data.items():
        if name.startswith(MANY):
            chosen = value.split(",") if isinstance(value, str) and value else []
            read[name.removeprefix(MANY)] = [unquote(each) for each in chosen] or None
        elif name.startswith(ONE):
            text = str(value) if isinstance(value, str | int | float) else ""
            read[name.removeprefix(ONE)] = text or None
    return read
