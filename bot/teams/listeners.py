"""What happens when Teams calls: read it, ask the program, answer with what it says.

The response waits for the program (see "Ack means saved"); what is said by a call comes after it.
"""

import asyncio
from collections.abc import Set

import structlog

from bot.asking import not_saved
from bot.later import Later
from bot.payload import Activity, text_at
from bot.speech import Card, Incoming, Text, card
from bot.teams.answered import NOTHING, Answered
from bot.teams.arrivals import data_of, heard, joined, spoken, tenants_of
from bot.teams.buttons import Opens
from bot.teams.form_values import form_values
from bot.teams.invokes import OLD, Invokes, failed, form_of, shown_in_short
from bot.teams.once import Once
from bot.teams.overheard import EDITS, in_thread, overheard
from bot.teams.replies import Replies
from bot.teams.talk import Talk, typed_in
from bot.teams.updates import UPDATES, Updates

log = structlog.get_logger(__name__)

KEEPING = 4.0  # seconds that keeping a conversation's reference may take
NOT_ADMITTED = (
    "I work for another organisation, so I may not answer you here. Nothing you wrote was kept."
    " If your organisation belongs to the network, ask its host to have it let in."
)


class Listeners:
    """Answers activities that the gate has let in. `tenants` are those whose people are heard."""

    def __init__(
        self,
        talk: Talk,
        once: Once,
        replies: Replies,
        updates: Updates,
        later: Later,
        opens: Opens,
        tenants: Set[str],
    ) -> None:
        self._talk, self._once, self._replies = talk, once, replies
        self._updates, self._later, self._opens = updates, later, opens
        self._invokes = Invokes(talk, once, replies, later, opens)
        self._tenants = {each.lower() for each in tenants}

    async def receive(self, told: Activity) -> Answered:
        """The answer to any activity; it is always a calm one."""
        try:
            named = tenants_of(told)
            if not named or not named <= self._tenants:
                return self._not_admitted(told)
            return await self._received(told)
        except Exception:
            log.exception("an activity from Teams failed", type=text_at(told, "type"))
            return self._failed(told)

    async def _received(self, told: Activity) -> Answered:
        if text_at(told, "type") not in ("message", "invoke", *EDITS, *UPDATES):
            return NOTHING
        # Both at once: an invoke is waited for, and both may wait for the database.
        answered, _ = await asyncio.gather(self._answered(told), self._learn(told))
        return answered

    async def _answered(self, told: Activity) -> Answered:
        match text_at(told, "type"):
            case "message":
                return await self._message(told)
            case "invoke":
                return await self._invokes.answer(told)
            case kind if kind in EDITS:
                return await self._quietly(told)
            case _:
                return await self._update(told)

    async def _learn(self, told: Activity) -> None:
        try:
            async with asyncio.timeout(KEEPING):
                await self._updates.learn(told)
        except TimeoutError:
            log.info("a conversation's reference is being kept")
        except Exception:  # what was said counts more; the next message tells it again
            log.exception("a conversation's reference was not kept")

    async def _message(self, told: Activity) -> Answered:
        if (said := heard(told)) is not None:
            asked = in_thread(said, told)
            return await self._once.do(asked, lambda: self._heard(told, asked))
        anew = spoken(told) if data_of(told) and not text_at(told, "text").strip() else None
        if anew is not None:  # a button of a card that another version wrote
            self._later.call(self._replies.answer(told, card(Text(OLD)), anew))
            return NOTHING
        return await self._quietly(told)

    async def _quietly(self, told: Activity) -> Answered:
        asked = overheard(told)
        if asked is not None:
            await self._talk.overheard(asked)
        return NOTHING

    async def _heard(self, told: Activity, asked: Incoming) -> Answered:
        if asked.values is not None:
            reply = await self._talk.received(asked, form_of(told))
        else:
            # What is said for our eyes only is gone from the box where it was typed.
            typed = asked.words if asked.how == "command" else ""
            reply = await self._talk.said(asked, typed)
        if reply is not None:
            self._later.call(self._replies.answer(told, reply, asked))
        return NOTHING

    async def _update(self, told: Activity) -> Answered:
        await self._updates.follow(told)
        asked = joined(told)
        if asked is None:
            return NOTHING
        return await self._once.do(asked, lambda: self._heard(told, asked))

    def _not_admitted(self, told: Activity) -> Answered:
        log.info("somebody of another tenant", type=text_at(told, "type"))
        if text_at(told, "type") == "invoke":
            return shown_in_short(told, (NOT_ADMITTED,))
        asked = heard(told) if text_at(told, "type") == "message" else None
        if asked is not None:
            said: Card = card(NOT_ADMITTED)
            self._later.call(self._replies.say_in_place(told, said, asked))
        return NOTHING

    def _failed(self, told: Activity) -> Answered:
        if text_at(told, "type") == "invoke":
            return failed(told, self._opens)
        asked = heard(told) if text_at(told, "type") == "message" else None
        if asked is not None:
            typed = typed_in(form_values(data_of(told))) or asked.words
            self._later.call(self._replies.answer(told, not_saved(typed), asked))
        return NOTHING
