"""Installing by OAuth, with and without rotating tokens; several workspaces at once."""

import asyncio
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.apps import App
from bot.playground.hands import Hands
from tests.playground.conftest import School, manifest
from tests.playground.test_chat import error

Json = dict[str, Any]


async def code_for(school: School, app: App, team: str) -> str:
    """Press Allow as a person would, and come back with the code."""
    asked = {"client_id": app.client_id, "scope": "commands", "state": "s&1"}
    asked |= {"redirect_uri": "http://127.0.0.1:1/back?x=1"}
    async with httpx.AsyncClient(base_url=school.served.url) as browser:
        page = await browser.get("/oauth/v2/authorize", params=asked)
        assert "Allow in Bay Schools" in page.text
        back = await browser.get("/oauth/v2/allow", params=asked | {"team": team})
    query = parse_qs(urlsplit(back.headers["location"]).query)
    assert (query["state"], query["x"]) == (["s&1"], ["1"])
    return query["code"][0]


async def access(school: School, app: App, **asked: Any) -> Any:
    client = AsyncWebClient(base_url=school.served.api_url, retry_handlers=[])
    secrets = {"client_id": app.client_id, "client_secret": app.client_secret}
    return await client.oauth_v2_access(**(secrets | asked))


async def test_a_code_becomes_a_token_once(school: School) -> None:
    other = school.world.add_workspace("T2", "Hill Schools", "hill")
    code = await code_for(school, school.app, other.id)
    answer = await access(school, school.app, code=code)
    assert answer["team"] == {"id": "T2", "name": "Hill Schools"}
    assert (await school.client_for(answer["access_token"]).auth_test())["team_id"] == "T2"
    assert await error(access(school, school.app, code=code)) == "code_already_used"
    assert await error(access(school, school.app, code="made-up")) == "invalid_code"
    wrong = access(school, school.app, code=code, client_secret="x")
    assert await error(wrong) == "bad_client_secret"
    wrong = access(school, school.app, code=code, client_id="x")
    assert await error(wrong) == "invalid_client_id"


async def test_tokens_rotate_every_twelve_hours(school: School) -> None:
    described = manifest(token_rotation_enabled=True)
    described["display_information"]["name"] = "Rotating"
    app = school.world.make_app(described)
    answer = await access(school, app, code=await code_for(school, app, "T1"))
    assert answer["expires_in"] == 12 * 3600
    client = school.client_for(answer["access_token"])
    await client.auth_test()
    school.clock.at += timedelta(hours=12)
    assert await error(client.auth_test()) == "token_expired"
    renewing = {"grant_type": "refresh_token", "refresh_token": answer["refresh_token"]}
    renewed = await access(school, app, **renewing)
    await school.client_for(renewed["access_token"]).auth_test()
    assert await error(access(school, app, **renewing)) == "invalid_refresh_token"


async def test_uninstalling_is_told_in_that_workspace(school: School) -> None:
    app = school.bolt()
    heard: list[str] = []

    for kind in ("tokens_revoked", "app_uninstalled"):

        @app.event(kind)
        async def gone(event: Json, body: Json) -> None:
            heard.append(f"{event['type']} {body['team_id']}")

    await school.connect(app)
    await school.client.apps_uninstall(
        client_id=school.app.client_id, client_secret=school.app.client_secret
    )
    await school.world.until(lambda: not school.world.deliveries.busy)
    assert sorted(heard) == ["app_uninstalled T1", "tokens_revoked T1"]


async def test_two_workspaces_at_once(school: School) -> None:
    world = school.world
    hill = world.add_workspace("T2", "Hill Schools", "hill")
    cleo = Hands(world, hill, world.add_person(hill, "cleo", id="U9"))
    lounge = world.add_channel(hill, "lounge", [cleo.person])
    installed = school.app.install(hill)
    world.invite(lounge, school.app)
    tokens = {"T1": school.installation.bot_token, "T2": installed.bot_token}
    heard: list[tuple[str, str]] = []

    app = school.bolt()

    @app.command("/learn")
    async def learn(ack: Any, command: Json) -> None:
        await ack(f"Hello {command['team_id']}")

    @app.event("message")
    async def message(event: Json, body: Json) -> None:
        if "bot_id" in event:
            return
        heard.append((body["team_id"], event["text"]))
        client = school.client_for(tokens[body["team_id"]])
        await client.chat_postMessage(channel=event["channel"], text="noted")

    await school.connect(app)
    mine, hers = await asyncio.gather(
        school.ana.command(school.channel, "/learn"), cleo.command(lounge, "/learn")
    )
    assert (mine.text, hers.text) == ("Hello T1", "Hello T2")
    await asyncio.gather(school.ana.says(school.channel, "a"), cleo.says(lounge, "b"))
    assert sorted(heard) == [("T1", "a"), ("T2", "b")]
    across = school.client.chat_postMessage(channel=lounge.id, text="x")
    assert await error(across) == "channel_not_found"
    assert await error(school.client.users_info(user="U9")) == "user_not_found"


async def test_a_connected_channel_is_heard_once(school: School) -> None:
    world = school.world
    hill = world.add_workspace("T2", "Hill Schools", "hill")
    cleo = Hands(world, hill, world.add_person(hill, "cleo", id="U9"))
    school.app.install(hill)
    world.share_channel(school.channel, hill, "bay-weekly")
    heard: list[Json] = []
    app = school.bolt()

    @app.event("message")
    async def message(body: Json) -> None:
        heard.append(body)

    @app.event("member_joined_channel")
    async def joined() -> None:
        """Acked and forgotten."""

    await school.connect(app)
    await cleo.joins(school.channel)
    await cleo.says(school.channel, "hello from the hill")
    (body,) = heard
    assert (body["team_id"], body["is_ext_shared_channel"]) == ("T1", True)
    assert body["event"]["user_team"] == "T2"
    assert body["authorizations"][0]["user_id"] == school.installation.bot_user_id
    assert (await school.client.users_info(user="U9"))["user"]["team_id"] == "T2"
    info = await school.client.conversations_info(channel="C1")
    assert info["channel"]["is_ext_shared"]
