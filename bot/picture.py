"""Bars as an image, behind an address that nobody can guess. Platforms show pictures by address."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from io import BytesIO

from sqlalchemy.orm import Session

from bot.compose.health import MOST_SHOWN, Bar
from storage import pictures

GOOD_FOR = timedelta(days=366)  # the message that shows it stays where it was posted
WIDE, ROW, FIGURES, EDGE = 640, 76, 210, 24  # chat shows it small: few pixels a line, large letters
INK, FULL, EMPTY, PAPER = "#1d2b2a", "#1f7a6d", "#d9e4e2", "#ffffff"


def make_address(
    session: Session, *, network_id: int, bars: Sequence[Bar], web: str, now: datetime
) -> str:
    """The address of a picture of these bars, good for a year; "" where nobody can reach us."""
    if not web.startswith("https://") and "127.0.0.1" not in web:
        return ""
    key = secrets.token_urlsafe(18)
    shown = [[each.label, each.part, each.whole] for each in bars[:MOST_SHOWN]]
    pictures.add(
        session,
        network_id=network_id,
        key=key,
        shows={"bars": shown},
        until=now + GOOD_FOR,
        now=now,
    )
    return f"{web}/picture/{key}.png"


def drawn(session: Session, *, key: str, now: datetime) -> bytes | None:
    """The picture behind a key, as PNG; None where there is none (any more)."""
    found = pictures.find(session, key=key, now=now)
    return draw([Bar(*each) for each in found.shows["bars"]]) if found else None


def draw(bars: Sequence[Bar]) -> bytes:
    """A row a bar: its label, under it the bar and its share with how many of how many. Labels in
    scripts that the font lacks are numbered instead, as in the card's text beside the picture."""
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.load_default(size=22)
    image = Image.new("RGB", (WIDE, 2 * EDGE + ROW * max(1, len(bars))), PAPER)
    pen = ImageDraw.Draw(image)
    for number, bar in enumerate(bars, start=1):
        top = EDGE + ROW * (number - 1)
        label = _label(lambda text: pen.textlength(text, font=font), bar, number)
        pen.text((EDGE, top), label, fill=INK, font=font)
        left, right, low = EDGE, WIDE - FIGURES, top + 34
        pen.rounded_rectangle((left, low, right, low + 26), 6, fill=EMPTY)
        end = left + (right - left) * bar.share
        if end - left >= 12:
            pen.rounded_rectangle((left, low, end, low + 26), 6, fill=FULL)
        figures = f"{bar.share:.0%} ({bar.part} of {bar.whole})"
        pen.text((right + 14, low - 2), figures, fill=INK, font=font)
    made = BytesIO()
    image.save(made, "PNG", optimize=True)
    return made.getvalue()


def _label(length: Callable[[str], float], bar: Bar, number: int) -> str:
    if not bar.drawable:
        return f"no. {number}"
    short = bar.label
    while length(short) > WIDE - 2 * EDGE:
        short = short.rstrip("…")[:-1] + "…"
    return short
