"""The message that a shortcut points at."""

from collections.abc import Iterator
from typing import Any

from bot.payload import id_at, object_at, objects_at, text_at
from bot.slack.files import files_in
from bot.slack.installations import Installation
from bot.slack.mrkdwn import links_in, unmark
from bot.speech import By, Message, is_web_address


def pointed_message(body: Any, home: Installation) -> Message | None:
    """The message as plain text with its links, in order and each once; None without an id.

    It carries no permalink: that would cost a call before the answer.
    """
    message = object_at(body, "message")
    identity = text_at(message, "ts") or text_at(body, "message_ts")
    if not identity:
        return None
    shared = objects_at(message, "attachments")
    text = text_at(message, "text") or "\n".join(text_at(each, "text") for each in shared)
    found = [*links_in(text), *_links(message.get("blocks")), *_links(shared)]
    links = tuple(dict.fromkeys(link for link in found if is_web_address(link)))
    author = id_at(message, "user") or text_at(message, "bot_id")
    said = unmark(text, labels=True).strip()
    by = _by(body, message, home)
    return Message(identity, said, author, links=links, files=files_in(message), by=by)


def _by(body: Any, message: Any, home: Installation) -> By:
    signed = text_at(message, "bot_id")
    if not signed and text_at(message, "subtype") != "bot_message":
        return "person"
    # Another workspace's installation of us signs with other ids, but it is the same app.
    app, own = text_at(message, "app_id"), text_at(body, "api_app_id")
    ours = id_at(message, "user") == home.bot_user or signed == home.bot_id or (app and app == own)
    return "us" if ours else "bot"


def _links(blocks: Any) -> Iterator[str]:
    """Addresses in rich text and in the attachments of a forwarded or unfurled message."""
    if isinstance(blocks, list):
        for each in blocks:
            yield from _links(each)
    elif isinstance(blocks, dict):
        if text_at(blocks, "type") == "link":
            yield text_at(blocks, "url")
        yield from filter(None, (text_at(blocks, "title_link"), text_at(blocks, "from_url")))
        yield from _links([each for each in blocks.values() if isinstance(each, list | dict)])
