"""The cast in their room on Slack: the local workspace, and the real bot over a socket. The room
itself, and who is who, is in tests/room.py; tests/teams/cast.py is the same room on Teams."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.app import Homeroom
from bot.clock import MovableClock
from bot.config import Config
from bot.doors import reached, slack_door
from bot.manifest import made
from bot.playground import membership
from bot.playground.apps import App
from bot.playground.hands import Hands, Seen
from bot.playground.rates import Rates
from bot.playground.seen import look
from bot.playground.server import serve
from bot.playground.shapes import Channel, Json
from bot.playground.watch import HandWatch
from bot.playground.world import World
from bot.slack.app import SlackApp
from tests.databases import Template
from tests.furnished import furnish
from tests.room import CALL, MONDAY, NAMES, PATIENCE, QUESTIONS, ZONE, Room, begin, text

__all__ = ["CALL", "MONDAY", "PATIENCE", "QUESTIONS", "Room", "SlackRoom", "room", "text"]


@dataclass
class SlackRoom(Room):
    """The room on Slack, where words follow /learn."""

    world: World
    app: App
    slack: SlackApp

    platform = "slack"
    calls_us = "/learn"
    mends_loss = "invite me there again"
    mends_shut = "Unarchive it"

    def when(self, words: str, zone: str = ZONE) -> str:
        """See `Room`: in the network's zone, which is named."""
        return f"{words} ({zone})"

    async def says(self, who: str, words: str, where: str = "learning-call") -> Seen:
        """See `Room`."""
        self.seen = await self.hands[who].command(self.channels[where], "/learn", words)
        return self.seen

    async def presses(self, who: str, place: Json, label: str) -> Seen:
        """See `Room`."""
        hands = self.hands[who]
        with self.world.feeds.subscribe(hands.person.id) as feed:
            seen: Seen = await hands.click(place, label)
            while not (seen.text or seen.view):
                async with asyncio.timeout(5):  # the answer comes after the ack
                    look(seen, await feed.get(), hands.person.id)
        return seen

    async def writes(self, who: str, words: str) -> str:
        """See `Room`."""
        before = len(self.direct(who))
        await self.hands[who].dm(self.app, words)
        return str(await self.until(lambda: "".join(self.direct(who)[before:])))

    async def mentions(self, who: str, words: str, where: str = "learning-call") -> None:
        """See `Room`."""
        await self.hands[who].mentions(self.channels[where], self.app, words)

    async def tells(self, who: str, words: str, where: str = "learning-call") -> Json:
        """See `Room`."""
        sent = (await self.hands[who].says(self.channels[where], words)).sent
        assert sent
        return dict(sent)

    async def edits(self, who: str, message: Json, words: str) -> None:
        """See `Room`."""
        await self.hands[who].edits(message, words)

    async def deletes(self, who: str, message: Json) -> None:
        """See `Room`."""
        await self.hands[who].deletes(message)

    async def marks(self, who: str, message: Json, *, add: bool = True) -> None:
        """Someone puts the bookmark reaction on a message, or takes it off."""
        await self.hands[who].react(message, "bookmark", add=add)
        await self.replied()

    async def signs(self, message: Json, where: str = "learning-call") -> list[str]:
        """The reactions that Homeroom has put on a message."""
        await self.replied()
        channel = self.channels[where]
        now = self.world.messages[channel.id].get(message["ts"], {})
        bots = {each.bot_user_id for each in self.world.installations}
        return [each["name"] for each in now.get("reactions", []) if bots & {*each["users"]}]

    async def replies_to(
        self, who: str, post: Json, words: str, where: str = "learning-call"
    ) -> Json:
        """See `Room`."""
        sent = (await self.hands[who].says(self.channels[where], words, post["ts"])).sent
        assert sent
        return dict(sent)

    async def points(self, who: str, at: Json, command: str = "save") -> Seen:
        """See `Room`."""
        hands = self.hands[who]
        with self.world.feeds.subscribe(hands.person.id) as feed:
            seen: Seen = await hands.shortcut(command, at)
            while not (seen.text or seen.view):
                async with asyncio.timeout(5):
                    look(seen, await feed.get(), hands.person.id)
        return seen

    async def invites(self, who: str, where: str) -> None:
        """See `Room`."""
        await self.hands[who].invites(self.channels[where], self.app)

    async def joins(self, who: str, where: str) -> None:
        """See `Room`."""
        await self.hands["cleo"].invites(self.channels[where], self.hands[who].person)

    def loses(self, where: str = "learning-call") -> None:
        """See `Room`."""
        channel = self.channels[where]
        bot = self.world.installation(self.app, channel.team).bot_user_id
        membership.leave(self.world, channel, bot)

    def shuts(self, where: str = "learning-call", *, again: bool = False) -> None:
        """See `Room`: it is archived."""
        self.channels[where].archived = not again

    def locks_out(self, *, again: bool = False) -> None:
        """See `Room`: its token is revoked."""
        self.world.installation(self.app, "T1").revoked = "" if again else "token_revoked"

    def newcomer(self, name: str, where: str = "learning-call") -> None:
        """See `Room`."""
        channel = self.channels[where]
        space, own = self.world.workspaces[channel.team], f"U{name.upper()}"
        person = self.world.add_person(space, name, real_name=name.title(), id=own)
        channel.members.add(person.id)
        self.hands[name] = Hands(self.world, space, person)

    async def home(self, who: str) -> Json:
        """See `Room`."""
        await self.hands[who].opens_home(self.app)
        await self.replied()  # one that was shown before stands there until then
        return dict(await self.until(lambda: self.hands[who].home(self.app)))

    def every_post(self, where: str = "learning-call") -> list[Json]:
        """See `Room`."""
        every = self.world.messages[self.channels[where].id].values()
        return [each for each in every if each.get("bot_id")]

    def posts(self, where: str = "learning-call") -> list[Json]:
        """See `Room`."""
        return [m for m in self.every_post(where) if m.get("thread_ts", m["ts"]) == m["ts"]]

    def replies(self, post: Json, where: str = "learning-call") -> list[Json]:
        """See `Room`; people's own are seen, too."""
        every = self.world.messages[self.channels[where].id].values()
        return [m for m in every if m.get("thread_ts") == post["ts"] and m["ts"] != post["ts"]]

    def private(self, who: str, where: str = "learning-call") -> list[Json]:
        """See `Room`."""
        return list(self.hands[who].private(self.channels[where]))

    def directs(self, who: str) -> list[Json]:
        """See `Room`."""
        channel = self.hands[who].dm_with(self.app)
        return [m for m in self.world.messages[channel.id].values() if m.get("bot_id")]

    def locked_out(self) -> int:
        """See `Room`."""
        return sum(call.error == "token_revoked" for call in self.world.log)

    def direct_places(self, who: str) -> set[str]:
        """See `Room`."""
        hands = self.hands[who]
        return {hands.person.id, hands.dm_with(self.app).id}

    def posted_at(self, post: Json) -> float:
        """See `Room`."""
        return float(post["ts"])

    def still_open(self, who: str, form: Json | None, seen: Seen) -> Json | None:
        """See `Room`."""
        views = self.hands[who].views()
        if not views or (form and views[-1]["id"] != form["id"]):
            return None
        return views[-1]

    def stands(self, who: str, words: str, where: str = "learning-call") -> bool:
        """See `Room`: a command is gone when it is sent."""
        return False

    async def replied(self) -> None:
        """See `Room`."""
        await self.slack.later.settled()

    async def until(self, found: Callable[[], Any]) -> Any:
        """See `Room`."""
        return await self.world.until(found)


