"""What is found from the compose box."""

import pytest
from hypothesis import given, settings

from bot.speech import Pick, Picks, card
from bot.teams.render_picks import results
from tests.teams.anything import typed
from tests.teams.goldens import golden
from tests.teams.samples import CHANNEL, PICKS


def opens(words: str) -> bool:
    return False


@pytest.mark.parametrize("name", PICKS)
def test_golden(name: str) -> None:
    golden(name, results(PICKS[name], CHANNEL, opens))


def test_no_more_than_teams_shows() -> None:
    many = Picks(tuple(Pick(f"{n}", "", card("x")) for n in range(60)))
    assert len(results(many, CHANNEL, opens)["composeExtension"]["attachments"]) == 25


@settings(max_examples=50, deadline=None)
@given(typed, typed)
def test_nothing_typed_is_markup_in_the_list(title: str, text: str) -> None:
    made = results(Picks((Pick(title, text, card("x")),)), CHANNEL, opens)["composeExtension"]
    preview = made["attachments"][0]["preview"]["content"]
    assert 0 < len(preview["title"]) <= 100
    assert len(preview["text"]) <= 200
    assert "<a" not in preview["text"].lower()
    said = results(Picks((), text), CHANNEL, opens)["composeExtension"]
    assert said["type"] == "message"
    assert said["text"]


def test_a_long_title_fills_two_lines_of_the_list_at_most() -> None:
    found = Pick("Our grade-level teams spend forty minutes of a common meeting", "", card("x"))
    (shown,) = results(Picks((found,)), CHANNEL, opens)["composeExtension"]["attachments"]
    title = shown["preview"]["content"]["title"]
    assert len(title) <= 50 and title.endswith("…")
