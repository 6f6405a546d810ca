"""Uploading: an address to put the bytes at, then a message with the file."""

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.playground import events, messages
from bot.playground.asking import Ask, Method
from bot.playground.shapes import Json, Refused

if TYPE_CHECKING:
    from bot.playground.world import World


def get_upload_url(ask: Ask) -> Json:
    length = ask.count("length", 0, 1_000_000_000)
    upload_id = ask.world.mint("F")
    ask.world.uploads[upload_id] = {
        "id": upload_id,
        "name": ask.text("filename"),
        "title": ask.text("filename"),
        "size": length,
        "received": -1,
    }
    return {"upload_url": f"{ask.world.base_url}/upload/{upload_id}", "file_id": upload_id}


async def receive(world: "World", request: Request) -> Response:
    """The bytes. They are counted, not kept."""
    upload = world.uploads.get(request.path_params["file_id"])
    if upload is None:
        return PlainTextResponse("not found", status_code=404)
    upload["received"] = len(await request.body())
    return PlainTextResponse(f"OK - {upload['received']}")


def complete_upload(ask: Ask) -> Json:
    """Refused: file_not_found, file_update_failed (nothing was uploaded)."""
    files = [_finished(ask, each) for each in ask.json("files", "invalid_arguments") or []]
    if not files:
        raise Refused("invalid_arguments")
    if ask.maybe("channel_id"):
        channel = ask.joined("channel_id")
        posted = messages.post(
            ask.world,
            channel,
            user=ask.bot,
            text=ask.maybe("initial_comment"),
            bot_id=ask.installation.bot_id,
            app_id=ask.app.id,
            thread_ts=ask.maybe("thread_ts"),
            files=files,
        )
        for each in files:
            event = {"type": "file_shared", "file_id": each["id"], "user_id": ask.bot}
            event |= {"channel_id": channel.id, "event_ts": posted.message["ts"]}
            events.channel_event(ask.world, channel, event, actor_team=ask.team)
    return {"files": files}


def _finished(ask: Ask, wanted: Json) -> Json:
    upload = ask.world.uploads.get(wanted.get("id", ""))
    if upload is None:
        raise Refused("file_not_found")
    if upload["received"] < 0:
        raise Refused("file_update_failed")
    upload["title"] = wanted.get("title", upload["title"])
    return {key: value for key, value in upload.items() if key != "received"}


METHODS = {
    "files.getUploadURLExternal": Method(get_upload_url, "files:write", tier=4),
    "files.completeUploadExternal": Method(complete_upload, "files:write", tier=4),
}
