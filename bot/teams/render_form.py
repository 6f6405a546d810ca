"""A Form as an Adaptive Card with inputs.

Teams has no errors beside fields: the card is shown again, with them and with what was typed.
"""

from collections.abc import Mapping
from datetime import date, time
from hashlib import sha256
from typing import Any

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
from bot.teams.form_values import coded, input_id
from bot.teams.limits import LABEL, ROOM, Element, fit, size
from bot.teams.lines import one_line, paragraphs
from bot.teams.markdown import escape
from bot.teams.render_card import attachment, framed, heading
from bot.teams.said import Carried, carry
from bot.texts import shorten

EXPANDED = 5  # options that are all shown at once; more fold up
TITLE = 64  # characters of a dialog's title


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
    those of no field on top. In a dialog it is submitted; `inline`, in a message, executed.

    Raises ValueError when a field cannot be shown.
    """
    names = {field.name for field in form.fields}
    on_top = [said for name, said in errors.items() if name not in names]
    top = [
        *(heading(form.title, place) if inline else []),
        *(each for said in on_top for each in _wrong(said, place)),
        *paragraphs(note, place),
        *paragraphs(form.intro, place),
    ]
    asked: list[Element] = []
    for field in form.fields:
        shown = field if values is None else _filled(field, values.get(field.name))
        asked += [_input(shown), *_wrong(errors.get(field.name, ()), place), *_hint(field, place)]
    asked.append({"type": "ActionSet", "actions": [_send(form, inline)], "spacing": "Medium"})
    # Only what stands above the fields is ever shortened.
    return framed([*fit(top, max(ROOM - size(asked), 1000)), *asked])


def digest(form: Form) -> str:
    """A short name of exactly this form, to know it again."""
    return sha256(repr(form).encode(errors="backslashreplace")).hexdigest()[:16]


def dialog(title: str, content: dict[str, Any]) -> dict[str, Any]:
    """The answer that opens a dialog with a card, or shows the next card in an open one."""
    fields = sum(each["type"].startswith("Input.") for each in content["body"])
    value = {
        "title": shorten(one_line(title), TITLE) or "Homeroom",
        "height": "small" if fields < 2 else "medium" if fields < 4 else "large",
        "width": "medium",
        "card": attachment(content),
    }
    return {"task": {"type": "continue", "value": value}}


def _send(form: Form, inline: bool) -> Element:
    """The button that sends it: a dialog only knows Action.Submit."""
    submit: Element = {
        "type": "Action.Submit",
        "title": shorten(one_line(form.submit), LABEL) or "Save",
        "style": "positive",
        "data": carry(Carried(printable(form.says), digest(form))),
        "associatedInputs": "auto",  # in channels Action.Execute has come without, by default
    }
    if not inline:
        return submit
    return {**submit, "type": "Action.Execute", "verb": "send", "fallback": submit}


def _wrong(said: Line, place: Place) -> list[Element]:
    return paragraphs(said, place, color="Attention", weight="Bolder", spacing="Small")


def _hint(field: Field, place: Place) -> list[Element]:
    style: Element = {"size": "Small", "isSubtle": True, "spacing": "Small"}
    return paragraphs((field.hint,), place, **style) if field.hint else []


def _filled(field: Field, typed: Any) -> Field:
    """The field with what was typed as its value; what no input can show again is left out."""
    text = typed if isinstance(typed, str) else ""
    match field:
        case TextField() | LinkField():
            return msgspec.structs.replace(field, value=text)
        case NumberField():
            return msgspec.structs.replace(field, value=_read(int, text))
        case DateField():
            return msgspec.structs.replace(field, value=_read(date.fromisoformat, text))
        case TimeField():
            return msgspec.structs.replace(field, value=_read(time.fromisoformat, text))
        case ChoiceField():
            chosen = typed if isinstance(typed, list | tuple) else [text] if text else []
            return msgspec.structs.replace(field, value=tuple(map(str, chosen)))


def _read(how: Any, text: str) -> Any:
    try:
        return how(text)
    except ValueError:
        return None


def _input(field: Field) -> Element:
    asked: Element = {"id": input_id(field), "label": one_line(field.label) or "…"}
    if field.required or isinstance(field, NumberField):
        asked["errorMessage"] = _missing(field)
    return {**_element(field), **asked, "isRequired": field.required, "spacing": "Medium"}


def _missing(field: Field) -> str:
    """What Teams itself says beside a field before it sends anything: as `Form.read` would."""
    if isinstance(field, NumberField):
        return f"Please give a whole number from {field.least} to {field.most}."
    return "Please fill this in."


def _element(field: Field) -> Element:
    match field:
        case TextField():
            value = shorten(field.value, field.most)
            made = {"type": "Input.Text", "isMultiline": field.long, "maxLength": field.most}
            example = {"placeholder": one_line(field.example)} if field.example else {}
            return {**made, **example, **_initial(value)}
        case LinkField(value=value):
            made = {"type": "Input.Text", "placeholder": "https://…", "style": "Url"}
            return {**made, **_initial(value)}
        case NumberField(value=value):
            made = {"type": "Input.Number", "min": field.least, "max": field.most}
            return made | ({} if value is None else {"value": value})
        case DateField(value=value):
            return {"type": "Input.Date", **_initial(value.isoformat() if value else "")}
        case TimeField(value=value):
            return {"type": "Input.Time", **_initial(f"{value:%H:%M}" if value else "")}
        case ChoiceField():
            return _choice(field)


def _initial(value: str) -> Element:
    shown = printable(value)
    return {"value": shown} if shown else {}


def _choice(field: ChoiceField) -> Element:
    if not field.options:
        raise ValueError(f"the field {field.name!r} has nothing to choose from")
    options = [{"title": one_line(label) or "…", "value": coded(v)} for v, label in field.options]
    allowed = {value for value, _ in field.options}
    chosen = [coded(value) for value in field.value if value in allowed]
    return {
        "type": "Input.ChoiceSet",
        "style": _choice_style(field),
        "isMultiSelect": field.many,
        "wrap": True,
        "choices": options,
        **_initial(",".join(chosen) if field.many else "".join(chosen[:1])),
    }


def _choice_style(field: ChoiceField) -> str:
    """Radio buttons and check boxes may read Markdown in what was typed, a folded list never."""
    plain = all(escape(label) == label for _, label in field.options)
    return "expanded" if plain and len(field.options) <= EXPANDED else "compact"
