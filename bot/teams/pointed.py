"""The message that a message action points at."""

from bot.links import find_links
from bot.payload import Activity, object_at, objects_at, text_at
from bot.speech import By, Message, is_web_address
from bot.teams.files import files_in
from bot.teams.html import links_in, plain_html

MOST_LINKS = 100


def pointed_message(activity: Activity) -> Message | None:
    """The message as plain text with its links, in order and each once; None where the action was
    not taken on a message.

    The shape is Microsoft's "Create and send dialogs": `value.messagePayload`.
    """
    message = object_at(activity, "value", "messagePayload")
    if not (identity := text_at(message, "id")):
        return None
    content = text_at(message, "body", "content")
    if text_at(message, "body", "contentType") == "text":
        text, found = content, find_links(content)
    else:
        # An address that nobody marked as a link is one all the same: some clients mark none.
        text = plain_html(content, labels=True)
        found = links_in(content) or find_links(text)
    attached = objects_at(message, "attachments")
    shown = text or "\n".join(text_at(object_at(each, "content"), "text") for each in attached)
    links = [each for each in found if is_web_address(each)]
    author = text_at(message, "from", "user", "id") or text_at(message, "from", "application", "id")
    return Message(
        identity,
        shown.strip(),
        author,
        text_at(message, "linkToMessage"),
        tuple(dict.fromkeys(links))[:MOST_LINKS],
        files_in(attached),
        by=_by(activity, text_at(message, "from", "application", "id")),
    )


def _by(activity: Activity, application: str) -> By:
    if not application:
        return "person"
    own = text_at(activity, "recipient", "id").removeprefix("28:")
    return "us" if application.removeprefix("28:") == own else "bot"
