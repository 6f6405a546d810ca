"""reactions.* and bookmarks.*."""

from bot.playground import membership, messages
from bot.playground.asking import Ask, Method
from bot.playground.shapes import Json, Refused


def add_reaction(ask: Ask) -> Json:
    _react(ask, add=True)
    return {}


def remove_reaction(ask: Ask) -> Json:
    _react(ask, add=False)
    return {}


def get_reactions(ask: Ask) -> Json:
    channel = ask.channel()
    message = ask.world.message(channel.id, ask.text("timestamp"))
    return {"type": "message", "channel": channel.id, "message": message}


def add_bookmark(ask: Ask) -> Json:
    channel = ask.joined("channel_id")
    if ask.text("type") != "link":
        raise Refused("invalid_bookmark_type")
    if not ask.maybe("link").startswith(("http://", "https://")):
        raise Refused("invalid_link")
    if len(channel.bookmarks) >= 100:
        raise Refused("too_many_bookmarks")
    bookmark = {
        "id": ask.world.mint("Bk"),
        "channel_id": channel.id,
        "title": ask.text("title"),
        "link": ask.text("link"),
        "emoji": ask.maybe("emoji"),
        "type": "link",
        "app_id": ask.app.id,
    }
    channel.bookmarks.append(bookmark)
    membership.publish(ask.world, channel)
    return {"bookmark": bookmark}


def list_bookmarks(ask: Ask) -> Json:
    return {"bookmarks": ask.channel("channel_id").bookmarks}


def _react(ask: Ask, *, add: bool) -> None:
    channel = ask.joined()
    name = ask.text("name").strip(":")
    messages.react(ask.world, channel, ask.text("timestamp"), by=ask.bot, name=name, add=add)


METHODS = {
    "reactions.add": Method(add_reaction, "reactions:write", tier=3),
    "reactions.remove": Method(remove_reaction, "reactions:write", tier=2),
    "reactions.get": Method(get_reactions, "reactions:read", tier=3),
    "bookmarks.add": Method(add_bookmark, "bookmarks:write", tier=2),
    "bookmarks.list": Method(list_bookmarks, "bookmarks:read", tier=3),
}
