"""A local workspace of its own process: prints where it is and the tokens, one JSON line."""

import asyncio
import json

from bot.clock import WallClock
from bot.manifest import made
from bot.playground.rates import Rates
from bot.playground.server import serve
from bot.playground.world import World


async def main() -> None:
    """Serve until the parent ends us."""
    world = World(WallClock(), rates=Rates.loose())
    app = world.make_app(made())
    space = world.add_workspace("T1", "Bench", "bench")
    installed = app.install(space)
    async with serve(world) as served:
        told = {
            "SLACK_API_URL": served.api_url,
            "SLACK_BOT_TOKEN": installed.bot_token,
            "SLACK_APP_TOKEN": app.app_token,
        }
        print(json.dumps(told), flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
