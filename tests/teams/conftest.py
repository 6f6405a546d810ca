"""An app with a local Teams around it: what arrives is kept, and answered with what a test says."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.applications import Starlette

from bot.teams.app import TeamsApp, make_app
from bot.teams.client import Connector
from bot.teams.tokens import FixedToken
from tests.slack.conftest import Heard
from tests.teams.connector import Chat, Message, Teams, connector
from tests.teams.hands import Hands
from tests.teams.remembered import Remembered


@dataclass
class School:
    """A tenant with a team and a group chat, Ana and Ben in them, and our app."""

    teams: Teams
    app: TeamsApp
    heard: Heard
    conversations: Remembered
    http: httpx.AsyncClient
    general: Chat
    weekly: Chat
    group: Chat
    ana: Hands
    ben: Hands

    def posts(self, chat: Chat) -> list[Message]:
        """What our app wrote there, whoever sees it."""
        return [each for each in chat.shown if "from" not in each.activity]


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
async def teams(issuer_key: rsa.RSAPrivateKey) -> AsyncIterator[Teams]:
    async with connector(app_id="app-1", tenant="tenant-1", key=issuer_key) as made:
        yield made


@pytest.fixture
async def school(teams: Teams, heard: Heard) -> AsyncIterator[School]:
    people = [teams.person("Ana Ruiz"), teams.person("Ben Osei")]
    general, weekly = teams.team("Bay Schools", ["Weekly"], people)
    group = teams.group("Planning", people)
    conversations, calls = Remembered(), Connector(FixedToken(), loopback=True)
    app = make_app(
        heard,
        lambda words: words.split()[0] in ("share", "ask") and len(words.split()) == 1,
        conversations,
        calls,
        client_id=teams.app_id,
        tenants={teams.tenant},
        openid_url=teams.openid_metadata_url,
        patience=0.3,
    )
    asgi = httpx.ASGITransport(app=Starlette(routes=app.routes))
    async with httpx.AsyncClient(transport=asgi, base_url="http://homeroom") as http:
        ana, ben = (Hands(teams, each, http, app.later.settled) for each in people)
        yield School(teams, app, heard, conversations, http, general, weekly, group, ana, ben)
    await app.close()
    await calls.close()
