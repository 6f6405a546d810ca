"""Words and a name taken out of cards: all of theirs, and nothing of anybody else's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.compose.phrases import shorten
from bot.redact import ERASED, Redaction
from bot.speech import Button, Buttons, Heading, Items, Link, Strong, Text, card, line, plain

LINK = "https://www.example.org/reading"
WISH = "I would like everyone to see how they pair coaches"
OTHERS = "I would like to know how you pair coaches"


def test_what_begins_alike_stays() -> None:
    theirs = Redaction("Ben", [LINK, WISH])
    shown = card(Text(line(Link(f"{LINK}/more"), f" – Ana: {OTHERS} {LINK}-group")))
    assert theirs.card(shown) is shown


@pytest.mark.parametrize("said", [WISH, f"“{WISH}”", f"Ana: {WISH}.", shorten(WISH, 30)])
def test_theirs_goes_whole_or_cut(said: str) -> None:
    left = Redaction("Ben", [WISH]).text(said)
    assert ERASED in left and "everyone" not in left


def test_a_link_of_theirs_goes_with_its_words() -> None:
    made = Redaction("Ben", [LINK]).card(card(Text(line(Link(LINK, "Reading"), " helps"))))
    assert made.elements == (Text((ERASED, " helps")),)


def test_what_others_wrote_stays_though_theirs_is_the_same_or_part_of_it() -> None:
    shown = card(Text((f"“{OTHERS}”",)), Text(("“Wait time”",)))
    for text in (OTHERS, "know how you pair coaches", "Wait time"):
        thief = Redaction("Ana", [text], others=[OTHERS, "Wait time"])
        assert thief.card(shown) is shown


def test_their_name_in_the_words_of_others_stays_and_elsewhere_goes() -> None:
    theirs = Redaction("Will", [], others=["Will you try it with me?", "Will Adams", "Will"])
    shown = card(Items((("Ana: Will you try it with me?",), ("Will (Northside): Yes",))))
    assert plain(theirs.card(shown).elements) == (
        "• Ana: Will you try it with me?\n• A former member (Northside): Yes"
    )
    assert theirs.named_no_more("let Will Adams host; Will passed") == (
        "let Will Adams host; a former member passed"
    )


def test_of_two_with_one_name_only_the_one_of_that_organisation_goes() -> None:
    theirs = Redaction("Ana", [], namesake=True, organisation="Harbor")
    assert theirs.text("Ana (Northside), Ana (Harbor) and Ana") == (
        "Ana (Northside), a former member and Ana"
    )
    assert Redaction("Ana", [], namesake=True).text("Ana (Harbor)") == "Ana (Harbor)"


def test_short_words_go_where_they_are_all_that_is_said_and_the_card_tells_of_them() -> None:
    theirs = Redaction("Ben", ["Buses", "Yes", "Answer"])
    told = card(
        Text((Strong("Ben"), ": Buses")),
        Items((("Tried: Yes",), ("Buses are late",))),
        Buttons((Button("Answer", "answer 1"),)),
    )
    assert plain(theirs.card(told).elements) == (
        f"A former member: {ERASED}\n• Tried: {ERASED}\n• Buses are late\n[Answer]"
    )
    untold = card(Text(("Ana: Yes",)))
    assert theirs.card(untold) is untold


def test_short_words_that_are_shown_without_a_name_go_too() -> None:
    theirs = Redaction("Ben", ["Phones"], secret=["Phones"])
    shown = card(Heading("Agenda"), Items((("“Phones”",), ("Phones off",))))
    assert plain(theirs.card(shown).elements) == f"Agenda\n• “{ERASED}”\n• Phones off"


WORDS = st.text("abcd e–.…“”\n", min_size=1, max_size=60)


@given(WORDS, WORDS, st.lists(WORDS, max_size=4))
def test_nothing_of_others_is_ever_lost(before: str, theirs: str, others: list[str]) -> None:
    """Whatever somebody wrote, each text of others that a card shows is still there."""
    redaction = Redaction("Ben", [theirs], others=others)
    for each in others:
        assert redaction.text(each) == each
    said = redaction.text(f"{before} Ben")
    assert not said.endswith("Ben") or any("Ben" in each for each in others)


@given(st.text("abcd e.", min_size=12, max_size=60).map(str.strip).filter(lambda s: len(s) > 11))
def test_theirs_never_stays(theirs: str) -> None:
    left = Redaction("Ben", [theirs]).text(f"“{theirs}” – Ben")
    assert theirs not in left and "Ben" not in left
