"""What people say to each other in channels, where it has to do with links and files.

Teams tells of it only where the team let the app read the channel's messages (the permission
ChannelMessage.Read.Group). What has no link is told to the program only where it stands in a
thread, and may be an answer there; edits and deletions always: they come without what stood there
before.
"""

from datetime import datetime
from urllib.parse import quote, urlencode

from msgspec.structs import replace

from bot.links import find_links
from bot.payload import Activity, object_at, objects_at, text_at
from bot.speech import Incoming, Message
from bot.teams.arrivals import (
    channel_of,
    incoming_of,
    is_personal,
    is_targeted,
    tenant_of,
)
from bot.teams.files import files_in
from bot.teams.html import links_in, plain_html
from bot.teams.pointed import MOST_LINKS
from bot.teams.spoken import mentions_us, words_of

MESSAGES = "https://teams.microsoft.com/l/message/"
EDITS = {"messageUpdate": "overheard edit", "messageDelete": "overheard gone"}


def in_thread(asked: Incoming, activity: Activity) -> Incoming:
    """What was said to us by our name; in a thread with the message itself, which may be an
    answer there."""
    if asked.how != "mention" or not asked.place.thread:
        return asked
    return replace(asked, message=replace(_message(activity), text=words_of(activity)))


def overheard(activity: Activity) -> Incoming | None:
    """A message in a channel that was posted, edited or deleted, and is not said to us."""
    kind = text_at(activity, "type")
    words = "overheard" if kind == "message" else EDITS.get(kind, "")
    if not words or is_personal(activity) or is_targeted(activity):
        return None
    made, message = incoming_of(activity, words, "overheard"), _message(activity)
    if made is None or not message.id:
        return None
    if mentions_us(activity):
        if kind != "messageUpdate" or not made.place.thread:
            return None
        made = replace(made, words="overheard reply reword")
        message = replace(message, text=words_of(activity))
    if kind == "message":
        if not (message.links or message.files):
            made = replace(made, words="overheard reply")
        caught = message.links or message.files or made.place.thread
        return replace(made, message=message) if caught else None
    # An edit has the id of what was posted: its time tells them apart.
    delivery = f"{made.delivery}:{kind}:{text_at(activity, 'timestamp')}"
    if kind == "messageDelete":
        message = replace(message, text="", links=(), files=())
    return replace(made, delivery=delivery, message=message)


def _message(activity: Activity) -> Message:
    attached = objects_at(activity, "attachments")
    rich = "\n".join(
        text_at(each, "content") for each in attached if text_at(each, "contentType") == "text/html"
    )
    said = rich or (text_at(activity, "text") if text_at(activity, "textFormat") == "xml" else "")
    text = plain_html(said, labels=True) if said else text_at(activity, "text")
    found = (links_in(said, code=False) if said else []) or find_links(text if not said else "")
    # An address with a slip in it is marked as a link, too; one of a message is no resource.
    links = dict.fromkeys(e for e in found if find_links(e) and not e.startswith(MESSAGES))
    own = text_at(activity, "id")
    return Message(
        own,
        text.strip(),
        text_at(activity, "from", "aadObjectId") or text_at(activity, "from", "id"),
        _permalink(activity, own),
        tuple(links)[:MOST_LINKS],
        files_in(attached),
        _instant(text_at(activity, "timestamp")),
    )


def _permalink(activity: Activity, own: str) -> str:
    """The message's address, as Teams documents it."""
    channel = channel_of(activity)
    root = text_at(activity, "conversation", "id").partition(";messageid=")[2] or own
    group = text_at(object_at(activity, "channelData", "team"), "aadGroupId")
    asked = {"tenantId": tenant_of(activity), "groupId": group, "parentMessageId": root}
    more = urlencode({name: each for name, each in asked.items() if each})
    return f"{MESSAGES}{quote(channel, safe=':@')}/{quote(own)}?{more}"


def _instant(told: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(told)
    except ValueError:
        return None
    return found if found.tzinfo else None
