"""Slack's sizes, and how a text is made to fit them where a reader can see it."""

from typing import Any

from bot.speech import printable
from bot.texts import shorten

Block = dict[str, Any]

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
ROOM = 12_000  # characters a message: near 13,200 Slack answers msg_blocks_too_long
PARAGRAPH = 3000


def plain_text(text: str, most: int) -> dict[str, Any]:
    """A plain_text object; Slack takes no empty one."""
    return {"type": "plain_text", "text": shorten(printable(text).strip(), most) or "…"}


def weight(block: Any) -> int:
    """How many characters of a block count towards `ROOM`."""
    if isinstance(block, list):
        return sum(weight(each) for each in block)
    if not isinstance(block, dict):
        return 0
    own = (block.get(name) for name in ("text", "url", "image_url", "alt_text", "fallback"))
    return sum(len(each) for each in own if isinstance(each, str)) + sum(
        weight(each) for each in block.values() if not isinstance(each, str)
    )


def fit(blocks: list[Block], most: int = MESSAGE_BLOCKS, room: int = ROOM) -> list[Block]:
    """The blocks that fit, a line that says how much does not, and the last row of buttons."""
    if len(blocks) <= most and len(str(blocks)) <= room:
        return blocks  # nearly every card; weighing costs more than rendering
    if len(blocks) <= most and sum(map(_cost, blocks)) <= room:
        return blocks
    tail = blocks[-1:] if blocks[-1]["type"] == "actions" else []
    body = blocks[: len(blocks) - len(tail)]
    left = room - sum(map(_cost, tail)) - 100  # the line itself
    kept = 0
    while kept < min(len(body), most - 1 - len(tail)) and _cost(body[kept]) <= left:
        left -= _cost(body[kept])
        kept += 1
    return [*body[:kept], _note(body[kept:]), *tail]


def _cost(block: Block) -> int:
    """Characters, or a tenth of the JSON where that is more: a view may have 250,000 bytes."""
    return max(weight(block), len(str(block)) // 10)


def _note(left_out: list[Block]) -> Block:
    lines = sum(_lines(block) for block in left_out)
    said = f"Shortened here: {lines:,} more line{'s' if lines != 1 else ''}"
    text = f"{said}, {weight(left_out):,} characters."
    return {"type": "context", "elements": [plain_text(text, 150)]}


def _lines(block: Block) -> int:
    if block["type"] != "rich_text":
        return 1
    return sum(
        len(part["elements"])
        if part["type"] == "rich_text_list"
        else 1 + sum(each.get("text", "").count("\n") for each in part["elements"])
        for part in block["elements"]
    )
