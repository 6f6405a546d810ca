"""The neutral language between people's platforms and the program.

Inbound everything is an `Incoming`; outbound everything is a `Card`, a `Form` or a `Post`.
Nothing here knows markup: a renderer in a door escapes, splits and shortens. Every type is a
frozen msgspec struct, so a card can wait in the outbox as JSON and come back the same.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

Platform = Literal["slack", "teams"]
How = Literal[
    "command",
    "mention",
    "direct",
    "button",
    "form",
    "shortcut",
    "home",
    "join",
    "search",
    "overheard",
]
"""How something was said; a search is made while a message is being written. What is overheard
was said to others, or done to what they said: no words answer it."""


# -- inbound ------------------------------------------------------------------------------------


class Who(Struct, frozen=True):
    """A person as a platform names them. `workspace` and `person` are the platform's own ids."""

    platform: Platform
    workspace: str
    person: str
    name: str = ""
    zone: str = ""
    """Their time zone (IANA), where the platform tells it with what they say."""
    guest: bool | None = None
    """Whether they are a guest of their workspace, where the platform was asked and told."""


class Place(Struct, frozen=True):
    """Where something is said. `channel` is the platform's id, `name` what people call it where
    the platform tells that with what is said; `direct` means a 1:1 with us."""

    platform: Platform
    workspace: str
    channel: str = ""
    thread: str = ""
    direct: bool = False
    name: str = ""


class File(Struct, frozen=True):
    """A file that was sent along: its title and the address of its page, which nobody fetches.
    `picture` is one that is looked at or listened to, rather than read."""

    title: str
    url: str
    picture: bool = False


By = Literal["person", "us", "bot"]


class Message(Struct, frozen=True):
    """A message that was overheard, or that a shortcut or a reaction points at. `text` is plain,
    links spelt out. `at` is when it was written, or edited last. `by` is who wrote it: a person,
    us, or another bot."""

    id: str
    text: str
    author: str = ""
    permalink: str = ""
    links: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    at: datetime | None = None
    by: By = "person"


class Incoming(Struct, frozen=True):
    """One thing a person did, whatever the platform.

    `words` is what was said after the bot's name; a button or a form says the words it carries.
    `values` is None unless a form was sent: field name to raw text, list of texts, or None.
    `delivery` is the platform's own id for this delivery: the same id is the same act. `pressed` is
    the message whose button was pressed, as far as the platform tells.
    """

    delivery: str
    who: Who
    place: Place
    words: str = ""
    values: dict[str, Any] | None = None
    message: Message | None = None
    how: How = "command"
    pressed: str = ""


# -- spans: what a line of text is made of --------------------------------------------------------


class Strong(Struct, frozen=True, tag="strong"):
    """Emphasised text: a name, a highlighted word."""

    text: str


class Link(Struct, frozen=True, tag="link"):
    """A web address with its words. Renderers refuse any scheme but http and https."""

    url: str
    text: str = ""


class When(Struct, frozen=True, tag="when"):
    """An instant, shown in the reader's own time zone where the platform can.

    `zone` (IANA) is used where it cannot: notifications, plain text.
    """

    at: datetime
    zone: str = "UTC"
    show: Literal["day", "time", "both"] = "both"


class Say(Struct, frozen=True, tag="say"):
    """Words of ours to be typed, as one types them where this is read: `/learn call` on Slack."""

    words: str = ""


class HowTo(Struct, frozen=True, tag="how to"):
    """What to press or type, in the platform's own way; "call me" is our name as one types it in a
    channel, wherever this is read."""

    what: Literal["invite me", "use a shortcut", "call me"]


Span = str | Strong | Link | When | Say | HowTo
Line = tuple[Span, ...]


def line(*spans: Span) -> Line:
    """A line of text from its spans, empty strings left out."""
    return tuple(span for span in spans if span != "")


# -- outbound: cards ------------------------------------------------------------------------------


class Heading(Struct, frozen=True, tag="heading"):
    """The title of a card or of a part of it. Plain text."""

    text: str


class Text(Struct, frozen=True, tag="text"):
    """A paragraph."""

    spans: Line


class Fields(Struct, frozen=True, tag="fields"):
    """Short facts: (label, value) pairs."""

    pairs: tuple[tuple[str, Line], ...]


class Items(Struct, frozen=True, tag="items"):
    """A list, one line an item."""

    lines: tuple[Line, ...]
    ordered: bool = False


class Image(Struct, frozen=True, tag="image"):
    """A picture by its public address, with words for who cannot see it."""

    url: str
    alt: str


class Small(Struct, frozen=True, tag="small"):
    """Small print."""

    spans: Line


class Button(Struct, frozen=True):
    """A sentence already written: pressing it says `says`. With `url` it opens a page instead."""

    label: str
    says: str = ""
    style: Literal["", "main", "danger"] = ""
    confirm: str = ""
    url: str = ""


class Buttons(Struct, frozen=True, tag="buttons"):
    """A row of buttons."""

    buttons: tuple[Button, ...]


