"""Cards as Adaptive Cards: golden files, and properties that hold for any text."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.speech import (
    Button,
    Buttons,
    Card,
    HowTo,
    Items,
    Say,
    Small,
    Strong,
    Text,
    card,
    printable,
)
from bot.teams.limits import size
from bot.teams.render_card import activity, content
from bot.teams.said import VERSION, Carried, carried, carry
from tests.slack.samples import CALL
from tests.teams.anything import cards, typed
from tests.teams.goldens import golden
from tests.teams.samples import CHANNEL, DIRECT, TEAMS_CARDS

MOST = 25_000  # bytes of a message


def opens(words: str) -> bool:
    return words in ("share", "open")


@pytest.mark.parametrize("name", TEAMS_CARDS)
def test_golden(name: str) -> None:
    made = activity(TEAMS_CARDS[name], CHANNEL, opens)
    assert size(made) < MOST
    golden(f"card_{name}", made)


# -- what a card says -----------------------------------------------------------------------------


def test_what_to_type_is_said_as_one_types_it_there() -> None:
    said = card(Text((Say("call"), " ", Say())))
    assert list(texts(content(said, CHANNEL, opens))) == ["@Homeroom call", " ", "@Homeroom"]
    assert list(texts(content(said, DIRECT, opens))) == ["call", " ", "help"]


def test_how_to_do_something_is_said_for_teams() -> None:
    invite = content(card(Text((HowTo("invite me"),))), CHANNEL, opens)
    save = content(card(Text((HowTo("use a shortcut"),))), CHANNEL, opens)
    assert "Manage team" in "".join(texts(invite))
    assert "More actions → Save as resource" in "".join(texts(save))


def test_an_instant_is_in_the_readers_zone() -> None:
    [block] = content(card(Text(("At ", CALL, "*"))), CHANNEL, opens)["body"]
    at = "2026-11-24T21:00:00Z"
    assert block["type"] == "TextBlock"
    assert block["text"] == f"\u2060At {{{{DATE({at},SHORT)}}}}, {{{{TIME({at})}}}}\\*"


def test_lines_in_a_text_stand_under_each_other() -> None:
    body = content(card("One\nTwo\n\nThree"), CHANNEL, opens)["body"]
    spaces = [(list(texts(each)), each.get("spacing")) for each in body]
    assert spaces == [(["One"], None), (["Two"], "Small"), (["Three"], "Medium")]


def test_an_empty_card_still_says_something() -> None:
    assert list(texts(content(card(), CHANNEL, opens))) == ["Homeroom"]


# -- buttons --------------------------------------------------------------------------------------


def actions(*buttons: Button, **how: Any) -> list[dict[str, Any]]:
    body = content(card(Buttons(buttons)), CHANNEL, opens, **how)["body"]
    return [action for each in body for action in each["actions"]]


def test_a_button_says_its_words_and_asks_for_the_card_in_its_place() -> None:
    [button] = actions(Button("More", "find more"))
    assert (button["type"], button["verb"]) == ("Action.Execute", "say")
    assert carried(button["data"]) == Carried("find more")
    assert button["fallback"]["type"] == "Action.Submit"
    assert carried(button["fallback"]["data"]) == Carried("find more")


def test_words_that_open_a_form_open_a_dialog() -> None:
    [button] = actions(Button("Share", "share"))
    assert button["type"] == "Action.Submit"
    assert button["data"]["msteams"] == {"type": "task/fetch"}
    assert carried(button["data"]) == Carried("share")


def test_in_a_dialog_every_button_is_submitted() -> None:
    made = actions(Button("Share", "share"), Button("More", "find"), dialog=True)
    assert [each["type"] for each in made] == ["Action.Submit"] * 2
    assert all("msteams" not in each["data"] for each in made)


def test_a_question_is_asked_before_a_button_says_anything() -> None:
    [button] = actions(Button("Leave", "leave", "danger", confirm="You can come back."))
    assert button["type"] == "Action.ShowCard"
    assert list(texts(button["card"]["body"])) == ["You can come back."]
    [yes] = button["card"]["actions"]
    assert (yes["title"], carried(yes["data"])) == ("Yes, leave", Carried("leave"))


def test_rows_hold_six_buttons_and_all_are_shown() -> None:
    body = content(TEAMS_CARDS["buttons"], CHANNEL, opens)["body"]
    assert [len(each["actions"]) for each in body] == [6, 2, 2]


def test_a_button_that_says_too_much_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="says more than 2000"):
        content(card(Buttons((Button("Share", says="x" * 2001),))), CHANNEL, opens)


@pytest.mark.parametrize(
    "data",
    [
        None,
        "text",
        [],
        {},
        {"homeroom": None},
        {"homeroom": {"v": VERSION}},
        {"homeroom": {"v": VERSION, "says": 1}},
        {"homeroom": {"v": VERSION, "says": "x", "form": None}},
        {"homeroom": {"v": VERSION - 1, "says": "x", "form": ""}},
        {"homeroom": {"v": VERSION + 1, "says": "x", "form": ""}},
    ],
)
def test_what_is_not_ours_or_of_another_version_carries_nothing(data: Any) -> None:
    assert carried(data) is None


def test_what_is_carried_comes_back() -> None:
    said = Carried("find x page:2", "abc")
    assert carried({**carry(said), "other": 1}) == said


# -- too long -------------------------------------------------------------------------------------


def test_what_is_cut_is_counted_and_the_last_buttons_stay() -> None:
    body = content(TEAMS_CARDS["long"], CHANNEL, opens)["body"]
    assert body[-1]["type"] == "ActionSet"
    assert re.fullmatch(r"Shortened here: \d+ more lines, [\d,]+ characters\.", body[-2]["text"])


def test_a_long_list_is_set_more_plainly_before_anything_is_cut() -> None:
    body = content(card(Items(tuple((f"Line {n}",) for n in range(150)))), CHANNEL, opens)["body"]
    assert len(body) == 150
    assert {each["type"] for each in body} == {"RichTextBlock"}


# -- any text -------------------------------------------------------------------------------------


def walk(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, list):
        for each in part:
            yield from walk(each)
    elif isinstance(part, dict):
        yield part
        for name, each in part.items():
            if name not in ("data", "fallback"):
                yield from walk(each)


def texts(part: Any) -> Iterator[str]:
    """What is said in running text, in order."""
    for each in walk(part):
        if each.get("type") in ("TextRun", "TextBlock"):
            yield each["text"]


@settings(max_examples=100, deadline=None)
@given(cards)
@example(card("a" * 40_000))
@example(card("🙂" * 40_000, Buttons((Button("Open", "open"),))))
@example(card(Text((Strong('"' * 9000), CALL, "\\" * 9000))))
@example(card(*["x"] * 300))
@example(card(Items(tuple(("x",) for _ in range(5000)), ordered=True)))
@example(card(*[Buttons((Button("b" * 75, "🙂" * 2000),) * 60)] * 2))
@example(card(*[Small(("s" * 2000, CALL) * 20)] * 9))
def test_teams_takes_any_card(made: Card) -> None:
    said = activity(made, CHANNEL, opens)
    assert size(said) < MOST
    assert 0 < len(said["summary"]) <= 300
    for each in walk(said):
        if each.get("type") == "ActionSet":
            assert 1 <= len(each["actions"]) <= 6
        if each.get("type") == "RichTextBlock":
            assert each["inlines"]
            assert all(run["text"] for run in each["inlines"])
        if each.get("type") == "Action.OpenUrl":
            assert each["url"].lower().startswith(("http://", "https://"))


@settings(max_examples=100, deadline=None)
@given(cards)
def test_nothing_typed_is_read_as_more_than_text(made: Card) -> None:
    said = activity(made, CHANNEL, opens)
    for each in walk(said):
        for name in ("text", "title", "altText", "summary"):
            shown = each.get(name, "")
            assert not re.search(r"</?at\b", shown, re.IGNORECASE)
            ours = r"\{\{(DATE\([\dTZ:-]+,SHORT|TIME\([\dTZ:-]+)\)\}\}"
            rest = re.sub(ours, "", shown) if each.get("type") == "TextBlock" else shown
            assert "{{" not in rest
    assert "entities" not in json.dumps(said)


@settings(max_examples=100, deadline=None)
@given(st.lists(typed, max_size=20))
@example(["word " * 8000])
@example(["x" * 40_000, "y"])
def test_nothing_is_lost_silently(written: list[str]) -> None:
    said = content(card(*written), CHANNEL, opens)["body"]
    shown = bare("".join(texts(said)))
    whole = bare("".join(map(printable, written))) or "Homeroom"
    if "Shortenedhere" in shown:
        assert whole.startswith(shown.partition("Shortenedhere")[0])
    else:
        assert shown == whole


def bare(text: str) -> str:
    """Without white space and joiners, which are ours to set."""
    return "".join(text.replace("\u2060", "").split())
