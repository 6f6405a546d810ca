"""A real Bolt app over Socket Mode: what it hears, and what people see of its answers."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.playground.conftest import School

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


BUTTONS = [
    {
        "type": "actions",
        "block_id": "row",
        "elements": [
            {"type": "button", "text": plain("Done"), "action_id": "done", "value": "7"},
            {"type": "button", "text": plain("More"), "action_id": "more"},
        ],
    }
]


async def test_a_command_is_answered_in_its_ack(school: School) -> None:
    app = school.bolt()
    heard: list[Json] = []

    @app.command("/learn")
    async def learn(ack: Any, command: Json) -> None:
        heard.append(command)
        await ack("Saved for Tuesday")

    await school.connect(app)
    seen = await school.ana.command(school.channel, "/learn", "share a < b & c")

    assert seen.text == "Saved for Tuesday"
    assert school.ana.private(school.channel)[-1]["text"] == "Saved for Tuesday"
    assert school.ben.private(school.channel) == []
    assert heard[0]["text"] == "share a &lt; b &amp; c"
    assert heard[0]["channel_name"] == "weekly"
    assert heard[0]["user_name"] == "ana"
    assert heard[0]["response_url"].startswith(school.served.url)


async def test_a_command_may_answer_to_everyone(school: School) -> None:
    app = school.bolt()

    @app.command("/who")
    async def who(ack: Any, command: Json) -> None:
        await ack({"response_type": "in_channel", "text": f"You asked for {command['text']}"})

    await school.connect(app)
    seen = await school.ana.command(school.channel, "/who", "@ben")
    assert seen.text == "You asked for <@U2|ben>"
    assert school.ben.history(school.channel)[-1]["text"] == seen.text


async def test_a_command_nobody_made(school: School) -> None:
    seen = await school.ana.command(school.channel, "/nope")
    assert seen.failure.startswith("`/nope` is not a valid command.")
    assert school.ana.private(school.channel)[-1]["user"] == "USLACKBOT"


async def test_a_command_nobody_hears(school: School) -> None:
    seen = await school.ana.command(school.channel, "/learn")
    assert seen.failure == '/learn failed with the error "dispatch_failed"'


async def test_a_command_not_acked_in_three_seconds(school: School) -> None:
    app = school.bolt()
    called, free = asyncio.Event(), asyncio.Event()

    @app.command("/learn")
    async def learn(ack: Any) -> None:
        called.set()
        await free.wait()
        await ack("too late")

    await school.connect(app)
    running = asyncio.create_task(school.ana.command(school.channel, "/learn"))
    await called.wait()
    school.watch.forward(2.9)
    assert not running.done()
    school.watch.forward(0.2)
    assert (await running).text == '/learn failed with the error "operation_timeout"'
    free.set()


async def test_an_answer_slack_would_not_show(school: School) -> None:
    app = school.bolt()

    @app.command("/learn")
    async def learn(ack: Any) -> None:
        await ack(blocks=[{"type": "header", "text": plain("x" * 151)}], text="x")

    await school.connect(app)
    seen = await school.ana.command(school.channel, "/learn")
    assert seen.failure == '/learn failed with the error "invalid_command_response"'


async def test_response_url_answers_five_times_in_half_an_hour(school: School) -> None:
    app = school.bolt()
    urls: list[str] = []

    @app.command("/learn")
    async def learn(ack: Any, respond: Any) -> None:
        urls.append(respond.response_url)
        await ack()

    await school.connect(app)
    await school.ana.command(school.channel, "/learn")
    await school.ana.command(school.channel, "/learn")
    later = AsyncWebhookClient(urls[0])
    for number in range(5):
        assert (await later.send(text=f"part {number}")).body == "ok"
    assert [m["text"] for m in school.ana.private(school.channel)][-1] == "part 4"
    refused = await later.send(text="part 5")
    assert (refused.status_code, "used_url" in refused.body) == (404, True)
    school.watch.forward(30 * 60 + 1)
    refused = await AsyncWebhookClient(urls[1]).send(text="late")
    assert (refused.status_code, "expired_url" in refused.body) == (404, True)


async def test_a_mention_is_heard_as_mention_and_as_message(school: School) -> None:
    app = school.bolt()
    heard: list[str] = []

    @app.event("app_mention")
    async def mentioned(event: Json, say: Any) -> None:
        heard.append(event["text"])
        await say("At your service", thread_ts=event["ts"])

    @app.event("message")
    async def message(event: Json) -> None:
        heard.append(event["channel_type"])

    await school.connect(app)
    seen = await school.ana.mentions(school.channel, school.app, "agenda")
    bot = school.installation.bot_user_id
    assert sorted(heard) == sorted([f"<@{bot}> agenda", "channel"])
    assert "At your service" in seen.text
    assert seen.sent
    assert [m["text"] for m in school.ana.thread(seen.sent)][-1] == "At your service"


async def test_a_direct_message(school: School) -> None:
    app = school.bolt()

    @app.event("message")
    async def message(event: Json, say: Any) -> None:
        await say(f"{event['channel_type']}: {event['text']}")

    await school.connect(app)
    assert (await school.ana.dm(school.app, "me")).text == "im: me"


async def test_a_button_carries_its_value_and_its_message(school: School) -> None:
    app = school.bolt()
    heard: list[Json] = []

    @app.action("done")
    async def done(ack: Any, body: Json, respond: Any) -> None:
        heard.append(body)
        await ack()
        await respond("Done by Ana", replace_original=True)

    await school.connect(app)
    posted = await school.client.chat_postMessage(channel="C1", text="Well?", blocks=BUTTONS)
    message = school.ana.history(school.channel)[-1]
    seen = await school.ana.click(message, "Done")
    body = heard[0]
    assert body["actions"][0]["value"] == "7"
    assert body["message"]["ts"] == body["container"]["message_ts"] == posted["ts"]
    assert body["channel"]["id"] == "C1"
    assert seen.text == "Done by Ana"
    assert "blocks" not in school.ana.history(school.channel)[-1]
    with pytest.raises(LookupError, match="nothing to click called 'Explode'"):
        await school.ana.click(posted["message"], "Explode")


async def test_a_private_message_can_be_replaced_and_deleted(school: School) -> None:
    app = school.bolt()

    @app.action("done")
    async def done(ack: Any, respond: Any) -> None:
        await ack()
        await respond(text="Sure?", blocks=BUTTONS, replace_original=True)

    @app.action("more")
    async def more(ack: Any, respond: Any) -> None:
        await ack()
        await respond(delete_original=True)

    await school.connect(app)
    await school.client.chat_postEphemeral(channel="C1", user="U1", text="?", blocks=BUTTONS)
    (message,) = school.ana.private(school.channel)
    seen = await school.ana.click(message, "Done")
    assert seen.message["text"] == "Sure?"
    await school.ana.click(seen.message, "More")
    assert school.ana.private(school.channel) == []


async def test_shortcuts(school: School) -> None:
    app = school.bolt()

    @app.shortcut("save")
    async def save(ack: Any, shortcut: Json, respond: Any) -> None:
        await ack()
        await respond(f"Saved: {shortcut['message']['text']}")

    @app.shortcut("start")
    async def start(ack: Any, shortcut: Json, client: Any) -> None:
        await ack()
        view = {"type": "modal", "title": plain("Start"), "blocks": []}
        await client.views_open(trigger_id=shortcut["trigger_id"], view=view)

    app.event("message")(_nothing)
    await school.connect(app)
    said = (await school.ben.says(school.channel, "gold")).sent
    seen = await school.ana.shortcut("save", said)
    assert seen.text == "Saved: gold"
    assert (await school.ana.shortcut("start")).text == "Start"


async def test_home_reactions_joins_and_links(school: School) -> None:
    app = school.bolt()
    heard: list[Json] = []

    @app.event("app_home_opened")
    async def home(event: Json, client: Any) -> None:
        heard.append(event)
        view = {"type": "home", "blocks": [{"type": "header", "text": plain("Welcome")}]}
        await client.views_publish(user_id=event["user"], view=view)

    for kind in ("reaction_added", "reaction_removed", "member_joined_channel", "link_shared"):
        app.event(kind)(_keep(heard))
    for kind in ("member_left_channel", "team_join", "user_change"):
        app.event(kind)(_keep(heard))
    app.event("message")(_nothing)
    await school.connect(app)

    seen = await school.ana.opens_home(school.app)
    assert seen.text == "Welcome"
    assert "view" not in heard[0]
    await school.ana.opens_home(school.app)
    assert heard[1]["view"]["blocks"][0]["text"]["text"] == "Welcome"

    said = (await school.ana.says(school.channel, "look: https://go.dpo.st/1")).sent
    assert said
    assert heard[-1]["type"] == "link_shared"
    assert heard[-1]["links"] == [{"domain": "dpo.st", "url": "https://go.dpo.st/1"}]
    await school.ana.react(said, "wave")
    assert (heard[-1]["reaction"], heard[-1]["item"]["ts"]) == ("wave", said["ts"])
    await school.ana.react(said, "wave", add=False)
    assert heard[-1]["type"] == "reaction_removed"
    cleo = school.world.add_person(school.workspace, "cleo")
    await school.ana.invites(school.channel, cleo)
    assert (heard[-1]["type"], heard[-1]["inviter"]) == ("member_joined_channel", "U1")
    await school.ben.leaves(school.channel)
    assert heard[-1]["type"] == "member_left_channel"
    assert "team_join" in {event["type"] for event in heard}
    metadata = {"event_type": "delivery", "event_payload": {"key": "k"}}
    await school.client.chat_postMessage(channel="C1", text="x", metadata=metadata)
    last = school.world.deliveries.sent[-1].payload["event"]
    assert (last["type"], last["metadata"]) == ("message_metadata_posted", metadata)


async def test_edits_and_deletions_are_heard(school: School) -> None:
    app = school.bolt()
    heard: list[Json] = []
    app.event({"type": "message", "subtype": "message_changed"})(_keep(heard))
    app.event({"type": "message", "subtype": "message_deleted"})(_keep(heard))
    app.event("message")(_nothing)
    await school.connect(app)
    said = (await school.ana.says(school.channel, "one")).sent
    assert said
    await school.ana.edits(said, "two")
    assert heard[0]["message"]["text"] == "two"
    assert heard[0]["previous_message"]["text"] == "one"
    await school.ana.deletes(said)
    assert heard[1]["deleted_ts"] == said["ts"]
    assert school.ana.history(school.channel) == []


async def test_only_what_is_subscribed_scoped_and_seen(school: School) -> None:
    app = school.bolt()
    heard: list[Json] = []
    app.event("message")(_keep(heard))
    await school.connect(app)
    away = school.world.add_channel(school.workspace, "away", [school.ana.person])
    await school.ana.says(away, "not for the app")
    school.installation.scopes.remove("im:history")
    await school.ana.dm(school.app, "not for it either")
    events = school.app.manifest["settings"]["event_subscriptions"]["bot_events"]
    events.remove("message.channels")
    await school.ana.says(school.channel, "nor this")
    assert heard == []


async def test_an_event_not_acked_comes_again(school: School) -> None:
    app = school.bolt()
    world, broken = school.world, [True]
    called: list[Json] = []

    @app.event("message")
    async def message(event: Json) -> None:
        called.append(event)
        world.changed()
        if broken:
            raise ValueError("not now")

    await school.connect(app)
    running = asyncio.create_task(school.ana.says(school.channel, "hi"))
    await world.until(lambda: len(called) == 1)
    school.watch.forward(3)
    await running
    await world.until(lambda: len(called) == 2)
    school.watch.forward(3)
    await world.until(lambda: world.deliveries.waiting)
    broken.clear()
    world.hurry()
    await world.until(lambda: len(called) == 3 and not world.deliveries.busy)
    sent = list(world.deliveries.sent)
    assert [each.attempt for each in sent] == [0, 1, 2]
    assert [each.reason for each in sent] == ["", "timeout", "timeout"]
    assert len({each.payload["event_id"] for each in sent}) == 1
    assert sent[-1].outcome
    assert sent[-1].outcome.ok


async def test_an_acked_event_can_be_sent_twice(school: School) -> None:
    app = school.bolt()
    heard: list[Json] = []
    app.event("message")(_keep(heard))
    await school.connect(app)
    await school.ana.says(school.channel, "hi")
    await school.world.redeliver()
    assert [event["text"] for event in heard] == ["hi", "hi"]
    assert school.world.deliveries.sent[-1].attempt == 1


async def test_ten_connections_and_no_more(school: School) -> None:
    async with aiohttp.ClientSession() as session:
        sockets: list[tuple[Json, str, object]] = []
        for _ in range(11):
            opened = await school.client.apps_connections_open(app_token=school.app.app_token)
            socket = await session.ws_connect(opened["url"])
            sockets.append((await socket.receive_json(), opened["url"], socket))
        assert [first["type"] for first, *_ in sockets[:10]] == ["hello"] * 10
        assert sockets[10][0] == {"type": "disconnect", "reason": "too_many_websockets"}
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(sockets[0][1])


async def test_a_dropped_socket_fails_what_it_carried(school: School) -> None:
    app = school.bolt()
    called = asyncio.Event()

    @app.command("/learn")
    async def learn(ack: Any) -> None:
        called.set()
        await asyncio.Event().wait()

    await school.connect(app)
    running = asyncio.create_task(school.ana.command(school.channel, "/learn"))
    await called.wait()
    school.world.drop_sockets()
    assert "operation_timeout" in (await running).failure
    assert school.world.deliveries.sockets.count(school.app) == 0


async def test_slack_asks_to_connect_anew(school: School) -> None:
    async with aiohttp.ClientSession() as session:
        opened = await school.client.apps_connections_open(app_token=school.app.app_token)
        socket = await session.ws_connect(opened["url"])
        assert (await socket.receive_json())["num_connections"] == 1
        await school.world.deliveries.sockets.refresh(school.app)
        assert await socket.receive_json() == {"type": "disconnect", "reason": "refresh_requested"}


def _keep(heard: list[Json]) -> Any:
    async def keep(event: Json) -> None:
        heard.append(event)

    return keep


async def _nothing(event: Json) -> None:
    """Acked and forgotten."""
