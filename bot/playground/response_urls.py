"""response_url: answering later, five times in half an hour."""

import json
import secrets
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.playground import messages
from bot.playground.api_chat import checked_content
from bot.playground.faulty import through
from bot.playground.shapes import Call, Channel, Installation, Json, Person, Refused, ResponseUrl

if TYPE_CHECKING:
    from bot.playground.world import World

MOST_USES = 5
SECONDS = 30 * 60


def new(
    world: "World",
    kind: str,
    found: Installation,
    channel: str,
    user: str,
    *,
    message_ts: str = "",
    ephemeral: bool = False,
) -> str:
    """An address under commands, actions or app, as Slack has them."""
    now = world.watch()
    urls = world.response_urls
    while urls and now - next(iter(urls.values())).at > 2 * SECONDS:
        del urls[next(iter(urls))]
    key = f"{kind}/{found.team}/{secrets.randbelow(10**12)}/{secrets.token_urlsafe(18)}"
    world.response_urls[key] = ResponseUrl(found, channel, user, now, message_ts, ephemeral)
    return f"{world.base_url}/respond/{key}"


async def handle(world: "World", request: Request) -> Response:
    """POST to a response_url: 200 "ok", or what Slack says against it."""
    url = world.response_urls.get(request.path_params["key"])
    try:
        answer = json.loads(await request.body())
    except ValueError:
        return PlainTextResponse("invalid_payload", status_code=400)
    call = Call("response_url", url.installation.team if url else "", answer, world.watch())
    world.log.append(call)
    return await through(world, request, call, answer, lambda: _answered(world, url, call, answer))


def _answered(world: "World", url: ResponseUrl | None, call: Call, answer: Json) -> Response:
    try:
        _use(world, url)
        if url:
            _respond(world, url, answer)
    except Refused as refused:
        call.error = refused.error
        status = 404 if refused.error in {"used_url", "expired_url", "no_service"} else 400
        body = {"ok": False, "error": refused.error} | refused.extra
        return JSONResponse(body, status_code=status)
    finally:
        world.changed()
    call.accepted = True
    return PlainTextResponse("ok")


def answer_command(
    world: "World", found: Installation, channel: Channel, person: Person, answer: Json
) -> None:
    """What came in a slash command's ack, shown. Refused when Slack would not show it."""
    if not any(answer.get(key) for key in ("text", "blocks")):
        return
    _say(world, found, channel, person.id, answer)


def _use(world: "World", url: ResponseUrl | None) -> None:
    if url is None:
        raise Refused("no_service")
    if world.watch() - url.at > SECONDS:
        raise Refused("expired_url")
    if url.uses >= MOST_USES:
        raise Refused("used_url")
    url.uses += 1


def _respond(world: "World", url: ResponseUrl, answer: Json) -> None:
    channel = world.channel(url.channel)
    if answer.get("delete_original"):
        _delete(world, url, channel)
    elif answer.get("replace_original") and url.message_ts:
        _replace(world, url, channel, answer)
    else:
        _say(world, url.installation, channel, url.user, answer)


def _delete(world: "World", url: ResponseUrl, channel: Channel) -> None:
    if url.ephemeral:
        messages.remove_private(world, channel.id, url.user, url.message_ts)
    else:
        by = url.installation.bot_user_id
        messages.delete(world, channel, url.message_ts, by=by)


def _replace(world: "World", url: ResponseUrl, channel: Channel, answer: Json) -> None:
    content = checked_content(answer, blocks=answer.get("blocks"))
    if not url.ephemeral:
        by = url.installation.bot_user_id
        blocks = content.get("blocks")
        messages.edit(world, channel, url.message_ts, by=by, text=content["text"], blocks=blocks)
        return
    shown = world.private[url.user][channel.id].get(url.message_ts)
    if shown is None:
        raise Refused("message_not_found")
    shown.pop("blocks", None)
    shown |= content
    messages.show_private(world, channel.id, url.user, shown)


def _say(world: "World", found: Installation, channel: Channel, viewer: str, answer: Json) -> None:
    kind = answer.get("response_type", "ephemeral")
    if kind not in {"ephemeral", "in_channel"}:
        raise Refused("invalid_arguments")
    fields: dict[str, Any] = {
        "bot_id": found.bot_id,
        "app_id": found.app_id,
        "thread_ts": answer.get("thread_ts"),
        **checked_content(answer, blocks=answer.get("blocks")),
    }
    if kind == "in_channel":
        messages.post(world, channel, user=found.bot_user_id, **fields)
    else:
        own = {"user": found.bot_user_id, "team": found.team}
        messages.whisper(world, channel.id, viewer, **own, **fields)