Element = Heading | Text | Fields | Items | Image | Small | Buttons


class Card(Struct, frozen=True):
    """A few elements, top to bottom. `summary` is the notification's line; `instead` asks that a
    private card replace the one whose button was pressed."""

    elements: tuple[Element, ...]
    summary: str = ""
    instead: bool = False


def card(*elements: Element | str, summary: str = "", instead: bool = False) -> Card:
    """A card from its elements; a bare string is a paragraph."""
    made = tuple(Text((e,)) if isinstance(e, str) else e for e in elements)
    return Card(made, summary or plain(made[:1]), instead)


def plain(elements: tuple[Element, ...]) -> str:
    """The words of a card without markup, one element a line: notifications, logs of tests."""
    return "\n".join(filter(None, (_plain_element(e) for e in elements)))


def _plain_element(element: Element) -> str:
    match element:
        case Heading(text=text):
            return text
        case Text(spans=spans) | Small(spans=spans):
            return plain_line(spans)
        case Fields(pairs=pairs):
            return "\n".join(f"{label}: {plain_line(value)}" for label, value in pairs)
        case Items(lines=lines):
            return "\n".join(f"• {plain_line(each)}" for each in lines)
        case Image(alt=alt):
            return alt
        case Buttons(buttons=buttons):
            return " ".join(f"[{button.label}]" for button in buttons)


def plain_line(spans: Line) -> str:
    """A line's words; an instant is written in its own `zone`."""
    return "".join(_plain_span(span) for span in spans)


def _plain_span(span: Span) -> str:
    match span:
        case Strong(text=text):
            return text
        case Link(url=url, text=text):
            return text or url
        case When():
            return say_when(span)
        case Say(words=words):
            return f"“{words}”" if words else "our name"
        case HowTo(what=what):
            return HOW_TO[what]
        case _:
            return span


HOW_TO = {
    "invite me": "Invite Homeroom, so that it can post there.",
    "use a shortcut": "On a message, choose Save as resource, Bring to call or This helped.",
    "call me": "our name",
}
"""What a `HowTo` says where no platform is known: in logs and for a model."""


@lru_cache(1024)
def say_when(when: When) -> str:
    """ "Tue 24 Nov, 15:00 (America/Chicago)": an instant in words, for places without markup."""
    zone = zone_or_utc(when.zone)
    there = when.at.astimezone(ZoneInfo(zone))
    day, hour = f"{there:%a} {there.day} {there:%b}", f"{there:%H:%M}"
    shown = {"day": day, "time": hour, "both": f"{day}, {hour}"}[when.show]
    return shown if when.show == "day" and zone == when.zone else f"{shown} ({zone})"


def zone_or_utc(name: str) -> str:
    """The zone of that name; UTC where nobody knows it, or knows it no more: what is shown then
    says so."""
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError):
        return "UTC"


# -- outbound: forms ------------------------------------------------------------------------------


class FormErrors(ValueError):
    """What was typed does not fit: field name to the sentence shown beside it."""

    def __init__(self, errors: Mapping[str, str | Line]) -> None:
        self.errors = {
            name: (said,) if isinstance(said, str) else said for name, said in errors.items()
        }
        said = (f"{name}: {plain_line(line)}" for name, line in self.errors.items())
        super().__init__("; ".join(said))


class TextField(Struct, frozen=True, tag="text"):
    """Typed words, up to `most` characters (Slack's own limit is 3000)."""

    name: str
    label: str
    value: str = ""
    required: bool = True
    long: bool = False
    most: int = 3000
    hint: str = ""
    example: str = ""


class LinkField(Struct, frozen=True, tag="link"):
    """A web address; only http and https are taken."""

    name: str
    label: str
    value: str = ""
    required: bool = True
    hint: str = ""


class NumberField(Struct, frozen=True, tag="number"):
    """A whole number from `least` to `most`."""

    name: str
    label: str
    least: int
    most: int
    value: int | None = None
    required: bool = True
    hint: str = ""


class DateField(Struct, frozen=True, tag="date"):
    """A calendar date, without a zone."""

    name: str
    label: str
    value: date | None = None
    required: bool = True
    hint: str = ""


class TimeField(Struct, frozen=True, tag="time"):
    """A time of day, without a zone."""

    name: str
    label: str
    value: time | None = None
    required: bool = True
    hint: str = ""


class ChoiceField(Struct, frozen=True, tag="choice"):
    """One of a few options, or several with `many`. Options are (value, label)."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    value: tuple[str, ...] = ()
    many: bool = False
    required: bool = True
    hint: str = ""


Field = TextField | LinkField | NumberField | DateField | TimeField | ChoiceField


class Form(Struct, frozen=True):
    """Typed fields, declared once. Sending the form says `says`, with the values beside."""

    title: str
    says: str
    fields: tuple[Field, ...]
    submit: str = "Save"
    intro: Line = ()

    def read(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Typed values by field name: str, int, date, time, or a tuple of option values
        (a single choice is a str; an empty optional field is None, "" for text, () for many).

        Raises FormErrors with a sentence for each field that does not fit.
        """
        read: dict[str, Any] = {}
        errors: dict[str, str | Line] = {}
        for each in self.fields:
            try:
                read[each.name] = _read_field(each, values.get(each.name))
            except ValueError as wrong:
                errors[each.name] = str(wrong)
        if errors:
            raise FormErrors(errors)
        return read


