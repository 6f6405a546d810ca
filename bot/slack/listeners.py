"""What happens when Slack calls: read it, ask the program, ack with what it says.

The ack waits for the program (see "Ack means saved"), so each listener does one short thing.
"""

import asyncio
from typing import Any

import msgspec
import structlog
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_bolt.error import BoltUnhandledRequestError

from bot.asking import (
    FORM_NOT_SAVED,
    Answer,
    NotSaved,
    ask,
    ask_aloud,
    given_back,
    not_saved,
    overhear,
)
from bot.errors import Refusal
from bot.later import Later
from bot.payload import object_at, objects_at, text_at
from bot.slack import arrivals
from bot.slack.failures import opened_already
from bot.slack.installations import Installation, Installations
from bot.slack.mrkdwn import escape, unmark
from bot.slack.render_card import message, modal
from bot.slack.render_form import form_modal
from bot.slack.replies import Replies, window_title
from bot.slack.rich_text import bare
from bot.speech import Card, Form, FormErrors, Incoming, Place, card

log = structlog.get_logger(__name__)
encode_json = msgspec.json.Encoder().encode

NOT_INSTALLED = "Homeroom is not installed in this workspace."
NOWHERE = Place("slack", "")
TO_OPEN = 0.5  # seconds for opening a form, besides: Slack gives up after three


class Listeners:
    """Bolt's listeners. `patience` is how many seconds the program may take."""

    def __init__(
        self,
        answer: Answer,
        replies: Replies,
        later: Later,
        patience: float,
        installations: Installations,
    ) -> None:
        self._answer, self._replies, self._later = answer, replies, later
        self._patience = patience
        self._installations = installations

    async def command(self, ack: AsyncAck, body: Any, context: AsyncBoltContext) -> None:
        """A slash command: the card rides in the ack; a form is opened before it."""
        home = _home(context)
        asked = arrivals.command(body, home) if home else None
        if home is None or asked is None:
            unknown = f"I do not know {escape(text_at(body, 'command'))}. Try /learn."
            await ack(unknown if home else NOT_INSTALLED)
            return
        typed = f"{text_at(body, 'command')} {unmark(text_at(body, 'text'))}".strip()
        reply = await self._said(home, body, asked, typed)
        if reply:
            ack.response = said_in_ack({**message(reply), "response_type": "ephemeral"})
        else:
            await ack("")

    async def form(self, ack: AsyncAck, body: Any, context: AsyncBoltContext) -> None:
        """A form that was sent: it stays open until it is saved."""
        home = _home(context)
        if home is None:
            await ack(beside(body, {"": NOT_INSTALLED}))
            return
        asked = arrivals.sent(body, home)
        await ack(await self._received(body, asked) if asked else "")

    async def press(self, ack: AsyncAck, body: Any, context: AsyncBoltContext) -> None:
        """A button, or a message shortcut."""
        home = _home(context)
        read = arrivals.shortcut if text_at(body, "type") == "message_action" else arrivals.pressed
        asked = read(body, home) if home else None
        if home and asked:
            reply = await self._said(home, body, asked)
            if reply:
                self._later.call(self._replies.to_press(home, body, reply, asked))
        await ack()

    async def heard(self, ack: AsyncAck, body: Any, context: AsyncBoltContext) -> None:
        """Anything that the Events API tells."""
        home = _home(context)
        asked = arrivals.heard(body, home) if home else None
        if home and asked and asked.how == "overheard":
            ack.response = await self._overheard(home, asked)
            return
        if home and asked:
            reply = await ask_aloud(self._answer, asked, self._patience)
            self._later.call(self._replies.to_heard(home, reply, asked))
        await ack()

    async def revoked(self, ack: AsyncAck, body: Any) -> None:
        """The bot was taken out of a workspace, or its token was. People's own tokens, of which we
        have none, are nobody's concern."""
        said = object_at(body, "event")
        people_only = said.get("type") == "tokens_revoked" and not object_at(said, "tokens").get(
            "bot"
        )
        if not people_only:
            homes = [text_at(body, "team_id"), text_at(body, "enterprise_id")]
            await self._installations.revoked([each for each in homes if each])
        await ack()

    async def _overheard(self, home: Installation, asked: Incoming) -> BoltResponse:
        """What could not be saved is not acked: Slack tells it again."""
        try:
            if asked.words == "overheard mark":
                asked = await self._replies.read(home, asked)
            noticed = await overhear(self._answer, asked, self._patience)
        except NotSaved:
            return BoltResponse(status=503, body="")
        if noticed:
            self._later.call(self._replies.sign(home, noticed, asked))
        return BoltResponse(status=200, body="")

    async def _said(
        self, home: Installation, body: Any, asked: Incoming, typed: str = ""
    ) -> Card | None:
        """The card to say; a form is opened here, while its trigger lives."""
        ack_by = asyncio.get_running_loop().time() + self._patience + TO_OPEN
        reply = await ask_aloud(self._answer, asked, self._patience, typed)
        if not isinstance(reply, Form):
            return reply
        try:
            async with asyncio.timeout_at(ack_by):
                await self._replies.open_form(home, body, reply, asked)
        except Exception as problem:
            if opened_already(problem):
                return None
            log.exception("a form did not open", title=reply.title)
            return card("I could not open the form just now. Please try again.", *given_back(typed))
        return None

    async def _received(self, body: Any, asked: Incoming) -> dict[str, Any] | str:
        try:
            reply = await ask(self._answer, asked, self._patience)
        except Refusal as no:
            return beside(body, {"": bare(no.said)})
        except FormErrors as wrong:
            return beside(body, {name: bare(said) for name, said in wrong.errors.items()})
        except NotSaved:
            return beside(body, {"": FORM_NOT_SAVED})
        if reply is None:
            return ""
        if isinstance(reply, Form):
            return {"response_action": "update", "view": form_modal(reply, asked.place)}
        view = modal(reply, window_title(body), asked.place)
        return {"response_action": "update", "view": view}


