"""A Card as an Adaptive Card 1.5. Pure; typed text is never parsed as markup."""

from collections.abc import Iterable
from typing import Any

from bot.speech import (
    Buttons,
    Card,
    Fields,
    Heading,
    Image,
    Items,
    Line,
    Place,
    Small,
    Strong,
    Text,
    is_web_address,
    plain,
    printable,
)
from bot.speech import Element as Part
from bot.teams.buttons import Opens, button_rows
from bot.teams.limits import SUMMARY, Element, fit
from bot.teams.lines import one_line, paragraphs
from bot.teams.markdown import escape, literal
from bot.texts import shorten

TYPE = "application/vnd.microsoft.card.adaptive"
LABELS = "96px"  # how wide the labels of facts are; longer ones wrap


def activity(card: Card, place: Place, opens: Opens) -> dict[str, Any]:
    """A message with the card; `summary` is its notification."""
    return {
        "type": "message",
        "attachments": [attachment(content(card, place, opens))],
        "summary": notification(card),
    }


def attachment(made: dict[str, Any]) -> dict[str, Any]:
    """An Adaptive Card as an attachment."""
    return {"contentType": TYPE, "content": made}


def notification(card: Card) -> str:
    """The card in one line of plain text, at most 300 characters."""
    return shorten(one_line(card.summary or plain(card.elements[:1])), SUMMARY) or "Homeroom"


def content(card: Card, place: Place, opens: Opens, *, dialog: bool = False) -> dict[str, Any]:
    """The Adaptive Card; `opens` says whether words are answered with a form. `dialog`: it is
    shown in one. What is too long is set more plainly first, then cut where a line says so."""
    body = _body(card, place, opens, dialog, plainly=False)
    fitted = fit(body)
    if fitted is not body:
        fitted = fit(_body(card, place, opens, dialog, plainly=True))
    return framed(fitted or paragraphs((notification(card),), place))


def framed(body: list[Element]) -> dict[str, Any]:
    """An Adaptive Card from its elements, as wide as the conversation."""
    return {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.5",
        "body": body,
        "msteams": {"width": "Full"},
    }


def _body(card: Card, place: Place, opens: Opens, dialog: bool, *, plainly: bool) -> list[Element]:
    body: list[Element] = []
    for element in card.elements:
        if isinstance(element, Buttons):
            body += button_rows(element.buttons, place, opens, dialog=dialog)
        else:
            body += _part(element, place, first=not body, plainly=plainly)
    return body


def _part(element: Part, place: Place, *, first: bool, plainly: bool) -> list[Element]:
    match element:
        case Heading(text=text):
            return heading(text, place, first=first)
        case Text(spans=spans):
            return paragraphs(spans, place)
        case Small(spans=spans):
            return paragraphs(spans, place, size="Small", isSubtle=True)
        case Fields(pairs=pairs):
            return _facts(pairs, place, plainly)
        case Items(lines=lines, ordered=ordered):
            marks = (f"{n}." if ordered else "•" for n in range(1, len(lines) + 1))
            return _listed(zip(marks, lines, strict=True), place, plainly)
        case Image():
            return _image(element, place)
        case Buttons():
            return []


def heading(text: str, place: Place, *, first: bool = True) -> list[Element]:
    """A title. Screen readers are told so where its text is certainly not read as Markdown."""
    said = shorten(one_line(text), 300)
    style: Element = {"size": "Large" if first else "Medium", "weight": "Bolder"}
    if not said or escape(said) != said or said[0] in "-+#>=" or said[0].isdigit():
        return paragraphs((said,), place, **style)
    return [{"type": "TextBlock", "text": said, "style": "heading", "wrap": True, **style}]


def _facts(pairs: tuple[tuple[str, Line], ...], place: Place, plainly: bool) -> list[Element]:
    """Label and value side by side. Not a FactSet: it reads Markdown in what was typed."""
    made = []
    for label, value in pairs:
        name = (Strong(f"{one_line(label)}:"),)
        if plainly:
            made += paragraphs((*name, " ", *value), place, spacing="Small")
        else:
            shown = paragraphs(value, place)
            made += _columns(LABELS, paragraphs(name, place, beside=shown), shown)
    return made


def _listed(rows: Iterable[tuple[str, Line]], place: Place, plainly: bool) -> list[Element]:
    """Lines with their marks; each in columns, so that a long one is indented as a whole."""
    made = []
    for mark, line in rows:
        if plainly:
            made += paragraphs((f"{mark} ", *line), place, spacing="Small")
        else:
            shown = paragraphs(line, place)
            made += _columns("auto", paragraphs((mark,), place, beside=shown), shown)
    return made


def _columns(width: str, left: list[Element], right: list[Element]) -> list[Element]:
    column = {"type": "Column", "width": width, "items": left}
    rest = {"type": "Column", "width": "stretch", "items": right, "spacing": "Small"}
    return [{"type": "ColumnSet", "columns": [column, rest], "spacing": "Small"}]


def _image(image: Image, place: Place) -> list[Element]:
    if not is_web_address(image.url):
        return paragraphs((f"{image.alt} ({image.url})",), place, size="Small", isSubtle=True)
    alt = shorten(literal(image.alt).strip(), 2000) or "Picture"
    return [{"type": "Image", "url": printable(image.url), "altText": alt}]
