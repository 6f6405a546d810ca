"""Answers that take a call of Slack's Web API; those that ride in an ack are in listeners.py."""

from typing import Any

from bot.asking import Said, doorway
from bot.payload import object_at, text_at
from bot.slack.clients import Clients
from bot.slack.installations import Installation
from bot.slack.render_card import home as home_view
from bot.slack.render_card import message, modal
from bot.slack.render_form import form_modal
from bot.speech import Card, Form, Incoming


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
            said["replace_original"] = card.instead and private
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


def window_title(body: Any) -> str:
    """The title of the window that was sent or pressed: what follows in it keeps it."""
    return text_at(body, "view", "title", "text") or "Homeroom"
