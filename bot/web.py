"""The web side: health, and calendar feeds."""

import asyncio
from datetime import timedelta
from typing import Protocol

from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.clock import Clock
from bot.compose.ics import feed
from bot.opening import Opened
from storage import calls, series

SLOWEST = 2.0  # seconds for the database to say that it is there
PAST = timedelta(days=60)


class Program(Protocol):
    """What the web side asks of the program."""

    @property
    def opened(self) -> Opened: ...

    @property
    def clock(self) -> Clock: ...

    def health(self) -> dict[str, bool]:
        """Part by part, whether it does its work."""
        ...


def make_web(program: Program, routes: list[BaseRoute]) -> Starlette:
    """The app behind HOST:PORT; `routes` are the doors'."""
    database, clock = program.opened.database, program.clock

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok")

    async def readyz(_request: Request) -> Response:
        parts = {"database": await _is_there(program.opened), **program.health()}
        return JSONResponse(parts, status_code=200 if all(parts.values()) else 503)

    async def calendar(request: Request) -> Response:
        key = request.path_params["key"]
        made = await asyncio.wrap_future(database.read(lambda session: _feed(session, key, clock)))
        if made is None:
            return PlainTextResponse("There is no such calendar (any more).", status_code=404)
        return Response(made, media_type="text/calendar; charset=utf-8")

    return Starlette(
        routes=[
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/calendar/{key}.ics", calendar),
            *routes,
        ]
    )


def _feed(session: Session, key: str, clock: Clock) -> bytes | None:
    known = series.by_feed_key(session, key=key)
    if known is None:
        return None
    since = clock.now() - PAST
    every = calls.of_series(session, series_id=known.id, since=since)
    return feed(known, every, known.name, at=clock.now())


async def _is_there(opened: Opened) -> bool:
    try:
        return await asyncio.wait_for(asyncio.wrap_future(opened.check()), SLOWEST)
    except Exception:
        return False
