"""The Web API's front door: token, scope, rate, fault, then the method itself."""

import json
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.playground import (
    api_apps,
    api_chat,
    api_conversations,
    api_extras,
    api_files,
    api_people,
    api_views,
    oauth,
)
from bot.playground.asking import Ask, Method
from bot.playground.faulty import through, too_many
from bot.playground.shapes import Call, Installation, Json, Refused

if TYPE_CHECKING:
    from bot.playground.world import World

METHODS: dict[str, Method] = {
    **api_apps.METHODS,
    **api_chat.METHODS,
    **api_conversations.METHODS,
    **api_extras.METHODS,
    **api_files.METHODS,
    **api_people.METHODS,
    **api_views.METHODS,
    **oauth.METHODS,
}
_SECRETS = {"token", "client_secret", "refresh_token", "code", "authorization"}


class Limited(Exception):
    def __init__(self, seconds: int) -> None:
        self.seconds = seconds


async def handle(world: "World", request: Request) -> Response:
    """Answer one Web API call, and write it into the world's log."""
    name = request.path_params["method"]
    try:
        args = await arguments(request)
    except ValueError:
        return JSONResponse({"ok": False, "error": "invalid_json"})
    token = _token(request, args)
    found = _installation(world, token)
    shown = {key: value for key, value in args.items() if key not in _SECRETS}
    call = Call(name, found.team if found else "", shown, world.watch())
    world.log.append(call)
    said = await through(world, request, call, args, lambda: _answered(world, call, args, token))
    said.headers["Date"] = format_datetime(world.clock.now(), usegmt=True)
    if found:
        said.headers["X-OAuth-Scopes"] = ",".join(found.scopes)
    return said


def _answered(world: "World", call: Call, args: Json, token: str) -> Response:
    """Do what the call asks. A refusal is an answer too."""
    try:
        answer = _do(world, call, args, token)
    except Refused as refused:
        call.error = refused.error
        return JSONResponse({"ok": False, "error": refused.error} | refused.extra)
    except Limited as limited:
        call.error = "ratelimited"
        return too_many(limited.seconds)
    finally:
        world.changed()
    call.accepted, call.ts = True, str(answer.get("ts", ""))
    return JSONResponse({"ok": True} | answer)


def _do(world: "World", call: Call, args: Json, token: str) -> Json:
    method = METHODS.get(call.method)
    if method is None:
        raise Refused("unknown_method", req_method=call.method)
    ask = Ask(world, args, token, _installation(world, token))
    ask.check(method)
    _meter(world, call.method, method, ask)
    return method.do(ask)


def _meter(world: "World", name: str, method: Method, ask: Ask) -> None:
    rates = world.rates
    who = (name, ask.token)
    seconds = 0
    if name == "chat.postMessage":
        key = (*who, str(ask.args.get("channel")))
        seconds = world.meter.take(key, rates.posts_per_second, rates.post_burst)
    elif rates.commercial and name in {"conversations.history", "conversations.replies"}:
        seconds = world.meter.take(who, 1 / 60, 1)
    elif method.tier:
        per_minute = rates.tiers[method.tier]
        seconds = world.meter.take(who, per_minute / 60, per_minute)
    if seconds:
        raise Limited(seconds)


def _token(request: Request, args: Json) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme == "Bearer" else str(args.get("token", ""))


def _installation(world: "World", token: str) -> Installation | None:
    return next((each for each in world.installations if each.bot_token == token), None)


async def arguments(request: Request) -> Json:
    """The arguments of a call, from its query, form or JSON. ValueError for broken JSON."""
    args: Json = dict(request.query_params)
    scheme, _, pair = request.headers.get("authorization", "").partition(" ")
    if scheme == "Basic":
        args["authorization"] = pair
    body = await request.body()
    if request.headers.get("content-type", "").startswith("application/json"):
        sent: Any = json.loads(body) if body else {}
        if not isinstance(sent, dict):
            raise ValueError("not an object")
        return args | sent
    return args | dict(parse_qsl(body.decode(), keep_blank_values=True))
