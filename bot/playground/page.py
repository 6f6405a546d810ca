"""The web page's endpoints: what it shows, what its person does, and the clock."""

import asyncio
import contextlib
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.playground.membership import may_see
from bot.playground.page_actions import ACTIONS, Body
from bot.playground.page_snapshot import person_row, snapshot
from bot.playground.shapes import Json, Person, Refused

if TYPE_CHECKING:
    from bot.playground.world import World

_END: Json = {}
INDEX = Path(__file__).parent / "static" / "index.html"


class Clockwork(Protocol):
    """What moves the demo's time. `next` and `set` say in short lines what happened."""

    async def next(self) -> list[str]: ...

    async def set(self, at: datetime) -> list[str]: ...

    def peek(self) -> Json | None:
        """{"at", "label"} of what comes next."""


class Page:
    def __init__(
        self, world: "World", clockwork: Clockwork | None, verbs: list[Json], start: Json | None
    ) -> None:
        self._world = world
        self._clockwork = clockwork
        self._verbs = verbs
        self._start = start or {}

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/", self.index),
            Route("/page/people", self.people),
            Route("/page/history", self.history),
            Route("/page/clock/{move}", self.move_clock, methods=["POST"]),
            Route("/page/{action}", self.act, methods=["POST"]),
            WebSocketRoute("/page/live", self.live),
        ]

    async def index(self, request: Request) -> Response:
        return FileResponse(INDEX)

    async def people(self, request: Request) -> Response:
        world = self._world
        members = [each for each in world.people.values() if not each.bot]
        start = self._start or ({"team": members[0].team, "user": members[0].id} if members else {})
        return JSONResponse(
            {
                "workspaces": [{"id": w.id, "name": w.name} for w in world.workspaces.values()],
                "people": [person_row(each) for each in members],
                "start": start,
            }
        )

    async def history(self, request: Request) -> Response:
        asked = request.query_params
        try:
            person = self._viewer(asked.get("team"), asked.get("user"))
            return JSONResponse({"ok": True, "messages": self._history(person, asked)})
        except Refused as refused:
            return _said(refused)

    async def act(self, request: Request) -> Response:
        """One thing the person did; see `page_actions`."""
        action = ACTIONS.get(request.path_params["action"])
        if action is None:
            return JSONResponse({"ok": False, "error": "There is no such action."})
        try:
            body = await request.json()
            person = self._viewer(body.get("team"), body.get("user"))
            answer = await action(Body(self._world, person, body))
        except Refused as refused:
            return _said(refused)
        except (KeyError, TypeError, ValueError):
            return JSONResponse({"ok": False, "error": "Something is missing in the request."})
        return JSONResponse({"ok": True} | answer)

    async def move_clock(self, request: Request) -> Response:
        if self._clockwork is None:
            return JSONResponse({"ok": False, "error": "This clock cannot be moved."})
        if request.path_params["move"] == "next":
            did = await self._clockwork.next()
        else:
            try:
                at = datetime.fromisoformat((await request.json())["at"])
            except (KeyError, TypeError, ValueError):
                return JSONResponse({"ok": False, "error": "That is not a time."})
            did = await self._clockwork.set(at)
        clock = self.clock("UTC")
        self._world.feeds.show_everyone({"type": "clock", "clock": clock})
        return JSONResponse({"ok": True, "clock": clock, "did": did})

    async def live(self, websocket: WebSocket) -> None:
        """The snapshot, then every frame of what this person sees."""
        asked = websocket.query_params
        await websocket.accept()
        try:
            person = self._viewer(asked.get("team"), asked.get("user"))
        except Refused:
            await websocket.close(code=4004)
            return
        with self._world.feeds.subscribe(person.id) as feed:
            first = snapshot(self._world, person, self._verbs, self.clock(person.tz))
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                await websocket.send_json(first)
                gone = asyncio.ensure_future(_until_gone(websocket))
                try:
                    await _pump(websocket, feed, gone)
                finally:
                    gone.cancel()

    def clock(self, zone: str) -> Json:
        return {
            "now": self._world.clock.now().isoformat(),
            "zone": zone,
            "movable": self._clockwork is not None,
            "next": self._clockwork.peek() if self._clockwork else None,
        }

    def _viewer(self, team: object, user: object) -> Person:
        person = self._world.people.get(str(user))
        if person is None or person.team != team or person.bot:
            raise Refused("user_not_found")
        return person

    def _history(self, person: Person, asked: QueryParams) -> list[Json]:
        channel = self._world.channel(asked.get("channel"))
        if not may_see(self._world, channel, person.id):
            raise Refused("channel_not_found")
        own = self._world.private[person.id][channel.id]
        thread = asked.get("thread_ts")
        found = {**self._world.messages[channel.id], **own}
        return [
            message
            for _, message in sorted(found.items())
            if message.get("thread_ts", message["ts"]) == (thread or message["ts"])
            or (not thread and message.get("subtype") == "thread_broadcast")
        ]


_SENTENCES = {
    "channel_not_found": "That channel is not here.",
    "message_not_found": "That message is gone.",
    "not_found": "That is no longer there.",
    "is_archived": "This channel is archived.",
    "user_not_found": "That person is not here.",
    "cant_update_message": "You can edit only what you wrote.",
    "cant_delete_message": "You can delete only what you wrote.",
    "already_reacted": "You have reacted with that already.",
    "no_reaction": "You have not reacted with that.",
    "no_options": "The app gave no options.",
    "msg_too_long": "This message is too long.",
    "no_text": "There is nothing in this message.",
    "no_file": "That file has no name.",
    "too_many_files": "At most 10 files go along with one message.",
    "not_in_channel": "Join the channel to write in it.",
    "account_inactive": "This account is deactivated.",
}


def _said(refused: Refused) -> Response:
    sentence = _SENTENCES.get(refused.error, f"Slack says no: {refused.error}.")
    return JSONResponse({"ok": False, "error": sentence})


async def _until_gone(websocket: WebSocket) -> None:
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        while True:
            await websocket.receive_text()


async def _pump(
    websocket: WebSocket, feed: "asyncio.Queue[Json]", gone: "asyncio.Future[None]"
) -> None:
    gone.add_done_callback(lambda _: feed.put_nowait(_END))
    while (frame := await feed.get()) is not _END:
        await websocket.send_json(frame)
