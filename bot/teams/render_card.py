"""A Card as an Adaptive Card 1.5. Pure; typed text is never parsed as markup."""

from typing import Any

from bot.speech import (
    Buttons,
    Card,
    Fields,
    Heading,
    Image,
    Items,
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
from bot.teams.limits import ROOM, SUMMARY, Element, fit, shorten
from bot.teams.lines import paragraphs

TYPE = "application/vnd.microsoft.card.adaptive"


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
    """The card in one line of plain text."""
    said = " ".join(printable(card.summary or plain(card.elements[:1])).split())
    return shorten(said, SUMMARY) or "Homeroom"


def content(card: Card, place: Place, opens: Opens) -> dict[str, Any]:
    """The Adaptive Card; `opens` says whether words are answered with a form."""
    return framed(fit([each for e in card.elements for each in _part(e, place, opens)], ROOM))


def framed(body: list[Element]) -> dict[str, Any]:
    """An Adaptive Card from its elements, as wide as the conversation."""
    return {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.5",
        "body": body,
        "msteams": {"width": "Full"},
    }


def _part(element: Part, place: Place, opens: Opens) -> list[Element]:
    match element:
        case Heading(text=text):
            said = " ".join(printable(text).split())
            return paragraphs((said,), place, size="Large", weight="Bolder") if said else []
        case Text(spans=spans):
            return paragraphs(spans, place)
        case Small(spans=spans):
            return paragraphs(spans, place, size="Small", isSubtle=True)
        case Fields(pairs=pairs):
            return [p for a, b in pairs for p in paragraphs((Strong(f"{a}: "), *b), place)]
        case Items(lines=lines, ordered=ordered):
            marks = (f"{n}. " if ordered else "• " for n in range(1, len(lines) + 1))
            return [
                p
                for mark, line in zip(marks, lines, strict=True)
                for p in paragraphs((mark, *line), place)
            ]
        case Image():
            return _image(element, place)
        case Buttons(buttons=buttons):
            return button_rows(buttons, place, opens)


def _image(image: Image, place: Place) -> list[Element]:
    if not is_web_address(image.url):
        return paragraphs((f"{image.alt} ({image.url})",), place, size="Small", isSubtle=True)
    alt = shorten(printable(image.alt), 2000) or "Picture"
    return [{"type": "Image", "url": image.url, "altText": alt}]
