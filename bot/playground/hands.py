"""A person's hands: type, press, pick, submit, and see what comes of it.

The tests and the page act through the same functions; these wait for the ack.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.playground import interactions, membership, messages, submissions
from bot.playground.apps import App
from bot.playground.blocks import elements
from bot.playground.filling import entry_for
from bot.playground.seen import Seen, look, take
from bot.playground.shapes import Channel, Json, Person, Refused, Workspace

if TYPE_CHECKING:
    from bot.playground.world import World


@dataclass
class Hands:
    world: "World"
    workspace: Workspace
    person: Person

    # Doing

    async def command(self, channel: Channel, name: str, text: str = "") -> Seen:
        with self._watching() as seen:
            take(seen, await interactions.command(self.world, self.person, channel, name, text))
        return seen

    async def says(self, channel: Channel, text: str, thread_ts: str | None = None) -> Seen:
        """Type a message: @Name, #channel and addresses become what Slack makes of them."""
        with self._watching() as seen:
            posted = messages.say(self.world, self.person, channel, text, thread_ts)
            seen.sent = posted.message
            await asyncio.gather(*posted.told)
        return seen

    async def mentions(
        self, channel: Channel, app: App, text: str, thread_ts: str | None = None
    ) -> Seen:
        """`@App text`."""
        return await self.says(channel, f"@{self._bot(app).name} {text}", thread_ts)

    async def dm(self, app: App, text: str, thread_ts: str | None = None) -> Seen:
        return await self.says(self.dm_with(app), text, thread_ts)

    async def edits(self, message: Json, text: str) -> Seen:
        channel = self._channel_of(message)
        with self._watching() as seen:
            posted = messages.retype(self.world, self.person, channel, message["ts"], text)
            await asyncio.gather(*posted.told)
        return seen

    async def deletes(self, message: Json) -> Seen:
        channel = self._channel_of(message)
        with self._watching() as seen:
            told = messages.delete(self.world, channel, message["ts"], by=self.person.id)
            await asyncio.gather(*told)
        return seen

    async def click(self, place: Json, which: str, **choice: Any) -> Seen:
        """Press the button, or pick in the element, with this label or action_id.

        `place` is a message or a view; a pick's `choice` is `value=` (a plain value).
        """
        block, element = _find(place, which)
        container = self._container(place)
        chosen: Json = {}
        if element["type"] != "button":
            chosen = await entry_for(
                self.world, self.person, container, block, element, choice["value"]
            )
        with self._watching() as seen:
            result = await interactions.action(
                self.world,
                self.person,
                container,
                block_id=block["block_id"],
                action_id=element["action_id"],
                chosen=chosen,
            )
            take(seen, result)
        return seen

    async def submit(self, view: Json, values: dict[str, Any] | None = None) -> Seen:
        """Fill inputs, found by label or block_id, with plain values, and submit."""
        filled: Json = {}
        for which, value in (values or {}).items():
            block = _input(view, which)
            element = block["element"]
            container = self._container(view)
            entry = await entry_for(self.world, self.person, container, block, element, value)
            filled[block["block_id"]] = {element["action_id"]: entry}
        with self._watching() as seen:
            take(seen, await submissions.submit(self.world, self.person, view["id"], filled))
        return seen

    async def close(self, view: Json, *, everything: bool = False) -> Seen:
        with self._watching() as seen:
            await submissions.close(self.world, self.person, view["id"], everything=everything)
        return seen

    async def shortcut(self, callback_id: str, message: Json | None = None) -> Seen:
        """A message shortcut on `message`, or without one a global shortcut."""
        with self._watching() as seen:
            if message is None:
                result = await interactions.global_shortcut(self.world, self.person, callback_id)
            else:
                channel = self._channel_of(message)
                result = await interactions.message_shortcut(
                    self.world, self.person, callback_id, channel, message["ts"]
                )
            take(seen, result)
        return seen

    async def react(self, message: Json, name: str, *, add: bool = True) -> Seen:
        channel = self._channel_of(message)
        with self._watching() as seen:
            told = messages.react(
                self.world, channel, message["ts"], by=self.person.id, name=name, add=add
            )
            await asyncio.gather(*told)
        return seen

    async def opens_home(self, app: App, tab: str = "home") -> Seen:
        with self._watching() as seen:
            await asyncio.gather(*interactions.opens_home(self.world, self.person, app, tab))
        return seen

    async def joins(self, channel: Channel) -> Seen:
        with self._watching() as seen:
            await asyncio.gather(*membership.join(self.world, channel, self.person.id))
        return seen

    async def leaves(self, channel: Channel) -> Seen:
        with self._watching() as seen:
            await asyncio.gather(*membership.leave(self.world, channel, self.person.id))
        return seen

    async def invites(self, channel: Channel, other: Person | App) -> Seen:
        """Bring a person, or an app's bot, into the channel."""
        user = other if isinstance(other, Person) else self._bot(other)
        with self._watching() as seen:
            told = membership.join(self.world, channel, user.id, inviter=self.person.id)
            await asyncio.gather(*told)
        return seen

    # Looking

    def history(self, channel: Channel) -> list[Json]:
        """The channel's messages, replies left out, oldest first."""
        return [
            message
            for _, message in sorted(self.world.messages[channel.id].items())
            if message.get("thread_ts", message["ts"]) == message["ts"]
        ]

    def thread(self, message: Json) -> list[Json]:
        """The root and its replies, oldest first."""
        root = message.get("thread_ts", message["ts"])
        channel = self._channel_of(message)
        return [
            each
            for _, each in sorted(self.world.messages[channel.id].items())
            if each.get("thread_ts", each["ts"]) == root
        ]

    def private(self, channel: Channel) -> list[Json]:
        """The messages in the channel that only this person sees, oldest first."""
        return list(self.world.private[self.person.id][channel.id].values())

    def views(self) -> list[Json]:
        """The open modals, the top one last."""
        return [self.world.views[each].view for each in self.world.stacks[self.person.id]]

    def home(self, app: App) -> Json | None:
        return self.world.homes.get((app.id, self.person.id))

    def dm_with(self, app: App) -> Channel:
        return membership.direct(self.world, self.person.id, self._bot(app).id)

    # How

    def _bot(self, app: App) -> Person:
        found = self.world.installation(app, self.workspace.id)
        if found is None:
            raise Refused("user_not_found")
        return self.world.people[found.bot_user_id]

    def _channel_of(self, message: Json) -> Channel:
        own = self.world.private[self.person.id]
        for channel_id, there in [*self.world.messages.items(), *own.items()]:
            if message["ts"] in there:
                return self.world.channels[channel_id]
        raise Refused("message_not_found")

    def _container(self, place: Json) -> Json:
        if "hash" in place:
            return {"type": "view", "view_id": place["id"]}
        channel = self._channel_of(place)
        return {"type": "message", "channel": channel.id, "ts": place["ts"]}

    @contextmanager
    def _watching(self) -> Iterator[Seen]:
        """Collect what is shown to the person while the block runs."""
        seen = Seen()
        with self.world.feeds.subscribe(self.person.id) as feed:
            yield seen
            while not feed.empty():
                look(seen, feed.get_nowait(), self.person.id)


def _find(place: Json, which: str) -> tuple[Json, Json]:
    """(block, element) by action_id, or by what is written on or above it."""
    found = [(block, each) for block in place.get("blocks", []) for each in elements(block)]
    for block, element in found:
        if which in {element.get("action_id"), *_labels(block, element)}:
            return block, element
    there = [element.get("action_id") for _, element in found]
    raise LookupError(f"nothing to click called {which!r}; there is {there}")


def _labels(block: Json, element: Json) -> set[str]:
    parts = (element.get("text"), element.get("placeholder"), block.get("label"))
    return {part["text"] for part in parts if isinstance(part, dict)}


def _input(view: Json, which: str) -> Json:
    inputs: list[Json] = [block for block in view["blocks"] if block["type"] == "input"]
    for block in inputs:
        if which in {block["block_id"], block["label"]["text"]}:
            return block
    there = [block["label"]["text"] for block in inputs]
    raise LookupError(f"no field called {which!r}; there is {there}")
