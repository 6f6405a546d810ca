"""The table of words against the cards: no button may say a word that nobody answers."""

import json
import re
from pathlib import Path

import handlers.everything  # noqa: F401 - registers every word
from handlers import words

HOME = Path(__file__).parent.parent.parent
# A button in the source: its label, then the words it says.
SAYS = re.compile(r'Button\(\s*f?"[^"]*",\s*f?"([a-z][^"]*)"')


def said_in_source() -> set[str]:
    found = set()
    for room in ("bot/compose", "handlers", "jobs"):
        for file in (HOME / room).rglob("*.py"):
            found |= set(SAYS.findall(file.read_text()))
    return found


def said_in_golden_cards() -> set[str]:
    return {
        button["says"]
        for file in (HOME / "tests/compose/golden").glob("*.json")
        for button in _buttons(json.loads(file.read_text()))
        if button.get("says")
    }


def _buttons(told: object) -> list[dict[str, str]]:
    if isinstance(told, list):
        return [button for each in told for button in _buttons(each)]
    if isinstance(told, dict):
        own = [told] if "says" in told else []
        return own + [button for each in told.values() for button in _buttons(each)]
    return []


def test_every_button_says_a_word_that_is_answered() -> None:
    said = said_in_source() | said_in_golden_cards()
    assert len(said) > 20
    unknown = {each for each in said if words.match(each) is None}
    assert not unknown


def test_every_word_has_help_and_an_example_that_it_answers() -> None:
    for each in words.TABLE.values():
        assert each.help.endswith((".", "…")), each.name
        matched = words.match(each.example)
        assert matched and matched[0] is each, each.name
