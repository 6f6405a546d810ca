"""What was typed into a form's card, from the flat `data` that Teams sends.

Teams joins several chosen values with commas, so an input's id tells whether there may be several,
and option values are percent-encoded.
"""

from typing import Any
from urllib.parse import quote, unquote

from bot.speech import ChoiceField, Field

CHOICE, SEVERAL, TYPED = "choice:", "choices:", "typed:"


def input_id(field: Field) -> str:
    """The id of a field's input."""
    if not isinstance(field, ChoiceField):
        return f"{TYPED}{field.name}"
    return f"{SEVERAL if field.many else CHOICE}{field.name}"


def coded(value: str) -> str:
    """An option's value, without a comma. Raises ValueError for an empty one: it would read as
    none chosen."""
    if not value:
        raise ValueError("an option needs a value")
    return quote(value, errors="surrogatepass")


def form_values(data: Any) -> dict[str, Any]:
    """Typed values by field name: a text, a list of texts where several can be chosen, or None.
    Dates and times are ISO texts."""
    read: dict[str, Any] = {}
    for name, value in data.items() if isinstance(data, dict) else ():
        text = _text(value)
        if name.startswith(TYPED):
            read[name.removeprefix(TYPED)] = text or None
        elif name.startswith(CHOICE):
            read[name.removeprefix(CHOICE)] = _decoded(text) or None
        elif name.startswith(SEVERAL):
            read[name.removeprefix(SEVERAL)] = [_decoded(e) for e in text.split(",") if e] or None
    return read


def _text(value: Any) -> str:
    """A number comes as a number: 45, or 45.0 from some clients."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, str | int | float) else ""


def _decoded(value: str) -> str:
    return unquote(value, errors="surrogatepass")
