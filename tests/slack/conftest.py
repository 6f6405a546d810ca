"""An app without a Slack behind it: what arrives is kept, and answered with what a test says."""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
import pytest
from slack_sdk.signature import Clock
from starlette.applications import Starlette

from bot.playground.apps import App
from bot.playground.hands import Hands
from bot.playground.server import serve
from bot.playground.shapes import Channel, Workspace
from bot.playground.watch import HandWatch
from bot.playground.world import World
from bot.slack.app import SlackApp, make_app
from bot.slack.connect import connect_socket, http_routes
from bot.slack.door import SlackDoor
from bot.slack.installations import Installation, KnownInstallations
from bot.slack.manifest import Command, Shortcut, manifest
from bot.speech import Incoming, Reply

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
NOW = 1_764_000_000


class Everywhere:
    """Installed in every workspace, as a bot whose ids the payloads use."""

    def __init__(self, bot_user: str = "W111") -> None:
        self.bot_user = bot_user
        self.left = False
        self.homes: list[str] = []

    async def find(self, workspace: str, enterprise: str = "") -> Installation | None:
        key = "" if self.left else workspace or enterprise
        return Installation(key, "xoxb-test", self.bot_user, "B_OURS") if key else None

    async def again(self, old: Installation) -> Installation | None:
        return None

    async def heard_from(self, home: Installation, team: str) -> None:
        """It is everywhere."""

    async def revoked(self, homes: list[str]) -> None:
        self.left, self.homes = True, homes


class Heard:
    """An `answer` that keeps what it was asked. `reply` may be a reply or an exception; with
    `hangs` none comes."""

    def __init__(self) -> None:
        self.asked: list[Incoming] = []
        self.reply: Reply | Exception = None
        self.hangs = False

    async def __call__(self, incoming: Incoming) -> Reply:
        self.asked.append(incoming)
        if self.hangs:
            await asyncio.Event().wait()
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply


class Slack:
    """Slack's side of signed HTTP: `send` signs and posts, `last` is the answer."""

    def __init__(self, app: SlackApp, now: int) -> None:
        self.app, self.now = app, now
        asgi = httpx.ASGITransport(app=Starlette(routes=http_routes(app)))
        self.http = httpx.AsyncClient(transport=asgi, base_url="http://homeroom")

    async def send(self, body: str, *, secret: str = SECRET, age: int = 0) -> httpx.Response:
        stamp = str(self.now - age)
        digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256)
        return await self.post(body, stamp, f"v0={digest.hexdigest()}")

    async def post(self, body: str, stamp: str, signature: str) -> httpx.Response:
        kind = "json" if body.startswith("{") else "x-www-form-urlencoded"
        headers = {
            "content-type": f"application/{kind}".encode(),
            "x-slack-request-timestamp": stamp.encode(),
            "x-slack-signature": signature.encode(),
        }
        return await self.http.post("/slack/events", content=body, headers=headers)


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def everywhere() -> Everywhere:
    return Everywhere()


@pytest.fixture
async def app(heard: Heard, everywhere: Everywhere) -> AsyncIterator[SlackApp]:
    # Nobody listens at this address: a reply that takes a call is lost, and logged.
    made = make_app(heard, everywhere, base_url="http://127.0.0.1:9/api/", signing_secret=SECRET)
    yield made
    await made.close()


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Set the clock that signatures are checked by."""

    def at(seconds: int) -> None:
        monkeypatch.setattr(Clock, "now", lambda _: seconds)

    return at


@pytest.fixture
async def slack(app: SlackApp, set_clock: Callable[[int], None]) -> AsyncIterator[Slack]:
    set_clock(NOW)
    made = Slack(app, NOW)
    yield made
    await made.http.aclose()


# -- a Slack on this machine ----------------------------------------------------------------------

COMMANDS = [Command(f"/{name}", f"{name} things") for name in ("learn", "share", "find")]
SHORTCUTS = [Shortcut("save", "Save as resource", "Keep it for the network")]


class Still:
    """The world's clock: it stamps messages, and stands still."""

    def now(self) -> datetime:
        return datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@dataclass
class Room:
    """A workspace with a channel, Ana and Ben in it, our app connected, and our door."""

    world: World
    workspace: Workspace
    channel: Channel
    slack_app: App
    app: SlackApp
    door: SlackDoor
    ana: Hands
    ben: Hands

    async def settled(self) -> None:
        """Wait for the replies that are made after the ack."""
        await self.app.later.settled()


@pytest.fixture
async def room(heard: Heard) -> AsyncIterator[Room]:
    world = World(Still(), watch=HandWatch())
    workspace = world.add_workspace("T1", "Bay Schools", "bay")
    ana = world.add_person(workspace, "ana", real_name="Ana Ruiz", tz="America/Chicago", id="U1")
    ben = world.add_person(workspace, "ben", real_name="Ben Osei", guest=True, id="U2")
    channel = world.add_channel(workspace, "weekly", [ana, ben], id="C1")
    slack_app = world.make_app(manifest(COMMANDS, SHORTCUTS))
    token = slack_app.install(workspace).bot_token
    world.invite(channel, slack_app)
    async with serve(world) as served:
        known = KnownInstallations(served.api_url)
        await known.learn(token)
        app = make_app(heard, known, base_url=served.api_url, patience=0.2)
        door = SlackDoor(known, base_url=served.api_url)
        socket = await connect_socket(app, slack_app.app_token, served.api_url)
        await world.until(lambda: world.deliveries.sockets.count(slack_app))
        hands = (Hands(world, workspace, ana), Hands(world, workspace, ben))
        yield Room(world, workspace, channel, slack_app, app, door, *hands)
        await socket.close_async()
        await app.close()
        await door.close()
