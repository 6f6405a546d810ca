"""What Teams sends, as an Incoming; None is what is not for us.

Shapes are not trusted: an activity without a person or a tenant is None, never an exception. What
is pressed or sent carries its own words, which anybody could have written; where it was said is
always the activity's own conversation.
"""

from hashlib import sha256

import msgspec

from bot.payload import Activity, object_at, objects_at, text_at
from bot.speech import How, Incoming, Place, Who, printable
from bot.teams.form_values import form_values
from bot.teams.pointed import pointed_message
from bot.teams.said import Carried, carried
from bot.teams.spoken import mentions_us, words_of
from bot.texts import shorten

LONGEST_NAME = 120  # characters of a person's name
_THREAD = ";messageid="
_canonical = msgspec.json.Encoder(order="deterministic")


def heard(activity: Activity) -> Incoming | None:
    """A message that is said to us: in our 1:1, with our mention, or for our eyes only (a slash
    command). What was sent with a card's button says what the button carries."""
    if object_at(activity, "value") and not text_at(activity, "text").strip():
        return sent(activity)
    how: How = "direct" if is_personal(activity) else "mention"
    if how == "mention" and not mentions_us(activity):
        if not is_targeted(activity):
            return None
        how = "command"
    return incoming_of(activity, words_of(activity), how)


def sent(activity: Activity) -> Incoming | None:
    """A button that was pressed, or a form that was sent: what its data carries."""
    found = carried(data_of(activity))
    if found is None or not (found.says or found.form):
        return None
    made = incoming_of(activity, found.says, "form" if found.form else "button")
    if made is None:
        return None
    values = form_values(data_of(activity)) if found.form else None
    return msgspec.structs.replace(made, values=values, pressed=text_at(activity, "replyToId"))


def spoken(activity: Activity) -> Incoming | None:
    """A message without words, for an answer to who sent it."""
    return incoming_of(activity, "", "direct" if is_personal(activity) else "button")


def asked(activity: Activity) -> Incoming | None:
    """An action of the message extension: its id is the words, said about a message where it was
    taken on one."""
    words, message = text_at(activity, "value", "commandId"), pointed_message(activity)
    made = incoming_of(activity, words, "shortcut" if message else "button") if words else None
    if made is None or message is None:
        return made
    root = text_at(activity, "value", "messagePayload", "replyToId") or made.place.thread
    place = msgspec.structs.replace(made.place, thread="" if root == message.id else root)
    return msgspec.structs.replace(made, message=message, place=place)


def searched(activity: Activity) -> Incoming | None:
    """What is looked for from the compose box; nothing yet when it has just been opened."""
    typed = next(
        (
            text_at(each, "value").strip()
            for each in objects_at(activity, "value", "parameters")
            if text_at(each, "name") != "initialRun"
        ),
        "",
    )
    return incoming_of(activity, f"look {typed}".strip(), "search")


def joined(activity: Activity) -> Incoming | None:
    """We were let in: into a team, a chat, or somebody's 1:1; who did it is who speaks.

    Teams tells it twice, as a conversationUpdate and an installationUpdate, at about the same time:
    both are the same delivery within an hour.
    """
    if not lets_in(activity):
        return None
    made = incoming_of(activity, "welcome", "join")
    if made is None:
        return None
    hour = text_at(activity, "timestamp")[:13]
    return msgspec.structs.replace(made, delivery=f"{made.place.channel}:joined:{hour}")


def lets_in(activity: Activity) -> bool:
    """Whether it tells that we were added, not just brought up to date."""
    if text_at(activity, "type") == "installationUpdate":
        return text_at(activity, "action") == "add"
    return _is_among(activity, "membersAdded")


def takes_out(activity: Activity) -> bool:
    """Whether it tells that we were removed, or that the place is gone."""
    if text_at(activity, "type") == "installationUpdate":
        return text_at(activity, "action") == "remove"
    gone = text_at(activity, "channelData", "eventType") in (
        "channelDeleted",
        "teamDeleted",
        "teamHardDeleted",
    )
    return gone or _is_among(activity, "membersRemoved")


def _is_among(activity: Activity, members: str) -> bool:
    own = text_at(activity, "recipient", "id")
    return bool(own) and any(text_at(e, "id") == own for e in objects_at(activity, members))


