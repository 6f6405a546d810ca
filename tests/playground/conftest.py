"""One workspace with a channel, Ana and Ben, and an app on a real slack-bolt AsyncApp."""

import copy
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.apps import App
from bot.playground.hands import Hands
from bot.playground.rates import Rates
from bot.playground.server import Served, serve
from bot.playground.shapes import Channel, Installation, Workspace
from bot.playground.watch import HandWatch
from bot.playground.world import World

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Homeroom"},
    "features": {
        "bot_user": {"display_name": "Homeroom"},
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "slash_commands": [
            {"command": "/learn", "description": "Everything", "usage_hint": "share …"},
            {"command": "/who", "description": "People", "should_escape": True},
        ],
        "shortcuts": [
            {"name": "Save", "type": "message", "callback_id": "save", "description": "Keep it"},
            {"name": "Start", "type": "global", "callback_id": "start", "description": "Begin"},
        ],
        "unfurl_domains": ["dpo.st"],
    },
    "oauth_config": {
        "scopes": {
            "bot": (
                "app_mentions:read channels:history channels:join channels:read groups:history"
                " groups:read chat:write commands im:history im:read im:write links:read"
                " metadata.message:read reactions:read reactions:write users:read bookmarks:write"
                " bookmarks:read files:write team:read"
            ).split()
        }
    },
    "settings": {
        "socket_mode_enabled": True,
        "event_subscriptions": {
            "bot_events": (
                "app_home_opened app_mention app_uninstalled link_shared member_joined_channel"
                " member_left_channel message.channels message.groups message.im reaction_added"
                " reaction_removed team_join tokens_revoked user_change channel_rename"
            ).split(),
            "metadata_subscriptions": [{"app_id": "*", "event_type": "delivery"}],
        },
    },
}


class Clock:
    def __init__(self) -> None:
        self.at = datetime(2026, 9, 1, 15, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


def manifest(**changes: Any) -> dict[str, Any]:
    """The manifest, with its settings changed."""
    changed = copy.deepcopy(MANIFEST)
    changed["settings"] |= changes
    return changed


@dataclass
class School:
    """The world of most tests, and short ways to the things in it."""

    world: World
    workspace: Workspace
    channel: Channel
    app: App
    installation: Installation
    ana: Hands
    ben: Hands
    served: Served
    clock: Clock
    watch: HandWatch
    closing: list[Callable[[], Any]] = field(default_factory=list)

    @property
    def client(self) -> AsyncWebClient:
        return self.client_for(self.installation.bot_token)

    def client_for(self, token: str) -> AsyncWebClient:
        return AsyncWebClient(token=token, base_url=self.served.api_url, retry_handlers=[])

    def bolt(self, **options: Any) -> AsyncApp:
        return AsyncApp(
            client=self.client, process_before_response=True, signing_secret="", **options
        )

    async def connect(self, app: AsyncApp) -> None:
        """Run the app over Socket Mode until the test ends."""
        handler = AsyncSocketModeHandler(app, self.app.app_token, web_client=self.client)
        handler.client.web_client = self.client_for(self.app.app_token)
        await handler.connect_async()  # type: ignore[no-untyped-call]
        self.closing.append(handler.close_async)
        await self.world.until(lambda: self.world.deliveries.sockets.count(self.app))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def watch() -> HandWatch:
    return HandWatch()


@pytest.fixture
def rates() -> Rates:
    return Rates()


@pytest.fixture
async def school(clock: Clock, watch: HandWatch, rates: Rates) -> AsyncIterator[School]:
    world = World(clock, watch=watch, rates=rates)
    workspace = world.add_workspace("T1", "Bay Schools", "bay")
    ana = world.add_person(workspace, "ana", real_name="Ana Ruiz", id="U1")
    ben = world.add_person(workspace, "ben", real_name="Ben Osei", id="U2")
    channel = world.add_channel(workspace, "weekly", [ana, ben], id="C1")
    app = world.make_app(manifest())
    installation = app.install(workspace)
    channel.members.add(installation.bot_user_id)
    async with serve(world) as served:
        made = School(
            world,
            workspace,
            channel,
            app,
            installation,
            Hands(world, workspace, ana),
            Hands(world, workspace, ben),
            served,
            clock,
            watch,
        )
        yield made
        for close in made.closing:
            await close()
