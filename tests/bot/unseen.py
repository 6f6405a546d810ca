"""A post office on Teams, whose posts nobody but a person can find again."""

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

import handlers.everything  # noqa: F401 - registers every word
from bot.clock import MovableClock
from bot.courier import Courier
from bot.errands import STOP, Patience
from bot.errors import Refusal
from bot.publish import to_channels, to_member
from bot.speech import Incoming, Place, Post, Who, card, decode_card, plain
from bot.teams.client import Connector
from bot.teams.conversations import Conversation
from bot.teams.door import TeamsDoor
from bot.teams.tokens import FixedToken
from handlers.answer import Answers
from storage import networks, outbox, people
from storage.database import Database
from storage.models import Channel, OutboxPost
from tests.bot.office import NOON, Killed
from tests.cast import database_url
from tests.teams.connector import Chat, Person, Teams, connector
from tests.teams.remembered import Remembered

TENANT = "tenant-1"


class MortalDoor(TeamsDoor):
    """A door at which the process may die: before its next post is sent, or after."""

    dies: str = ""

    async def send(self, post: Post) -> str:
        dies, self.dies = self.dies, ""
        if dies == "before":
            raise Killed
        sent = await super().send(post)
        if dies == "after":
            raise Killed
        return sent


@dataclass
class Unseen:
    teams: Teams
    door: MortalDoor
    clock: MovableClock
    database: Database
    network_id: int
    channels: dict[str, Chat]
    people: dict[str, Person]
    courier: Courier = field(init=False)
    _acts: "itertools.count[int]" = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self, *, trusted: bool = False) -> Courier:
        """A courier that knows nothing but what the database holds."""
        patience, doors = Patience(pace=timedelta(0)), {"teams": self.door}
        self.courier = Courier(self.database, self.clock, doors, patience, trusted=trusted)
        return self.courier

    def put(
        self,
        of: str = "agenda",
        words: str = "",
        channel: str = "learning-call",
        kind: str = "agenda",
        under: str = "",
        not_after: datetime | None = None,
        since: datetime | None = None,
    ) -> str:
        """Want a post in a channel; its key."""

        def want(session: Session) -> None:
            to_channels(
                session,
                [
                    c
                    for c in networks.channels(session, network_id=self.network_id)
                    if c.name == channel
                ],
                card(words or of),
                of=of,
                kind=kind,
                now=self.clock.now(),
                under=under,
                not_after=not_after,
                since=since,
            )

        self.database.write(want).result()
        return self.key(of, channel)

    def nudge(self, who: str, kind: str = "nudge") -> None:
        """Want a direct message."""

        def want(session: Session) -> None:
            known = people.known(
                session,
                network_id=self.network_id,
                platform="teams",
                workspace=TENANT,
                person=self.people[who].aad,
            )
            assert known
            to_member(
                session,
                known.id,
                card(f"Dear {who}"),
                network_id=self.network_id,
                of=f"{kind} {who}",
                kind=kind,
                now=self.clock.now(),
            )

        self.database.write(want).result()

    def key(self, of: str, channel: str = "learning-call") -> str:
        where = self.channels[channel].id
        return outbox.key_of(of=of, platform="teams", workspace=TENANT, channel=where)

    def row(self, of: str = "agenda", channel: str = "learning-call") -> OutboxPost:
        key = self.key(of, channel)
        found = self.database.read(lambda session: outbox.get(session, key=key)).result()
        assert found
        return found

    def state(self, of: str = "agenda") -> str:
        return self.row(of).state

    # -- time ------------------------------------------------------------------------------------

    async def send(self) -> None:
        """Until nothing is due now."""
        while await self.courier.send_due():
            pass

    async def later(self, seconds: float) -> None:
        """Let the seconds pass, then send what is due."""
        self.clock.move(self.clock.now() + timedelta(seconds=seconds))
        await self.send()

    async def asked(self) -> str:
        """Send, with time for the doubt; the latest thing that Ana is asked."""
        await self.send()
        for _ in range(5):
            await self.later(16)
        return self.told("ana")[-1] if self.told("ana") else ""

    # -- people ----------------------------------------------------------------------------------

    def said(self, channel: str = "learning-call") -> list[str]:
        return [each.activity["text"] for each in self.channels[channel].shown]

    def told(self, who: str) -> list[str]:
        return [each.activity["text"] for each in self.teams.direct(self.people[who]).shown]

    def everything(self) -> Counter[str]:
        """Every text that stands in a channel."""
        return Counter(text for channel in self.channels for text in self.said(channel))

    def wanted(self, who: str) -> list[str]:
        """What someone is to be told directly, sent or not."""

        def read(session: Session) -> list[str]:
            asked = session.query(OutboxPost).filter_by(channel=self.people[who].aad)
            return [plain(decode_card(each.card).elements) for each in asked]

        return self.database.read(read).result()

    async def presses(self, who: str, words: str) -> str:
        """What someone is answered who presses a button that says these words."""
        person = self.people[who]
        said = Incoming(
            f"press {next(self._acts)}",
            Who("teams", TENANT, person.aad, person.name),
            Place("teams", TENANT, self.teams.direct(person).id, direct=True),
            words,
            how="button",
        )
        answers = Answers(self.database, self.clock, "")
        try:
            reply = await asyncio.wrap_future(answers.to(said))
        except Refusal as refusal:
            return str(refusal)
        return plain(reply.elements)

    def buttons(self) -> dict[str, str]:
        """The buttons of the latest notice that a host was sent: label → what it says."""

        def read(session: Session) -> dict[str, str]:
            asked = session.query(OutboxPost).filter_by(kind=STOP).order_by(OutboxPost.wanted_at)
            shown = decode_card(asked.all()[-1].card)
            rows = [getattr(each, "buttons", ()) for each in shown.elements]
            return {button.label: button.says for row in rows for button in row}

        return self.database.read(read).result()