def database_url(folder: Path, template: Template) -> str:
    """A fresh database, copied from one that was migrated once."""
    return template.copy(folder)


@asynccontextmanager
async def room(folder: Path, template: Template, **settings: Any) -> AsyncIterator[SlackRoom]:
    """The room on the Monday before the first call, with its network begun."""
    clock = MovableClock(MONDAY, running=False)
    # A slow machine is no slow program: Slack waits for its answers as long as they take.
    world = World(clock, watch=HandWatch(), rates=Rates.loose())
    app = world.make_app(made())
    hands, channels = _people_the_world(world, app)
    config = Config(
        database_url=database_url(folder, template),
        slack_app_token=app.app_token,
        slack_signing_secret=app.signing_secret,
        public_url="http://127.0.0.1:3999",
        post_pace=0.0,
    )
    async with serve(world) as served:
        config = replace(config, slack_api_url=served.api_url, **settings)
        homeroom = Homeroom(config, clock)
        tokens = [each.bot_token for each in world.installations]
        try:
            async with (
                slack_door(homeroom, tokens, patience=PATIENCE) as door,
                reached(door, config),
            ):
                here = SlackRoom(homeroom, clock, hands, channels, world, app, door)
                await furnish(here, lambda s: begin(s, here), settings=bool(settings))
                await here.settle()
                yield here
        finally:
            await homeroom.stop()


def _people_the_world(world: World, app: App) -> tuple[dict[str, Hands], dict[str, Channel]]:
    first = world.add_workspace("T1", "Coaching Network", "coaching")
    second = world.add_workspace("T2", "Harbor Schools", "harbor")
    bots = {space.id: app.install(space).bot_user_id for space in (first, second)}
    spaces = {"dee": second}
    hands = {}
    for name in NAMES:
        space = spaces.get(name, first)
        person = world.add_person(
            space,
            name,
            real_name=name.title(),
            tz=ZONE,
            guest=name == "gus",
            id=f"U{name.upper()}",
        )
        hands[name] = Hands(world, space, person)
    own = [hands[name].person for name in ("ana", "ben", "grace", "gus")]
    channels = {
        "learning-call": world.add_channel(first, "learning-call", own, id="C1"),
        "harbor": world.add_channel(second, "harbor", [hands["dee"].person], id="C2"),
        "elsewhere": world.add_channel(
            first, "elsewhere", [hands["cleo"].person, hands["ben"].person], id="C3"
        ),
        "other-network": world.add_channel(first, "other-network", [hands["eve"].person], id="C4"),
    }
    for name in ("learning-call", "harbor", "other-network"):
        # Quietly: an invitation would be welcomed.
        channels[name].members.add(bots[channels[name].team])
    return hands, channels
