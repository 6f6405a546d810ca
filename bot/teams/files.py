"""Files that were sent along with a message."""

from bot.payload import Activity, text_at
from bot.speech import File, is_web_address, printable
from bot.texts import shorten

LONGEST_TITLE = 300
_FILES = ("reference", "application/vnd.microsoft.teams.file.download.info")
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".heic", ".webp", ".mp3", ".m4a", ".mp4", ".mov")


def files_in(attached: list[Activity]) -> tuple[File, ...]:
    """The files among a message's attachments, once each."""
    found = filter(None, map(_file, attached))
    return tuple({each.url: each for each in found}.values())


def _file(attached: Activity) -> File | None:
    url, name = text_at(attached, "contentUrl"), text_at(attached, "name")
    if text_at(attached, "contentType") not in _FILES or not is_web_address(url):
        return None
    title = shorten(printable(name).strip(), LONGEST_TITLE)
    return File(title, url, name.lower().endswith(_PICTURES))
