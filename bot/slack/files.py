"""Files that were sent along with a message."""

from typing import Any

from bot.payload import object_at, objects_at, text_at
from bot.speech import File, is_web_address, printable
from bot.texts import shorten

LONGEST_TITLE = 300
_PICTURES = ("image/", "audio/", "video/")


def files_in(message: Any) -> tuple[File, ...]:
    """The files of a message, once each; what is gone, or hidden from us, is none."""
    # Slack wrote a single one otherwise, years ago.
    given = objects_at(message, "files") or [object_at(message, "file")]
    found = filter(None, map(_file, given))
    return tuple({each.url: each for each in found}.values())


def _file(told: Any) -> File | None:
    """A file; of one that is kept elsewhere (slides, a shared document) that is the address."""
    elsewhere = told.get("is_external") is True
    url = (elsewhere and text_at(told, "url_private")) or text_at(told, "permalink")
    if not is_web_address(url):
        return None
    title = printable(text_at(told, "title") or text_at(told, "name")).strip()
    picture = text_at(told, "mimetype").startswith(_PICTURES)
    return File(shorten(title, LONGEST_TITLE), url, picture)
