"""What a person sees in Teams: cards as plain words, and what can be pressed and filled in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from tests.teams.connector import Chat, Json, Message

CARD = "application/vnd.microsoft.card.adaptive"
JOINER = "\u2060"
_INSTANT = re.compile(r"\{\{(DATE|TIME)\(([^,()]+)(?:,\s*\w+)?\)\}\}")
_LINK = re.compile(r"\[((?:\\.|[^\[\]\\])*)\]\(([^()]*)\)")


@dataclass
class Surface:
    """A card that somebody looks at: in a message, in the place of one, or in a dialog.

    `extension` is the rest of the message extension's value, while its dialog is open."""

    card: Json
    chat: Chat
    zone: str
    message: Message | None = None
    title: str = ""
    dialog: bool = False
    extension: Json = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Everything that can be read on it, a line each."""
        return "\n".join(filter(None, [self.title, *read(self.card, self.zone)]))

    @property
    def actions(self) -> list[Json]:
        """Its buttons; one that asks first is followed by the one that it then shows."""
        return list(_actions(self.card))

    @property
    def buttons(self) -> list[str]:
        """What is written on its buttons."""
        return [each["title"] for each in self.actions]

    @property
    def inputs(self) -> list[Json]:
        """Its fields."""
        return list(_inputs(self.card))

    @property
    def values(self) -> dict[str, Any]:
        """What stands in its fields, by the field's name."""
        return {field_name(each): each.get("value") for each in self.inputs}

    def action(self, label: str) -> Json:
        """The button with this label; of one that asks first, the one that says yes."""
        for each in self.actions:
            if each["title"] == label:
                inner = each.get("card", {}).get("actions", [])
                return inner[0] if inner else each
        raise AssertionError(f"there is no button {label!r}; there are {self.buttons}")

    def sends(self) -> Json:
        """The button that sends the form."""
        found = [e for e in self.actions if e.get("data", {}).get("homeroom", {}).get("form")]
        assert found, f"no form stands here:\n{self.text}"
        return found[0]


@dataclass
class Seen:
    """What came of something that a person did: the answer to it, and what appeared."""

    surfaces: list[Surface] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    sent: Message | None = None
    status: int = 0
    answer: Any = None
    missing: dict[str, str] = field(default_factory=dict)
    """What Teams itself said beside fields; nothing was sent then."""

    @property
    def text(self) -> str:
        """Everything that the person reads."""
        shown = (each.text for each in self.surfaces)
        return "\n".join([*self.said, *shown, *self.missing.values()])

    @property
    def surface(self) -> Surface:
        """The card in front: a dialog, one in the place of another, or the newest message."""
        assert self.surfaces, f"no card was shown; they saw: {self.text}"
        return self.surfaces[0]

    @property
    def form(self) -> Surface | None:
        """The form that is open, in a dialog or in a message."""
        for each in self.surfaces:
            if any(a.get("data", {}).get("homeroom", {}).get("form") for a in each.actions):
                return each
        return None

    @property
    def dialog(self) -> Surface | None:
        """The dialog that is open."""
        return next((each for each in self.surfaces if each.dialog), None)

    @property
    def buttons(self) -> list[str]:
        """What is written on all the buttons."""
        return [label for each in self.surfaces for label in each.buttons]


def cards_of(activity: Json) -> list[Json]:
    """The Adaptive Cards of a message."""
    attached = activity.get("attachments") or []
    return [each["content"] for each in attached if each.get("contentType") == CARD]


def message_text(message: Message, zone: str = "UTC") -> str:
    """A message as it is read."""
    lines = [line for card in cards_of(message.activity) for line in read(card, zone)]
    return "\n".join(filter(None, [str(message.activity.get("text") or ""), *lines]))


def read(part: Any, zone: str) -> list[str]:
    """The words of a part of a card, a line each."""
    if isinstance(part, list):
        return [line for each in part for line in read(each, zone)]
    if not isinstance(part, dict):
        return []
    kind = part.get("type", "")
    match kind:
        case "TextBlock":
            return [plain(part["text"], zone)]
        case "RichTextBlock":
            return ["".join(_run(each) for each in part["inlines"])]
        case "FactSet":
            return [f"{f['title']} {plain(f['value'], zone)}" for f in part["facts"]]
        case "ColumnSet":
            columns = [" ".join(read(each, zone)) for each in part["columns"]]
            return [" ".join(filter(None, columns))]
        case "Image":
            return [part.get("altText", "")]
        case _ if kind.startswith("Input."):
            return _input(part)
        case _ if kind.startswith("Action."):
            return [f"[{part['title']}]", *read(part.get("card"), zone)]
    names = ("body", "items", "columns", "actions")
    return [line for name in names for line in read(part.get(name), zone)]


def plain(text: str, zone: str = "UTC") -> str:
    """A TextBlock's text as it is read there."""
    text = _INSTANT.sub(lambda found: _instant(found[1], found[2], zone), text)
    text = _LINK.sub(lambda found: found[1], text).replace("**", "")
    return re.sub(r"\\([*_\[\]\\])", r"\1", text).replace(JOINER, "")


def _instant(kind: str, at: str, zone: str) -> str:
    there = datetime.fromisoformat(at).astimezone(ZoneInfo(zone))
    return f"{there:%a} {there.day} {there:%b}" if kind == "DATE" else f"{there:%H:%M}"


def _run(inline: Any) -> str:
    text = inline if isinstance(inline, str) else inline.get("text", "")
    return str(text).replace(JOINER, "")


def _input(part: Json) -> list[str]:
    choices = [f"( ) {each['title']}" for each in part.get("choices", [])]
    shown = str(part.get("value") or part.get("placeholder") or "")
    return list(filter(None, [part.get("label", ""), "" if choices else shown, *choices]))


def _walk(part: Any) -> Iterator[Json]:
    if isinstance(part, list):
        for each in part:
            yield from _walk(each)
    elif isinstance(part, dict):
        yield part
        for name in ("body", "items", "columns", "actions", "card"):
            yield from _walk(part.get(name))


def _actions(card: Json) -> Iterator[Json]:
    return (e for e in _walk(card) if str(e.get("type", "")).startswith("Action."))


def _inputs(card: Json) -> Iterator[Json]:
    return (e for e in _walk(card) if str(e.get("type", "")).startswith("Input."))


def field_name(field: Json) -> str:
    """The name of a field of ours, from its input's id."""
    return str(field["id"]).partition(":")[2]


def typed(field: Json, value: Any) -> Any:
    """What Teams sends for a value that was typed or chosen, by its value or by what is shown."""
    if field["type"] != "Input.ChoiceSet":
        return "" if value is None else value if isinstance(value, int | float) else str(value)
    wanted = [value] if isinstance(value, str) else list(value or [])
    by_title = {each["title"]: each["value"] for each in field["choices"]}
    return ",".join(by_title.get(each, quote(each)) for each in wanted)
