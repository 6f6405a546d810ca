"""Conversations in memory, for tests of the door alone."""

from bot.teams.conversations import Conversation


class Remembered:
    """See `bot.teams.conversations.Conversations`."""

    def __init__(self, *known: Conversation) -> None:
        self.known = {(each.tenant, each.id): each for each in known}

    async def find(self, tenant: str, place: str) -> Conversation | None:
        for (known, name), each in reversed(list(self.known.items())):
            if known == tenant and place in (name, each.person):
                return each
        return None

    async def learn(self, conversation: Conversation) -> None:
        told = conversation
        if told.person:
            for name, each in list(self.known.items()):
                if each.tenant == told.tenant and each.person == told.person:
                    del self.known[name]
        self.known[told.tenant, told.id] = told

    async def forget(self, tenant: str, place: str) -> None:
        if gone := await self.find(tenant, place):
            del self.known[tenant, gone.id]

    async def any_service_url(self, tenant: str) -> str:
        return next((e.service_url for (t, _), e in self.known.items() if t == tenant), "")
