"""Cards as Microsoft's own renderer shows them: all words are there, and nothing typed is markup.

HOMEROOM_PICTURES=folder keeps a photograph of each.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.speech import Card, Form
from bot.teams.form_values import form_values
from bot.teams.render_card import content
from bot.teams.render_form import form_content
from bot.teams.said import Carried, carried
from handlers.words import opens as opens_for_real
from tests.teams.samples import CHANNEL, NASTY, NASTY_CARDS, TEAMS_CARDS, TEAMS_FORMS
from tests.teams.surface import Surface, surface
from tests.teams.test_render_composed import CARDS as COMPOSED
from tests.teams.test_render_composed import made as composed

pytestmark = pytest.mark.browser

MARKUP = "b, i, em, strong, code, pre, ul, ol, li, del, s, table, blockquote, h1, h2, img, at"


def opens(words: str) -> bool:
    return words in ("share", "open")


# For one module only: a waiting Playwright would stand in the way of asynchronous tests.
@pytest.fixture(scope="module")
def page() -> Iterator[Surface]:
    with surface() as found:
        yield found


def keep(page: Surface, name: str) -> None:
    if folder := os.environ.get("HOMEROOM_PICTURES"):
        page.picture(Path(folder) / f"{name}.png")


@pytest.mark.parametrize("name", TEAMS_CARDS)
def test_a_card_is_whole(page: Surface, name: str) -> None:
    made = content(TEAMS_CARDS[name], CHANNEL, opens)
    assert page.show(made) == []
    keep(page, f"card_{name}")
    for words in said(made["body"]):
        assert words in page.text


@pytest.mark.parametrize("name", COMPOSED)
def test_a_composed_card_is_whole(page: Surface, name: str) -> None:
    shown = content(composed(name), CHANNEL, opens_for_real)
    assert page.show(shown) == []
    keep(page, f"composed_{name}")
    for words in said(shown["body"]):
        assert words in page.text


@pytest.mark.parametrize("name", TEAMS_FORMS)
def test_a_form_is_whole(page: Surface, name: str) -> None:
    made = form_content(TEAMS_FORMS[name], CHANNEL, inline=True)
    assert page.show(made) == []
    keep(page, f"form_{name}")
    for words in said(made["body"]):
        assert words in page.text


def said(part: Any) -> Iterator[str]:
    """All words that are sent to be seen, where they are not marked up by us."""
    if isinstance(part, list):
        for each in part:
            yield from said(each)
    elif isinstance(part, dict):
        own = [part.get(name, "") for name in ("title", "label")]
        own += [part["text"]] if part.get("type") == "TextRun" else []
        yield from (" ".join(words.split()) for words in own)
        hidden = ("data", "fallback", "card")
        yield from (w for name, each in part.items() if name not in hidden for w in said(each))


@pytest.mark.parametrize("text", NASTY)
def test_nothing_typed_is_markup(page: Surface, text: str) -> None:
    """Each text stands in a heading, in a line with and without an instant, in a fact, in a list,
    in small print and on a button: sixteen times as it was typed."""
    assert page.show(content(NASTY_CARDS[text], CHANNEL, opens)) == []
    assert plain(page.text).count(plain(text)) == 16
    # What is strong beside an instant, and a label beside one; the two links are ours as well.
    assert page.count(MARKUP) == page.count("strong") == 2
    assert page.count("a") == page.count("a[href^='https://x.org/a_']") == 2


def plain(text: str) -> str:
    """As a reader sees it: without joiners, and with the backtick that stands for another."""
    return " ".join(text.replace("\u2060", "").replace("ˋ", "`").split())


@pytest.mark.parametrize(
    ("zone", "at"), [("Asia/Tokyo", "Nov 25, 2026, 6:00 AM"), ("America/Chicago", "3:00 PM")]
)
def test_an_instant_is_shown_in_the_readers_zone(page: Surface, zone: str, at: str) -> None:
    there = page.elsewhere(zone)
    there.show(content(TEAMS_CARDS["checkin"], CHANNEL, opens))
    assert at in there.text


def pressed(page: Surface, made: dict[str, Any], *labels: str) -> dict[str, Any]:
    """What is sent when buttons are pressed one after the other."""
    page.show(made)
    for label in labels:
        page.page.get_by_role("button", name=label, exact=True).click()
    [sent] = page.page.evaluate("window.sent")
    return dict(sent)


def card(name: str) -> Card:
    return TEAMS_CARDS[name]


def form(name: str) -> Form:
    return TEAMS_FORMS[name]


def test_a_pressed_button_says_its_words(page: Surface) -> None:
    sent = pressed(page, content(card("found"), CHANNEL, opens), "More")
    assert (sent["type"], sent["verb"]) == ("Action.Execute", "say")
    assert carried(sent["data"]) == Carried("find number talks page:2")


def test_a_question_comes_before_the_words(page: Surface) -> None:
    made = content(card("checkin"), CHANNEL, opens)
    sent = pressed(page, made, "I can't come", "Yes: I can't come")
    assert carried(sent["data"]) == Carried("checkin away")


def test_a_sent_form_brings_what_stands_in_it(page: Surface) -> None:
    typed = {"text": "<at>all</at>, \\*x*", "one": "%2C", "many": ["a,b", "c"]}
    sent = pressed(page, form_content(form("nasty"), CHANNEL, values=typed), "Save")
    assert form_values(sent["data"]) == typed


def test_a_form_that_lacks_something_is_not_sent(page: Surface) -> None:
    page.show(form_content(form("share"), CHANNEL))
    page.page.get_by_role("button", name="Share", exact=True).click()
    assert page.page.evaluate("window.sent") == []
    assert "Please fill this in." in page.text
    assert not re.search("undefined|null", page.text)
