"""Answers that take a call of the connector; those that ride in a response are in answered.py.

Private in a group is a targeted message ("Only you can see this message"), else the 1:1. Shape:
Microsoft's "Enable targeted messages for agents": `recipient`, and `isTargetedActivity=true`.
"""

from typing import Any

import structlog
from msgspec.structs import replace

from bot.asking import doorway
from bot.errors import NotNow, Refused
from bot.payload import Activity, text_at
from bot.speech import Card, Form, Incoming, Place, Small, card
from bot.teams.arrivals import channel_of, is_personal, is_targeted, person_of, tenant_of
from bot.teams.buttons import MOST_SAID, Opens
from bot.teams.client import Connector, activities
from bot.teams.conversations import Conversation
from bot.teams.direct import Direct
from bot.teams.recent import Recent
from bot.teams.render_card import activity, attachment
from bot.teams.render_form import form_content
from bot.teams.talk import Again

log = structlog.get_logger(__name__)

Shown = Card | Form | Again

ALOUD = "I could not write to you privately: please say it to me in a chat of ours."
NOT_SHOWN = "I could not show you the answer to that. What you wanted to save is saved."
ALSO_IN_OURS = "It also works in our own chat."
TOO_LONG = (
    "These are too many words for a button. Please say it to me in our own chat: the form opens"
    " there with all of them."
)
TARGETED = {"isTargetedActivity": "true"}
WHISPERED = 2000  # targeted messages whose buttons may still be pressed; Teams keeps them a day


class Replies:
    """Says a reply where an activity came from. Every method raises what the calls raise."""

    def __init__(self, connector: Connector, direct: Direct, opens: Opens) -> None:
        self._connector, self._direct, self._opens = connector, direct, opens
        self._whispered: Recent[bool] = Recent(WHISPERED)

    async def answer(self, told: Activity, shown: Shown, asked: Incoming) -> None:
        """A reply for who spoke only."""
        if asked.place.direct:
            await self._say(told, self._message(shown, asked, asked.place))
        else:
            await self._whisper(told, shown, asked)

    async def say_in_place(self, told: Activity, shown: Card, asked: Incoming) -> None:
        """A reply where it was said, for who spoke only; nowhere else."""
        made = self._message(shown, asked, asked.place)
        await (self._say(told, made) if asked.place.direct else self._target(told, made))

    async def change(self, told: Activity, shown: Shown, asked: Incoming) -> None:
        """Show something else in the private message whose button was pressed."""
        made = self._message(shown, asked, asked.place)
        path = activities(text_at(told, "conversation", "id"), text_at(told, "replyToId"))
        params = None if is_personal(told) else TARGETED
        await self._connector.call("PUT", text_at(told, "serviceUrl"), path, made, params=params)

    def is_private(self, told: Activity) -> bool:
        """Whether the message whose button was pressed is seen by who pressed it only: as far as we
        remember, since what a press says of its message is not ours."""
        pressed = channel_of(told), text_at(told, "replyToId"), person_of(told)
        return is_personal(told) or bool(self._whispered.find(*pressed))

    async def _whisper(self, told: Activity, shown: Shown, asked: Incoming) -> None:
        try:
            await self._target(told, self._message(shown, asked, asked.place))
            return
        except (Refused, NotNow):
            pass
        try:
            ours = await self._our_chat(told)
            place = replace(asked.place, channel=ours.id, thread="", direct=True)
            made = self._message(shown, asked, place)
            await self._connector.say(ours.service_url, ours.id, made)
        except (Refused, NotNow):
            await self._say(told, {"type": "message", "text": ALOUD})

    async def _target(self, told: Activity, made: dict[str, Any]) -> None:
        person = {name: text_at(told, "from", name) for name in ("id", "name")}
        made = {**made, "recipient": {**person, "isTargeted": True}}
        if is_targeted(told):
            info = {"type": "targetedMessageInfo", "messageId": text_at(told, "id")}
            made["entities"] = [info]
        said = await self._say(told, made, TARGETED)
        self._whispered.keep(True, channel_of(told), text_at(said, "id"), person_of(told))

    async def _say(
        self, told: Activity, made: dict[str, Any], params: dict[str, str] | None = None
    ) -> dict[str, Any]:
        where = text_at(told, "conversation", "id")  # with its thread
        return await self._connector.say(text_at(told, "serviceUrl"), where, made, params=params)

    async def _our_chat(self, told: Activity) -> Conversation:
        """The 1:1 with who spoke, opened where we have none yet."""
        return await self._direct.chat(
            tenant_of(told),
            person_of(told),
            person_id=text_at(told, "from", "id"),
            service_url=text_at(told, "serviceUrl"),
        )

    def _message(self, shown: Shown, asked: Incoming, place: Place) -> dict[str, Any]:
        """What is shown, as a message; a sentence where it cannot be."""
        try:
            return self._rendered(shown, asked, place)
        except ValueError:  # our own mistake; silence would be a second one
            log.exception("an answer cannot be shown", words=asked.words.partition(" ")[0])
            return activity(card(NOT_SHOWN), place, self._opens)

    def _rendered(self, shown: Shown, asked: Incoming, place: Place) -> dict[str, Any]:
        """A form stands in the message where only one person sees it for long; elsewhere a button
        opens it."""
        match shown:
            case Again():
                return _filled_in(shown, place)
            case Form() if place.direct:
                return _filled_in(Again(shown, {}), place, fresh=True)
            case Form():
                return activity(_door_to(shown, asked), place, lambda _words: True)
            case Card():
                return activity(shown, place, self._opens)


def _door_to(form: Form, asked: Incoming) -> Card:
    """A form opens only from a press; what no button can say, in our own chat."""
    if len(asked.words) > MOST_SAID:
        return card(form.title, TOO_LONG)
    door = doorway(form, asked.words)
    return replace(door, elements=(*door.elements, Small((ALSO_IN_OURS,))))


def _filled_in(again: Again, place: Place, *, fresh: bool = False) -> dict[str, Any]:
    made = form_content(
        again.form,
        place,
        values=None if fresh else again.values,
        errors=again.errors,
        note=again.note,
        inline=True,
    )
    return {"type": "message", "attachments": [attachment(made)], "summary": again.form.title}
