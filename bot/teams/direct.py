"""The 1:1s with people: found, or made where there are none."""

from collections.abc import Awaitable
from typing import TypeVar

from bot.errors import InDoubt, NotNow
from bot.teams.client import Connector
from bot.teams.conversations import Conversation, Conversations
from bot.teams.failures import unknown_place

NOT_MADE = "29:"
"""How the id of a 1:1 begins that nobody has made yet: it is the person's own, and is kept so that
the 1:1 can be made when it is needed. Teams's real ones begin otherwise."""

T = TypeVar("T")


class Direct:
    """Finds and makes 1:1s. `bot_id` is the bot's client id."""

    def __init__(self, connector: Connector, conversations: Conversations, bot_id: str) -> None:
        self._connector, self._conversations = connector, conversations
        self._bot = bot_id if bot_id.startswith("28:") else f"28:{bot_id}"

    async def chat(
        self, tenant: str, person: str, *, person_id: str = "", service_url: str = ""
    ) -> Conversation:
        """The 1:1 with a person, made when there is none: making it again gives the same one. Who
        has just heard from them says what Teams calls them, and where its connector is.

        Raises NotNow or Refused.
        """
        known = await kept(self._conversations.find(tenant, person))
        if known is not None and not known.id.startswith(NOT_MADE):
            return known
        person_id = person_id or (known.person_id if known else person)
        service_url = service_url or (known.service_url if known else "")
        service_url = service_url or await kept(self._conversations.any_service_url(tenant))
        if not service_url:
            raise unknown_place()
        made = await self._made(tenant, person_id, service_url)
        place = Conversation(tenant, made, service_url, person=person, person_id=person_id)
        await kept(self._conversations.learn(place))
        return place

    async def _made(self, tenant: str, person_id: str, service_url: str) -> str:
        asked = {
            "isGroup": False,
            "bot": {"id": self._bot},
            "members": [{"id": person_id}],
            "tenantId": tenant,
            "channelData": {"tenant": {"id": tenant}},
        }
        try:
            told = await self._connector.call("POST", service_url, "/v3/conversations", asked)
        except InDoubt as problem:
            raise NotNow(5) from problem
        made = told.get("id")
        if not isinstance(made, str) or not made:
            raise NotNow(5)  # a 1:1 without a message in it is nothing to anybody
        return made


async def kept(asked: Awaitable[T]) -> T:
    """What our own database says. Raises NotNow where it fails: nothing was sent then."""
    try:
        return await asked
    except Exception as problem:
        raise NotNow(5) from problem
