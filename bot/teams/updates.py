"""What Teams tells of conversations: where we are, where no more, and what they are called."""

from bot.payload import Activity, text_at
from bot.teams.arrivals import (
    channel_of,
    is_personal,
    lets_in,
    name_of,
    person_of,
    short_name,
    takes_out,
    tenant_of,
)
from bot.teams.conversations import Conversation, Conversations

UPDATES = ("conversationUpdate", "installationUpdate")


class Updates:
    """Keeps the references of conversations up to date. Every method raises what keeping raises."""

    def __init__(self, conversations: Conversations) -> None:
        self._conversations = conversations

    async def learn(self, told: Activity) -> None:
        """Keep the conversation where something was said. A message extension, and the cards that
        it made, are used anywhere, also where we may not write."""
        personal, kind = is_personal(told), text_at(told, "type")
        if not channel_of(told) or (kind == "invoke" and not personal):
            return
        if kind in UPDATES and not lets_in(told):
            return
        await self._conversations.learn(
            Conversation(
                tenant_of(told),
                channel_of(told),
                text_at(told, "serviceUrl"),
                person=person_of(told) if personal else "",
                person_id=text_at(told, "from", "id") if personal else "",
                team=text_at(told, "channelData", "team", "id"),
                name="" if personal else name_of(told),
            )
        )

    async def follow(self, told: Activity) -> None:
        """Forget what is gone, and call by its new name what was renamed."""
        if takes_out(told):
            await self._forget(told)
        elif text_at(told, "channelData", "eventType") == "channelRenamed":
            await self._rename(told, text_at(told, "channelData", "channel", "id"))
        elif name := text_at(told, "topicName"):
            await self._rename(told, channel_of(told), name)

    async def _forget(self, told: Activity) -> None:
        tenant, event = tenant_of(told), text_at(told, "channelData", "eventType")
        channel = text_at(told, "channelData", "channel", "id")
        gone = [channel] if event == "channelDeleted" else [channel_of(told), channel]
        if event != "channelDeleted":
            # A team's first channel has the team's own id.
            gone.append(text_at(told, "channelData", "team", "id"))
        for place in dict.fromkeys(filter(None, gone)):
            await self._conversations.forget(tenant, place)

    async def _rename(self, told: Activity, channel: str, name: str = "") -> None:
        known = await self._conversations.find(tenant_of(told), channel)
        name = short_name(name or text_at(told, "channelData", "channel", "name"))
        if known and name:
            team = text_at(told, "channelData", "team", "id") or known.team
            kept = (known.person, known.person_id, team, name)
            learnt = Conversation(known.tenant, known.id, text_at(told, "serviceUrl"), *kept)
            await self._conversations.learn(learnt)
