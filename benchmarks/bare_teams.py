"""A bare app of Microsoft's SDK, to compare with; prints when it is ready."""

import asyncio
import os

import uvicorn
from fastapi import FastAPI
from microsoft_teams.api.activities import MessageActivity
from microsoft_teams.apps import ActivityContext, App, FastAPIAdapter


async def main() -> None:
    """Serve, and stay."""
    servers: list[uvicorn.Server] = []

    def serve(web: FastAPI) -> uvicorn.Server:
        servers.append(uvicorn.Server(uvicorn.Config(web, port=0, log_level="error")))
        return servers[0]

    app = App(
        client_id=os.environ["TEAMS_CLIENT_ID"],
        tenant_id=os.environ["TEAMS_TENANT_ID"],
        client_secret=os.environ["TEAMS_CLIENT_SECRET"],
        http_server_adapter=FastAPIAdapter(server_factory=serve),
    )

    @app.on_message
    async def echo(heard: ActivityContext[MessageActivity]) -> None:
        await heard.send(heard.activity.text)

    serving = asyncio.create_task(app.start(port=servers[0].config.port))
    while not servers[0].started:
        await asyncio.sleep(0.01)
    print("ready", flush=True)
    await serving


if __name__ == "__main__":
    asyncio.run(main())
