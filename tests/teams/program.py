"""The whole program on Teams: a network with one channel, Ana its host, Ben who belongs."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

import httpx
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.applications import Starlette

from bot import plan
from bot.app import Homeroom
from bot.clock import MovableClock
from bot.config import Config
from bot.teams.app import TeamsApp
from bot.teams.tokens import FixedToken
from bot.teams_door import teams_door
from storage import networks, people, series
from storage.models import Base
from tests.databases import Template
from tests.room import PATIENCE
from tests.teams.connector import Chat, Teams
from tests.teams.hands import Hands

MONDAY = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # 09:00 in Chicago


@dataclass
class Program:
    """Everything there is, with a local Teams around it."""

    homeroom: Homeroom
    teams: Teams
    app: TeamsApp
    http: httpx.AsyncClient
    weekly: Chat
    group: Chat
    ana: Hands
    ben: Hands
    again: Callable[[], AbstractAsyncContextManager[TeamsApp]]
    """Another door onto the same program, as after a restart."""

    def rows(self, *without: str) -> dict[str, int]:
        """How many rows each table of what people made holds."""
        without = ("delivery", *without)
        with Session(self.homeroom.database.engine) as session:
            return {
                table.name: session.scalar(select(func.count()).select_from(table)) or 0
                for table in Base.metadata.sorted_tables
                if table.name not in without
            }

    async def settle(self) -> None:
        """Let the clock and the courier do all that is due now."""
        await self.homeroom.tick()
        while await self.homeroom.courier.send_due():
            pass


@asynccontextmanager
async def program(folder: Path, template: Template, teams: Teams) -> AsyncIterator[Program]:
    """The program on the Monday before the first call."""
    persons = [teams.person("Ana Ruiz"), teams.person("Ben Osei")]
    _, weekly = teams.team("Bay Schools", ["Weekly"], persons)
    group = teams.group("Planning", persons)
    config = Config(
        database_url=template.copy(folder),
        teams_client_id=teams.app_id,
        teams_tenant_id=teams.tenant,
        teams_openid_url=teams.openid_metadata_url,
        post_pace=0.0,
    )
    homeroom = Homeroom(config, MovableClock(MONDAY, running=False))

    def door() -> AbstractAsyncContextManager[TeamsApp]:
        return teams_door(homeroom, tokens=FixedToken(), clock=teams.service_url, patience=PATIENCE)

    try:
        async with door() as app, reached(app) as http:
            hands = [Hands(teams, each, http, app.later.settled) for each in persons]
            made = Program(homeroom, teams, app, http, weekly, group, *hands, door)
            homeroom.database.write(lambda session: _begin(session, made)).result()
            yield made
    finally:
        await homeroom.stop()


@asynccontextmanager
async def reached(app: TeamsApp) -> AsyncIterator[httpx.AsyncClient]:
    """A way to the app's routes."""
    asgi = httpx.ASGITransport(app=Starlette(routes=app.routes))
    async with httpx.AsyncClient(transport=asgi, base_url="http://homeroom") as http:
        yield http


def _begin(session: Session, here: Program) -> None:
    ours = networks.add(
        session, name="Bay Network", zone="America/Chicago", organisations=["Bay"], now=MONDAY
    )
    channel = networks.add_channel(
        session,
        network_id=ours.id,
        platform="teams",
        workspace=here.teams.tenant,
        channel=here.weekly.id,
        name="Weekly",
        now=MONDAY,
    )
    (home,) = networks.organisations(session, network_id=ours.id)
    for hands, role in ((here.ana, "host"), (here.ben, "member")):
        people.join(
            session,
            network_id=ours.id,
            platform="teams",
            workspace=here.teams.tenant,
            person=hands.person.aad,
            name=hands.person.name,
            now=MONDAY,
            role=role,
            organisation_id=home.id,
            zone="America/Chicago",
        )
    known = series.add(
        session,
        network_id=ours.id,
        name="Weekly call",
        every="week",
        starts_on=date(2026, 11, 24),
        at=time(15, 0),
        zone="America/Chicago",
        minutes=60,
        link="https://meet.example.org/call",
        protocol="consultancy",
        questions=["What did you try?"],
        steps={},
        ends_on=None,
        channels=[channel],
    )
    plan.plan_ahead(session, known, MONDAY)
