"""How Slack reaches the app: over a socket that we open, or over signed HTTP."""

from typing import Any

import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_sdk.socket_mode.response import SocketModeResponse
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.errors import ConfigError
from bot.slack.app import SlackApp
from bot.slack.web_client import plain_client

log = structlog.get_logger(__name__)

MOST_BYTES = 4_000_000  # Slack's own requests stay below; anyone can send to a public address


class CalmSocket(AsyncSocketModeHandler):
    """Bolt's socket, which also acks what Bolt cannot even read: without an ack Slack sends it
    again."""

    async def handle(self, client: Any, req: Any) -> None:
        """One envelope."""
        try:
            await super().handle(client, req)
        except Exception:
            log.exception("an envelope from Slack could not be read")
            await client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))


async def connect_socket(
    app: SlackApp, app_token: str, base_url: str = "https://slack.com/api/"
) -> CalmSocket:
    """Open Socket Mode; close it with `await socket.close_async()`, before the app.

    Raises SlackApiError when Slack does not take the app token (xapp-…).
    """
    # A broken socket is noticed at the next ping: every three seconds, not Bolt's ten.
    socket = CalmSocket(app, app_token, web_client=plain_client(base_url), ping_interval=3)
    try:
        await socket.connect_async()  # type: ignore[no-untyped-call]
    except BaseException:
        await socket.close_async()  # type: ignore[no-untyped-call]
        raise
    return socket


def http_routes(app: SlackApp) -> list[Route]:
    """The routes of the Events API, commands and interactivity: POST /slack/events."""
    if not app.can_verify:
        raise ConfigError(
            "SLACK_SIGNING_SECRET is empty: without it anyone could speak as Slack. "
            "Copy it from the app's Basic Information page, or use Socket Mode."
        )

    async def receive(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return PlainTextResponse("too large", 413)
        if not _may_be_signed(request):
            return PlainTextResponse("not signed", 401)
        try:
            asked = to_async_bolt_request(request, body)
        except (ValueError, TypeError, AttributeError):  # no JSON, or none of a known shape
            return PlainTextResponse("not understood", 400)
        return to_starlette_response(await app.async_dispatch(asked))

    return [Route("/slack/events", receive, methods=["POST"])]


async def _body(request: Request) -> bytes | None:
    """The request's bytes, or None when there are too many."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)


def _may_be_signed(request: Request) -> bool:
    """Whether the headers can be checked at all; Bolt raises on those that cannot."""
    stamp = request.headers.get("x-slack-request-timestamp", "")
    signature = request.headers.get("x-slack-signature", "")
    return stamp.isascii() and stamp.isdigit() and signature.isascii() and signature != ""
