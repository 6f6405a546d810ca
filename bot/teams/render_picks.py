"""What a search from the compose box found, as the body that answers composeExtension/query."""

from typing import Any

from bot.speech import Pick, Picks, Place
from bot.teams.buttons import Opens
from bot.teams.lines import one_line
from bot.teams.markdown import literal_html
from bot.teams.render_card import attachment, content
from bot.texts import shorten

MOST = 25  # results of one page; Teams asks for the next with `skip`
TITLE = 50  # characters that fill two lines of the narrow list; a third would lie over the text
NOTHING = "Nothing was found. Try fewer or other words."


def results(picks: Picks, place: Place, opens: Opens) -> dict[str, Any]:
    """A list to pick from, best first, or a sentence where there is nothing."""
    if not picks.picks:
        return {"composeExtension": {"type": "message", "text": one_line(picks.nothing) or NOTHING}}
    found = [_result(each, place, opens) for each in picks.picks[:MOST]]
    return {
        "composeExtension": {"type": "result", "attachmentLayout": "list", "attachments": found}
    }


def _result(pick: Pick, place: Place, opens: Opens) -> dict[str, Any]:
    """The card, and how it looks in the list: a thumbnail card, whose `text` may hold HTML."""
    preview = {"title": _short(pick.title, TITLE) or "…", "text": _short(pick.text, 200)}
    return {
        **attachment(content(pick.card, place, opens)),
        "preview": {"contentType": "application/vnd.microsoft.card.thumbnail", "content": preview},
    }


def _short(text: str, most: int) -> str:
    return shorten(" ".join(literal_html(text).split()), most)