@asynccontextmanager
async def unseen(folder: Path, template) -> AsyncIterator[Unseen]:
    clock = MovableClock(NOON, running=False)
    database = Database(database_url(folder, template))
    async with connector() as teams:
        cast = {name: teams.person(name) for name in ("ana", "ben", "dee", "eve", "grace")}
        _, *made = teams.team("Bay", ["learning-call", "harbor"], cast.values())
        url = teams.service_url
        known = Remembered(*(Conversation(TENANT, c.id, url, team=c.team) for c in made))
        for person in cast.values():
            stub = Conversation(TENANT, person.id, url, person.aad, person.id)
            await known.learn(stub)
        door = MortalDoor(
            Connector(FixedToken(), loopback=True),
            known,
            bot_id="app-1",
            render=lambda shown, place: {"type": "message", "text": plain(shown.elements)},
            clock=url,
        )
        network_id = database.write(lambda session: _begin(session, made, cast)).result()
        yield Unseen(teams, door, clock, database, network_id, {c.name: c for c in made}, cast)
        await door.close()
    database.close()


def _begin(session: Session, chats: list[Chat], cast: dict[str, Person]) -> int:
    ours = networks.add(session, name="Bay", zone="UTC", organisations=[], now=NOON)
    theirs = networks.add(session, name="Other", zone="UTC", organisations=[], now=NOON)
    for chat in chats:
        _channel(session, ours.id, chat)
    for name, role in (("ana", "host"), ("ben", "member"), ("dee", "member"), ("grace", "host")):
        _join(session, ours.id, cast[name], role)
    _join(session, theirs.id, cast["eve"], "host")
    return ours.id


def _channel(session: Session, network_id: int, chat: Chat) -> Channel:
    return networks.add_channel(
        session,
        network_id=network_id,
        platform="teams",
        workspace=TENANT,
        channel=chat.id,
        name=chat.name,
        now=NOON,
    )


def _join(session: Session, network_id: int, person: Person, role: str) -> None:
    people.join(
        session,
        network_id=network_id,
        platform="teams",
        workspace=TENANT,
        person=person.aad,
        name=person.name,
        now=NOON,
        role=role,
    )
