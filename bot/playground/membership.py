"""Who is in which channel, and what of it each of them has read."""

from typing import TYPE_CHECKING

from bot.playground import events
from bot.playground.events import Told
from bot.playground.shapes import Channel, Json, Person, Refused

if TYPE_CHECKING:
    from bot.playground.world import World


def join(world: "World", channel: Channel, user: str, inviter: str = "") -> Told:
    """Add `user`; the apps in the channel hear of it, a newly invited bot too."""
    if channel.archived:
        raise Refused("is_archived")
    if user in channel.members:
        return []
    channel.members.add(user)
    publish(world, channel)
    event = _event(world, channel, "member_joined_channel", user)
    if inviter:
        event["inviter"] = inviter
    return events.channel_event(world, channel, event, actor_team=world.people[user].team)


def leave(world: "World", channel: Channel, user: str) -> Told:
    if user not in channel.members:
        raise Refused("not_in_channel")
    channel.members.discard(user)
    publish(world, channel)
    world.feeds.show(user, {"type": "channel_gone", "id": channel.id})
    event = _event(world, channel, "member_left_channel", user)
    return events.channel_event(world, channel, event, actor_team=world.people[user].team)


def archive(world: "World", channel: Channel, by: Person) -> Told:
    channel.archived = True
    publish(world, channel)
    event: Json = {"type": "channel_archive", "channel": channel.id, "user": by.id}
    event |= {"is_moved": 0, "event_ts": world.next_ts()}
    return events.channel_event(world, channel, event, actor_team=by.team)


def rename(world: "World", channel: Channel, name: str) -> Told:
    channel.name = name
    publish(world, channel)
    described = {"id": channel.id, "name": name, "created": channel.created}
    event = {"type": "channel_rename", "channel": described, "event_ts": world.next_ts()}
    return events.channel_event(world, channel, event, actor_team=channel.team)


def direct(world: "World", one: str, other: str) -> Channel:
    """The DM of these two, opened when they have none yet."""
    for channel in world.ims_of(one):
        if channel.members == {one, other}:
            return channel
    channel = Channel(
        id=world.mint("D"),
        team=world.people[one].team,
        name="directmessage",
        members={one, other},
        private=True,
        im=True,
        created=int(world.clock.now().timestamp()),
    )
    world.channels[channel.id] = channel
    publish(world, channel)
    return channel


def mark_read(world: "World", channel: Channel, user: str, ts: str) -> None:
    world.read_marks[user][channel.id] = ts
    world.keep("read", user, world.read_marks[user])
    show(world, channel, user)


def unread(world: "World", channel: Channel, user: str) -> tuple[int, int]:
    """(unread messages, those of them that name the person)."""
    since = world.read_marks[user].get(channel.id, "")
    new = [
        message
        for message in world.messages[channel.id].values()
        if message["ts"] > since
        and message["user"] != user
        and message.get("thread_ts", message["ts"]) == message["ts"]
    ]
    names = (f"<@{user}>", "<!channel>", "<!here>", "<!everyone>")
    named = [each for each in new if channel.im or any(name in each["text"] for name in names)]
    return len(new), len(named)


def as_seen(world: "World", channel: Channel, user: str) -> Json:
    """The page's Channel."""
    count, named = unread(world, channel, user)
    return {
        "id": channel.id,
        "name": channel.name_in(world.people[user].team),
        "is_private": channel.private,
        "is_im": channel.im,
        "user": next(iter(channel.members - {user}), user) if channel.im else "",
        "topic": channel.topic,
        "unread": count,
        "mentions": named,
        "members": len(channel.members),
        "joined": user in channel.members,
        "connect": channel.connect,
    }


def show(world: "World", channel: Channel, user: str) -> None:
    frame = {"type": "channel", "channel": as_seen(world, channel, user)}
    world.feeds.show(user, frame)


def publish(world: "World", channel: Channel) -> None:
    """Keep the channel, and show it to everyone who may see it."""
    world.keep("channel", channel.id, channel)
    for user in world.feeds.watching():
        if may_see(world, channel, user):
            show(world, channel, user)
    world.changed()


def may_see(world: "World", channel: Channel, user: str) -> bool:
    if user in channel.members:
        return True
    person = world.people[user]
    teams = (channel.team, *channel.shared_with)
    here = any(world.belongs(team, person.team) for team in teams)
    return here and not channel.private and not person.guest


def _event(world: "World", channel: Channel, kind: str, user: str) -> Json:
    return {
        "type": kind,
        "user": user,
        "channel": channel.id,
        "channel_type": "G" if channel.private else "C",
        "team": world.people[user].team,
        "event_ts": world.next_ts(),
    }
