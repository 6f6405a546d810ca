"""Asking the program, and what is said when it could not save: for every door."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.errors import Refusal, Unsure
from bot.speech import (
    Button,
    Buttons,
    Card,
    Form,
    FormErrors,
    Incoming,
    Noticed,
    Picks,
    Reply,
    Say,
    Text,
    card,
)

log = structlog.get_logger(__name__)

Answer = Callable[[Incoming], Awaitable[Reply]]
Said = Card | Form | None

FORM_NOT_SAVED = (
    "Homeroom could not save this just now. Your words are still here: "
    "please send again in a moment."
)


class NotSaved(Exception):
    """The program failed or took too long: nothing may be promised."""


async def ask(answer: Answer, incoming: Incoming, patience: float) -> Said:
    """The program's answer within `patience` seconds.

    Raises Refusal and FormErrors as they are, and NotSaved for everything else.
    """
    try:
        # Not wait_for, which makes a task of every answer.
        async with asyncio.timeout(patience):
            reply = await answer(incoming)
    except (Refusal, FormErrors):
        raise
    except Exception as wrong:
        log.exception("not saved", how=incoming.how, delivery=incoming.delivery)
        raise NotSaved from wrong
    assert not isinstance(reply, Picks | Noticed)  # only what is not said aloud is answered so
    return reply


async def overhear(answer: Answer, incoming: Incoming, patience: float) -> Noticed | None:
    """Let the program hear what was said to others; nobody is told anything.

    Raises NotSaved: the platform should tell it again.
    """
    try:
        async with asyncio.timeout(patience):
            reply = await answer(incoming)
    except Refusal:
        return None
    except Exception as wrong:
        log.exception("not saved", how=incoming.how, delivery=incoming.delivery)
        raise NotSaved from wrong
    return reply if isinstance(reply, Noticed) else None


async def ask_aloud(answer: Answer, incoming: Incoming, patience: float, typed: str = "") -> Said:
    """The program's answer, or a card that says why there is none.

    `typed` is given back when it could not be saved and would else be gone.
    """
    try:
        return await ask(answer, incoming, patience)
    except Unsure as slow:
        return card(Text(slow.said), *given_back(typed))
    except Refusal as no:
        return card(Text(no.said))
    except FormErrors as wrong:
        return card(*map(Text, wrong.errors.values()))
    except NotSaved:
        # Nobody asked for these: silence is better than an apology on somebody's Home tab.
        return None if incoming.how in ("home", "join") else not_saved(typed)


def not_saved(typed: str = "") -> Card:
    """What a person reads when nothing could be saved."""
    if typed:
        return card("I could not save this just now. Here are your words:", typed)
    return card("I could not save this just now. Please try again in a moment.")


def given_back(typed: str) -> tuple[str, ...]:
    """The words that somebody typed and has no more: their platform clears them when they are
    sent."""
    return ("Here are your words:", typed) if typed else ()


def doorway(form: Form, words: str) -> Card:
    """A card with a button that asks for the form again: a form opens only from a press."""
    button = Button("Open the form", says=words, style="main")
    fits = 0 < len(words) <= 2000
    more = Buttons((button,)) if fits else Text(("Please type it after ", Say(), "."))
    return card(form.title, more)
