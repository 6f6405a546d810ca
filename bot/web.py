"""The web side: health, figures, and calendar feeds."""

import asyncio
import re
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.clock import Clock
from bot.compose.ics import feed
from bot.guarded import NEVER_KEPT, Guarded
from bot.metrics import Metrics
from bot.mine_page import mine_routes
from bot.opening import Opened
from bot.picture import drawn
from storage import calls, series
from storage.probe import can_save
from storage.waiting import Waiting, waiting

SLOWEST = 2.0  # seconds for the database to say that it is there
PAST = timedelta(days=60)
ABOUT = """Homeroom runs a learning network's weekly call, in chat.

What it keeps: the network's organisations, channels and members (name, time zone), its calls, and
what people gave it: check-ins, links with their reasons, problems and offers, exit tickets,
commitments, recaps. Messages that people write to each other are not kept; the links in them wait
four weeks for whoever posted them, and a reply to a question of Homeroom's is an answer. It is
kept where whoever runs this Homeroom keeps it. In chat, “me export” gives you everything that it
holds of you, and “me erase” has it erased; a host may set how long things are kept at all.
"""
"""What somebody reads who follows the app's address; its page on privacy, too."""
_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What the keys in our addresses are made of."""


class Program(Protocol):
    """What the web side asks of the program."""

    @property
    def opened(self) -> Opened: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def metrics(self) -> Metrics: ...

    @property
    def damaged(self) -> bool: ...

    def health(self) -> dict[str, bool]:
        """Part by part, whether it does its work."""
        ...


def make_web(program: Program, routes: list[BaseRoute]) -> Starlette:
    """The app behind HOST:PORT; `routes` are the doors'."""
    database, clock = program.opened.database, program.clock

    async def about(_request: Request) -> Response:
        return PlainTextResponse(ABOUT)

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok")

    async def readyz(_request: Request) -> Response:
        parts = {"database": await _can_be_used(program), **program.health()}
        return JSONResponse(parts, status_code=200 if all(parts.values()) else 503)

    async def metrics(_request: Request) -> Response:
        now = clock.now()
        page = program.metrics.page(await _queue(program, now), now)
        return Response(page, headers={"content-type": CONTENT_TYPE_LATEST})

    async def calendar(request: Request) -> Response:
        key = request.path_params["key"]
        look = partial(_feed, key=key, clock=clock)
        made = await asyncio.wrap_future(database.read(look)) if _KEY.fullmatch(key) else None
        if made is None:
            return PlainTextResponse("There is no such calendar (any more).", status_code=404)
        return Response(made, media_type="text/calendar; charset=utf-8")

    async def picture(request: Request) -> Response:
        key = request.path_params["key"]
        look = partial(drawn, key=key, now=clock.now())
        made = await asyncio.wrap_future(database.read(look)) if _KEY.fullmatch(key) else None
        if made is None:
            return PlainTextResponse("There is no such picture (any more).", status_code=404)
        return Response(made, media_type="image/png")

    return Starlette(
        routes=[
            Route("/", about),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", metrics),
            Route("/calendar/{key}.ics", calendar),
            Route("/picture/{key}.png", picture),
            *mine_routes(database, clock),
            *routes,
        ],
        middleware=[Middleware(Guarded)],
        exception_handlers={Exception: _broken},
    )


async def _broken(_request: Request, _problem: Exception) -> Response:
    return PlainTextResponse(
        "That did not work just now. Please try again in a minute.", 500, headers=dict(NEVER_KEPT)
    )


def _feed(session: Session, *, key: str, clock: Clock) -> bytes | None:
    known = series.by_feed_key(session, key=key)
    if known is None:
        return None
    since = clock.now() - PAST
    every = calls.of_series(session, series_id=known.id, since=since)
    return feed(known, every, known.name, at=clock.now())


async def _can_be_used(program: Program) -> bool:
    """Whether what people say could be saved now."""
    database = program.opened.database
    try:
        async with asyncio.timeout(SLOWEST):
            there = await asyncio.wrap_future(program.opened.check())
            saves = there and await asyncio.wrap_future(database.write(can_save))
            return saves and not program.damaged
    except Exception:
        return False


async def _queue(program: Program, now: datetime) -> Waiting | None:
    """What waits to be sent; None when the database does not say so in time."""
    asked = program.opened.database.read(lambda session: waiting(session, now=now))
    try:
        return await asyncio.wait_for(asyncio.wrap_future(asked), SLOWEST)
    except Exception:
        return None
