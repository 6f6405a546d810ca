"""Who may speak to us as Teams: the checks before an activity is believed.

In this order: its size, the token (signature, issuer, audience, time) before the body is parsed,
the body's shape, whether it comes from Teams at all, and whether the token was given for the
address that the body names. See "Authentication with the Bot Connector API" at Microsoft's.
"""

import json
from typing import Any

import jwt
import msgspec
import structlog
from msgspec import Struct
from starlette.requests import ClientDisconnect, Request

from bot.payload import Activity, object_at, text_at
from bot.teams.keys import Key, Keys
from bot.teams.loopback import host_of, is_loopback, is_loopback_address

log = structlog.get_logger(__name__)

MOST_BYTES = 256 * 1024
ISSUER = "https://api.botframework.com"
LEEWAY = 300  # seconds that clocks may differ: Microsoft's own allowance
CHANNEL = "msteams"
"""Whoever holds the key of a bot's Direct Line or web chat writes there what they like: who they
are, and from which tenant."""
PROXIES = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "origin")


class Denied(Exception):
    """An HTTP request that is not let in: the status, and a sentence that tells no secret."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status, self.said = status, said


class Shown(Struct, frozen=True):
    """What a token that was believed says, and the key that signed it."""

    service_url: str
    key: Key


class Gate:
    """Lets activities in that Teams signed for this bot.

    With `unauthenticated` nobody shows a token: only what comes from this machine, and is answered
    on it, is let in. `loopback` allows conversations whose connector is on this machine.
    """

    def __init__(
        self, keys: Keys, client_id: str, *, unauthenticated: bool = False, loopback: bool = False
    ) -> None:
        self._keys, self._client_id = keys, client_id
        self._open, self._loopback = unauthenticated, loopback or unauthenticated

    async def admit(self, request: Request) -> Activity:
        """The activity that was sent. Raises Denied."""
        try:
            return await self._admit(request)
        except Denied as no:
            log.info("not let in", status=no.status, why=no.said)
            raise

    async def _admit(self, request: Request) -> Activity:
        _check_length(request)
        if self._open:
            _check_local(request)
            activity = _read(await _body(request))
            if not is_loopback_address(text_at(activity, "serviceUrl")):
                raise Denied(403, "Without tokens, only a connector on this machine is answered.")
            return activity
        shown = await self._token(request)
        activity = _read(await _body(request))
        self._check_address(shown, activity)
        return activity

    async def _token(self, request: Request) -> Shown:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Denied(401, "A bearer token is missing.")
        try:
            return await self._believed(token.strip())
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as wrong:
            raise Denied(401, f"The token does not hold: {type(wrong).__name__}.") from None

    async def _believed(self, token: str) -> Shown:
        """What the token says. Raises PyJWTError, or what an odd token makes PyJWT raise."""
        header = jwt.get_unverified_header(token)
        if header.get("alg") != "RS256":
            raise jwt.InvalidAlgorithmError
        key = await self._keys.find(text_at(header, "kid"))
        if key is None:
            raise jwt.InvalidKeyError
        claims = jwt.decode(
            token,
            key.public,
            algorithms=["RS256"],
            audience=self._client_id,
            issuer=ISSUER,
            leeway=LEEWAY,
            options={"require": ["exp", "iss", "aud"]},
        )
        return Shown(text_at(claims, "serviceurl"), key)

    def _check_address(self, shown: Shown, activity: Activity) -> None:
        named = text_at(activity, "serviceUrl")
        if not shown.service_url or shown.service_url.rstrip("/") != named.rstrip("/"):
            raise Denied(401, "The token was given for another address.")
        endorsed, channel = shown.key.endorsed, text_at(activity, "channelId")
        if endorsed is not None and channel not in endorsed:
            raise Denied(403, "The token's key does not stand for this channel.")
        here = self._loopback and is_loopback_address(named)
        if not here and not (named.startswith("https://") and host_of(named)):
            raise Denied(401, "The address is not safe.")


def _check_length(request: Request) -> None:
    told = request.headers.get("content-length", "0")
    if not told.isascii() or not told.isdigit():
        raise Denied(400, "The length of the body is no number.")
    if len(told) > 12 or int(told) > MOST_BYTES:
        raise Denied(413, "That is too large.")


def _check_local(request: Request) -> None:
    """Neither another machine, nor a proxy on this one, nor a page in somebody's browser."""
    client = request.client.host if request.client else ""
    behind = any(request.headers.get(name) for name in PROXIES)
    if behind or not is_loopback(client) or not is_loopback(request.url.hostname or ""):
        raise Denied(403, "Without tokens, only this machine is heard.")


async def _body(request: Request) -> bytes:
    """The request's bytes. Raises Denied when there are too many."""
    body = bytearray()
    try:
        async for part in request.stream():
            body += part
            if len(body) > MOST_BYTES:
                raise Denied(413, "That is too large.")
    except ClientDisconnect:
        raise Denied(400, "The body ended before its end.") from None
    return bytes(body)


def _read(body: bytes) -> Activity:
    activity: Any = _decoded(body)
    shaped = all(text_at(activity, name) for name in ("type", "serviceUrl"))
    if not shaped or not object_at(activity, "from") | object_at(activity, "conversation"):
        raise Denied(400, "The body is no activity.")
    if text_at(activity, "channelId") != CHANNEL:
        raise Denied(403, "Only Microsoft Teams is heard.")
    return dict(activity)


def _decoded(body: bytes) -> Any:
    try:
        try:
            return msgspec.json.decode(body)
        except msgspec.DecodeError:
            # Half of an emoji, where something was cut, is no text; the rest is as it was.
            whole = json.dumps(json.loads(body), ensure_ascii=False).encode(errors="replace")
            return msgspec.json.decode(whole)
    except (msgspec.DecodeError, RecursionError, ValueError):
        raise Denied(400, "The body is no JSON.") from None
