"""The same over signed HTTP: a Bolt app behind its own little server."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

from bot.playground.hands import Hands
from bot.playground.server import serve
from bot.playground.shapes import Refused
from bot.playground.watch import HandWatch
from bot.playground.world import World
from tests.playground.conftest import Clock, School, manifest
from tests.playground.test_chat import error

Json = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def listening(handler: Handler) -> AsyncIterator[str]:
    """A server at whose address everything goes to `handler`."""
    app = web.Application()
    app.router.add_post("/slack/events", handler)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        port = runner.addresses[0][1]
        yield f"http://127.0.0.1:{port}/slack/events"
    finally:
        await runner.cleanup()


def behind(bolt: AsyncApp) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        asked = AsyncBoltRequest(body=await request.text(), headers=dict(request.headers))
        answer = await bolt.async_dispatch(asked)
        headers = {"Content-Type": answer.first_headers()["content-type"]}
        return web.Response(status=answer.status, text=answer.body, headers=headers)

    return handle


@pytest.fixture
async def school(clock: Clock, watch: HandWatch) -> AsyncIterator[School]:
    """The usual school; its app is delivered to by HTTP."""
    world = World(clock, watch=watch)
    workspace = world.add_workspace("T1", "Bay Schools", "bay")
    ana = world.add_person(workspace, "ana", id="U1")
    ben = world.add_person(workspace, "ben", id="U2")
    channel = world.add_channel(workspace, "weekly", [ana, ben], id="C1")
    app = world.make_app(manifest(socket_mode_enabled=False))
    found = app.install(workspace)
    channel.members.add(found.bot_user_id)
    hands = Hands(world, workspace, ana), Hands(world, workspace, ben)
    async with serve(world) as served:
        yield School(world, workspace, channel, app, found, *hands, served, clock, watch)


def bolt_of(school: School) -> AsyncApp:
    secret = school.app.signing_secret
    return AsyncApp(client=school.client, process_before_response=True, signing_secret=secret)


async def test_commands_events_and_buttons_over_http(school: School) -> None:
    bolt = bolt_of(school)

    @bolt.command("/learn")
    async def learn(ack: Any, command: Json) -> None:
        await ack(f"Heard {command['text']}")

    @bolt.event("message")
    async def message(event: Json, say: Any) -> None:
        block = {"type": "button", "text": {"type": "plain_text", "text": "Go"}, "action_id": "go"}
        await say(text="Well?", blocks=[{"type": "actions", "elements": [block]}])

    @bolt.action("go")
    async def go(ack: Any, respond: Any) -> None:
        await ack()
        await respond("Gone")

    async with listening(behind(bolt)) as url:
        await school.app.set_request_url(url)
        assert (await school.ana.command(school.channel, "/learn", "a & b")).text == (
            "Heard a &amp; b"
        )
        seen = await school.ana.says(school.channel, "hello")
        seen = await school.ana.click(seen.message, "Go")
        assert seen.text == "Gone"


async def test_a_url_that_does_not_echo_is_not_taken(school: School) -> None:
    async def deaf(request: web.Request) -> web.StreamResponse:
        return web.Response(text="hello")

    async with listening(deaf) as url:
        with pytest.raises(Refused, match="url_verification_failed"):
            await school.app.set_request_url(url)
    assert school.app.request_url == ""


async def test_every_request_is_signed_and_retries_say_so(school: School) -> None:
    heard: list[tuple[bool, str | None, str | None]] = []
    verifier = SignatureVerifier(school.app.signing_secret)

    async def failing(request: web.Request) -> web.StreamResponse:
        headers = dict(request.headers)
        valid = verifier.is_valid_request(await request.text(), headers)
        retry = headers.get("X-Slack-Retry-Num"), headers.get("X-Slack-Retry-Reason")
        heard.append((valid, *retry))
        return web.Response(status=500)

    async with listening(failing) as url:
        school.app.request_url = url
        await school.ana.says(school.channel, "hi")
        deliveries = school.world.deliveries
        for _ in range(2):
            await school.world.until(lambda: deliveries.waiting)
            school.world.hurry()
        await school.world.until(lambda: len(heard) == 4 and not deliveries.busy)
        assert not deliveries.waiting
    assert heard == [
        (True, None, None),
        (True, "1", "http_error"),
        (True, "2", "http_error"),
        (True, "3", "http_error"),
    ]


async def test_an_app_may_ask_for_no_retries(school: School) -> None:
    heard: list[int] = []

    async def failing(request: web.Request) -> web.StreamResponse:
        heard.append(1)
        return web.Response(status=500, headers={"X-Slack-No-Retry": "1"})

    async with listening(failing) as url:
        school.app.request_url = url
        await school.ana.says(school.channel, "hi")
        await school.ben.says(school.channel, "ho")
    assert len(heard) == 2


@pytest.mark.parametrize(
    ("status", "failure"), [(404, "http_client_error"), (503, "http_service_error")]
)
async def test_what_a_person_sees_of_a_bad_answer(
    school: School, status: int, failure: str
) -> None:
    async def bad(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status)

    async with listening(bad) as url:
        school.app.request_url = url
        seen = await school.ana.command(school.channel, "/learn")
    assert seen.failure == f'/learn failed with the error "{failure}"'


async def test_three_seconds_over_http(school: School) -> None:
    called = asyncio.Event()

    async def slow(request: web.Request) -> web.StreamResponse:
        called.set()
        await asyncio.Event().wait()
        return web.Response()

    async with listening(slow) as url:
        school.app.request_url = url
        running = asyncio.create_task(school.ana.command(school.channel, "/learn"))
        await called.wait()
        school.watch.forward(3.1)
        assert (await running).failure == '/learn failed with the error "operation_timeout"'


async def test_nobody_at_the_address(school: School) -> None:
    async with listening(_never) as url:
        school.app.request_url = url
    seen = await school.ana.command(school.channel, "/learn")
    assert seen.failure == '/learn failed with the error "dispatch_failed"'


async def test_socket_mode_is_off_for_an_http_app(school: School) -> None:
    calling = school.client.apps_connections_open(app_token=school.app.app_token)
    assert await error(calling) == "socket_mode_not_enabled"


async def _never(request: web.Request) -> web.StreamResponse:
    return web.Response()
