"""What the page posts, one function per action of the contract."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.playground import interactions, membership, messages, submissions
from bot.playground.attached import attached
from bot.playground.interactions import Result
from bot.playground.shapes import Channel, Json, Person, Refused

if TYPE_CHECKING:
    from bot.playground.world import World


@dataclass
class Body:
    """A posted body: the person who acts, and the rest of it."""

    world: "World"
    person: Person
    body: Json

    def __getitem__(self, key: str) -> str:
        return str(self.body[key])

    @property
    def channel(self) -> Channel:
        """The channel, when the person may see it."""
        channel = self.world.channel(self.body["channel"])
        if not membership.may_see(self.world, channel, self.person.id):
            raise Refused("channel_not_found")
        return channel


Action = Callable[[Body], Awaitable[Json]]


async def message(asked: Body) -> Json:
    thread = asked.body.get("thread_ts")
    files = attached(asked.world, asked.person, asked.body.get("files", []))
    posted = messages.say(asked.world, asked.person, asked.channel, asked["text"], thread, files)
    await asyncio.gather(*posted.told)
    return {"ts": posted.message["ts"]}


async def edit(asked: Body) -> Json:
    ts, text = asked["ts"], asked["text"]
    posted = messages.retype(asked.world, asked.person, asked.channel, ts, text)
    await asyncio.gather(*posted.told)
    return {}


async def delete(asked: Body) -> Json:
    """One's own message; a private one is only hidden."""
    if asked["ts"] in asked.world.private[asked.person.id][asked.channel.id]:
        messages.remove_private(asked.world, asked.channel.id, asked.person.id, asked["ts"])
        return {}
    told = messages.delete(asked.world, asked.channel, asked["ts"], by=asked.person.id)
    await asyncio.gather(*told)
    return {}


async def command(asked: Body) -> Json:
    """Slack's own failure text comes as a private message; `failed` gives the words back."""
    name, text = asked["command"], asked["text"]
    result = await interactions.command(asked.world, asked.person, asked.channel, name, text)
    return {"failed": True} if result.failure else {}


async def action(asked: Body) -> Json:
    result = await interactions.action(
        asked.world,
        asked.person,
        asked.body["container"],
        block_id=asked["block_id"],
        action_id=asked["action_id"],
        chosen=asked.body.get("action", {}),
        state=asked.body.get("state"),
    )
    return _told(result)


async def suggest(asked: Body) -> Json:
    options = await interactions.suggest(
        asked.world,
        asked.person,
        asked.body["container"],
        block_id=asked["block_id"],
        action_id=asked["action_id"],
        value=asked["value"],
    )
    return {"options": options}


async def submit(asked: Body) -> Json:
    values = asked.body.get("values", {})
    result = await submissions.submit(asked.world, asked.person, asked["view_id"], values)
    return _told(result)


async def close(asked: Body) -> Json:
    await submissions.close(asked.world, asked.person, asked["view_id"])
    return {}


async def shortcut(asked: Body) -> Json:
    result = await interactions.message_shortcut(
        asked.world, asked.person, asked["callback_id"], asked.channel, asked["ts"]
    )
    return _told(result)


async def react(asked: Body) -> Json:
    name, add = asked["name"], bool(asked.body["add"])
    told = messages.react(
        asked.world, asked.channel, asked["ts"], by=asked.person.id, name=name, add=add
    )
    await asyncio.gather(*told)
    return {}


async def read(asked: Body) -> Json:
    membership.mark_read(asked.world, asked.channel, asked.person.id, asked["ts"])
    return {}


async def home(asked: Body) -> Json:
    told = [
        each
        for app, _ in asked.world.installed(asked.person.team)
        if app.home_tab
        for each in interactions.opens_home(asked.world, asked.person, app)
    ]
    await asyncio.gather(*told)
    return {}


async def dm(asked: Body) -> Json:
    other = asked.world.people.get(asked["other"])
    if other is None:
        raise Refused("user_not_found")
    channel = membership.direct(asked.world, asked.person.id, other.id)
    return {"channel": channel.id}


async def join(asked: Body) -> Json:
    await asyncio.gather(*membership.join(asked.world, asked.channel, asked.person.id))
    return {}


async def leave(asked: Body) -> Json:
    await asyncio.gather(*membership.leave(asked.world, asked.channel, asked.person.id))
    return {}


async def invite(asked: Body) -> Json:
    if asked["other"] not in asked.world.people:
        raise Refused("user_not_found")
    by = asked.person.id
    told = membership.join(asked.world, asked.channel, asked["other"], inviter=by)
    await asyncio.gather(*told)
    return {}


def _told(result: Result) -> Json:
    if result.failure:
        return {"ok": False, "error": result.failure}
    if result.errors:
        return {"errors": result.errors}
    return {"response": result.response} if result.response else {}


ACTIONS: dict[str, Action] = {
    each.__name__: each
    for each in (
        message,
        edit,
        delete,
        command,
        action,
        suggest,
        submit,
        close,
        shortcut,
        react,
        read,
        home,
        dm,
        join,
        leave,
        invite,
    )
}
