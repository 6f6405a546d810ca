"""Rows of buttons as ActionSets."""

from collections.abc import Callable
from typing import Any

from bot.speech import Button, Place, is_web_address, printable
from bot.teams.limits import ROW, Element, shorten
from bot.teams.lines import paragraphs
from bot.teams.said import Carried, carry

Opens = Callable[[str], bool]


def button_rows(buttons: tuple[Button, ...], place: Place, opens: Opens) -> list[Element]:
    """ActionSets of at most six buttons; an address that is no web address is spelt out."""
    odd = [each for each in buttons if each.url and not is_web_address(each.url)]
    made = [_button(each, place, opens) for each in buttons if each not in odd]
    rows = [made[start : start + ROW] for start in range(0, len(made), ROW)]
    spelt = [part for each in odd for part in paragraphs((f"{each.label}: {each.url}",), place)]
    return [*({"type": "ActionSet", "actions": row} for row in rows), *spelt]


def _button(button: Button, place: Place, opens: Opens) -> Element:
    label = shorten(" ".join(printable(button.label).split()), 75) or "…"
    style = {"main": {"style": "positive"}, "danger": {"style": "destructive"}}.get(
        button.style, {}
    )
    if button.url:
        return {"type": "Action.OpenUrl", "title": label, "url": button.url, **style}
    if not button.confirm:
        return {**pressed(label, button.says, opens), **style}
    yes = {**pressed(f"Yes, {label}", button.says, opens), **style}
    asked: Element = {
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": paragraphs((button.confirm,), place),
        "actions": [yes],
    }
    return {"type": "Action.ShowCard", "title": label, "card": asked, **style}


def pressed(label: str, says: str, opens: Opens) -> Element:
    """An action that says words: where they open a form it asks for the dialog."""
    data: dict[str, Any] = carry(Carried(says))
    if opens(says):
        asks = {"msteams": {"type": "task/fetch"}, **data}
        return {"type": "Action.Submit", "title": label, "data": asks, "associatedInputs": "none"}
    submit = {"type": "Action.Submit", "title": label, "data": data, "associatedInputs": "none"}
    return {**submit, "type": "Action.Execute", "verb": "say", "fallback": submit}
