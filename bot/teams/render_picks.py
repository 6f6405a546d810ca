"""What a search from the compose box found, as the body that answers composeExtension/query."""

from typing import Any

from bot.speech import Pick, Picks, Place, printable
from bot.teams.buttons import Opens
from bot.teams.limits import shorten
from bot.teams.render_card import attachment, content

MOST = 25


def results(picks: Picks, place: Place, opens: Opens) -> dict[str, Any]:
    """A list to pick from, or a sentence where there is nothing."""
    if not picks.picks:
        said = printable(picks.nothing) or "Nothing was found."
        return {"composeExtension": {"type": "message", "text": said}}
    return {
        "composeExtension": {
            "type": "result",
            "attachmentLayout": "list",
            "attachments": [_result(each, place, opens) for each in picks.picks[:MOST]],
        }
    }


def _result(pick: Pick, place: Place, opens: Opens) -> dict[str, Any]:
    shown = {
        "title": shorten(printable(pick.title), 100),
        "text": shorten(printable(pick.text), 200),
    }
    preview = {"contentType": "application/vnd.microsoft.card.thumbnail", "content": shown}
    return {**attachment(content(pick.card, place, opens)), "preview": preview}