def said_in_ack(said: dict[str, Any]) -> BoltResponse:
    """An ack that carries a message. Encoded here: Bolt would take ten times as long."""
    return BoltResponse(
        status=200,
        body=encode_json(said).decode(),
        headers={"content-type": "application/json;charset=utf-8"},
    )


def beside(body: Any, errors: dict[str, str]) -> dict[str, Any]:
    """An ack that keeps a form open, each sentence beside its field (by block_id), or beside the
    first when there is no such field."""
    blocks = objects_at(body, "view", "blocks")
    fields = [text_at(block, "block_id") for block in blocks if block.get("type") == "input"]
    if not fields:
        view = modal(card(*errors.values()), window_title(body), NOWHERE)
        return {"response_action": "update", "view": view}
    shown: dict[str, str] = {}
    for name, text in errors.items():
        at = name if name in fields else fields[0]
        shown[at] = f"{shown[at]} {text}" if at in shown else text
    return {"response_action": "errors", "errors": shown}


async def calm(error: Exception, body: Any) -> BoltResponse:
    """Ack what nobody listens to, and what a listener choked on: Slack would only send it again.

    Whoever typed something is told that it was not saved.
    """
    if isinstance(error, BoltUnhandledRequestError):
        return BoltResponse(status=200, body="")
    log.error("a request from Slack failed", exc_info=error)
    if text_at(body, "type") == "view_submission":
        return BoltResponse(status=200, body=beside(body, {"": FORM_NOT_SAVED}))
    if text_at(body, "command"):
        typed = f"{text_at(body, 'command')} {unmark(text_at(body, 'text'))}"
        return BoltResponse(status=200, body=message(not_saved(typed)))
    return BoltResponse(status=200, body="")


def _home(context: AsyncBoltContext) -> Installation | None:
    found = context.get("installation")
    return found if isinstance(found, Installation) else None
