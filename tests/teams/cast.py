"""The cast in their room on Teams: a local Teams on loopback, and the real bot over HTTP, shown
real signed tokens. Dee's channel is in another tenant, as it is in another workspace on Slack."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import uvicorn
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import update
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from uvicorn.server import ServerState

from bot.app import Homeroom
from bot.clock import MovableClock
from bot.config import Config
from bot.teams.app import TeamsApp
from bot.teams.replies import TOO_LONG
from bot.teams.tokens import FixedToken
from bot.teams_door import teams_door
from storage import conversations
from storage.models import Conversation
from tests.databases import Template
from tests.furnished import furnish
from tests.room import CHANNELS, MONDAY, NAMES, PATIENCE, ZONE, Room, begin
from tests.teams import connector
from tests.teams.connector import Chat, Json, Teams
from tests.teams.hands import Hands
from tests.teams.looks import Look, Saw
from tests.teams.seen import Seen

HARBOR = "tenant-2"
OPENS = "Open the form"


@dataclass(frozen=True)
class Channel:
    """A channel as the program knows it: `team` is the tenant."""

    id: str
    team: str
    name: str


@dataclass(frozen=True)
class Person:
    """Somebody as the program knows them."""

    id: str
    team: str
    real_name: str


@dataclass
class Fingers:
    """Somebody's hands, with what they see as the dialogs of the tests look at it."""

    hands: Hands
    person: Person

    async def submit(self, view: Look, values: Json | None = None) -> Saw:
        """Fill in the form and send it."""
        typed = {name: _typed(value) for name, value in (values or {}).items()}
        return self.saw(await self.hands.submit(view.surfaces[0], **typed))

    async def close(self, view: Look) -> None:
        """Nobody is told of a dialog that is closed."""

    def saw(self, seen: Seen) -> Saw:
        """What they see, with its messages as they stand now, the newest first."""
        return Saw(seen, [self.look(each) for each in seen.messages])

    def look(self, message: connector.Message) -> Look:
        """A message as it stands now."""
        said = str(message.activity.get("text") or "")
        return Look(self.hands.look(message).surfaces, said, message)


