"""What a window remembers until it is sent or pressed: private_metadata."""

from typing import Any

import msgspec
from msgspec import Struct

from bot.payload import text_at
from bot.speech import Place


class Remembered(Struct, frozen=True, omit_defaults=True):
    """The words a form says ("" for a card), its title, and the place it was asked for in."""

    says: str
    title: str = ""
    channel: str = ""
    thread: str = ""
    direct: bool = False


def remember(says: str, title: str, place: Place) -> str:
    """private_metadata; ValueError when it is longer than Slack takes."""
    made = Remembered(says, title, place.channel, place.thread, place.direct)
    text = msgspec.json.encode(made).decode()
    if len(text) > 3000:
        raise ValueError(f"the form {title!r} says more than Slack remembers (3,000)")
    return text


def remembered(view: Any) -> Remembered | None:
    """What a view of ours remembers; None for any other."""
    try:
        return msgspec.json.decode(text_at(view, "private_metadata"), type=Remembered)
    except (msgspec.DecodeError, UnicodeEncodeError):
        return None
