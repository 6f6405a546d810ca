"""The Teams door, outbound: what the courier sends and what the directory asks."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from bot.errors import InDoubt, NotNow, Refused
from bot.findings import Looked
from bot.speech import Card, Place, Post
from bot.teams.client import Connector, activities, escaped
from bot.teams.conversations import Conversation, Conversations
from bot.teams.direct import NOT_MADE, Direct, kept
from bot.teams.failures import unknown_place
from bot.teams.people import Profile, members_of

PREPARES = 5.0  # seconds to know where to write: a post must be begun and ended in its lease
CLOCK = "https://smba.trafficmanager.net/teams"

Render = Callable[[Card, Place], dict[str, Any]]


class TeamsDoor:
    """Sends and changes posts, and names people and places. It cannot find what it sent: an app
    can't read its posts back.

    Every method raises NotNow, InDoubt or Refused, and nothing else.
    """

    def __init__(
        self,
        connector: Connector,
        conversations: Conversations,
        *,
        bot_id: str,
        render: Render,
        clock: str = CLOCK,
    ) -> None:
        """`bot_id` is the bot's client id; `render` makes an activity of a card; `clock` is an
        address whose server tells the time."""
        self._connector = connector
        self._conversations = conversations
        self._direct = Direct(connector, conversations, bot_id)
        self._render = render
        self._clock = clock

    async def close(self) -> None:
        """Close the connections."""
        await self._connector.close()

    async def send(self, post: Post) -> str:
        """Post once, never again by itself; the new message's id."""
        said = self._rendered(post)
        where = await self._prepared(post.place)
        try:
            return await self._post(where, post, said)
        except Refused as why:
            if not (where.person and why.reason == "ConversationNotFound"):
                raise _narrowed(why, post.place) from why
        # A 1:1 that is gone for Teams took nothing: it is made anew, once.
        await self._forget(where)
        try:
            return await self._post(await self._prepared(post.place), post, said)
        except Refused as why:
            raise _narrowed(why, post.place) from why

    async def change(self, post: Post) -> None:
        """Show the card of `post` in the message `post.sent`; doing it twice does no harm."""
        said, where = self._rendered(post), await self._prepared(post.place)
        path = activities(_thread(where, post.thread), post.sent)
        try:
            await self._connector.call("PUT", where.service_url, path, {**said, "id": post.sent})
        except Refused as why:
            raise _narrowed(why, post.place) from why

    async def find(self, post: Post, since: datetime) -> None:
        """It can't be told: see decision 9."""
        return

    async def delete(self, place: Place, sent: str, thread: str = "") -> None:
        """Take away a message of ours, in the thread of the message `thread`, if any; one that is
        gone already is well."""
        where = await self._prepared(place)
        path = activities(_thread(where, thread), sent)
        try:
            await self._connector.call("DELETE", where.service_url, path)
        except Refused as why:
            if why.reason != "ActivityNotFoundInConversation":
                raise _narrowed(why, place) from why

    async def time(self) -> datetime:
        """What Teams's own clock says, to the second."""
        return await self._connector.time(self._clock)

    async def people(self, workspace: str, channel: str) -> list[Profile]:
        """The channel's members. What Teams calls them is kept: a 1:1 is made with that."""
        where = await self._place(workspace, channel)
        found = await members_of(self._connector, where)
        for each in found:
            await self._keep(where, each)
        return found

    async def is_guest(self, place: Place, person: str) -> bool | None:
        """Whether Teams calls somebody a guest; None where it does not list them there."""
        where = await self._place(place.workspace, place.channel)
        listed = await members_of(self._connector, where)
        return next((each.guest for each in listed if each.person == person), None)

    async def look(self, workspace: str, channel: str) -> Looked:
        """A channel; a chat has a name where it is known."""
        try:
            return Looked(await self._named(await self._place(workspace, channel)))
        except Refused as why:
            if why.of != "place":
                raise
            return Looked(absent=why.reason)

    async def person_name(self, workspace: str, person: str) -> str:
        """Nothing: Teams tells what people are called with what they say."""
        return ""

    async def _named(self, where: Conversation) -> str:
        if not where.team:
            return where.name
        if where.team == where.id:
            return "General"  # Teams tells no name for it
        path = f"/v3/teams/{escaped(where.team)}/conversations"
        told = await self._connector.call("GET", where.service_url, path)
        listed = told.get("conversations")
        for each in listed if isinstance(listed, list) else ():
            if isinstance(each, dict) and each.get("id") == where.id:
                return str(each.get("name") or "General")
        return where.name  # a private channel is not listed

    # -- where ------------------------------------------------------------------------------------

    async def _prepared(self, place: Place) -> Conversation:
        """The conversation of a place. Nothing is posted by then, so nothing is in doubt."""
        try:
            async with asyncio.timeout(PREPARES):
                if place.direct:
                    return await self._direct.chat(place.workspace, place.channel)
                return await self._place(place.workspace, place.channel)
        except TimeoutError:
            raise NotNow(5) from None

    async def _place(self, tenant: str, channel: str) -> Conversation:
        known = await kept(self._conversations.find(tenant, channel))
        if known is None:
            raise unknown_place()
        return known

    async def _forget(self, place: Conversation) -> None:
        """Keep of a 1:1 only whom it is with."""
        stub = msgspec.structs.replace(place, id=place.person_id or place.person)
        await kept(self._conversations.forget(place.tenant, place.id))
        if stub.id.startswith(NOT_MADE):
            await kept(self._conversations.learn(stub))

    async def _keep(self, where: Conversation, one: Profile) -> None:
        if one.bot or not one.person_id.startswith(NOT_MADE):
            return
        if await kept(self._conversations.find(where.tenant, one.person)) is None:
            names = {"person": one.person, "person_id": one.person_id}
            made = Conversation(where.tenant, one.person_id, where.service_url, **names)
            await kept(self._conversations.learn(made))

    # -- what -------------------------------------------------------------------------------------

    def _rendered(self, post: Post) -> dict[str, Any]:
        try:
            return self._render(post.card, post.place)
        except ValueError as wrong:  # our own mistake: it will be no better next time
            raise Refused("cannot_be_rendered") from wrong

    async def _post(self, where: Conversation, post: Post, said: dict[str, Any]) -> str:
        path = activities(_thread(where, post.thread))
        answer = await self._connector.call("POST", where.service_url, path, said)
        if not isinstance(answer.get("id"), str) or not answer["id"]:
            raise InDoubt("no id")
        return str(answer["id"])


def _thread(where: Conversation, first: str) -> str:
    """The conversation, or a thread of it: only channels have threads."""
    channel = where.team or where.id.endswith(("@thread.tacv2", "@thread.skype"))
    return f"{where.id};messageid={first}" if first and channel else where.id


def _narrowed(why: Refused, place: Place) -> Refused:
    """An administrator may turn an app off for some people only, says Microsoft's table: what
    cannot be said to one person says nothing of a whole tenant."""
    if place.direct and why.reason == "BotDisabledByAdmin":
        return Refused(why.reason, "place", why.mend)
    return why
