"""Socket Mode: tickets, at most ten connections, envelopes out and acks in."""

import asyncio
import json
import secrets
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.playground.apps import App
from bot.playground.outcome import ACK_SECONDS, Outcome, Sent
from bot.playground.shapes import Json

if TYPE_CHECKING:
    from bot.playground.world import World

MOST_CONNECTIONS = 10
Ack = asyncio.Future[Json]


@dataclass(eq=False)
class Connection:
    websocket: WebSocket
    acks: dict[str, Ack] = field(default_factory=dict)

    async def send(self, frame: Json) -> None:
        await self.websocket.send_text(json.dumps(frame))

    def abort(self) -> None:
        self.websocket.scope["state"]["transport"].abort()


class Sockets:
    def __init__(self, world: "World") -> None:
        self._world = world
        self._tickets: dict[str, str] = {}
        self._open: dict[str, list[Connection]] = defaultdict(list)

    def ticket(self, app: App) -> str:
        """The address apps.connections.open answers with; good for one connection."""
        ticket = secrets.token_urlsafe(16)
        self._tickets[ticket] = app.id
        base = self._world.base_url.replace("http", "ws", 1)
        return f"{base}/link/?ticket={ticket}&app_id={app.id}"

    def count(self, app: App) -> int:
        return len(self._open[app.id])

    async def serve(self, websocket: WebSocket) -> None:
        """One connection, from its hello to its end."""
        app_id = self._tickets.pop(websocket.query_params.get("ticket", ""), None)
        if app_id is None:
            await websocket.close(code=4001)
            return
        await websocket.accept()
        connection = Connection(websocket)
        here = self._open[app_id]
        if len(here) >= MOST_CONNECTIONS:
            await connection.send({"type": "disconnect", "reason": "too_many_websockets"})
            await websocket.close()
            return
        here.append(connection)
        try:
            await connection.send(_hello(app_id, len(here)))
            self._world.changed()
            await self._listen(connection)
        except (WebSocketDisconnect, RuntimeError):
            pass  # it is gone: what it had not acked fails below
        finally:
            here.remove(connection)
            _give_up(connection)
            self._world.changed()

    async def send(self, app: App, sent: Sent) -> Outcome:
        """Deliver over the connection that waited longest, and wait for its ack."""
        here = self._open[app.id]
        if not here:
            return Outcome("dispatch_failed", retry_reason="timeout")
        connection = here.pop(0)
        here.append(connection)
        envelope_id = secrets.token_hex(16)
        ack: Ack = asyncio.get_running_loop().create_future()
        connection.acks[envelope_id] = ack
        try:
            await connection.send(_envelope(envelope_id, sent))
            answer = await self._world.watch.within(ack, ACK_SECONDS)
            return Outcome(payload=answer.get("payload") or None)
        except (TimeoutError, ConnectionError, RuntimeError, WebSocketDisconnect):
            return Outcome("operation_timeout", retry_reason="timeout")
        finally:
            connection.acks.pop(envelope_id, None)

    def drop(self) -> None:
        """Break every connection without a closing frame."""
        for here in self._open.values():
            for connection in list(here):
                connection.abort()

    async def refresh(self, app: App) -> None:
        """Ask the app to connect anew, as Slack does every few hours."""
        for connection in list(self._open[app.id]):
            await connection.send({"type": "disconnect", "reason": "refresh_requested"})

    async def _listen(self, connection: Connection) -> None:
        while True:
            try:
                frame = json.loads(await connection.websocket.receive_text())
            except json.JSONDecodeError:
                continue
            ack = connection.acks.get(str(frame.get("envelope_id")))
            if ack and not ack.done():
                ack.set_result(frame)


def _hello(app_id: str, connections: int) -> Json:
    return {
        "type": "hello",
        "num_connections": connections,
        "debug_info": {"host": "playground", "approximate_connection_time": 18060},
        "connection_info": {"app_id": app_id},
    }


def _envelope(envelope_id: str, sent: Sent) -> Json:
    frame = {
        "envelope_id": envelope_id,
        "payload": sent.payload,
        "type": sent.kind,
        "accepts_response_payload": _accepts(sent),
    }
    if sent.kind == "events_api":
        frame |= {"retry_attempt": sent.attempt, "retry_reason": sent.reason}
    return frame


def _accepts(sent: Sent) -> bool:
    """Only these may be answered in the ack."""
    return sent.kind == "slash_commands" or sent.payload.get("type") in {
        "view_submission",
        "block_suggestion",
    }


def _give_up(connection: Connection) -> None:
    for ack in connection.acks.values():
        if not ack.done():
            ack.set_exception(ConnectionError("the socket went away"))
