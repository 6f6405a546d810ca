"""Every card that our composers make, on Teams. That it is whole as it is shown is in
test_render_shown.py."""

import json

import pytest

from bot.speech import Card, decode_card
from bot.teams.render_card import activity, content
from handlers.words import opens
from tests.compose import test_golden as composed
from tests.teams.goldens import golden
from tests.teams.samples import CHANNEL

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
