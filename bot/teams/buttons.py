"""Rows of buttons as ActionSets. A button sends the words it says.

Where they are answered with a form, Teams must know before the button is pressed: only an
Action.Submit with `task/fetch` opens a dialog. All others are Action.Execute, which may answer
with a card in the pressed one's place; clients that do not know it get an Action.Submit.
"""

from collections.abc import Callable, Iterator
from typing import Any

from bot.speech import Button, Place, is_web_address, printable
from bot.teams.limits import LABEL, ROW, ROW_ROOM, Element, size
from bot.teams.lines import one_line, paragraphs
from bot.teams.said import Carried, carry
from bot.texts import shorten

Opens = Callable[[str], bool]

MOST_SAID = 2000  # characters that a button says, as on Slack
MOST_TWICE = 300  # characters that may stand in a card twice: the fallback repeats them
MOST_ASKED = 300  # characters of a question before a button says anything
STYLES = {"main": {"style": "positive"}, "danger": {"style": "destructive"}}


def button_rows(
    buttons: tuple[Button, ...], place: Place, opens: Opens, *, dialog: bool = False
) -> list[Element]:
    """ActionSets of at most six buttons; an address that is no web address is spelt out.

    In a dialog only Action.Submit comes back to us. Raises ValueError when a button says too much.
    """
    odd = [each for each in buttons if each.url and not is_web_address(each.url)]
    made = [_button(each, place, opens, dialog) for each in buttons if each not in odd]
    rows = [{"type": "ActionSet", "actions": row, "spacing": "Medium"} for row in _rows(made)]
    spelt = (paragraphs((f"{each.label}: {each.url}",), place, size="Small") for each in odd)
    return [*rows, *(part for each in spelt for part in each)]


def _rows(actions: list[Element]) -> Iterator[list[Element]]:
    row: list[Element] = []
    for action in actions:
        if row and (len(row) == ROW or size([*row, action]) > ROW_ROOM):
            yield row
            row = []
        row.append(action)
    if row:
        yield row


def _button(button: Button, place: Place, opens: Opens, dialog: bool) -> Element:
    label = _label(button.label)
    style = STYLES.get(button.style, {})
    if button.url:
        return {"type": "Action.OpenUrl", "title": label, "url": printable(button.url), **style}
    if len(button.says) > MOST_SAID:
        raise ValueError(f"the button {button.label!r} says more than {MOST_SAID} characters")
    if not button.confirm:
        return {**_pressed(label, button.says, opens, dialog), **style}
    yes = _label(
        f"Yes, {label[:1].lower()}{label[1:]}" if label[1:2].islower() else f"Yes: {label}"
    )
    asked = {
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": paragraphs((shorten(button.confirm, MOST_ASKED),), place),
        "actions": [{**_pressed(yes, button.says, opens, dialog), **style}],
    }
    return {"type": "Action.ShowCard", "title": label, "card": asked, **style}


def _label(text: str) -> str:
    return shorten(one_line(text), LABEL) or "…"


def _pressed(label: str, says: str, opens: Opens, dialog: bool) -> Element:
    said: dict[str, Any] = carry(Carried(printable(says)))
    form = opens(says) and not dialog
    data = {"msteams": {"type": "task/fetch"}, **said} if form else said
    # No inputs: a form that stands in the same message is not sent with it, nor must it be filled.
    submit = {"type": "Action.Submit", "title": label, "data": data, "associatedInputs": "none"}
    if form or dialog:
        return submit
    fallback = {"fallback": submit} if len(says) <= MOST_TWICE else {}
    return {**submit, "type": "Action.Execute", "verb": "say", **fallback}
