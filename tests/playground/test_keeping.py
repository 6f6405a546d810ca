"""A second start finds what the first one left."""

from pathlib import Path

from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.hands import Hands
from bot.playground.rates import Rates
from bot.playground.server import serve
from bot.playground.world import World
from tests.playground.conftest import Clock, manifest


def fill(world: World) -> None:
    workspace = world.add_workspace("T1", "Bay Schools", "bay")
    ana = world.add_person(workspace, "ana", real_name="Ana Ruiz", id="U1")
    ben = world.add_person(workspace, "ben", id="U2", guest=True)
    channel = world.add_channel(workspace, "weekly", [ana, ben], id="C1", topic="Tuesdays")
    app = world.make_app(manifest())
    app.install(workspace)
    world.invite(channel, app)


async def test_the_world_outlives_its_process(tmp_path: Path, clock: Clock) -> None:
    file = tmp_path / "world.db"
    first = World(clock, file=file)
    fill(first)
    ana = Hands(first, first.workspaces["T1"], first.people["U1"])
    channel = first.channels["C1"]
    root = (await ana.says(channel, "Hello @ben")).sent
    assert root
    await ana.says(channel, "reply", thread_ts=root["ts"])
    gone = (await ana.says(channel, "gone")).sent
    assert gone
    await ana.deletes(gone)
    await ana.react(root, "wave")
    app = next(iter(first.apps.values()))
    installation = first.installations[0]
    async with serve(first):
        client = AsyncWebClient(token=installation.bot_token, base_url=f"{first.base_url}/api/")
        await client.views_publish(user_id="U1", view={"type": "home", "blocks": []})
    first.close()

    second = World(clock, file=file, rates=Rates.loose())
    assert second.people == first.people
    assert second.channels == first.channels
    assert second.messages == first.messages
    assert second.installations == first.installations
    assert second.homes == first.homes
    assert second.read_marks["U1"] == first.read_marks["U1"]
    again = second.make_app(manifest())
    assert (again.id, again.app_token) == (app.id, app.app_token)
    assert again.signing_secret == app.signing_secret
    ana = Hands(second, second.workspaces["T1"], second.people["U1"])
    later = (await ana.says(second.channels["C1"], "later")).sent
    assert later
    assert later["ts"] > max(first.messages["C1"])
    second.close()
