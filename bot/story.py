"""The demo's network: its workspaces and people, and the weeks it has behind it.

The weeks are lived, not loaded: every check-in, link and problem goes through the program, and
the clock posts what it posted, so that the history is what the program really does.
"""

import asyncio
import json
from datetime import date, datetime, time, timedelta
from html import unescape
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from bot import plan
from bot.app import Homeroom
from bot.calendar import instant
from bot.clock import MovableClock
from bot.links import find_links, same_page
from bot.manifest import made
from bot.playground.apps import App
from bot.playground.hands import Hands
from bot.playground.shapes import Channel
from bot.playground.world import World
from bot.speech import Incoming, Place, Who
from storage import networks, people, problems, resources, series, steps

SEED = Path(__file__).parent / "playground" / "seed"
Json = dict[str, Any]

BEFORE_CALL = timedelta(hours=30)
"""How long before the coming call the story leaves off."""


def read(name: str) -> Any:
    """One of the seed's files."""
    return json.loads((SEED / name).read_text())


def set_up_world(world: World) -> App:
    """Fill an empty world with the seed's workspaces, people and channels, and install the app."""
    app = world.make_app(made(), emoji="🏠")
    for told in read("network.json")["workspaces"]:
        space = world.add_workspace(told["id"], told["name"], told["domain"])
        everyone = [
            (
                each,
                world.add_person(
                    space,
                    each["name"],
                    real_name=each["real_name"],
                    title=each["title"],
                    tz=each["tz"],
                    guest=each["guest"],
                    deactivated=each["deactivated"],
                    id=each["id"],
                ),
            )
            for each in told["people"]
        ]
        installed = app.install(space)
        for channel in told["channels"]:
            made_channel = world.add_channel(
                space,
                channel["name"],
                [person for each, person in everyone if channel["name"] in each["in"]],
                topic=channel.get("topic", ""),
            )
            if channel["network"]:
                # Quietly: the story begins where a host has already begun the network.
                made_channel.members.add(installed.bot_user_id)
                world.keep("channel", made_channel.id, made_channel)
    return app


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

    async def live(self, today: date) -> None:
        """Live the three weeks before the coming call, which is at least two days ahead."""
        self._clock.stand()
        first = self._first_call(today)
        self._clock.move(first - timedelta(days=5))
        await asyncio.wrap_future(
            self._homeroom.database.write(lambda session: self._begin(session, first))
        )
        for entry in read("story.json"):
            at = first + timedelta(weeks=entry["week"] + 3, minutes=entry["minutes"])
            await self._until(at)
            await self._act(entry)
        await self._until(first + timedelta(weeks=3) - BEFORE_CALL)

    def _first_call(self, today: date) -> datetime:
        told = self._told["series"]
        ahead = today + timedelta(days=2)
        coming = ahead + timedelta(days=(1 - ahead.weekday()) % 7)  # the next Tuesday
        return instant(
            coming - timedelta(weeks=3), time.fromisoformat(told["at"]), self._told["zone"]
        )

    def _begin(self, session: Session, first: datetime) -> None:
        """The network, its channels, its members and its series, as a host would have made
        them."""
        told, now = self._told, self._clock.now()
        network = networks.add(
            session,
            name=told["network"],
            zone=told["zone"],
            organisations=told["organisations"],
            now=now,
        )
        home = {o.name: o.id for o in networks.organisations(session, network_id=network.id)}
        channels = [
            networks.add_channel(
                session,
                network_id=network.id,
                platform="slack",
                workspace=space["id"],
                channel=self._channels[space["id"], channel["name"]].id,
                name=channel["name"],
                now=now,
            )
            for space in told["workspaces"]
            for channel in space["channels"]
            if channel["network"]
        ]
        for space in told["workspaces"]:
            inside = {c["name"] for c in space["channels"] if c["network"]}
            for each in space["people"]:
                if inside & set(each["in"]) and not each["deactivated"]:
                    people.join(
                        session,
                        network_id=network.id,
                        platform="slack",
                        workspace=space["id"],
                        person=each["id"],
                        name=each["real_name"],
                        now=now,
                        role=each["role"],
                        organisation_id=home.get(each["organisation"]),
                        zone=each["tz"],
                        guest=each["guest"],
                    )
        call = told["series"]
        held = [each for each in channels if each.name != "resources"]
        known = series.add(
            session,
            network_id=network.id,
            name=call["name"],
            every=call["every"],
            starts_on=first.date(),
            at=time.fromisoformat(call["at"]),
            zone=told["zone"],
            minutes=call["minutes"],
            link=call["link"],
            protocol=call["protocol"],
            questions=call["questions"],
            steps={},
            ends_on=None,
            channels=held,
        )
        plan.plan_ahead(session, known, now)

    async def _until(self, at: datetime) -> None:
        """Let the time pass until `at`, doing each step when it is due."""
        while True:
            due = await asyncio.wrap_future(self._homeroom.database.read(steps.next_due))
            if due is None or due[0] > at:
                break
            await self._pass(max(due[0], self._clock.now()))
        await self._pass(max(at, self._clock.now()))

    async def _pass(self, at: datetime) -> None:
        self._clock.move(at)
        await self._homeroom.tick()
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
