"""The weeks that the demo's network has behind it.

They are lived, not loaded: every check-in, link and problem goes through the program, and the
clock posts what it posted, so that the history is what the program really does.
"""

import asyncio
from datetime import date, datetime, time, timedelta
from html import unescape

from sqlalchemy.orm import Session

from bot.app import Homeroom
from bot.calendar import instant
from bot.clock import MovableClock
from bot.links import find_links, same_page
from bot.playground.hands import Hands
from bot.playground.shapes import Channel
from bot.playground.world import World
from bot.seed import Json, begin, read
from bot.speech import Incoming, Place, Who
from storage import problems, resources, steps

WEEKS = 3

BEFORE_CALL = timedelta(hours=30)
"""How long before the coming call the story leaves off."""

APART = timedelta(hours=2)
"""How far apart posts are brought up to date between two steps: each costs composing them all."""


class Story:
    """Lives the seed's weeks through the program. `clock` is moved along."""

    def __init__(self, homeroom: Homeroom, world: World, clock: MovableClock) -> None:
        self._homeroom = homeroom
        self._world = world
        self._clock = clock
        self._told = read("network.json")
        self._channels = {(c.team, c.name): c for c in world.channels.values()}
        self._people = {
            each["id"]: (space["id"], each)
            for space in self._told["workspaces"]
            for each in space["people"]
        }
        self._said = 0
        self._ticked = clock.now()

    async def live(self, today: date) -> None:
        """Live the three weeks before the coming call, which is at least two days ahead."""
        self._clock.stand()
        coming = today + timedelta(days=2)
        coming += timedelta(days=(1 - coming.weekday()) % 7)  # the next Tuesday
        first = self._call(coming, -WEEKS)
        self._ticked = first - timedelta(days=5)
        self._clock.move(self._ticked)
        await asyncio.wrap_future(
            self._homeroom.database.write(
                lambda session: begin(session, self._world, first, self._ticked)
            )
        )
        for entry in read("story.json"):
            await self._until(
                self._call(coming, entry["week"]) + timedelta(minutes=entry["minutes"])
            )
            await self._act(entry)
        await self._until(self._call(coming, 0) - BEFORE_CALL)
        await self._pass(self._clock.now())

    def _call(self, coming: date, week: int) -> datetime:
        """When the call so many weeks from the coming one begins."""
        told = self._told["series"]
        day = coming + timedelta(weeks=week)
        return instant(day, time.fromisoformat(told["at"]), self._told["zone"])

    async def _until(self, at: datetime) -> None:
        """Let the time pass until `at`, doing each step when it is due."""
        done: datetime | None = None
        while True:
            due = await asyncio.wrap_future(self._homeroom.database.read(steps.next_due))
            if due is None or due[0] > at or due[0] == done:
                break  # a step that fails stays due, and must not hold up the story
            done = due[0]
            await self._pass(max(due[0], self._clock.now()))
        at = max(at, self._clock.now())
        if at - self._ticked >= APART:
            await self._pass(at)
        else:
            self._clock.move(at)
            await self._send()

    async def _pass(self, at: datetime) -> None:
        self._clock.move(at)
        self._ticked = at
        await self._homeroom.tick()
        await self._send()

    async def _send(self) -> None:
        while await self._homeroom.courier.send_due():
            pass

    async def _act(self, entry: Json) -> None:
        if "says" in entry:
            await self._says(entry)
        elif "react" in entry:
            await self._reacts(entry)
        else:
            await self._does(entry)

    async def _does(self, entry: Json) -> None:
        team, told = self._people[entry["who"]]
        words, values = entry["do"], entry.get("values")
        if words == "offer":
            problem = await asyncio.wrap_future(
                self._homeroom.database.read(
                    lambda session: problems.begun_with(session, entry["on"])
                )
            )
            words = f"offer {problem}"
        where = entry.get("in") or self._first_channel(team, told)
        self._said += 1
        await self._homeroom.answer(
            Incoming(
                delivery=f"story {self._said}",
                who=Who("slack", team, entry["who"], told["name"]),
                place=Place("slack", team, self._channels[team, where].id),
                words=words,
                values=values,
                how="form" if values is not None else "command",
            )
        )
        if entry.get("title"):
            await self._give_title(words, entry["title"])

    def _first_channel(self, team: str, told: Json) -> str:
        """The first of the network's channels that someone is in."""
        spaces = {space["id"]: space for space in self._told["workspaces"]}
        return next(
            str(c["name"])
            for c in spaces[team]["channels"]
            if c["network"] and c["name"] in told["in"]
        )

    async def _give_title(self, words: str, title: str) -> None:
        """The title that the page would have told, had there been a network to ask."""
        key = same_page(find_links(words)[0])

        def give(session: Session) -> None:
            found = resources.by_key(session, key=key)
            if found and not found.title:
                resources.title_answer(session, resource_id=found.id, title=title, again=None)

        await asyncio.wrap_future(self._homeroom.database.write(give))

    async def _says(self, entry: Json) -> None:
        team, _ = self._people[entry["who"]]
        channel = self._channels[team, entry["in"]]
        thread = self._message(channel, entry["thread"])["ts"] if entry.get("thread") else None
        await self._hands(entry).says(channel, entry["says"], thread)

    async def _reacts(self, entry: Json) -> None:
        team, _ = self._people[entry["who"]]
        here = [channel for (space, _), channel in self._channels.items() if space == team]
        for channel in here:
            found = self._find(channel, entry["on"])
            if found:
                await self._hands(entry).react(found, entry["react"])
                return

    def _hands(self, entry: Json) -> Hands:
        team, _ = self._people[entry["who"]]
        return Hands(self._world, self._world.workspaces[team], self._world.people[entry["who"]])

    def _message(self, channel: Channel, begins: str) -> Json:
        found = self._find(channel, begins)
        if found is None:
            raise LookupError(f"no message begins with {begins!r}")
        return found

    def _find(self, channel: Channel, begins: str) -> Json | None:
        every = self._world.messages[channel.id].values()
        return next((each for each in every if _as_typed(each).startswith(begins)), None)


def _as_typed(message: Json) -> str:
    """A message's text as it was typed: Slack wraps links and escapes three characters."""
    return unescape(message["text"].replace("<", "").replace(">", ""))
