"""Three workspaces of one Slack, and a Homeroom that none of them has installed yet."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.app import Homeroom
from bot.clock import MovableClock
from bot.config import Config
from bot.demo import free_port
from bot.doors import reached, slack_door
from bot.kept_installations import KeptInstallations
from bot.keyring import Keyring, new_key, split
from bot.manifest import made
from bot.playground.apps import App
from bot.playground.events import app_event
from bot.playground.hands import Hands
from bot.playground.rates import Rates
from bot.playground.server import Served, serve
from bot.playground.shapes import Channel
from bot.playground.watch import HandWatch
from bot.playground.world import World
from bot.run import served
from bot.slack.app import SlackApp
from bot.slack.connect import http_routes
from bot.slack.granting import Granting
from bot.web import make_web
from tests.databases import Template
from tests.room import MONDAY, PATIENCE

SCHOOLS = {"T1": "Coaching Network", "T2": "Harbor Schools", "T3": "Hill <Schools>"}


class Browser(httpx.AsyncClient):
    """A person's browser; on this machine it takes a site for safe, as Chromium does."""

    def __init__(self) -> None:
        super().__init__(follow_redirects=False)
        self.cookies.jar.set_policy(DefaultCookiePolicy(secure_protocols=("https", "http")))


@dataclass
class Town:
    """The three workspaces, with Ana, Ben and Cleo in a channel each, and the program."""

    world: World
    slack: Served
    app: App
    clock: MovableClock
    config: Config
    hands: dict[str, Hands]
    channels: dict[str, Channel]
    homeroom: Homeroom
    door: SlackApp
    network_id: int = 0
    seconds: float = 0.0

    @property
    def web(self) -> str:
        return self.config.public_url

    async def consent(self, browser: Browser) -> dict[str, str]:
        """Where one says yes, by workspace; and where one says no, by ""."""
        begun = await browser.get(f"{self.web}/slack/install")
        assert begun.status_code == 302
        assert begun.headers["cache-control"] == "no-store"
        page = await browser.get(begun.headers["location"])
        links = [each.split('"')[0].replace("&amp;", "&") for each in page.text.split('href="')[1:]]
        teams = {link.rpartition("team=")[2]: link for link in links if "team=" in link}
        return teams | {"": links[-1]}

    async def allows(self, browser: Browser, team: str) -> str:
        """The address that Slack leads back to."""
        links = await self.consent(browser)
        answered = await browser.get(f"{self.slack.url}{links[team]}")
        return str(answered.headers["location"])

    async def installs(self, team: str, browser: Browser | None = None) -> httpx.Response:
        """Install it as a person would; the page at the end."""
        browser = browser or Browser()
        return await browser.get(await self.allows(browser, team))

    async def says(self, team: str, words: str = "") -> str:
        """What is answered to /learn in a workspace."""
        return (await self.hands[team].command(self.channels[team], "/learn", words)).text

    def kept(self) -> KeptInstallations:
        """What the program knows of its installations."""
        found = self.homeroom.doors["slack"]._installations  # type: ignore[attr-defined]
        assert isinstance(found, KeptInstallations)
        return found

    def another(self, keys: str | None = None) -> KeptInstallations:
        """The same in another program that shares the database."""
        config = self.config
        return KeptInstallations(
            self.homeroom.database,
            self.clock,
            Keyring(split(config.encryption_keys if keys is None else keys)),
            Granting(config.slack_api_url, config.slack_client_id, config.slack_client_secret),
            config.slack_api_url,
            elapsed=lambda: self.seconds,
        )

    async def find(self, team: str) -> Any:
        return await self.kept().find(team)

    def later(self, kept: KeptInstallations) -> None:
        """So much later that what was read is believed no more."""
        kept._read_at = kept._looked_at = float("-inf")

    def forgets_that_it_looked(self) -> None:
        self.later(self.kept())

    async def revokes(self, team: str, tokens: dict[str, list[str]]) -> None:
        """Slack tells that tokens were revoked."""
        found = self.world.installation(self.app, team)
        assert found
        event = {"type": "tokens_revoked", "tokens": tokens}
        await asyncio.gather(*app_event(self.world, self.app, found, event))

    def row(self, team: str) -> Any:
        """What is kept of a workspace's installation."""
        from storage import installations  # noqa: PLC0415

        return self.homeroom.database.read(
            lambda session: installations.find(session, platform="slack", external=team)
        ).result()


@asynccontextmanager
async def open_town(folder: Path, template: Template, *, socket: bool) -> AsyncIterator[Town]:
    """Nobody has installed the program yet; Slack reaches it by a socket, or over HTTP."""
    clock = MovableClock(MONDAY, running=False)
    world = World(clock, watch=HandWatch(), rates=Rates.loose())
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    app = world.make_app(made(install_at=url, url="" if socket else url))
    hands, channels = {}, {}
    for team, name in SCHOOLS.items():
        space = world.add_workspace(team, name, team.lower())
        person = world.add_person(space, f"person{team}", id=f"U{team}", real_name=f"Ana {team}")
        hands[team] = Hands(world, space, person)
        channels[team] = world.add_channel(space, "learning-call", [person], id=f"C{team}")
    config = Config(
        database_url=template.copy(folder),
        slack_client_id=app.client_id,
        slack_client_secret=app.client_secret,
        slack_app_token=app.app_token if socket else "",
        slack_signing_secret=app.signing_secret,
        encryption_keys=new_key(),
        public_url=url,
        port=port,
        post_pace=0.0,
    )
    async with serve(world) as slack:
        config = replace(config, slack_api_url=slack.api_url)
        async with running(config, clock) as (homeroom, door):
            if not socket:
                await app.set_request_url(f"{url}/slack/events")
            yield Town(world, slack, app, clock, config, hands, channels, homeroom, door)


@asynccontextmanager
async def running(config: Config, clock: MovableClock) -> AsyncIterator[tuple[Homeroom, SlackApp]]:
    """The program, with its door and its web side."""
    async with AsyncExitStack() as stack:
        homeroom = Homeroom(config, clock)
        stack.push_async_callback(homeroom.stop)
        door = await stack.enter_async_context(slack_door(homeroom, [], patience=PATIENCE))
        routes = [*door.pages, *([] if config.slack_app_token else http_routes(door))]
        await stack.enter_async_context(
            served(make_web(homeroom, routes), "127.0.0.1", config.port)
        )
        await stack.enter_async_context(reached(door, config))
        yield homeroom, door


@pytest.fixture(params=["socket", "http"])
async def town(
    request: pytest.FixtureRequest, tmp_path: Path, template: Template
) -> AsyncIterator[Town]:
    async with open_town(tmp_path, template, socket=request.param == "socket") as here:
        yield here


@pytest.fixture
async def hill(tmp_path: Path, template: Template) -> AsyncIterator[Town]:
    """The same, reached by a socket only."""
    async with open_town(tmp_path, template, socket=True) as here:
        yield here
