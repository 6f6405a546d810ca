"""Cards as Slack blocks: golden files, and properties that hold for any text."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.playground.blocks import checked_message, checked_view
from bot.slack.limits import ROOM, printable, weight
from bot.slack.render_card import home, message, modal, post_message
from bot.speech import (
    Button,
    Buttons,
    Card,
    Fields,
    Heading,
    Image,
    Items,
    Link,
    Place,
    Post,
    Say,
    Small,
    Strong,
    Text,
    card,
)
from tests.slack.goldens import golden
from tests.slack.samples import CALL, CARDS, DAY


@pytest.mark.parametrize("name", CARDS)
def test_golden(name: str) -> None:
    said = message(CARDS[name])
    checked_message(said["blocks"])
    golden(f"card_{name}", said)


def test_a_post_carries_its_key() -> None:
    post = Post("key-1", Place("slack", "T1", "C1"), CARDS["checkin"])
    said = post_message(post)
    assert said["blocks"][0]["block_id"] == "key-1"
    assert said["metadata"]["event_payload"] == {"key": "key-1"}


def test_a_card_without_a_summary_is_told_of_in_slacks_words() -> None:
    said = message(card(Text(("No call yet. ", Say("call"), " plans one."))))
    assert said["text"] == "No call yet. /learn call plans one."
    assert message(card(Text((Say("call"),)), summary="Calls"))["text"] == "Calls"


def test_a_button_that_says_too_much_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="says more than 2000"):
        message(card(Buttons((Button("Share", says="x" * 2001),))))


def test_what_is_cut_is_counted_and_the_last_buttons_stay() -> None:
    blocks = message(CARDS["long"])["blocks"]
    assert blocks[-1]["type"] == "actions"
    assert re.fullmatch(
        r"Shortened here: \d+ more lines, [\d,]+ characters\.", blocks[-2]["elements"][0]["text"]
    )


def test_many_short_paragraphs_share_blocks_before_anything_is_cut() -> None:
    said = message(card(*(f"Line {n}" for n in range(200))))["blocks"]
    assert "".join(texts(said)) == "\n".join(f"Line {n}" for n in range(200))


# -- any text -------------------------------------------------------------------------------------

NASTY = [
    "<!channel>",
    "<@U1>",
    "*_~`",
    "&lt;",
    "\x00\x1b[0m",
    "\u202eabc",
    "🙂" * 9,
    "\ud800",
    "|>",
]
words = st.text(max_size=30) | st.sampled_from(NASTY)
typed = words | st.builds(lambda a, n: a * n, words, st.integers(1, 1500))
urls = st.sampled_from(["https://x.org/?a=1&b=2", "javascript:1", "", "http://a b"]) | typed
links = st.builds(Link, urls, typed)
spans = st.lists(
    typed | st.builds(Strong, typed) | links | st.sampled_from([CALL, DAY]), max_size=5
).map(tuple)
labels = st.text(max_size=200)
buttons = st.builds(
    Button,
    labels,
    st.text(max_size=2000),
    st.sampled_from(["", "main", "danger"]),
    confirm=labels,
    url=st.sampled_from(["", "https://x.org", "mailto:a"]),
)
elements = st.one_of(
    st.builds(Heading, typed),
    st.builds(Text, spans),
    st.builds(Small, spans),
    st.builds(Fields, st.lists(st.tuples(typed, spans), max_size=6).map(tuple)),
    st.builds(Items, st.lists(spans, max_size=60).map(tuple), st.booleans()),
    st.builds(Image, urls, typed),
    st.builds(Buttons, st.lists(buttons, max_size=60).map(tuple)),
)
cards = st.builds(Card, st.lists(elements, max_size=70).map(tuple), typed)
MARK = re.compile(
    r"<!date\^\d+\^[^<>|]*\|[^<>|]*>|<https?://[^<>|\s]+\|[^<>|]*>|https?://[^<>|\s]+"
)


def walk(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, list):
        for each in part:
            yield from walk(each)
    elif isinstance(part, dict):
        yield part
        for each in part.values():
            yield from walk(each)


def texts(blocks: Any) -> Iterator[str]:
    """What is said in running text, in order."""
    for each in walk(blocks):
        if each.get("type") in ("text", "link"):
            yield each["text"]


@settings(max_examples=150, deadline=None)
@given(cards)
@example(card("a" * 40_000))
@example(card(*["x"] * 300))
@example(card(Items(tuple(("x",) for _ in range(5000)), ordered=True)))
@example(card(*[Buttons((Button("b" * 75, "x"),) * 60)] * 9))
@example(card(*[Small(("s" * 2000, CALL) * 20)] * 9))
def test_slack_takes_any_card(made: Card) -> None:
    said = message(made)
    checked_message(said["blocks"])
    checked_view(home(made), "home")
    checked_view(modal(made, made.summary, Place("slack", "T1", "C1")), "modal")
    assert len(said["text"]) <= 3000
    assert weight(said["blocks"]) <= ROOM
    actions = [each["action_id"] for each in walk(said["blocks"]) if "action_id" in each]
    assert len(actions) == len(set(actions))


@settings(max_examples=150, deadline=None)
@given(cards)
def test_nothing_typed_is_markup(made: Card) -> None:
    said = message(made)
    assert not re.search("[<>]", said["text"])
    for each in walk(said["blocks"]):
        assert each.get("type") not in ("user", "usergroup", "channel", "broadcast", "emoji")
        if each.get("type") == "mrkdwn":
            assert MARK.fullmatch(each["text"]), each


@settings(max_examples=150, deadline=None)
@given(st.lists(typed, max_size=20))
@example(["word " * 8000])
@example(["x" * 40_000, "y"])
def test_nothing_is_lost_silently(written: list[str]) -> None:
    said = message(card(*written))["blocks"]
    shown = "".join(texts(said))
    whole = "".join(map(printable, written))
    if any("Shortened here" in each.get("text", "") for each in walk(said) if "text" in each):
        assert whole.startswith(shown)
    else:
        assert shown == whole
