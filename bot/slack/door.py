"""The Slack door, outbound: what the courier sends and what the directory asks."""

from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Refused
from bot.findings import Looked
from bot.payload import object_at, objects_at, text_at
from bot.slack.clients import Clients
from bot.slack.failures import refused, told
from bot.slack.installations import Installation, Installations
from bot.slack.people import Profile, members_of, profile_of
from bot.slack.render_card import post_message
from bot.slack.web_client import plain_client
from bot.speech import Place, Post

QUIET: dict[str, Any] = {"link_names": False, "parse": "none"}  # typed text stays what it is
ONE_CLOSED = (
    "This workspace of your organisation is closed to Homeroom; the others are not. An"
    " administrator of the organisation adds the app to it."
)
NO_PREVIEWS: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False}


class SlackDoor:
    """Sends, changes and finds posts, and names people and places.

    Every method raises NotNow, InDoubt or Refused, and nothing else.
    """

    def __init__(
        self, installations: Installations, *, base_url: str = "https://slack.com/api/"
    ) -> None:
        self._installations = installations
        self._clients = Clients(base_url)
        self._direct: dict[tuple[str, str], str] = {}
        self._met: dict[tuple[str, str], str] = {}

    async def close(self) -> None:
        """Close the connections."""
        await self._clients.close()

    async def send(self, post: Post) -> str:
        """Post once, never again by itself; the new message's ts."""
        said = {**_rendered(post), **QUIET, **NO_PREVIEWS}
        said |= {"channel": post.place.channel, "thread_ts": post.thread or None}
        return str((await self._write(post.place, "chat.postMessage", said))["ts"])

    async def change(self, post: Post) -> None:
        """Show the card of `post` in the message `post.sent`; doing it twice does no harm."""
        said = {**_rendered(post), **QUIET, "ts": post.sent}
        said["channel"] = await self.channel_of(post.place)
        await self._write(post.place, "chat.update", said)

    async def find(self, post: Post, since: datetime) -> list[str]:
        """The ts of each of our own messages with this post's key, written at `since` or after,
        the first first."""
        home = await self._home(post.place)
        slack, channel = self._clients.writing(home), await self.channel_of(post.place)
        asked: dict[str, Any] = {"channel": channel, "limit": 200, "include_all_metadata": True}
        asked["oldest"] = f"{since.timestamp():.6f}"
        found = []
        with told():
            if post.thread:
                pages = await slack.conversations_replies(ts=post.thread, **asked)
            else:
                pages = await slack.conversations_history(**asked)
            async for page in pages:
                for message in objects_at(page.data, "messages"):
                    if _is_ours(message, home) and _key(message) == post.key:
                        found.append(text_at(message, "ts"))
        return sorted(found)

    async def delete(self, place: Place, sent: str, thread: str = "") -> None:
        """Take away a message of ours; one that is gone already is well. Slack finds it whatever
        `thread` it is in."""
        gone = {"channel": await self.channel_of(place), "ts": sent}
        try:
            await self._write(place, "chat.delete", gone)
        except Refused as why:
            if why.reason != "message_not_found":
                raise

    async def time(self) -> datetime:
        """What Slack's own clock says, to the second."""
        slack = plain_client(self._clients.base_url)
        with told():
            said = await slack.api_test()
            return parsedate_to_datetime(str(said.headers["Date"]))

    async def channel_of(self, place: Place) -> str:
        """The channel's id; a person's id is turned into that of the 1:1 with them."""
        person = place.channel
        if not place.direct or person.startswith("D"):
            return person
        known = (place.workspace, person)
        if known not in self._direct:
            opened = await self._write(place, "conversations.open", {"users": person})
            self._direct[known] = text_at(opened, "channel", "id")
        return self._direct[known]

    async def people(self, workspace: str, channel: str) -> list[Profile]:
        """The channel's members."""
        with told():
            home = await self._home(Place("slack", workspace, ""))
            whole = home.workspace.startswith("E")
            found = await members_of(self._clients.reading(home), channel, whole=whole)
        for each in found:
            if each.workspace and each.workspace != workspace:
                self._met[each.workspace, each.person] = workspace
        return found

    async def profile(self, workspace: str, person: str) -> Profile:
        """One person."""
        with told():
            return await profile_of(await self._reading(workspace), person)

    async def is_guest(self, place: Place, person: str) -> bool | None:
        """Whether Slack calls somebody a guest; None where it shows us nothing of them."""
        told_of = await self.profile(place.workspace, person)
        return told_of.guest if told_of.name else None

    async def look(self, workspace: str, channel: str) -> Looked:
        """A channel as this workspace sees it, its name without the #."""
        try:
            with told():
                said = await (await self._reading(workspace)).conversations_info(channel=channel)
        except Refused as why:
            if why.of != "place":
                raise
            return Looked(absent=why.reason)  # a private one is shown to its members only
        seen = object_at(said.data, "channel")
        absent = "not_in_channel" if seen.get("is_member") is False else ""
        return Looked(text_at(seen, "name"), absent)

    async def person_name(self, workspace: str, person: str) -> str:
        """What a person is called; "" where Slack does not show them to us."""
        return (await self.profile(workspace, person)).name

    async def permalink(self, workspace: str, channel: str, message: str) -> str:
        """The address of a message."""
        with told():
            said = await (await self._reading(workspace)).chat_getPermalink(
                channel=channel, message_ts=message
            )
        return text_at(said.data, "permalink")

    async def _write(self, place: Place, method: str, body: dict[str, Any]) -> dict[str, Any]:
        """Call a method that changes something. Where Slack does not take our token, which it says
        before it does anything, once more with a newer one, if there is any."""
        home = await self._home(place)
        try:
            return await self._clients.write(home, method, body)
        except Refused as why:
            if home.workspace.startswith("E") and why.reason == "team_access_not_granted":
                raise Refused(why.reason, "place", ONE_CLOSED) from why
            newer = await self._again(home) if why.of == "workspace" else None
            if newer is None:
                raise
            return await self._clients.write(newer, method, body)

    async def _reading(self, workspace: str) -> AsyncWebClient:
        """A client whose token Slack takes, if there is one."""
        home = await self._home(Place("slack", workspace, ""))
        return self._clients.reading(home)

    async def _again(self, home: Installation) -> Installation | None:
        with told():
            return await self._installations.again(home)

    async def _home(self, place: Place) -> Installation:
        """The installation that reaches a place. People from elsewhere, whom we know by a channel
        that they share, are reached by its workspace's."""
        found = await self._installations.find(place.workspace)
        if found is None and (met := self._met.get((place.workspace, place.channel))):
            found = await self._installations.find(met)
        if found is None and place.direct:
            raise Refused("not_installed", "place")  # of one person, not of their workspace
        if found is None:
            raise refused("not_installed")
        return found


def _rendered(post: Post) -> dict[str, Any]:
    try:
        return post_message(post)
    except ValueError as wrong:  # our own mistake: it will be no better next time
        raise Refused("cannot_be_rendered") from wrong


def _is_ours(message: dict[str, Any], home: Installation) -> bool:
    own = text_at(message, "bot_id"), text_at(message, "user")
    return (own[0] != "" and own[0] == home.bot_id) or own[1] == home.bot_user


def _key(message: dict[str, Any]) -> str:
    """The delivery key: in the metadata, and on the first block in case that was lost."""
    told_key = text_at(message, "metadata", "event_payload", "key")
    return told_key or next(
        (text_at(block, "block_id") for block in objects_at(message, "blocks")), ""
    )
