"""What an activity is answered with: the body of the HTTP response.

Shapes from Microsoft's pages: "Universal Actions for Adaptive Cards" (adaptiveCard/action), "Use
dialogs in Teams bots" (task/fetch, task/submit) and "Respond to search command".
"""

from typing import Any

import msgspec
from msgspec import Struct
from starlette.responses import Response

from bot.teams.lines import one_line
from bot.teams.render_card import TYPE
from bot.texts import shorten

_encode = msgspec.json.Encoder().encode


class Answered(Struct, frozen=True):
    """A status and a body; None where Teams wants nothing more."""

    body: dict[str, Any] | None = None
    status: int = 200

    def response(self) -> Response:
        """It as HTTP."""
        if self.body is None:
            return Response(status_code=self.status)
        return Response(_encode(self.body), self.status, media_type="application/json")


NOTHING = Answered()


def in_place(content: dict[str, Any]) -> Answered:
    """The card that is shown in place of the one whose button was pressed, to who pressed it."""
    return Answered({"statusCode": 200, "type": TYPE, "value": content})


def in_short(text: str) -> Answered:
    """A short message to who pressed a card's button."""
    kind = "application/vnd.microsoft.activity.message"
    return Answered({"statusCode": 200, "type": kind, "value": shorten(one_line(text), 200)})


def in_dialog(text: str) -> Answered:
    """A sentence in the place of a dialog."""
    return Answered({"task": {"type": "message", "value": text}})


def in_results(text: str) -> Answered:
    """A sentence in the place of what was looked for."""
    return Answered({"composeExtension": {"type": "message", "text": text}})


def unknown(name: str) -> Answered:
    """To what we do not know."""
    said = f"Homeroom does not know “{shorten(name, 60)}”. Nothing was changed."
    return Answered({"message": said}, 501)
