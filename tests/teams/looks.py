"""Cards and messages on Teams, looked at as the dialogs of the tests look at everything: what is
read, pressed, and filled in. See `tests.room`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from tests.teams import hands
from tests.teams.connector import Json, Message
from tests.teams.seen import Surface, field_name, plain

_LINK = re.compile(r"(?<!\\)\[(?:\\.|[^\[\]\\])*\]\(([^()]*)\)")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_LIVELY = re.compile(r"<at\b|<a\b|<script|(?<!\\)!\[", re.IGNORECASE)


@dataclass
class Look:
    """A message, or a card, as it stood when somebody looked."""

    surfaces: list[Surface]
    said: str = ""
    message: Message | None = None

    @property
    def text(self) -> str:
        """Everything that can be read."""
        return "\n".join(filter(None, [self.said, *(each.text for each in self.surfaces)]))

    @property
    def id(self) -> str:
        """The message's id; "" for a card that stands in none."""
        return self.message.id if self.message else ""

    @property
    def title(self) -> str:
        """What stands above a dialog."""
        return self.surfaces[0].title

    @property
    def actions(self) -> list[Json]:
        """The buttons, without the one that sends a form."""
        every = [each for surface in self.surfaces for each in _walk(surface.card)]
        pressed = [e for e in every if e.get("type", "").startswith("Action.") and "title" in e]
        return [e for e in pressed if not _carried(e).get("form")]

    @property
    def buttons(self) -> list[str]:
        """What is written on the buttons."""
        return [each["title"] for each in self.actions]

    @property
    def addresses(self) -> list[str]:
        """What the buttons open."""
        return [each["url"] for each in self.actions if "url" in each]

    def says(self, label: str) -> str:
        """The words that a button says."""
        pressed = self.surface_with(label).action(label)
        return str(_carried(pressed)["says"])

    @property
    def links(self) -> list[str]:
        """Every address in the words."""
        found: list[str] = []
        for each in self._parts():
            if each["type"] == "TextRun" and "selectAction" in each:
                found.append(each["selectAction"]["url"])
            elif each["type"] == "TextBlock":
                found += _LINK.findall(each["text"])
        return found

    @property
    def strong(self) -> list[str]:
        """Every emphasised text; a heading is none."""
        found: list[str] = []
        for each in self._parts():
            if each["type"] == "TextRun" and each.get("weight") == "Bolder" and "size" not in each:
                found.append(plain(each["text"]))
            elif each["type"] == "TextBlock":
                found += [plain(said) for said in _BOLD.findall(each["text"])]
        return found

    @property
    def lively(self) -> list[Json]:
        """What would do something beyond its links: mentions, markup that Teams reads."""
        marked = [e for e in self._parts() if _LIVELY.search(str(e.get("text", "")))]
        activity = self.message.activity if self.message else {}
        called = [e for e in activity.get("entities") or [] if e.get("type") == "mention"]
        return [e for e in marked if e["type"] == "TextBlock"] + called

    @property
    def fields(self) -> list[str]:
        """The names of the fields."""
        return [field_name(each) for surface in self.surfaces for each in surface.inputs]

    def field(self, name: str) -> Any:
        """What stands in a field: a text, or a list where several may be chosen."""
        found = self._input(name)
        value = found.get("value", "")
        if found["type"] != "Input.ChoiceSet":
            return str(value)
        if found.get("isMultiSelect"):
            return [unquote(each) for each in value.split(",") if each]
        return unquote(value)

    def options(self, name: str) -> list[str]:
        """What can be chosen in a field."""
        return [each["title"] for each in self._input(name)["choices"]]

    def surface_with(self, label: str) -> Surface:
        """The card with this button."""
        found = [each for each in self.surfaces if label in each.buttons]
        assert found, f"there is no button {label!r}; there are {self.buttons}"
        return found[0]

    def _input(self, name: str) -> Json:
        every = [each for surface in self.surfaces for each in surface.inputs]
        found = [each for each in every if field_name(each) == name]
        assert found, f"there is no field {name!r}; there are {self.fields}"
        return found[0]

    def _parts(self) -> Iterator[Json]:
        for surface in self.surfaces:
            for each in _walk(surface.card):
                if each.get("type") in ("TextRun", "TextBlock"):
                    yield each


@dataclass
class Saw:
    """What somebody sees after doing something."""

    seen: hands.Seen
    messages: list[Look] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All of it as plain words."""
        return self.seen.text

    @property
    def view(self) -> Look | None:
        """The dialog that opened, or the form that stands in a message."""
        shown = self.seen.dialog or self.seen.form
        return Look([shown], message=shown.message) if shown else None

    @property
    def message(self) -> Look:
        """The newest message, else the card that is shown."""
        return self.messages[0] if self.messages else Look([self.seen.surface])

    @property
    def errors(self) -> dict[str, str]:
        """What stands beside fields, by the field's name."""
        found = dict(self.seen.missing)
        name = ""
        for each in (self.view.surfaces[0].card["body"]) if self.view else []:
            if each["type"].startswith("Input."):
                name = field_name(each)
            elif said := [part["text"] for part in _walk(each) if part.get("color") == "Attention"]:
                found[name] = plain("".join([found.get(name, ""), *said]))
        return found


def _carried(action: Json) -> Json:
    return dict((action.get("data") or {}).get("homeroom") or {})


def _walk(part: Any) -> Iterator[Json]:
    """Every part of a card but what a button shows before it asks."""
    if isinstance(part, list):
        for each in part:
            yield from _walk(each)
    elif isinstance(part, dict):
        yield part
        for name in ("body", "items", "columns", "actions", "inlines"):
            yield from _walk(part.get(name))
