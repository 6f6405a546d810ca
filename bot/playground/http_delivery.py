"""Signed HTTP delivery to the app's request URL."""

import hashlib
import hmac
import json
import secrets
import time
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import aiohttp

from bot.playground.apps import App
from bot.playground.outcome import ACK_SECONDS, Outcome, Sent
from bot.playground.shapes import Json, Refused

if TYPE_CHECKING:
    from bot.playground.world import World

FORM = "application/x-www-form-urlencoded"


class HttpDelivery:
    def __init__(self, world: "World") -> None:
        self._world = world
        self._session: aiohttp.ClientSession | None = None

    async def send(self, app: App, sent: Sent) -> Outcome:
        if not app.request_url:
            return Outcome("dispatch_failed", retry_reason="connection_failed")
        content_type, body = _body(sent)
        headers = signed(app, body) | {"Content-Type": content_type}
        if sent.attempt:
            headers |= {
                "X-Slack-Retry-Num": str(sent.attempt),
                "X-Slack-Retry-Reason": sent.reason,
            }
        try:
            return await self._world.watch.within(
                self._post(app.request_url, headers, body), ACK_SECONDS
            )
        except TimeoutError:
            return Outcome("operation_timeout", retry_reason="http_timeout")
        except aiohttp.ClientError:
            return Outcome("dispatch_failed", retry_reason="connection_failed")

    async def verify(self, app: App, url: str) -> None:
        """The url_verification handshake; Refused when the challenge does not come back."""
        challenge = secrets.token_urlsafe(32)
        body = json.dumps(
            {"token": app.verification_token, "challenge": challenge, "type": "url_verification"}
        )
        headers = signed(app, body) | {"Content-Type": "application/json"}
        async with self._http().post(url, data=body, headers=headers) as response:
            answer = await response.text()
        if challenge not in answer:
            raise Refused("url_verification_failed")
        app.request_url = url
        self._world.keep("app", app.id, app.row())

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=0)
            self._session = aiohttp.ClientSession(connector=connector)
        return self._session

    async def _post(self, url: str, headers: dict[str, str], body: str) -> Outcome:
        async with self._http().post(url, data=body.encode(), headers=headers) as response:
            answer = await response.text()
            status = response.status
            no_retry = response.headers.get("X-Slack-No-Retry") == "1"
        if status < 300:
            return Outcome(payload=_answer(answer))
        failure = "http_client_error" if status < 500 else "http_service_error"
        return Outcome(failure, retry_reason="http_error", no_retry=no_retry)


def signed(app: App, body: str) -> dict[str, str]:
    """The v0 signature over the real time: an app refuses what is five minutes old."""
    at = str(int(time.time()))
    digest = hmac.new(app.signing_secret.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256)
    return {
        "X-Slack-Request-Timestamp": at,
        "X-Slack-Signature": f"v0={digest.hexdigest()}",
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
    }


def _body(sent: Sent) -> tuple[str, str]:
    if sent.kind == "events_api":
        return "application/json", json.dumps(sent.payload)
    if sent.kind == "slash_commands":
        return FORM, urlencode(sent.payload)
    return FORM, urlencode({"payload": json.dumps(sent.payload)})


def _answer(text: str) -> Json | None:
    """The ack's body: nothing, JSON, or words."""
    if not text.strip():
        return None
    try:
        found = json.loads(text)
    except json.JSONDecodeError:
        return {"text": text}
    return found if isinstance(found, dict) else {"text": text}
