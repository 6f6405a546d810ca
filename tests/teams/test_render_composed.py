"""Every card that our composers make, on Teams: golden, small enough, and whole as it is shown."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.speech import Card, decode_card
from bot.teams.render_card import activity, content
from handlers.words import opens
from tests.compose import test_golden as composed
from tests.teams.goldens import golden
from tests.teams.samples import CHANNEL
from tests.teams.surface import Surface, surface
from tests.teams.test_render_shown import said

CARDS = sorted(file.stem for file in composed.GOLDEN.glob("*.json"))
MOST = 25_000  # bytes of a message, as we promise


def made(name: str) -> Card:
    """A composed card as its golden file holds it."""
    return decode_card((composed.GOLDEN / f"{name}.json").read_bytes())


@pytest.mark.parametrize("name", CARDS)
def test_it_is_as_it_was_when_somebody_looked(name: str) -> None:
    golden(f"composed_{name}", content(made(name), CHANNEL, opens))


@pytest.mark.parametrize("name", CARDS)
def test_it_is_small_enough_and_speaks_no_slack(name: str) -> None:
    sent = json.dumps(activity(made(name), CHANNEL, opens), ensure_ascii=False)
    assert len(sent.encode()) < MOST
    assert "/learn" not in sent and "Shortened here" not in sent


@pytest.fixture(scope="module")
def page() -> Iterator[Surface]:
    with surface() as found:
        yield found


@pytest.mark.browser
@pytest.mark.parametrize("name", CARDS)
def test_it_is_whole(page: Surface, name: str) -> None:
    shown = content(made(name), CHANNEL, opens)
    assert page.show(shown) == []
    if folder := os.environ.get("HOMEROOM_PICTURES"):
        page.picture(Path(folder) / f"composed_{name}.png")
    for words in said(shown["body"]):
        assert words in page.text
