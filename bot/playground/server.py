"""The playground as one local server: Web API, Socket Mode, response URLs and the page."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from bot.playground import api_files, oauth, response_urls, web_api
from bot.playground.page import Clockwork, Page
from bot.playground.shapes import Json

if TYPE_CHECKING:
    from bot.playground.world import World

STATIC = Path(__file__).parent / "static"


class _Http(HttpToolsProtocol):
    """Hands its transport to the request, so that a fault can break the connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class _Ws(WebSocketsSansIOProtocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class _Quiet(uvicorn.Server):
    """Runs inside somebody else's loop: Ctrl-C is theirs."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()
        self.down = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self.down.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """At once: whoever is still connected sees the connection break."""
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        for server in self.servers:
            server.close()
        tasks = list(self.server_state.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass
class Served:
    """Where it is served: `url` for people, `api_url` for `WebClient(base_url=…)`."""

    world: "World"
    url: str

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"


@asynccontextmanager
async def serve(
    world: "World",
    port: int = 0,
    *,
    clockwork: Clockwork | None = None,
    verbs: list[Json] | None = None,
    start: Json | None = None,
) -> AsyncIterator[Served]:
    """Serve the world on 127.0.0.1 while the block runs.

    `clockwork` moves the demo's time, `verbs` complete commands, `start` is who the page opens as.
    """
    listener = socket.create_server(("127.0.0.1", port))
    world.base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    page = Page(world, clockwork, verbs or [], start)
    config = uvicorn.Config(
        application(world, page),
        http=_Http,
        ws=_Ws,
        lifespan="off",
        log_config=None,  # whoever serves it says how it is logged
        log_level="warning",
        access_log=False,
        ws_per_message_deflate=False,
        date_header=False,  # the world has a clock of its own
        timeout_keep_alive=75,  # as a platform's load balancer, so that a pause breaks nothing
    )
    server = _Quiet(config)
    running = asyncio.create_task(server.serve([listener]))
    try:
        await server.up.wait()
        yield Served(world, world.base_url)
    finally:
        await world.deliveries.stop()
        server.down.set()
        await running


def application(world: "World", page: Page) -> Starlette:
    def to(handler: Callable[["World", Request], Awaitable[Response]]) -> Any:
        async def endpoint(request: Request) -> Response:
            return await handler(world, request)

        return endpoint

    async def consent(request: Request) -> Response:
        return oauth.consent_page(world, request)

    async def allow(request: Request) -> Response:
        return oauth.allow(world, request)

    async def deny(request: Request) -> Response:
        return oauth.deny(world, request)

    return Starlette(
        routes=[
            Route("/api/{method}", to(web_api.handle), methods=["GET", "POST"]),
            Route("/respond/{key:path}", to(response_urls.handle), methods=["POST"]),
            Route("/upload/{file_id}", to(api_files.receive), methods=["POST"]),
            Route("/oauth/v2/authorize", consent),
            Route("/oauth/v2/allow", allow),
            Route("/oauth/v2/deny", deny),
            WebSocketRoute("/link/", world.deliveries.sockets.serve),
            *page.routes(),
            Mount("/static", StaticFiles(directory=STATIC, check_dir=False)),
        ]
    )
