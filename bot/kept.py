"""What doors keep in the database."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.orm import Session

from bot.teams.conversations import Conversation
from storage import conversations
from storage.database import Database
from storage.models import Conversation as Row

T = TypeVar("T")

TEAMS = "teams"


class KeptConversations:
    """Conversations in the database, with those that were asked for in memory: see
    `bot.teams.conversations.Conversations`. Another replica's changes are seen when a conversation
    is first asked for here; they are rare, and a place that is gone says so itself."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[tuple[str, str], Conversation] = {}
        self._learning: dict[Conversation, asyncio.Task[None]] = {}

    async def find(self, tenant: str, place: str) -> Conversation | None:
        """See `Conversations`."""
        if found := self._known.get((tenant, place)):
            return found

        def read(session: Session) -> Conversation | None:
            row = conversations.find(session, platform=TEAMS, workspace=tenant, place=place)
            return _conversation(tenant, row) if row else None

        found = await self._read(read)
        if found:
            self._remember(found)
        return found

    async def learn(self, conversation: Conversation) -> None:
        """See `Conversations`. A crowd that speaks at once in a new channel writes it down once."""
        known = self._known.get((conversation.tenant, conversation.id))
        if known and _adds_nothing(conversation, known):
            return
        task = self._learning.get(conversation)
        if task is None:
            task = asyncio.create_task(self._learn(conversation))
            self._learning[conversation] = task
            task.add_done_callback(lambda done: self._learnt(conversation, done))
        await asyncio.shield(task)

    def _learnt(self, conversation: Conversation, done: asyncio.Task[None]) -> None:
        del self._learning[conversation]
        if not done.cancelled():
            done.exception()  # it was told to whoever still waits

    async def _learn(self, told: Conversation) -> None:
        known = await self.find(told.tenant, told.id)
        if known and _adds_nothing(told, known):
            return

        def keep(session: Session) -> Conversation:
            row = conversations.learn(
                session,
                platform=TEAMS,
                workspace=told.tenant,
                external=told.id,
                service_url=told.service_url,
                person=told.person,
                person_id=told.person_id,
                team=told.team,
                name=told.name,
            )
            return _conversation(told.tenant, row)

        self._remember(await asyncio.wrap_future(self._database.write(keep)))

    async def forget(self, tenant: str, place: str) -> None:
        """See `Conversations`."""

        def forget(session: Session) -> None:
            conversations.forget(session, platform=TEAMS, workspace=tenant, place=place)

        await asyncio.wrap_future(self._database.write(forget))
        for name, each in list(self._known.items()):
            if each.tenant == tenant and place in (each.id, each.person, each.team):
                del self._known[name]

    async def any_service_url(self, tenant: str) -> str:
        """See `Conversations`."""
        for (known, _), each in self._known.items():
            if known == tenant:
                return each.service_url
        return await self._read(
            lambda session: conversations.any_service_url(session, platform=TEAMS, workspace=tenant)
        )

    async def _read(self, work: Callable[[Session], T]) -> T:
        return await asyncio.wrap_future(self._database.read(work))

    def _remember(self, each: Conversation) -> None:
        for name in filter(None, (each.id, each.person)):
            self._known[each.tenant, name] = each


def _adds_nothing(told: Conversation, known: Conversation) -> bool:
    return told.service_url == known.service_url and all(
        not new or new == old
        for new, old in (
            (told.person, known.person),
            (told.person_id, known.person_id),
            (told.team, known.team),
            (told.name, known.name),
        )
    )


def _conversation(tenant: str, row: Row) -> Conversation:
    return Conversation(
        tenant,
        row.external,
        row.service_url,
        person=row.person,
        person_id=row.person_id,
        team=row.team,
        name=row.name,
    )
