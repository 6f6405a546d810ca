"""Answers that take a call of Slack's Web API; those that ride in an ack are in listeners.py."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from msgspec.structs import replace
from slack_sdk.errors import SlackApiError

from bot.asking import Said, doorway
from bot.payload import object_at, objects_at, text_at
from bot.slack.clients import Clients
from bot.slack.installations import Installation
from bot.slack.overheard import SIGNS, message_of
from bot.slack.render_card import home as home_view
from bot.slack.render_card import message, modal
from bot.slack.render_form import form_modal
from bot.speech import Card, Form, Incoming, Noticed

log = structlog.get_logger(__name__)

TO_READ = 0.6  # seconds for reading a message, besides the program's: Slack gives up after three


class Replies:
    """Says a reply where the request came from. Every method raises what the call raises."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    async def open_form(self, home: Installation, body: Any, form: Form, asked: Incoming) -> None:
        """Show a form: in a window of its own, or in the window whose button was pressed."""
        await self._show(home, body, form_modal(form, asked.place))

    async def _show(self, home: Installation, body: Any, view: dict[str, Any]) -> None:
        slack, shown = self._clients.writing(home), object_at(body, "view")
        if text_at(shown, "type") == "modal":
            await slack.views_update(view_id=text_at(shown, "id"), view=view)
        else:
            await slack.views_open(trigger_id=text_at(body, "trigger_id"), view=view)

    async def to_press(self, home: Installation, body: Any, card: Card, asked: Incoming) -> None:
        """Answer a button or a shortcut, for the one who pressed it only."""
        shown, url = text_at(body, "view", "type"), text_at(body, "response_url")
        if shown == "home" and card.instead:
            await self._publish(home, asked, card)
        elif shown:
            await self._show(home, body, modal(card, window_title(body), asked.place))
        elif url:
            private = bool(object_at(body, "container").get("is_ephemeral"))
            said = {**message(card), "response_type": "ephemeral"}
            said["replace_original"] = card.instead and (private or asked.place.direct)
            if said["replace_original"] and not private:  # our 1:1, where only one person reads
                said["response_type"] = "in_channel"
                _keep_the_key(said["blocks"], body)
            if asked.place.thread:
                said["thread_ts"] = asked.place.thread
            await self._clients.respond(url, said)
        else:
            await self._whisper(home, asked, card)

    async def to_heard(self, home: Installation, reply: Said, asked: Incoming) -> None:
        """Answer what the Events API told; a form waits behind a button."""
        card = doorway(reply, asked.words) if isinstance(reply, Form) else reply
        if card is None:
            return
        if asked.how == "home":
            await self._publish(home, asked, card)
        elif asked.how == "mention" or (asked.how == "join" and asked.who.person != home.bot_user):
            await self._whisper(home, asked, card)
        else:
            slack, place = self._clients.writing(home), asked.place
            thread = place.thread or None
            await slack.chat_postMessage(channel=place.channel, thread_ts=thread, **message(card))

    async def read(self, home: Installation, asked: Incoming) -> Incoming:
        """The same with the message that was marked, if Slack shows it in time."""
        channel, own = asked.place.channel, asked.message.id if asked.message else ""
        try:
            async with asyncio.timeout(TO_READ):
                said = await self._clients.writing(home).reactions_get(
                    channel=channel, timestamp=own, full=True
                )
        except Exception as wrong:  # what was caught of it may still be kept
            log.info("a marked message could not be read", why=type(wrong).__name__)
            return asked
        told = object_at(said.data, "message")
        if text_at(told, "ts") != own:
            return asked
        return replace(asked, message=message_of(told, home, channel))

    async def sign(self, home: Installation, noticed: Noticed, asked: Incoming) -> None:
        """Put reactions on the message, or take ours off it; that it is so already is well."""
        if asked.message is None:
            return
        # Doing it twice does no harm, so it is tried again where Slack was asked too often.
        slack, own = self._clients.reading(home), asked.message.id
        where = {"channel": asked.place.channel, "timestamp": own}
        for each in noticed.put:
            with _so_already("already_reacted"):
                await slack.reactions_add(name=SIGNS[each], **where)
        for each in noticed.take:
            with _so_already("no_reaction"):
                await slack.reactions_remove(name=SIGNS[each], **where)

    async def _publish(self, home: Installation, asked: Incoming, card: Card) -> None:
        slack = self._clients.writing(home)
        await slack.views_publish(user_id=asked.who.person, view=home_view(card))

    async def _whisper(self, home: Installation, asked: Incoming, card: Card) -> None:
        await self._clients.writing(home).chat_postEphemeral(
            channel=asked.place.channel,
            user=asked.who.person,
            thread_ts=asked.place.thread or None,
            **message(card),
        )


def _keep_the_key(blocks: list[dict[str, Any]], body: Any) -> None:
    """A post is found by the delivery key on its first block, whatever stands there now."""
    first = next(iter(objects_at(body, "message", "blocks")), {})
    if blocks and (key := text_at(first, "block_id")):
        blocks[0]["block_id"] = key


@contextmanager
def _so_already(reason: str) -> Iterator[None]:
    try:
        yield
    except SlackApiError as error:
        if error.response.get("error") not in (reason, "message_not_found"):
            raise


def window_title(body: Any) -> str:
    """The title of the window that was sent or pressed: what follows in it keeps it."""
    return text_at(body, "view", "title", "text") or "Homeroom"
