"""The cast and their room: a real network on the local workspace, the real bot over a socket.

Ana hosts, Ben belongs, Grace hosts when Ana is away, Dee belongs from another workspace, Gus is a
guest, Cleo is elsewhere and sees nothing, Eve hosts another network.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import plan
from bot.app import Homeroom
from bot.clock import MovableClock
from bot.config import Config
from bot.doors import reached, slack_door
from bot.manifest import made
from bot.playground.apps import App
from bot.playground.hands import Hands, Seen
from bot.playground.plain import plain
from bot.playground.rates import Rates
from bot.playground.server import serve
from bot.playground.shapes import Channel, Json
from bot.playground.watch import HandWatch
from bot.playground.world import World
from bot.slack.app import SlackApp
from storage import networks, people, series
from storage.models import Base
from tests.databases import Template

MONDAY = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # 09:00 in Chicago
CALL = datetime(2026, 11, 24, 21, 0, tzinfo=UTC)  # Tuesday 15:00 in Chicago
PATIENCE = 60.0  # seconds: a slow machine is no slow program, and no test waits for it
QUESTIONS = ["What did you try?", "What will you bring?"]


@dataclass
class Room:
    """Where the cast meets."""

    world: World
    app: App
    homeroom: Homeroom
    clock: MovableClock
    hands: dict[str, Hands]
    channels: dict[str, Channel]
    slack: SlackApp
    network_id: int = 0
    seen: Seen = field(default_factory=Seen)

    def __getattr__(self, name: str) -> Hands:
        if name in self.hands:
            return self.hands[name]
        raise AttributeError(name)

    def channel(self, name: str = "learning-call") -> Channel:
        return self.channels[name]

    async def says(self, who: str, words: str, where: str = "learning-call") -> Seen:
        """What someone sees after typing /learn and these words."""
        self.seen = await self.hands[who].command(self.channels[where], "/learn", words)
        return self.seen

    async def fills(
        self, who: str, words: str, where: str = "learning-call", **values: Any
    ) -> Seen:
        """Open a form with words and send it, fields by name."""
        opened = await self.says(who, words, where)
        assert opened.view, f"no form opened; {who} saw: {opened.text}"
        self.seen = await self.hands[who].submit(opened.view, values)
        return self.seen

    async def dialog(self, who: str, *pairs: tuple[str, str], where: str = "learning-call") -> None:
        """Each thing said is answered with words that contain what is expected."""
        for said, expected in pairs:
            answer = await self.says(who, said, where)
            assert expected in answer.text, f"{who} said {said!r} and saw:\n{answer.text}"

    async def silence(self, *where: str) -> None:
        """Nothing was posted in these channels."""
        await self.settle()
        for name in where:
            posts = self.posts(name)
            assert not posts, f"in #{name}: {[plain(p) for p in posts]}"

    def posts(self, where: str = "learning-call") -> list[Json]:
        """What Homeroom posted in a channel, oldest first, threads left out."""
        every = self.world.messages[self.channels[where].id].values()
        return [m for m in every if m.get("bot_id") and m.get("thread_ts", m["ts"]) == m["ts"]]

    def replies(self, post: Json, where: str = "learning-call") -> list[Json]:
        """What Homeroom posted in a post's thread."""
        every = self.world.messages[self.channels[where].id].values()
        return [m for m in every if m.get("thread_ts") == post["ts"] and m["ts"] != post["ts"]]

    def post(self, words: str, where: str = "learning-call") -> Json:
        """The newest post that contains these words."""
        found = [p for p in self.posts(where) if words in text(p)]
        assert found, f"no post with {words!r} in #{where}: {[text(p) for p in self.posts(where)]}"
        return found[-1]

    def direct(self, who: str) -> list[str]:
        """What Homeroom wrote to someone directly."""
        channel = self.hands[who].dm_with(self.app)
        return [text(m) for m in self.world.messages[channel.id].values() if m.get("bot_id")]

    async def replied(self) -> None:
        """Wait for the replies that are made after the ack."""
        await self.slack.later.settled()

    async def settle(self) -> None:
        """Let the clock and the courier do all that is due now."""
        await self.homeroom.tick()
        while await self.homeroom.courier.send_due():
            pass

    async def goes_to(self, at: datetime) -> None:
        """Move the clock and do what is due."""
        self.clock.move(at)
        await self.settle()

    def rows(self) -> dict[str, int]:
        """How many rows each table of what people made holds."""
        with Session(self.homeroom.database.engine) as session:
            return {
                table.name: session.scalar(select(func.count()).select_from(table)) or 0
                for table in Base.metadata.sorted_tables
                if table.name != "delivery"
            }


def text(message: Json) -> str:
    """A message as it is read."""
    return plain(message.get("blocks") or []) or str(message.get("text", ""))


def database_url(folder: Path, template: Template) -> str:
    """A fresh database, copied from one that was migrated once."""
    return template.copy(folder)


@asynccontextmanager
async def room(folder: Path, template: Template, **settings: Any) -> AsyncIterator[Room]:
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
                here = Room(world, app, homeroom, clock, hands, channels, door)
                here.network_id = homeroom.database.write(lambda s: _begin(s, here)).result()
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
    for name in ("ana", "ben", "grace", "gus", "cleo", "eve", "dee"):
        space = spaces.get(name, first)
        person = world.add_person(
            space,
            name,
            real_name=name.title(),
            tz="America/Chicago",
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


def _begin(session: Session, here: Room) -> int:
    ours = networks.add(
        session,
        name="Coaching Network",
        zone="America/Chicago",
        organisations=["Northside", "Harbor"],
        now=MONDAY,
    )
    homes = {each.name: each.id for each in networks.organisations(session, network_id=ours.id)}
    own = _channels(session, here, ours.id, ["learning-call", "harbor"])
    for name, role, home in (
        ("ana", "host", "Northside"),
        ("grace", "host", "Northside"),
        ("ben", "member", "Northside"),
        ("gus", "member", "Northside"),
        ("dee", "member", "Harbor"),
    ):
        _join(session, here, ours.id, name, role, homes[home])
    known = series.add(
        session,
        network_id=ours.id,
        name="Weekly call",
        every="week",
        starts_on=date(2026, 11, 24),
        at=time(15, 0),
        zone="America/Chicago",
        minutes=60,
        link="https://meet.example.org/call",
        protocol="consultancy",
        questions=QUESTIONS,
        steps={},
        ends_on=None,
        channels=own,
    )
    plan.plan_ahead(session, known, MONDAY)
    theirs = networks.add(session, name="Other Network", zone="UTC", organisations=[], now=MONDAY)
    _channels(session, here, theirs.id, ["other-network"])
    _join(session, here, theirs.id, "eve", "host", None)
    return ours.id


def _channels(session: Session, here: Room, network_id: int, names: Sequence[str]) -> list[Any]:
    return [
        networks.add_channel(
            session,
            network_id=network_id,
            platform="slack",
            workspace=here.channels[name].team,
            channel=here.channels[name].id,
            name=name,
            now=MONDAY,
        )
        for name in names
    ]


def _join(
    session: Session, here: Room, network_id: int, name: str, role: str, home: int | None
) -> None:
    person = here.hands[name].person
    people.join(
        session,
        network_id=network_id,
        platform="slack",
        workspace=person.team,
        person=person.id,
        name=person.real_name,
        now=MONDAY,
        role=role,
        organisation_id=home,
        zone=person.tz,
    )