@dataclass
class TeamsRoom(Room):
    """The room on Teams, where words follow a mention, and the answer is for who asked."""

    teams: Teams
    app: TeamsApp

    platform = "teams"
    calls_us = "@Homeroom"
    mends_loss = "add Homeroom to that team or chat again"
    mends_shut = "Posts by apps are blocked there"

    def chat(self, where: str = "learning-call") -> Chat:
        """A channel's conversation."""
        return self.teams.chats[self.channels[where].id]

    def told(self, words: str = "") -> str:
        """See `Room`: there nobody need call us."""
        return words or "help"

    def when(self, words: str, zone: str = ZONE) -> str:
        """See `Room`: in the reader's own zone."""
        for year in (MONDAY.year, MONDAY.year + 1):
            told = datetime.strptime(f"{words} {year} +0000", "%a %d %b, %H:%M %Y %z")
            there = told.replace(tzinfo=ZoneInfo(zone)).astimezone(ZoneInfo(ZONE))
            if words.startswith(f"{told:%a}"):
                break
        return f"{there:%a} {there.day} {there:%b}, {there:%H:%M}"

    async def says(self, who: str, words: str, where: str = "learning-call") -> Saw:
        """See `Room`. A form is opened as people are told to: with the button that leads to it, or
        in the 1:1."""
        fingers = self.hands[who]
        seen = await fingers.hands.mentions(self.chat(where), words)
        if OPENS in seen.buttons:
            seen = await fingers.hands.press(seen, OPENS)
        elif TOO_LONG in seen.text:
            seen = await fingers.hands.says(fingers.hands.direct(), words)
        self.seen = fingers.saw(seen)
        return self.seen

    async def presses(self, who: str, place: Look, label: str) -> Saw:
        """See `Room`."""
        fingers = self.hands[who]
        return fingers.saw(await fingers.hands.press(place.surface_with(label), label))

    async def writes(self, who: str, words: str) -> str:
        """See `Room`."""
        hands = self.hands[who].hands
        return (await hands.says(hands.direct(), words)).text

    async def mentions(self, who: str, words: str, where: str = "learning-call") -> None:
        """See `Room`."""
        await self.says(who, words, where)

    async def tells(self, who: str, words: str, where: str = "learning-call") -> Look:
        """See `Room`."""
        fingers = self.hands[who]
        seen = await fingers.hands.says(self.chat(where), words, mention=False)
        return fingers.look(seen.sent)

    async def edits(self, who: str, message: Look, words: str) -> None:
        """See `Room`."""
        hands = self.hands[who].hands
        await hands.edits(self._chat_of(message), message.message, words)

    async def deletes(self, who: str, message: Look) -> None:
        """See `Room`."""
        await self.hands[who].hands.deletes(self._chat_of(message), message.message)

    def _chat_of(self, message: Look) -> Chat:
        return next(each for each in self.teams.chats.values() if message.id in each.messages)

    async def replies_to(
        self, who: str, post: Look, words: str, where: str = "learning-call"
    ) -> Look:
        """See `Room`."""
        hands = self.hands[who].hands
        seen = await hands.says(self.chat(where), words, root=post.id, mention=False)
        return self.hands[who].look(seen.sent)

    async def points(self, who: str, at: Look, command: str = "save") -> Saw:
        """See `Room`."""
        fingers = self.hands[who]
        seen = await fingers.hands.acts_on(self._chat_of(at), at.message, command)
        return fingers.saw(seen)

    async def invites(self, who: str, where: str) -> None:
        """See `Room`."""
        await self.hands[who].hands.adds_bot(self.chat(where))

    async def joins(self, who: str, where: str) -> None:
        """See `Room`."""
        self.chat(where).members.append(self.hands[who].hands.person)

    def loses(self, where: str = "learning-call") -> None:
        """See `Room`."""
        self.teams.remove_bot(self.chat(where))

    def shuts(self, where: str = "learning-call", *, again: bool = False) -> None:
        """See `Room`."""
        self.chat(where).refuses = "" if again else "MessageWritesBlocked"

    def locks_out(self, *, again: bool = False) -> None:
        """See `Room`: an administrator turns the app off in the first tenant."""
        theirs = {self.channels["harbor"].id, self.hands["dee"].hands.direct().id}
        for chat in self.teams.chats.values():
            if chat.id not in theirs:
                chat.refuses = "" if again else "BotDisabledByAdmin"

    def newcomer(self, name: str, where: str = "learning-call") -> None:
        """See `Room`."""
        others = self.hands["ana"].hands
        person = self.teams.person(name.title())
        self.chat(where).members.append(person)
        hands = Hands(self.teams, person, others.http, others.settled)
        self.hands[name] = Fingers(hands, Person(person.aad, self.teams.tenant, person.name))

    async def home(self, who: str) -> Look:
        """See `Room`: the card that is shown in the 1:1."""
        fingers = self.hands[who]
        return fingers.saw(await fingers.hands.says(fingers.hands.direct(), "home")).message

    def every_post(self, where: str = "learning-call") -> list[Look]:
        """See `Room`."""
        return [self._look(each) for each in _ours(self.chat(where), "")]

    def posts(self, where: str = "learning-call") -> list[Look]:
        """See `Room`."""
        return [each for each in self.every_post(where) if each.message.root == each.id]

    def replies(self, post: Look, where: str = "learning-call") -> list[Look]:
        """See `Room`."""
        every = self.every_post(where)
        return [each for each in every if each.message.root == post.id != each.id]

    def private(self, who: str, where: str = "learning-call") -> list[Look]:
        """See `Room`."""
        own = self.hands[who].hands.person.id
        return [self._look(each) for each in _ours(self.chat(where), own)]

    def directs(self, who: str) -> list[Look]:
        """See `Room`."""
        return [self._look(each) for each in _ours(self.hands[who].hands.direct(), "")]

    def locked_out(self) -> int:
        """See `Room`."""
        return sum(call.status == 403 for call in self.teams.log)

    def direct_places(self, who: str) -> set[str]:
        """See `Room`."""
        return {self.hands[who].person.id, self.hands[who].hands.direct().id}

    def posted_at(self, post: Look) -> float:
        """See `Room`: a message's id is its time."""
        return int(post.id) / 1000

    def still_open(self, who: str, form: Look | None, seen: Saw) -> Look | None:
        """See `Room`: the dialog shows the form again."""
        if seen.view is None or not seen.view.fields:
            return None
        return seen.view if form is None or seen.view.fields == form.fields else None

    def stands(self, who: str, words: str, where: str = "learning-call") -> bool:
        """See `Room`."""
        own = self.hands[who].hands.person.id
        shown = [each.activity for each in self.chat(where).shown]
        return any(words in e["text"] for e in shown if e.get("from", {}).get("id") == own)

    async def replied(self) -> None:
        """See `Room`."""
        await self.app.later.settled()

    async def until(self, found: Callable[[], Any]) -> Any:
        """See `Room`: all is said by then."""
        await self.replied()
        there = found()
        assert there, "nothing came"
        return there

    def _look(self, message: connector.Message) -> Look:
        return self.hands["ana"].look(message)


def _ours(chat: Chat, target: str) -> list[connector.Message]:
    shown = (each for each in chat.shown if "from" not in each.activity)
    return [each for each in shown if each.target == target]


def _typed(value: Any) -> Any:
    return f"{value:%H:%M}" if isinstance(value, time) else value