def data_of(activity: Activity) -> Activity:
    """What a card's action sent along, wherever this kind of activity puts it."""
    value = object_at(activity, "value")
    if text_at(activity, "type") == "message":
        return value
    return object_at(value, "action", "data") or object_at(value, "data")


def carried_by(activity: Activity) -> Carried | None:
    """What the action's data carries, if it is ours."""
    return carried(data_of(activity))


def is_personal(activity: Activity) -> bool:
    """Whether it was said in our 1:1 with somebody. A message extension, and the cards it made,
    also work in the 1:1 of two people, which Teams calls personal, too."""
    if text_at(activity, "conversation", "conversationType") != "personal":
        return False
    theirs = text_at(activity, "conversation", "id").startswith("19:")
    return not (theirs and text_at(activity, "type") == "invoke")


def is_targeted(activity: Activity) -> bool:
    """Whether a message in a group was said for our eyes only."""
    return object_at(activity, "recipient").get("isTargeted") is True


def tenants_of(activity: Activity) -> frozenset[str]:
    """Every tenant that the activity names, in lower case."""
    named = (
        text_at(activity, "conversation", "tenantId"),
        text_at(activity, "channelData", "tenant", "id"),
        text_at(activity, "from", "tenantId"),
    )
    return frozenset(each.lower() for each in named if each)


def tenant_of(activity: Activity) -> str:
    """The tenant where it was said."""
    own = text_at(activity, "conversation", "tenantId")
    return own or text_at(activity, "channelData", "tenant", "id")


def channel_of(activity: Activity) -> str:
    """The conversation's id without the thread."""
    return text_at(activity, "conversation", "id").partition(_THREAD)[0]


def person_of(activity: Activity) -> str:
    """The person's Entra object id, or what Teams calls them where there is none."""
    return text_at(activity, "from", "aadObjectId") or text_at(activity, "from", "id")


def name_of(activity: Activity) -> str:
    """What people call the conversation; "" where it is not told."""
    named = text_at(activity, "channelData", "channel", "name")
    return short_name(named or text_at(activity, "conversation", "name"))


def short_name(name: str) -> str:
    """A name in one line, not too long."""
    return shorten(printable(name).strip(), LONGEST_NAME)


def incoming_of(activity: Activity, words: str, how: How) -> Incoming | None:
    """What a person says there with these words; None for what no person says."""
    tenant, person = tenant_of(activity), person_of(activity)
    if not tenant or not person or _is_bot(activity):
        return None
    own = text_at(activity, "from", "tenantId") or tenant  # another's, in a shared channel
    name = short_name(text_at(activity, "from", "name"))
    who = Who("teams", own, person, name, _zone(activity))
    return Incoming(_delivery(activity), who, _place(activity), words, how=how)


def _is_bot(activity: Activity) -> bool:
    own = text_at(activity, "from", "id")
    return own.startswith("28:") or own == text_at(activity, "recipient", "id")


def _place(activity: Activity) -> Place:
    full = text_at(activity, "conversation", "id")
    channel, _, root = full.partition(_THREAD)
    pressed_on = text_at(activity, "replyToId") if activity.get("value") else ""
    if root in (text_at(activity, "id"), pressed_on):
        root = ""  # a new post, or a press on the thread's first one: that stands in the channel
    personal = is_personal(activity)
    name = "" if personal else name_of(activity)
    return Place("teams", tenant_of(activity), channel, root, personal, name)


def _zone(activity: Activity) -> str:
    told = (
        text_at(each, "timezone")
        for each in objects_at(activity, "entities")
        if text_at(each, "type") == "clientInfo"
    )
    return text_at(activity, "localTimezone") or next(filter(None, told), "")


def _delivery(activity: Activity) -> str:
    """The conversation's and the activity's id; an invoke may have none, and is known by what it
    says, who says it, and when."""
    conversation, own = text_at(activity, "conversation", "id"), text_at(activity, "id")
    if own:
        return f"{conversation}:{own}"
    said = [activity.get(name) for name in ("timestamp", "localTimestamp", "name", "value")]
    seen = _canonical.encode([person_of(activity), conversation, *said])
    return f"{conversation}:{sha256(seen).hexdigest()[:32]}"
