"""The page's contract: what it reads, what it may post, and the frames it gets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import aiohttp
import httpx
import pytest

from bot.playground.server import serve
from tests.playground.conftest import School

Json = dict[str, Any]
ANA = {"team": "T1", "user": "U1"}
BUTTON = {"type": "button", "text": {"type": "plain_text", "text": "Go"}, "action_id": "go"}
FORM = {
    "type": "modal",
    "callback_id": "form",
    "title": {"type": "plain_text", "text": "Share"},
    "submit": {"type": "plain_text", "text": "Save"},
    "blocks": [
        {
            "type": "input",
            "block_id": "why",
            "label": {"type": "plain_text", "text": "Why"},
            "element": {"type": "plain_text_input", "action_id": "in"},
        }
    ],
}


@asynccontextmanager
async def live(school: School, user: str = "U1") -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    url = f"{school.served.url}/page/live?team=T1&user={user}"
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        yield socket


async def frame(socket: aiohttp.ClientWebSocketResponse, kind: str) -> Json:
    """The next frame of this kind."""
    while True:
        found: Json = await socket.receive_json()
        if found["type"] == kind:
            return found


async def post(school: School, action: str, /, **body: Any) -> Json:
    async with httpx.AsyncClient(base_url=school.served.url) as client:
        answer: Json = (await client.post(f"/page/{action}", json=ANA | body)).json()
        return answer


async def get(school: School, path: str, /, **query: str) -> Json:
    async with httpx.AsyncClient(base_url=school.served.url) as client:
        answer: Json = (await client.get(f"/page/{path}", params=ANA | query)).json()
        return answer


async def connected(school: School) -> None:
    app = school.bolt()

    @app.command("/learn")
    async def learn(ack: Any, body: Json, client: Any) -> None:
        if body["text"] == "form":
            await client.views_open(trigger_id=body["trigger_id"], view=FORM)
            await ack()
        else:
            await ack(
                text="Pick", blocks=[{"type": "actions", "block_id": "b", "elements": [BUTTON]}]
            )

    @app.action("go")
    async def go(ack: Any, respond: Any) -> None:
        await ack()
        await respond("Gone", replace_original=True)

    @app.view("form")
    async def saved(ack: Any, view: Json) -> None:
        why = view["state"]["values"]["why"]["in"]["value"]
        if why == "?":
            await ack(response_action="errors", errors={"why": "Why not?"})
        else:
            await ack()

    @app.shortcut("save")
    async def save(ack: Any, respond: Any) -> None:
        await ack()
        await respond("Saved")

    @app.event("app_home_opened")
    async def home(event: Json, client: Any) -> None:
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": []})

    for kind in ("message", "reaction_added", "member_joined_channel", "member_left_channel"):

        @app.event(kind)
        async def nothing() -> None:
            """Acked and forgotten."""

    await school.connect(app)


async def test_the_snapshot_shows_what_the_person_sees(school: School) -> None:
    hidden = school.world.add_channel(school.workspace, "hidden", [], private=True)
    async with live(school) as socket:
        first = await socket.receive_json()
    assert first["type"] == "snapshot"
    assert first["me"]["name"] == "ana"
    assert hidden.id not in {each["id"] for each in first["channels"]}
    (weekly,) = [each for each in first["channels"] if each["id"] == "C1"]
    assert (weekly["joined"], weekly["unread"], weekly["connect"]) == (True, 0, False)
    assert {"command": "/learn", "usage_hint": "share …", "description": "Everything"} in first[
        "commands"
    ]
    assert first["shortcuts"][0]["callback_id"] == "save"
    assert first["apps"][0]["user_id"] == school.installation.bot_user_id
    assert {"Slackbot", "Homeroom"} <= {each["name"] for each in first["people"] if each["bot"]}
    assert first["clock"]["movable"] is False
    people = await get(school, "people")
    assert [each["name"] for each in people["people"]] == ["ana", "ben"]
    assert people["start"]["team"] == "T1"


async def test_messages_arrive_for_everyone_and_unread_is_counted(school: School) -> None:
    await connected(school)
    async with live(school, "U2") as ben:
        await post(school, "message", channel="C1", text="Hi @ben <b> https://a.example")
        got = await frame(ben, "message")
        assert got["message"]["text"] == "Hi <@U2> &lt;b&gt; <https://a.example>"
        counted = await frame(ben, "channel")
        assert (counted["channel"]["unread"], counted["channel"]["mentions"]) == (1, 1)
        ts = got["message"]["ts"]
        await post(school, "edit", channel="C1", ts=ts, text="Hello")
        assert (await frame(ben, "message"))["message"]["edited"]
        await post(school, "react", channel="C1", ts=ts, name="wave", add=True)
        assert (await frame(ben, "message"))["message"]["reactions"][0]["users"] == ["U1"]
        await post(school, "delete", channel="C1", ts=ts)
        assert (await frame(ben, "message_deleted"))["ts"] == ts


async def test_files_go_along_with_a_message(school: School) -> None:
    async with live(school, "U2") as ben:
        files = [{"name": "Our slides.pdf", "size": 2800}]
        await post(school, "message", channel="C1", text="", files=files)
        got = (await frame(ben, "message"))["message"]
    assert (got["subtype"], got["text"]) == ("file_share", "")
    (file,) = got["files"]
    assert (file["title"], file["mimetype"], file["size"]) == (
        "Our slides.pdf",
        "application/pdf",
        2800,
    )
    assert file["permalink"].endswith(f"/files/U1/{file['id']}/our_slides.pdf")
    eleven = await post(school, "message", channel="C1", text="", files=files * 11)
    assert eleven["error"] == "At most 10 files go along with one message."
    unnamed = await post(school, "message", channel="C1", text="", files=[{"name": " ", "size": 1}])
    assert unnamed["error"] == "That file has no name."
    assert not (await post(school, "message", channel="C1", text="", files=[{"size": 1}]))["ok"]
    assert (await post(school, "message", channel="C1", text=""))["error"].startswith("There is no")


async def test_commands_buttons_and_history(school: School) -> None:
    await connected(school)
    async with live(school) as ana:
        assert await post(school, "command", channel="C1", command="/learn", text="") == {
            "ok": True
        }
        got = await frame(ana, "message")
        assert got["message"]["ephemeral"]
        read = await get(school, "history", channel="C1")
        assert [each["text"] for each in read["messages"]] == ["Pick"]
        container = {"type": "message", "channel": "C1", "ts": got["message"]["ts"]}
        pressed = {"block_id": "b", "action_id": "go", "action": {"type": "button"}}
        assert (await post(school, "action", container=container, **pressed))["ok"]
        assert (await frame(ana, "message"))["message"]["text"] == "Gone"


async def test_a_command_that_failed_gives_the_words_back(school: School) -> None:
    answer = await post(school, "command", channel="C1", command="/learn", text="share")
    assert answer == {"ok": True, "failed": True}


async def test_a_form_from_opening_to_closing(school: School) -> None:
    await connected(school)
    async with live(school) as ana:
        await post(school, "command", channel="C1", command="/learn", text="form")
        view = (await frame(ana, "view"))["view"]
        assert (view["stack"], view["app"]["name"]) == (0, "Homeroom")

        def filled(text: str) -> Json:
            values = {"why": {"in": {"type": "plain_text_input", "value": text}}}
            return {"view_id": view["id"], "values": values}

        answer = await post(school, "submit", **filled("?"))
        assert answer == {"ok": True, "errors": {"why": "Why not?"}}
        assert (await post(school, "submit", **filled("x")))["response"] == "close"
        assert (await frame(ana, "view_closed"))["view_id"] == view["id"]
        await post(school, "command", channel="C1", command="/learn", text="form")
        view = (await frame(ana, "view"))["view"]
        assert (await post(school, "close", view_id=view["id"]))["ok"]


async def test_home_dms_shortcuts_and_membership(school: School) -> None:
    await connected(school)
    async with live(school) as ana:
        await post(school, "home")
        assert (await frame(ana, "home"))["view"]["type"] == "home"
        opened = await post(school, "dm", other="U2")
        assert (await post(school, "dm", other="U2"))["channel"] == opened["channel"]
        said = await post(school, "message", channel="C1", text="gold")
        await post(school, "shortcut", callback_id="save", channel="C1", ts=said["ts"])
        hall = school.world.add_channel(school.workspace, "hall", [])
        assert (await post(school, "join", channel=hall.id))["ok"]
        assert (await post(school, "invite", channel=hall.id, other="U2"))["ok"]
        assert hall.members == {"U1", "U2"}
        assert (await post(school, "leave", channel=hall.id))["ok"]
        assert (await frame(ana, "channel_gone"))["id"] == hall.id
        assert (await post(school, "read", channel="C1", ts=said["ts"]))["ok"]


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("message", {"channel": "C1", "text": " "}),
        ("message", {"channel": "C404", "text": "x"}),
        ("message", {"channel": "C1"}),
        ("edit", {"channel": "C1", "ts": "1.0", "text": "x"}),
        ("submit", {"view_id": "V404", "values": {}}),
        ("message", {"channel": "C1", "text": "x", "user": "U404"}),
        ("clock/next", {}),
    ],
)
async def test_a_refusal_is_a_sentence(school: School, action: str, body: Json) -> None:
    answer = await post(school, action, **body)
    assert answer["ok"] is False
    assert answer["error"].endswith(".")


async def test_the_clock_is_moved_by_its_clockwork(school: School) -> None:
    class Clockwork:
        async def next(self) -> list[str]:
            return ["Agenda posted"]

        async def set(self, at: datetime) -> list[str]:
            school.clock.at = at
            return []

        def peek(self) -> Json | None:
            return {"at": "2026-09-08T16:00:00+00:00", "label": "Agenda"}

    async with (
        serve(school.world, clockwork=Clockwork()) as served,
        httpx.AsyncClient(base_url=served.url) as client,
    ):
        moved = (await client.post("/page/clock/next", json=ANA)).json()
        assert moved["did"] == ["Agenda posted"]
        body = ANA | {"at": "2026-09-08T12:00:00+00:00"}
        moved = (await client.post("/page/clock/set", json=body)).json()
    assert moved["clock"]["now"] == "2026-09-08T12:00:00+00:00"
    assert (moved["clock"]["movable"], moved["clock"]["next"]["label"]) == (True, "Agenda")
