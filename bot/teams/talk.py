"""Asking the program, and keeping what was typed where it says no."""

import asyncio
from contextlib import suppress
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from bot.asking import FORM_NOT_SAVED, NotSaved, Said, ask, ask_aloud, given_back, overhear
from bot.errors import Refusal
from bot.speech import Card, Form, FormErrors, Incoming, Line, Picks, Text, card
from bot.teams.buttons import Opens
from bot.teams.once import Once
from bot.teams.recent import Recent
from bot.teams.render_form import digest

FORMS = 400  # that are remembered while people fill them in
SPARE = 0.5  # seconds for asking for a form again, within the five that Teams waits
NO_SEARCH = "I could not search just now. Please try again in a moment."


class Again(Struct, frozen=True):
    """A form that stays open: what was typed, and what is wrong with it."""

    form: Form
    values: dict[str, Any]
    errors: dict[str, Line] = {}
    note: Line = ()


class Talk:
    """Asks the program, which may take `patience` seconds, and remembers the forms that it showed:
    Teams sends a form's values back, not the form."""

    def __init__(self, once: Once, opens: Opens, patience: float) -> None:
        self._once, self._opens, self._patience = once, opens, patience
        self._forms: Recent[Form] = Recent(FORMS)

    async def said(self, asked: Incoming, typed: str = "") -> Said:
        """The reply, or a card that says why there is none."""
        reply = await ask_aloud(self._once.ask, asked, self._patience, typed)
        return self._remembered(asked, reply)

    async def overheard(self, asked: Incoming) -> None:
        """Let the program hear what was said to others. A bot can put no sign on people's messages
        in Teams, so nobody sees that it did."""
        with suppress(NotSaved):
            await overhear(self._once.ask, asked, self._patience)

    async def received(self, asked: Incoming, form: str) -> Said | Again:
        """The reply to a form that was sent; the same form again where it was not taken. `form` is
        its digest."""
        ends = asyncio.get_running_loop().time() + self._patience + SPARE
        try:
            return self._remembered(asked, await ask(self._once.ask, asked, self._patience))
        except Refusal as no:
            errors, note = {}, no.said
        except FormErrors as wrong:
            errors, note = wrong.errors, ()
        except NotSaved:
            errors, note = {}, (FORM_NOT_SAVED,)
        values = asked.values or {}
        known = self._forms.find(*_whose(asked), form) or await self._asked_again(asked, ends)
        if known:
            return Again(known, values, errors, note)
        why = [Text(line) for line in (note, *errors.values()) if line]
        return card(*why, *given_back(typed_in(values)))

    async def found(self, asked: Incoming) -> Picks | Line:
        """What was looked for, or a sentence why not."""
        try:
            async with asyncio.timeout(self._patience):
                reply = await self._once.ask(asked)
        except Refusal as no:
            return no.said
        except Exception:
            return (NO_SEARCH,)
        return reply if isinstance(reply, Picks) else (NO_SEARCH,)

    def title_of(self, asked: Incoming, form: str) -> str:
        """The title of the form that was sent, as long as it is remembered."""
        known = self._forms.find(*_whose(asked), form)
        return known.title if known else "Homeroom"

    def _remembered(self, asked: Incoming, reply: Said) -> Said:
        if isinstance(reply, Form):
            self._forms.keep(reply, *_whose(asked), digest(reply))
        return reply

    async def _asked_again(self, asked: Incoming, ends: float) -> Form | None:
        """The form anew, from the words that it was opened with; None where none comes in time, and
        for words that would do something."""
        if not self._opens(asked.words):
            return None
        left = ends - asyncio.get_running_loop().time()
        opening = replace(asked, delivery=f"{asked.delivery}:again", values=None, how="button")
        try:
            reply = await ask(self._once.ask, opening, max(left, 0.1))
        except (Refusal, FormErrors, NotSaved):
            return None
        if not isinstance(reply, Form):
            return None
        self._remembered(asked, reply)
        return reply


def _whose(asked: Incoming) -> tuple[str, str]:
    return asked.who.workspace, asked.who.person


def typed_in(values: dict[str, Any]) -> str:
    """What was typed, one field a line."""
    texts = (", ".join(v) if isinstance(v, list) else v for v in values.values() if v)
    return "\n".join(map(str, texts))


def first_line(shown: Card) -> str:
    """A card in a few words."""
    return (shown.summary.strip() or "Done.").split("\n")[0]