@asynccontextmanager
async def room(
    folder: Path, template: Template, key: rsa.RSAPrivateKey, **settings: Any
) -> AsyncIterator[TeamsRoom]:
    """The room on the Monday before the first call, with its network begun. `key` signs for
    Teams."""
    clock = MovableClock(MONDAY, running=False)
    async with connector.connector(key=key) as teams:
        teams.now = lambda: clock.now().timestamp()
        config = Config(
            database_url=template.copy(folder),
            teams_client_id=teams.app_id,
            teams_tenant_id=teams.tenant,
            teams_tenants=HARBOR,
            teams_openid_url=teams.openid_metadata_url,
            public_url="http://127.0.0.1:3999",
            post_pace=0.0,
        )
        homeroom = Homeroom(replace(config, **settings), clock)
        try:
            async with (
                teams_door(
                    homeroom, tokens=FixedToken(), clock=teams.service_url, patience=PATIENCE
                ) as app,
                _served(app) as http,
            ):
                hands = _people(teams, http, app)
                here = TeamsRoom(homeroom, clock, hands, _channels(teams, hands), teams, app)
                await furnish(
                    here,
                    lambda s: _begin(s, here),
                    settings=bool(settings),
                    moved=lambda s: s.execute(
                        update(Conversation).values(service_url=teams.service_url)
                    ),
                )
                await here.settle()
                yield here
        finally:
            await homeroom.stop()


@asynccontextmanager
async def _served(app: TeamsApp) -> AsyncIterator["Wire"]:
    """A way to the app, which is served over HTTP; without the pauses of a whole uvicorn."""
    config = uvicorn.Config(
        Starlette(routes=app.routes), log_config=None, lifespan="off", timeout_keep_alive=600
    )
    config.load()
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(
        lambda: config.http_protocol_class(config=config, server_state=state, app_state={}),
        "127.0.0.1",
        0,
    )
    host, port = server.sockets[0].getsockname()[:2]
    wire = Wire(aiohttp.ClientSession(f"http://{host}:{port}"))
    try:
        yield wire
    finally:
        await wire.session.close()
        server.close()


@dataclass(frozen=True)
class Said:
    """What the app answered, as httpx would tell it."""

    status_code: int
    content: bytes

    @property
    def text(self) -> str:
        """The body."""
        return self.content.decode()

    def json(self) -> Any:
        """The body, read. Raises ValueError."""
        return json.loads(self.content)


@dataclass(frozen=True)
class Wire:
    """HTTP to the app, in a fifth of the time that httpx takes."""

    session: aiohttp.ClientSession

    async def post(self, path: str, *, json: Json, headers: dict[str, str]) -> Said:
        """Send an activity."""
        async with self.session.post(path, json=json, headers=headers) as said:
            return Said(said.status, await said.read())


def _people(teams: Teams, http: Wire, app: TeamsApp) -> dict[str, Fingers]:
    made = {}
    for name in NAMES:
        tenant = HARBOR if name == "dee" else ""
        role = "guest" if name == "gus" else "user"
        person = teams.person(name.title(), role=role, tenant=tenant)
        teams.direct(person)  # it is there in each room, as the furniture says
        hands = Hands(teams, person, http, app.later.settled, tenant=tenant)
        made[name] = Fingers(hands, Person(person.aad, tenant or teams.tenant, person.name))
    return made


def _channels(teams: Teams, hands: dict[str, Fingers]) -> dict[str, Channel]:
    there = {
        "learning-call": ("ana", "ben", "grace", "gus"),
        "elsewhere": ("cleo", "ben"),
        "other-network": ("eve",),
        "harbor": ("dee",),
    }
    _, *first = teams.team("Coaching", [n for n in CHANNELS if n != "harbor"])
    _, second = teams.team("Harbor", ["harbor"])
    for chat in (*first, second):
        chat.members += [hands[name].hands.person for name in there[chat.name]]
    tenants = {second.id: HARBOR}
    return {
        chat.name: Channel(chat.id, tenants.get(chat.id, teams.tenant), chat.name)
        for chat in (*first, second)
    }


def _begin(session: Session, here: TeamsRoom) -> int:
    """The networks, and the conversations that Teams told us of: we are in the channels, and
    installed for everybody."""
    url = here.teams.service_url
    for channel in here.channels.values():
        conversations.learn(
            session,
            platform="teams",
            workspace=channel.team,
            external=channel.id,
            service_url=url,
            team=here.teams.chats[channel.id].team,
            name=channel.name,
        )
    for fingers in here.hands.values():
        person = fingers.hands.person
        conversations.learn(
            session,
            platform="teams",
            workspace=fingers.person.team,
            external=here.teams.direct(person).id,
            service_url=url,
            person=person.aad,
            person_id=person.id,
        )
    return begin(session, here)
