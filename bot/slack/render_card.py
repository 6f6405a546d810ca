"""A Card as Slack blocks. Pure; typed text is never parsed as markup."""

from itertools import count
from typing import Any

from bot.slack.buttons import button_rows
from bot.slack.limits import MESSAGE_BLOCKS, VIEW_BLOCKS, Block, fit, plain_text
from bot.slack.mrkdwn import escape
from bot.slack.remembered import remember
from bot.slack.rich_text import Kind, Row, bare, blocks_of, dense, rich
from bot.slack.small_print import small_print
from bot.speech import (
    Buttons,
    Card,
    Element,
    Fields,
    Heading,
    Image,
    Items,
    Place,
    Post,
    Small,
    Strong,
    Text,
    is_web_address,
    plain,
    printable,
)
from bot.texts import shorten


def message(card: Card) -> dict[str, Any]:
    """A card as `text` (the notification) and `blocks`, without a channel."""
    return {"text": notification(card), "blocks": card_blocks(card)}


def post_message(post: Post) -> dict[str, Any]:
    """A post's card; its delivery key is in the metadata and on the first block, to be found by."""
    said = message(post.card)
    if said["blocks"]:
        said["blocks"][0]["block_id"] = post.key
    said["metadata"] = {"event_type": "homeroom_post", "event_payload": {"key": post.key}}
    return said


def home(card: Card) -> dict[str, Any]:
    """A card as the bot's Home tab."""
    return {"type": "home", "blocks": card_blocks(card, VIEW_BLOCKS)}


def modal(card: Card, title: str, place: Place) -> dict[str, Any]:
    """A card in a window of its own, to be read and closed; its buttons are pressed in `place`."""
    return {
        "type": "modal",
        "callback_id": "card",
        "title": plain_text(title, 24),
        "close": plain_text("Close", 24),
        "private_metadata": remember("", "", place),
        "blocks": card_blocks(card, VIEW_BLOCKS),
    }


def notification(card: Card) -> str:
    """The card in one line of escaped text, at most 3,000 characters."""
    said = printable(_summary(card)) or "Homeroom"
    most = 3000
    while len(escape(shorten(said, most))) > 3000:
        most -= len(escape(shorten(said, most))) - 3000
    return escape(shorten(said, most))


def _summary(card: Card) -> str:
    """The card's own summary; its first words, where it has no other, as they stand in it."""
    told = plain(card.elements[:1])
    match card.elements[:1]:
        case (Text(spans=spans) | Small(spans=spans),) if card.summary in ("", told):
            return bare(spans)
        case _:
            return card.summary or told


def card_blocks(card: Card, most: int = MESSAGE_BLOCKS) -> list[Block]:
    """A card's blocks, at most `most`; what does not fit is cut where a line says so."""
    blocks = [block for element in card.elements for block in _blocks(element)]
    if len(blocks) > most:
        blocks = dense(blocks)
    blocks = fit(blocks, most)
    number = count()
    for block in blocks:
        if block["type"] == "actions":
            for element in block["elements"]:
                element["action_id"] = f"b{next(number)}"
    return blocks


def _blocks(element: Element) -> list[Block]:
    match element:
        case Heading(text=text):
            said = " ".join(printable(text).split())
            return [{"type": "header", "text": plain_text(said, 150)}] if said else []
        case Text(spans=spans):
            return blocks_of([Row("section", rich(spans))])
        case Fields(pairs=pairs):
            return blocks_of(Row("section", rich((Strong(f"{a}: "), *b))) for a, b in pairs)
        case Items(lines=lines, ordered=ordered):
            kind: Kind = "ordered" if ordered else "bullet"
            return blocks_of(Row(kind, rich(each), i) for i, each in enumerate(lines))
        case Small(spans=spans):
            return small_print(spans)
        case Image():
            return _image(element)
        case Buttons(buttons=buttons):
            return button_rows(buttons)


def _image(image: Image) -> list[Block]:
    if not is_web_address(image.url):
        return small_print((f"{image.alt} ({image.url})",))
    alt = shorten(printable(image.alt), 2000) or "Picture"
    return [{"type": "image", "image_url": image.url, "alt_text": alt}]
