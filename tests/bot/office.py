"""A post office for the courier's tests: an outbox, a courier, and a Slack with faults."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, select

from bot.clock import MovableClock
from bot.courier import Courier
from bot.errands import Patience
from bot.playground.plain import plain
from bot.playground.rates import Rates
from bot.playground.server import serve
from bot.playground.shapes import Call, Installation, Json
from bot.playground.watch import HandWatch
from bot.playground.world import World
from bot.slack.door import SlackDoor
from bot.slack.installations import KnownInstallations
from bot.slack.manifest import manifest
from bot.speech import Place, Post, card, decode_card, encode_card
from storage import lanes, outbox
from storage.database import Database
from storage.models import Lane, Network, OutboxPost
from tests.cast import database_url

NOON = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


class Killed(BaseException):
    """The process is gone."""


class KillingDoor(SlackDoor):
    """A door at which the process may die: before its next post is sent, or after."""

    dies: str = ""

    async def send(self, post):
        dies, self.dies = self.dies, ""
        if dies == "before":
            raise Killed
        sent = await super().send(post)
        if dies == "after":
            raise Killed
        return sent


@dataclass
class Office:
    world: World
    watch: HandWatch
    clock: MovableClock
    database: Database
    door: KillingDoor
    installation: Installation
    network_id: int
    pace: float = 0.0
    courier: Courier = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self, pace: float = 0.0) -> Courier:
        """A courier that knows nothing but what the database holds."""
        patience = Patience(pace=timedelta(seconds=pace))
        self.courier = Courier(self.database, self.clock, {"slack": self.door}, patience)
        return self.courier

    def put(
        self,
        of: str,
        words: str = "",
        channel: str = "C1",
        under: str = "",
        not_after: datetime | None = None,
        platform: str = "slack",
        since: datetime | None = None,
    ) -> str:
        """Want a post; its key."""
        key = key_of(of, channel)
        self.database.write(
            lambda session: outbox.put(
                session,
                key=key,
                network_id=self.network_id,
                kind="test",
                platform=platform,
                workspace="T1",
                channel=channel,
                card=encode_card(card(words or of)),
                now=self.clock.now(),
                thread_key=key_of(under, channel) if under else "",
                not_after=not_after,
                since=since,
            )
        ).result()
        return key

    def row(self, of: str, channel: str = "C1") -> OutboxPost:
        key = key_of(of, channel)
        found = self.database.read(lambda session: outbox.get(session, key=key)).result()
        assert found
        return found

    def forget(self) -> None:
        """As after restoring a backup from before anything was wanted."""
        self.database.write(lambda session: session.execute(delete(OutboxPost))).result()

    def lane(self, channel: str = "C1") -> Lane:
        name = lanes.name_of("slack", "T1", channel)
        found = self.database.read(lambda session: lanes.get(session, name=name)).result()
        assert found
        return found

    async def forge(self, key: str) -> None:
        """Somebody else's app writes this key into the channel, as we would."""
        described = manifest([], [])
        described["display_information"]["name"] = "Somebody else’s"
        app = self.world.make_app(described)
        installed = app.install(self.world.workspaces["T1"])
        self.world.invite(self.world.channels["C1"], app)
        known = KnownInstallations(self.door._clients.base_url)
        await known.learn(installed.bot_token)
        other = SlackDoor(known, base_url=self.door._clients.base_url)
        await other.send(Post(key, Place("slack", "T1", "C1"), card("forged")))
        await other.close()

    def state(self, of: str, channel: str = "C1") -> str:
        return self.row(of, channel).state

    def post(self, of: str, channel: str = "C1") -> Post:
        """A post as the courier would send it."""
        row = self.row(of, channel)
        return Post(row.key, Place("slack", "T1", channel), decode_card(row.card))

    def due(self) -> list[datetime]:
        asked = select(OutboxPost.due_at).where(OutboxPost.due_at.is_not(None))
        return list(self.database.read(lambda session: session.scalars(asked).all()).result())

    async def send(self) -> None:
        """Until nothing is due now."""
        while await self.courier.send_due():
            pass

    async def later(self, seconds: float) -> None:
        """Let the seconds pass, then send what is due."""
        self.watch.forward(seconds)
        self.clock.move(self.clock.now() + timedelta(seconds=seconds))
        await self.send()

    async def to_the_end(self) -> None:
        """Until nothing will be due any more."""
        await self.send()
        for _ in range(40):
            if not self.due():
                return
            await self.later(61)
        raise AssertionError(f"the outbox is never settled: {self.due()}")

    # -- what the platform knows -------------------------------------------------------------------

    def history(self, channel: str = "C1") -> list[Json]:
        return [message for _, message in sorted(self.world.messages[channel].items())]

    def said(self, channel: str = "C1") -> list[str]:
        return [plain(message["blocks"]) for message in self.history(channel)]

    def there(self) -> Counter[str]:
        """How many messages carry each delivery key, in all channels."""
        every = [message for each in self.world.messages.values() for message in each.values()]
        return Counter(message["metadata"]["event_payload"]["key"] for message in every)

    def calls(self, method: str) -> list[Call]:
        return [call for call in self.world.log if call.method == method]


def key_of(of: str, channel: str = "C1") -> str:
    return outbox.key_of(of=of, platform="slack", workspace="T1", channel=channel)


@asynccontextmanager
async def office(folder: Path, template: Path) -> AsyncIterator[Office]:
    clock, watch = MovableClock(NOON, running=False), HandWatch()
    world = World(clock, watch=watch, rates=Rates.loose())
    workspace = world.add_workspace("T1", "Bay Schools", "bay")
    app = world.make_app(manifest([], []))
    installation = app.install(workspace)
    for name in ("C1", "C2"):
        world.invite(world.add_channel(workspace, name.lower(), id=name), app)
    world.add_channel(workspace, "closed", id="C9")
    database = Database(database_url(folder, template))
    async with serve(world) as served:
        known = KnownInstallations(served.api_url)
        await known.learn(installation.bot_token)
        door = KillingDoor(known, base_url=served.api_url)
        network_id = database.write(_a_network).result()
        yield Office(world, watch, clock, database, door, installation, network_id)
        await door.close()
    database.close()


def _a_network(session) -> int:
    made = Network(name="Bay", zone="UTC", created_at=NOON)
    session.add(made)
    session.flush()
    return made.id
