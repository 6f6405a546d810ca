"""Pages: a long card in several, nothing lost, each within what a message holds."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.compose.pages import pages, size
from bot.speech import (
    Button,
    Buttons,
    Card,
    Element,
    Fields,
    Heading,
    Items,
    Link,
    Small,
    Strong,
    Text,
    When,
    card,
    plain,
)

short = st.text("ab. é", min_size=1, max_size=30)
written = st.text(max_size=60) | st.text("word. \n", max_size=900)
span = (
    written
    | st.builds(Strong, written)
    | st.builds(Link, st.just("https://example.org/a/page"), short | st.just(""))
    | st.just(When(datetime(2026, 11, 24, 21, tzinfo=UTC), "America/Chicago"))
)
line = st.lists(span, max_size=4).map(tuple)
lines = st.lists(line, max_size=8).map(tuple)
buttons = st.builds(
    Buttons, st.lists(st.builds(Button, short, short), min_size=1, max_size=2).map(tuple)
)
small = st.builds(Small, st.tuples(short))
unordered = (
    st.builds(Text, line)
    | st.builds(Items, lines)
    | st.builds(Fields, st.lists(st.tuples(short, line), max_size=5).map(tuple))
)
body = unordered | st.builds(Items, lines, st.just(True))


def blocks(bodies: st.SearchStrategy[Element]) -> st.SearchStrategy[tuple[Element, ...]]:
    """A heading, what it is of, small print and buttons; all but one of them may be missing."""
    return st.tuples(
        st.lists(st.builds(Heading, short), max_size=1),
        bodies,
        st.lists(small, max_size=1),
        st.lists(buttons, max_size=1),
    ).map(lambda parts: (*parts[0], parts[1], *parts[2], *parts[3]))


def cards(bodies: st.SearchStrategy[Element]) -> st.SearchStrategy[Card]:
    return st.lists(blocks(bodies), min_size=1, max_size=6).map(
        lambda made: Card(tuple(each for block in made for each in block), "Summary")
    )


@settings(max_examples=300)
@given(cards(unordered), st.integers(1800, 6000), st.integers(8, 40))
def test_nothing_is_lost(long: Card, characters: int, elements: int) -> None:
    made = pages(long, most_characters=characters, most_elements=elements)
    assert letters(tuple(each for page in made for each in body_of(page, made))) == letters(
        long.elements
    )


@settings(max_examples=300)
@given(cards(body), st.integers(1800, 6000), st.integers(8, 40))
def test_every_page_fits(long: Card, characters: int, elements: int) -> None:
    for page in pages(long, most_characters=characters, most_elements=elements):
        assert size(page.elements) <= characters
        assert len(page.elements) <= elements
        assert pages(page, most_characters=characters, most_elements=elements) == (page,)


@settings(max_examples=300)
@given(cards(body), st.integers(1800, 6000), st.integers(8, 40))
def test_buttons_and_headings_stay_with_their_neighbours(
    long: Card, characters: int, elements: int
) -> None:
    made = pages(long, most_characters=characters, most_elements=elements)
    for page in made:
        shown = body_of(page, made)
        assert not isinstance(shown[-1], Heading)
        assert page is made[0] or not isinstance(shown[0], Buttons | Small)


# -- both platforms take a page ---------------------------------------------------------------

scripts = st.sampled_from(
    (
        "Latin é. ",
        "Кириллица, ",
        "اللغة العربية ",
        "漢字かな。",
        "ދިވެހި ",
        "🎉👩🏽‍🏫 ",
        '"\\\n',
        "*_[]<>& ",
    )
)
long = st.tuples(scripts, st.integers(1, 300)).map(lambda made: made[0] * made[1])
many = st.builds(lambda each, n: (each,) * n, st.tuples(long), st.integers(1, 12))
big = (
    st.builds(Text, st.tuples(long, st.builds(Strong, long)))
    | st.builds(Items, many, st.booleans())
    | st.builds(Buttons, st.lists(st.builds(Button, short, short), min_size=1).map(tuple))
)


@settings(max_examples=40, deadline=None)
@given(st.lists(big, min_size=4, max_size=12))
def test_in_every_script_a_page_is_a_message_on_both_platforms(elements: list[Element]) -> None:
    whole = Card(tuple(elements), "Summary")
    made = pages(whole)
    for page in made:
        assert len(plain(page.elements)) <= 9000
        assert len(as_json(page.elements)) <= 22_000
    assert letters(tuple(e for page in made for e in body_of(page, made))).count("🎉") == letters(
        whole.elements
    ).count("🎉")


def as_json(elements: tuple[Element, ...]) -> bytes:
    """Elements as a platform writes them whose cards are JSON: each line of a text a block."""
    blocks = [block for element in elements for block in _blocks(element)]
    return json.dumps(blocks, ensure_ascii=False, separators=(",", ":")).encode()


def _blocks(element: Element) -> Iterator[dict[str, Any]]:
    match element:
        case Text(spans=spans) | Small(spans=spans):
            yield from _written(spans)
        case Items(lines=rows):
            for row in rows:
                yield from _written(("• ", *row))
        case Buttons(buttons=row):
            yield {"type": "ActionSet", "actions": [_pressed(each) for each in row]}


def _written(spans: tuple[Any, ...]) -> Iterator[dict[str, Any]]:
    style = {"size": "Small", "isSubtle": True}
    for span in spans:
        for line in (getattr(span, "text", span)).split("\n"):
            run = {"type": "TextRun", "text": line, **style}
            yield {"type": "RichTextBlock", "inlines": [run], "spacing": "Small"}


def _pressed(button: Button) -> dict[str, Any]:
    data = {"homeroom": {"v": 1, "says": button.says, "form": ""}}
    submit = {"type": "Action.Submit", "title": button.label, "data": data}
    return {**submit, "type": "Action.Execute", "verb": "say", "fallback": submit}


def test_a_short_card_is_itself() -> None:
    own = card(Heading("Short"), "It fits.")
    assert pages(own) == (own,)


def test_each_page_says_which_it_is() -> None:
    made = pages(card("One. " * 600, summary="Ones"), most_characters=1600)
    assert made[0].elements[-1] == Small(("Continues in the thread (1 of 3)",))
    assert [page.elements[0] for page in made[1:]] == [
        Small(("Continued (2 of 3)",)),
        Small(("Continued (3 of 3)",)),
    ]
    assert [page.summary for page in made] == ["Ones", "Ones (2 of 3)", "Ones (3 of 3)"]


def test_only_the_first_page_replaces_the_card_it_answers() -> None:
    made = pages(card("One. " * 600, instead=True), most_characters=1600)
    assert [page.instead for page in made] == [True, False, False]


def test_text_is_cut_after_a_sentence() -> None:
    made = pages(card("It is one sentence. " * 160), most_characters=1600)
    assert all(plain(body_of(page, made)).rstrip().endswith("sentence.") for page in made)


def test_a_split_list_keeps_its_numbers() -> None:
    steps = Items(tuple((f"step {i} " + "x" * 240,) for i in range(1, 12)), ordered=True)
    made = pages(card(steps), most_characters=1600)
    assert len(made) > 2
    shown = "\n".join(plain(body_of(page, made)) for page in made).split("\n")
    assert [each.split(" ")[0] for each in shown] == [f"{i}." for i in range(1, 12)]


def test_a_word_longer_than_a_page_is_cut_through() -> None:
    made = pages(card("x" * 4000), most_characters=1600)
    assert sum(plain(body_of(page, made)).count("x") for page in made) == 4000


def test_a_link_is_never_cut() -> None:
    link = Link("https://example.org/" + "a" * 1000, "b" * 1000)
    made = pages(card(Text(("Before ", link, " after")), "x" * 1000), most_characters=1600)
    assert any(
        link in each.spans for page in made for each in page.elements if isinstance(each, Text)
    )


def test_more_elements_than_a_message_holds() -> None:
    made = pages(card(*(f"Paragraph {i}" for i in range(100))))
    assert [len(page.elements) for page in made] == [39, 39, 25]


def body_of(page: Card, made: tuple[Card, ...]) -> tuple[Element, ...]:
    """A page without the small print that says which page it is."""
    if len(made) == 1:
        return page.elements
    return page.elements[:-1] if page is made[0] else page.elements[1:]


def letters(elements: tuple[Element, ...]) -> str:
    """The words, whatever the white space and the bullets between them."""
    return "".join(plain(elements).replace("•", "").split())
