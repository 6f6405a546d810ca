"""Where the bot may write on Teams: references that the door keeps of every conversation."""

from typing import Protocol

from msgspec import Struct


class Conversation(Struct, frozen=True):
    """A channel, a group chat, or the 1:1 with a person, as Teams must be called for it.

    `id` is Teams's conversation id without `;messageid=…`. `service_url` is where its connector
    is. `person` is set for a 1:1: the id that a member is known by (their Entra object id where
    there is one), and `person_id` what Teams calls them in this bot's calls ("29:…"). `team` is
    the team's id for a channel of one. `name` is "" where Teams does not tell it.
    """

    tenant: str
    id: str
    service_url: str
    person: str = ""
    person_id: str = ""
    team: str = ""
    name: str = ""


class Conversations(Protocol):
    """Keeps references, over restarts. Asked inside the event loop, so it must not block."""

    async def find(self, tenant: str, place: str) -> Conversation | None:
        """The conversation with this id, or the 1:1 with the person of this id."""

    async def learn(self, conversation: Conversation) -> None:
        """Keep it, in place of an older one of the same id or person; returns once it is saved.
        One that is known already costs nothing."""

    async def forget(self, tenant: str, place: str) -> None:
        """The bot was taken out of the conversation of this id, from the 1:1 with this person, or
        out of the team of this id with all its channels."""

    async def any_service_url(self, tenant: str) -> str:
        """A connector's address that this tenant has used; "" where nobody ever wrote."""
