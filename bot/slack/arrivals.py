"""What Slack sends, as an Incoming; None is what is not for us.

Every function takes the request's JSON and the installation that it arrived at. Shapes are not
trusted: a payload without a person or an id is None, never an exception.
"""

import re
from hashlib import sha256
from typing import Any

from msgspec.structs import replace

from bot.payload import id_at, object_at, objects_at, text_at
from bot.slack.form_values import form_values
from bot.slack.installations import Installation
from bot.slack.mrkdwn import unmark
from bot.slack.overheard import in_thread, message_of, overheard, reaction, without_us
from bot.slack.pointed import pointed_message
from bot.slack.remembered import remembered
from bot.slack.whose import called, own_workspace, place_at
from bot.speech import Incoming, Place, Who

ALIASES = ("checkin", "share", "ask", "find", "agenda")


def command_words(body: Any) -> str | None:
    """`/learn share …` and `/share …` are both "share …"; None for a command that is not ours."""
    name, text = text_at(body, "command").lstrip("/"), unmark(text_at(body, "text")).strip()
    if name == "learn":
        return text
    return f"{name} {text}".strip() if name in ALIASES else None


def command(body: Any, home: Installation) -> Incoming | None:
    """A slash command."""
    words, person = command_words(body), text_at(body, "user_id")
    delivery = text_at(body, "trigger_id")
    if words is None or not person or not delivery:
        return None
    own = text_at(body, "team_id") or home.workspace
    who = Who("slack", own, person, text_at(body, "user_name"))
    place = place_at(home, text_at(body, "channel_id"), name=text_at(body, "channel_name"))
    return Incoming(delivery, who, place, words, how="command")


def mention(body: Any, home: Installation) -> Incoming | None:
    """A mention of the bot in a channel; the words are those after it."""
    said = object_at(body, "event")
    channel = text_at(said, "channel")
    if channel.startswith("D"):  # the same message arrives as message.im
        return None
    *_, after = re.split(called(home), text_at(said, "text"), maxsplit=1)
    made = _heard(body, home, unmark(after).strip(), "mention")
    if made is None or not in_thread(body, said, home):
        return made
    return replace(made, message=message_of(without_us(said, home), home, channel))


def direct(body: Any, home: Installation) -> Incoming | None:
    """A message in the 1:1 with the bot. Edits, joins and other subtypes are not said to it."""
    said = object_at(body, "event")
    place = text_at(said, "channel_type"), text_at(said, "channel")[:1]
    if place[0] not in ("im", "") or place[1] != "D":
        return None
    if text_at(said, "subtype") not in ("", "file_share"):
        return None
    text = re.sub(rf"\A\s*{called(home)}", "", text_at(said, "text"))
    words = unmark(text).strip()
    return _heard(body, home, words, "direct") if words else None


def opened_home(body: Any, home: Installation) -> Incoming | None:
    """The Home tab was opened; the Messages tab of the same page says nothing."""
    if text_at(body, "event", "tab") not in ("home", ""):
        return None
    return _heard(body, home, "home", "home")


def joined(body: Any, home: Installation) -> Incoming | None:
    """The bot itself was let into a channel; who let it in is who speaks, if Slack tells."""
    said = object_at(body, "event")
    if id_at(said, "user") != home.bot_user:
        return None
    person = id_at(said, "inviter") or home.bot_user
    return _heard({**body, "event": {**said, "user": person}}, home, "welcome", "join")


def said_in(body: Any, home: Installation) -> Incoming | None:
    """A message: in the 1:1 it is said to us, in a channel to others."""
    return direct(body, home) or overheard(body, home)


HEARD = {
    "app_mention": mention,
    "message": said_in,
    "reaction_added": reaction,
    "reaction_removed": reaction,
    "app_home_opened": opened_home,
    "member_joined_channel": joined,
}


def heard(body: Any, home: Installation) -> Incoming | None:
    """Anything that the Events API tells."""
    read = HEARD.get(text_at(body, "event", "type"))
    return read(body, home) if read else None


def _heard(body: Any, home: Installation, words: str, how: Any) -> Incoming | None:
    said = object_at(body, "event")
    person, delivery = id_at(said, "user"), text_at(body, "event_id")
    own_post = how != "join" and person == home.bot_user
    posted_by_bot = text_at(said, "bot_id") or text_at(said, "subtype") == "bot_message"
    if not person or not delivery or own_post or posted_by_bot:
        return None
    who = Who("slack", own_workspace(said, body, home), person)
    place = place_at(home, text_at(said, "channel"), text_at(said, "thread_ts"))
    return Incoming(delivery, who, place, words, how=how)


def pressed(body: Any, home: Installation) -> Incoming | None:
    """A button, or another element of a card: the words are its value and what was chosen.

    None for a button that only opens a page: it says nothing.
    """
    action = next(iter(objects_at(body, "actions")), {})
    chosen = form_values({"values": {"": {"": action}}})[""]
    more = [chosen] if isinstance(chosen, str) else chosen or []
    words = " ".join(dict.fromkeys(filter(None, [text_at(action, "value"), *more])))
    pressed_on = text_at(body, "container", "message_ts") or text_at(body, "view", "id")
    own = (pressed_on, text_at(action, "action_id"), text_at(action, "action_ts"))
    delivery = text_at(body, "trigger_id") or ":".join((*own, id_at(body, "user")))
    made = Incoming(
        delivery,
        _who(body, home),
        _where(body, home),
        words,
        how="button",
        pressed=text_at(body, "container", "message_ts"),
    )
    return made if words and made.who.person else None


def shortcut(body: Any, home: Installation) -> Incoming | None:
    """A message shortcut; its callback_id is the words."""
    words, message = text_at(body, "callback_id"), pointed_message(body, home)
    delivery, who = text_at(body, "trigger_id"), _who(body, home)
    if not words or not delivery or not who.person or message is None:
        return None
    place = _where(body, home)
    return Incoming(delivery, who, place, words, message=message, how="shortcut")


def sent(body: Any, home: Installation) -> Incoming | None:
    """A form that was sent; what it says and where it was opened are in its private_metadata."""
    view, who = object_at(body, "view"), _who(body, home)
    opened = remembered(view)
    if opened is None or not who.person:
        return None
    version = text_at(view, "hash") or text_at(body, "hash")
    values = form_values(object_at(view, "state"))
    # With what it says: one that was sent, changed and sent again from the same window says more.
    delivery = f"{text_at(view, 'id')}:{version}:{_digest(values)}"
    return Incoming(delivery, who, _where(body, home), opened.says, values, how="form")


def _digest(values: dict[str, Any]) -> str:
    said = repr(sorted(values.items())).encode(errors="backslashreplace")
    return sha256(said).hexdigest()[:16]


def _who(body: Any, home: Installation) -> Who:
    own = text_at(body, "user", "team_id") or home.workspace
    return Who("slack", own, id_at(body, "user"), text_at(body, "user", "name"))


def _where(body: Any, home: Installation) -> Place:
    """Where something was pressed; in a window of ours, where that was asked for."""
    if opened := remembered(object_at(body, "view")):
        return Place("slack", home.workspace, opened.channel, opened.thread, opened.direct)
    channel = id_at(body, "channel") or text_at(body, "container", "channel_id")
    thread = text_at(body, "message", "thread_ts") or text_at(body, "container", "thread_ts")
    if thread == (text_at(body, "message", "ts") or text_at(body, "container", "message_ts")):
        thread = ""  # a thread's first post stands in the channel, and so does its answer
    return place_at(home, channel, thread, text_at(body, "channel", "name"))
