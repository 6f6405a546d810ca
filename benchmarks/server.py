"""The measured server: a bare default Bolt app and Homeroom, on one server and one loop.

python -m benchmarks.server FOLDER [DATE] prints its port once it is ready. On DATE is the first
call; without one it lies too far ahead to be planned.
"""

import asyncio
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import uvicorn
import uvloop
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from benchmarks.installed import Everywhere
from bot import plan
from bot.app import Homeroom
from bot.config import Config
from bot.run import settle
from bot.slack.app import make_app
from bot.slack.connect import http_routes
from storage import networks, people, resources, series

SECRET = "not-a-secret"
PEOPLE = 50
# Forty words: a query for one matches 25 of the thousand resources.
TOPICS = tuple(
    "fluency rubrics vocabulary discussion writing algebra fractions geometry science history"
    " phonics spelling poetry debate inquiry portfolios conferences modelling observation feedback"
    " goals habits belonging attendance advisory homework grading standards curriculum pacing"
    " tutoring mentoring translation dyslexia autism handwriting robotics music gardening"
    " chess".split()
)


def bare() -> Route:
    """A default AsyncApp whose listener only acks."""

    async def authorize(**_: object) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id="T1", bot_token="xoxb-bench", bot_user_id="UBOT"
        )

    app = AsyncApp(signing_secret=SECRET, authorize=authorize)

    @app.command("/learn")
    async def only_ack(ack):  # type: ignore[no-untyped-def]
        await ack()

    handler = AsyncSlackRequestHandler(app)

    async def endpoint(request: Request) -> Response:
        return await handler.handle(request)

    return Route("/bare/slack/events", endpoint, methods=["POST"])


def fill(session: Session, first_call: date, platform: str = "slack") -> None:
    """A network with fifty people and a thousand resources."""
    now = datetime.now(UTC)
    network = networks.add(session, name="Bench", zone="UTC", organisations=["One"], now=now)
    channel = networks.add_channel(
        session, network_id=network.id, platform=platform, workspace="T1", channel="C1", now=now
    )
    channel.people_due = None
    members = [
        people.join(
            session,
            network_id=network.id,
            platform=platform,
            workspace="T1",
            person=f"U{number}",
            name=f"Person {number}",
            now=now,
        )
        for number in range(PEOPLE)
    ]
    known = series.add(
        session,
        network_id=network.id,
        name="Call",
        every="week",
        starts_on=first_call,
        at=time(15),
        zone="UTC",
        minutes=60,
        link="",
        protocol="consultancy",
        questions=["What?"],
        steps={},
        ends_on=None,
        channels=[channel],
    )
    plan.plan_ahead(session, known, now)
    for number in range(1000):
        topic = TOPICS[number % len(TOPICS)]
        resource_id, _, _ = resources.keep(
            session,
            network_id=network.id,
            key=f"//example.org/{number}",
            url=f"https://example.org/{number}",
            title=f"On {topic}, part {number}",
            now=now,
        )
        resources.add_voice(
            session,
            resource_id=resource_id,
            network_id=network.id,
            member_id=members[number % PEOPLE].id,
            channel_id=channel.id,
            why=f"It helped us with {topic} when word {number} would not do.",
            tags=["bench"],
            now=now,
        )
        resources.index(session, resource_id=resource_id)


async def main(folder: Path, first_call: date) -> None:
    """Serve until the parent ends us."""
    config = replace(Config(), database_url=f"sqlite:///{folder / 'bench.db'}")
    homeroom = Homeroom(config)
    await asyncio.wrap_future(homeroom.database.write(lambda s: fill(s, first_call)))
    ours = make_app(homeroom.answer, Everywhere(), signing_secret=SECRET)
    web = Starlette(routes=[bare(), Mount("/ours", routes=http_routes(ours))])
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
        runner.run(main(Path(sys.argv[1]), date.fromisoformat([*sys.argv, "2030-01-01"][2])))
