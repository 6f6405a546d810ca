"""What Teams asks and waits for: the answer is the body of the response, within five seconds."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.asking import Said, not_saved
from bot.later import Later
from bot.payload import Activity, text_at
from bot.speech import Form, Incoming, Line, Picks, Place, Say
from bot.teams.answered import (
    NOTHING,
    Answered,
    in_dialog,
    in_place,
    in_results,
    in_short,
    unknown,
)
from bot.teams.arrivals import asked, carried_by, data_of, is_personal, searched, sent
from bot.teams.buttons import Opens
from bot.teams.form_values import form_values
from bot.teams.lines import bare
from bot.teams.once import Once
from bot.teams.render_card import content
from bot.teams.render_form import dialog, form_content
from bot.teams.render_picks import results
from bot.teams.replies import Replies
from bot.teams.talk import Again, Talk, first_line, typed_in

OLD: Line = (
    "This is from an earlier version of me, so nothing was changed. Please type ",
    Say(),
    " to see it anew.",
)
NOWHERE = Place("teams", "")
Listener = Callable[[Activity, Incoming], Awaitable[Answered]]


class Invokes:
    """Answers invokes by their names."""

    def __init__(
        self, talk: Talk, once: Once, replies: Replies, later: Later, opens: Opens
    ) -> None:
        self._talk, self._once, self._replies = talk, once, replies
        self._later, self._opens = later, opens

    async def answer(self, told: Activity) -> Answered:
        """The answer to any invoke."""
        match text_at(told, "name"):
            case "adaptiveCard/action":
                return await self._once_for(told, sent(told), self._acted)
            case "task/fetch" | "task/submit" | "composeExtension/submitAction":
                return await self._once_for(told, sent(told), self._in_dialog)
            case "composeExtension/fetchTask":
                return await self._once_for(told, asked(told), self._in_dialog)
            case "composeExtension/query":
                return await self._searched(searched(told))
            case other:
                return unknown(other)

    async def _once_for(
        self, told: Activity, said: Incoming | None, listener: Listener
    ) -> Answered:
        """A card of an older version is told from one that fits."""
        if said is None:
            return shown_in_short(told, OLD)
        return await self._once.do(said, lambda: listener(told, said))

    async def _acted(self, told: Activity, said: Incoming) -> Answered:
        """A card's button, or a form that stands in a message."""
        reply = await self._reply(told, said)
        if reply is None:
            return in_short("Done.")
        if isinstance(reply, Again):
            return in_place(self._form(reply, said.place, inline=True))
        is_form = said.values is not None
        if not self._replies.is_private(told) or isinstance(reply, Form):
            self._later.call(self._replies.answer(told, reply, said))
            title = reply.title if isinstance(reply, Form) else first_line(reply)
            return in_short(title)
        if is_form or reply.instead:
            self._later.call(self._replies.change(told, reply, said))
            return in_place(content(reply, said.place, self._opens))
        self._later.call(self._replies.answer(told, reply, said))
        return in_short(first_line(reply))

    async def _in_dialog(self, told: Activity, said: Incoming) -> Answered:
        """A button, a message's action, or a form, whose answer stands in a dialog."""
        reply = await self._reply(told, said)
        if reply is None:
            return NOTHING  # it closes
        if isinstance(reply, Again):
            return Answered(dialog(reply.form.title, self._form(reply, said.place)))
        if isinstance(reply, Form):
            return Answered(dialog(reply.title, form_content(reply, said.place)))
        title = self._talk.title_of(said, form_of(told))
        shown = content(reply, said.place, self._opens, dialog=True)
        return Answered(dialog(title, shown))

    async def _reply(self, told: Activity, said: Incoming) -> Said | Again:
        if said.values is None:
            return await self._talk.said(said)
        return await self._talk.received(said, form_of(told))

    async def _searched(self, said: Incoming | None) -> Answered:
        if said is None:
            return in_results("Please sign in to Teams to search.")
        found = await self._talk.found(said)
        if isinstance(found, Picks):
            return Answered(results(found, said.place, self._opens))
        return in_results(bare(found, said.place))

    def _form(self, again: Again, place: Place, *, inline: bool = False) -> dict[str, Any]:
        return form_content(
            again.form,
            place,
            values=again.values,
            errors=again.errors,
            note=again.note,
            inline=inline,
        )


def form_of(told: Activity) -> str:
    """The digest of the form that was sent; "" for a button."""
    found = carried_by(told)
    return found.form if found else ""


def shown_in_short(told: Activity, said: Line) -> Answered:
    """A sentence, in the way of each kind of invoke."""
    text = bare(said, Place("teams", "", direct=is_personal(told)))
    match text_at(told, "name"):
        case "adaptiveCard/action":
            return in_short(text)
        case "composeExtension/query":
            return in_results(text)
        case "task/fetch" | "task/submit":
            return in_dialog(text)
        case "composeExtension/fetchTask" | "composeExtension/submitAction":
            return in_dialog(text)
        case other:
            return unknown(other)


def failed(told: Activity, opens: Opens) -> Answered:
    """The answer to an invoke that we choked on: what was typed is given back."""
    typed = typed_in(form_values(data_of(told)))
    shown = not_saved(typed)
    match text_at(told, "name"):
        case "adaptiveCard/action" if typed:
            return in_place(content(shown, NOWHERE, opens))
        case "task/submit" | "composeExtension/submitAction" if typed:
            return Answered(dialog("Homeroom", content(shown, NOWHERE, opens, dialog=True)))
        case _:
            return shown_in_short(told, (shown.summary,))
