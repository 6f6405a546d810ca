"""The measured server: a bare default SDK app and Homeroom's Teams door, on one loop.

python -m benchmarks.teams_server FOLDER APP TENANT OPENID_URL prints its port once it is ready.
"""

import asyncio
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import uvicorn
import uvloop
from fastapi import FastAPI
from microsoft_teams.api.activities import MessageActivity
from microsoft_teams.api.auth.cloud_environment import PUBLIC, with_overrides
from microsoft_teams.api.auth.credentials import TokenCredentials
from microsoft_teams.apps import ActivityContext, App, FastAPIAdapter
from starlette.applications import Starlette
from starlette.routing import Mount

from benchmarks.connector import given
from benchmarks.server import fill
from bot.app import Homeroom
from bot.config import Config
from bot.run import settle
from bot.teams.credentials import BotTokens
from bot.teams_door import teams_door


async def bare(credentials: TokenCredentials, openid_url: str) -> FastAPI:
    """A default App whose listener says what it heard."""
    web = FastAPI()
    app = App(
        client_id=credentials.client_id,
        tenant_id=credentials.tenant_id,
        token=credentials.token,
        cloud=with_overrides(PUBLIC, openid_metadata_url=openid_url),
        http_server_adapter=FastAPIAdapter(app=web),
    )

    @app.on_message
    async def echo(heard: ActivityContext[MessageActivity]) -> None:
        await heard.send(heard.activity.text)

    await app.initialize()
    return web


async def main(folder: Path, app: str, tenant: str, openid_url: str) -> None:
    """Serve until the parent ends us."""
    credentials = TokenCredentials(client_id=app, tenant_id=tenant, token=given)
    config = replace(
        Config(),
        database_url=f"sqlite:///{folder / 'bench.db'}",
        teams_client_id=app,
        teams_tenant_id=tenant,
        teams_openid_url=openid_url,
    )
    homeroom = Homeroom(config)
    filled = homeroom.database.write(lambda s: fill(s, date(2030, 1, 1), "teams"))
    await asyncio.wrap_future(filled)
    echo = await bare(credentials, openid_url)
    async with teams_door(homeroom, tokens=BotTokens.of(credentials)) as ours:
        web = Starlette(routes=[Mount("/bare", app=echo), Mount("/ours", routes=ours.routes)])
        server = uvicorn.Server(
            uvicorn.Config(web, host="127.0.0.1", port=0, log_level="warning", access_log=False)
        )
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        settle()
        print(server.servers[0].sockets[0].getsockname()[1], flush=True)
        await serving


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(Path(sys.argv[1]), *sys.argv[2:]))