def _read_field(field: Field, raw: Any) -> Any:
    empty = raw is None or raw in ("", []) or (isinstance(raw, str) and not raw.strip())
    if empty and field.required:
        raise ValueError("Please fill this in.")
    match field:
        case TextField():
            return _read_text(field, "" if empty else str(raw))
        case ChoiceField():
            return _read_choice(field, [] if empty else raw)
        case _ if empty:
            return None if not isinstance(field, LinkField) else ""
        case LinkField():
            return _read_link(str(raw))
        case NumberField():
            return _read_number(field, str(raw))
        case DateField():
            return _read_iso(date, str(raw), "Please choose a date, such as 2026-11-24.")
        case TimeField():
            return _read_iso(time, str(raw), "Please choose a time of day, such as 15:00.")


def _read_text(field: TextField, raw: str) -> str:
    text = clean(raw)
    if field.required and not text:
        raise ValueError("Please write a few words here.")
    if len(text) > field.most:
        raise ValueError(f"That is {len(text)} characters; {field.most} fit here.")
    return text


def _read_link(raw: str) -> str:
    address = clean(raw)
    if not is_web_address(address):
        raise ValueError("Please give a web address that starts with https:// or http://.")
    return address


def _read_number(field: NumberField, raw: str) -> int:
    asked = f"Please give a whole number from {field.least} to {field.most}."
    try:
        number = int(raw.strip())
    except ValueError:
        raise ValueError(asked) from None
    if not field.least <= number <= field.most:
        raise ValueError(asked)
    return number


def _read_iso(kind: Any, raw: str, asked: str) -> Any:
    try:
        read = kind.fromisoformat(raw.strip())
    except ValueError:
        raise ValueError(asked) from None
    if getattr(read, "tzinfo", None):
        raise ValueError(asked)  # the zone is a field of its own
    return read


def _read_choice(field: ChoiceField, raw: Any) -> Any:
    chosen = tuple(str(one) for one in ([raw] if isinstance(raw, str) else raw))
    allowed = {value for value, _ in field.options}
    if any(one not in allowed for one in chosen):
        raise ValueError("That choice is no longer there. Please choose again.")
    if field.many:
        return chosen
    if len(chosen) > 1:
        raise ValueError("Please choose one.")
    return chosen[0] if chosen else None


# Control characters do nothing for a reader and break logs; direction overrides can make a text
# read as another one. Tab and newline stay; joiners stay, since scripts and emoji need them.
_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]|[\ud800-\udfff]"
)


def clean(text: str) -> str:
    """What a person typed, without control characters and outer white space."""
    return printable(text).strip()


def printable(text: str) -> str:
    """`text` without control characters; its outer white space stays, since it may be a part of
    a line."""
    if text.isprintable():
        return text  # nearly always; joiners and newlines are looked at more closely
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def is_web_address(text: str) -> bool:
    """Whether `text` is one http(s) address with a host and no white space, 2,000 characters at
    most."""
    return len(text) <= 2000 and _is_address(text)  # what is longer is not worth remembering


@lru_cache(4096)
def _is_address(text: str) -> bool:
    return bool(
        re.fullmatch(r"https?://[^\s/?#<>\"'\\|`]+(?:[/?#][^\s<>\"|\\`]*)?", text, re.IGNORECASE)
    ) and not _UNPRINTABLE.search(text)


# -- outbound: posts ------------------------------------------------------------------------------


class Post(Struct, frozen=True):
    """One message for the courier to send, change or look up.

    `key` is the delivery key; `thread` and `sent` are the platform's message ids, "" when there
    is none. `place.channel` may name a person when `place.direct`.
    """

    key: str
    place: Place
    card: Card
    thread: str = ""
    sent: str = ""


class Pick(Struct, frozen=True):
    """One of the things found while a message is being written: two lines to know it by, and the
    card that goes into the message."""

    title: str
    text: str
    card: Card


class Picks(Struct, frozen=True):
    """What a search found, the best first. `nothing` says what to try when there is nothing."""

    picks: tuple[Pick, ...]
    nothing: str = ""


Sign = Literal["caught", "kept"]


class Noticed(Struct, frozen=True):
    """The quiet answer to what was overheard: signs to be put on that message, or taken off it,
    where the platform lets us."""

    put: tuple[Sign, ...] = ()
    take: tuple[Sign, ...] = ()


Reply = Card | Form | Picks | Noticed | None

encode_card = msgspec.json.Encoder().encode
decode_card = msgspec.json.Decoder(Card).decode
