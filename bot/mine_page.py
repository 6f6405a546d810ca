"""The page behind a one-time link: what is kept of whoever it was given to."""

import asyncio
from functools import partial

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.clock import Clock
from bot.guarded import NEVER_KEPT
from bot.mine import is_good, use
from storage.database import Database

NOT_GOOD = "This link is not good (any more). In chat, say: me export"
DOWNLOAD = """<!doctype html><html lang="en"><meta charset="utf-8">
<title>What Homeroom keeps of you</title>
<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">
<body style="font: 1.1rem/1.5 system-ui; max-width: 34rem; margin: 3rem auto; padding: 0 1rem">
<h1>What Homeroom keeps of you</h1>
<p>One file (JSON) with everything, in every network that you are in. This link is good once.</p>
<form method="post"><button style="font: inherit; padding: .5rem 1rem">Download it</button></form>
"""


def mine_routes(database: Database, clock: Clock) -> list[Route]:
    """The page, and the file that it leads to."""

    async def mine(request: Request) -> Response:
        key = request.path_params["key"]
        good = partial(is_good, key=key, now=clock.now())
        if not await asyncio.wrap_future(database.read(good)):
            return PlainTextResponse(NOT_GOOD, status_code=404)
        # Not at once: whoever only looks at the link, such as a scanner, must not use it up.
        return HTMLResponse(DOWNLOAD, headers=NEVER_KEPT)

    async def download(request: Request) -> Response:
        key = request.path_params["key"]
        work = partial(use, key=key, now=clock.now())
        told = await asyncio.wrap_future(database.write(work))
        if told is None:
            return PlainTextResponse(NOT_GOOD, status_code=404)
        named = {"content-disposition": 'attachment; filename="homeroom.json"'}
        return Response(told, media_type="application/json", headers={**NEVER_KEPT, **named})

    return [
        Route("/mine/{key}", mine, methods=["GET"]),
        Route("/mine/{key}", download, methods=["POST"]),
    ]
