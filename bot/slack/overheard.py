"""What people say to each other in channels, where it has to do with links and files, or stands in
a thread of ours, where it may be an answer; all else is not told to the program at all."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from bot.links import find_links
from bot.payload import id_at, object_at, objects_at, text_at
from bot.slack.files import files_in
from bot.slack.installations import Installation
from bot.slack.mrkdwn import links_in, unmark
from bot.slack.whose import called, own_workspace, permalink, place_at
from bot.speech import Incoming, Message, Who, is_web_address

POSTED = ("", "file_share", "thread_broadcast", "me_message")
SIGNS = {"caught": "bookmark", "kept": "white_check_mark"}
"""The reactions that show what became of a message; the first is also how people keep one."""
_MESSAGE = re.compile(r"https://[\w.-]+\.slack\.com/(?:archives|team|client)/", re.IGNORECASE)
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]+`", re.DOTALL)


def overheard(body: Any, home: Installation) -> Incoming | None:
    """A message in a channel that was posted, edited or deleted."""
    said = object_at(body, "event")
    match text_at(said, "subtype"):
        case "message_changed":
            return _changed(body, said, home)
        case "message_deleted":
            return _deleted(body, said, home)
        case subtype if subtype in POSTED:
            return _posted(body, said, home)
    return None


def reaction(body: Any, home: Installation) -> Incoming | None:
    """The bookmark put on a message, or taken off it; the message is only named."""
    said = object_at(body, "event")
    item, person = object_at(said, "item"), id_at(said, "user")
    marks = text_at(said, "reaction") == SIGNS["caught"] and text_at(item, "type") == "message"
    ours = home.bot_user in (person, id_at(said, "item_user"))
    if not marks or ours or not text_at(item, "ts"):
        return None
    more = " mark" if text_at(said, "type") == "reaction_added" else " unmark"
    message = Message(text_at(item, "ts"), "", id_at(said, "item_user"))
    channel = text_at(item, "channel")
    return _incoming(body, said, home, channel, "", person, f"overheard{more}", message)


def message_of(told: Any, home: Installation, channel: str) -> Message:
    """A message as plain text, with its links but those in code, and its files."""
    text, own = text_at(told, "text"), text_at(told, "ts")
    blocks = [e for e in objects_at(told, "blocks") if text_at(e, "type") == "rich_text"]
    found = list(_links(blocks)) if blocks else links_in(_CODE.sub(" ", text))
    files = [*files_in(told)]
    shared = [e for e in objects_at(told, "attachments") if e.get("is_share") is True]
    for each in shared:  # what somebody said elsewhere, and was passed on
        found += links_in(_CODE.sub(" ", text_at(each, "text")))
        files += files_in(each)
    # What Slack marks as a link is none where it has a slip in it.
    links = dict.fromkeys(e for e in found if is_web_address(e) and find_links(e))
    shown = [text, *(text_at(each, "text") for each in shared)]
    return Message(
        own,
        unmark("\n".join(filter(None, shown)), labels=True).strip(),
        id_at(told, "user"),
        permalink(home, channel, own, text_at(told, "thread_ts")),
        tuple(links),
        tuple({each.url: each for each in files}.values()),
        _instant(text_at(told, "edited", "ts") or own),
    )


def _heard(told: Any, home: Installation, channel: str) -> Message:
    """What may be caught of a message: no pointers to other messages, which are no resources."""
    found = message_of(told, home, channel)
    return replace(found, links=tuple(e for e in found.links if not _MESSAGE.match(e)))


def in_thread(body: Any, told: Any, home: Installation) -> bool:
    """Whether a message is a reply to a post of ours, as far as Slack tells whose it replies to. In
    a connected channel that may be our bot in another workspace."""
    thread = text_at(told, "thread_ts")
    whose = id_at(told, "parent_user_id") or id_at(object_at(told, "root"), "user")
    shared = object_at(body).get("is_ext_shared_channel") is True
    ours = shared or whose in ("", home.bot_user)
    return ours and thread not in ("", text_at(told, "ts"))


def without_us(told: Any, home: Installation) -> Any:
    """A message without our mention."""
    return {**told, "text": re.sub(called(home), "", text_at(told, "text"))}


def _posted(body: Any, said: Any, home: Installation) -> Incoming | None:
    message = _heard(said, home, text_at(said, "channel"))
    if _is_to_us(said, home):
        return None
    if message.links or message.files:
        return _told(body, said, said, home, "overheard", message)
    if in_thread(body, said, home):
        return _told(body, said, said, home, "overheard reply", message)
    return None


def _changed(body: Any, said: Any, home: Installation) -> Incoming | None:
    """An edit. Slack tells of previews in the same way: those change nothing that was said."""
    now, before = object_at(said, "message"), object_at(said, "previous_message")
    channel = text_at(said, "channel")
    if text_at(now, "subtype") == "tombstone":  # what is left of a deleted post with replies
        return _deleted(body, {**said, "deleted_ts": text_at(now, "ts")}, home)
    if not text_at(now, "edited", "ts"):
        return None
    replied = in_thread(body, now, home)
    if _is_to_us(now, home):
        said_to_us = message_of(without_us(now, home), home, channel)
        words = "overheard reply reword"
        return _told(body, said, now, home, words, said_to_us) if replied else None
    message, old = _heard(now, home, channel), _heard(before, home, channel)
    if (message.text, message.links, message.files) == (old.text, old.links, old.files):
        return None
    if before and not (message.links or message.files or old.links or old.files):
        words = "overheard reply edit"
        return _told(body, said, now, home, words, message) if replied else None
    return _told(body, said, now, home, "overheard edit", message)


def _deleted(body: Any, said: Any, home: Installation) -> Incoming | None:
    before, own = object_at(said, "previous_message"), text_at(said, "deleted_ts")
    old = _heard(before, home, "")
    message = Message(own, "", old.author, at=_instant(text_at(said, "ts")))
    told = {**before, "user": old.author}
    if own and before and not (old.links or old.files):
        words = "overheard reply gone"
        return (
            _told(body, said, told, home, words, message) if in_thread(body, told, home) else None
        )
    return _told(body, said, told, home, "overheard gone", message) if own else None


def _told(
    body: Any, said: Any, told: Any, home: Installation, words: str, message: Message
) -> Incoming | None:
    """What a person said; what bots say is passed over."""
    if text_at(told, "bot_id") or text_at(told, "subtype") == "bot_message":
        return None
    thread, person = text_at(told, "thread_ts"), id_at(told, "user")
    return _incoming(body, told, home, text_at(said, "channel"), thread, person, words, message)


def _incoming(
    body: Any,
    told: Any,
    home: Installation,
    channel: str,
    thread: str,
    person: str,
    words: str,
    message: Message,
) -> Incoming | None:
    delivery, gone = text_at(body, "event_id"), words.endswith(" gone")
    if not delivery or not channel or not message.id or person == home.bot_user:
        return None
    if not person and not gone:  # Slack may not tell whose a deleted message was
        return None
    who = Who("slack", own_workspace(told, body, home), person)
    place = place_at(home, channel, thread)
    if place.direct:
        return None
    return Incoming(delivery, who, place, words, message=message, how="overheard")


def _is_to_us(told: Any, home: Installation) -> bool:
    return re.search(called(home), text_at(told, "text")) is not None


def _links(part: Any) -> Iterator[str]:
    """The addresses in rich text, without those in code: they are examples."""
    if isinstance(part, list):
        for each in part:
            yield from _links(each)
    elif isinstance(part, dict):
        kind = text_at(part, "type")
        if kind == "rich_text_preformatted" or object_at(part, "style").get("code") is True:
            return
        if kind == "link":
            yield text_at(part, "url")
        yield from _links(part.get("elements"))


def _instant(ts: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(ts), UTC)
    except (ValueError, OverflowError, OSError):
        return None
