"""The other cards: what their buttons say, and that long lists are shortened where one sees it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.compose.agenda import agenda
from bot.compose.calls import checkin_open, checkin_reply, exit_ticket, nudge, starting
from bot.compose.facts import Person, Shared
from bot.compose.finds import hits_card, nothing_card
from bot.compose.home import HomeFacts, home, menu
from bot.compose.notices import moved_notice
from bot.compose.phrases import count, few, listed, shorten
from bot.compose.tried import Tried, tried
from bot.speech import Button, Buttons, Card, Link, Strong, Text, plain, plain_line
from storage.search import END, HIT, Hit
from tests.compose.cast import AGENDA, ANA, BEN, CALL, MATHS, NAMELESS, RUBRIC, SECRET, TUESDAY


def buttons(shown: Card) -> list[Button]:
    return [b for each in shown.elements if isinstance(each, Buttons) for b in each.buttons]


def says(shown: Card) -> list[str]:
    return [each.says or each.url for each in buttons(shown)]


def words(shown: Card) -> str:
    return plain(shown.elements)


def test_a_check_in_is_one_tap() -> None:
    assert says(checkin_open(CALL)) == ["checkin 4", "absent 4", "calendar 1"]
    feed = "https://homeroom.example.org/feed.ics"
    assert says(checkin_open(CALL, calendar=feed))[-1] == feed
    assert says(nudge(CALL)) == ["checkin 4", "absent 4"]
    assert says(exit_ticket(CALL, 0)) == ["exit 4"]
    assert says(moved_notice(CALL, TUESDAY)) == ["absent 4"]


@pytest.mark.parametrize("state", ["closed", "cancelled"])
def test_what_is_over_takes_no_answers(state: str) -> None:
    assert says(checkin_open(CALL, state=state)) == []


@pytest.mark.parametrize("state", ["over", "cancelled"])
def test_a_reminder_that_has_become_pointless_asks_nothing(state: str) -> None:
    assert says(nudge(CALL, "Cleo", state=state)) == []


def test_many_who_answered_are_shortened_in_sight() -> None:
    crowd = tuple(Person(f"P{i}") for i in range(20))
    assert "20 checked in: P0, P1, P2, P3, P4, P5, P6, P7 and 12 more" in words(
        checkin_open(replace(CALL, answered=crowd))
    )


def test_an_answer_left_empty_is_not_shown() -> None:
    assert words(checkin_reply(BEN, CALL.questions, ("", "Attendance"))) == (
        "Ben · Southside\nWhat are you stuck on?\nAttendance"
    )


def test_starting_opens_the_call_only_by_a_web_address() -> None:
    assert says(starting(CALL, agenda(AGENDA))) == [CALL.link]
    assert says(starting(replace(CALL, link="javascript:x"), agenda(AGENDA))) == []


def test_three_weeks_later_each_resource_is_one_tap() -> None:
    assert says(tried(CALL, [Tried(RUBRIC)])) == [
        "tried 12 helped 4",
        "tried 12 adapted 4",
        "tried 12 no 4",
    ]
    many = [Tried(Shared(i, f"https://example.org/{i}", ANA, "")) for i in range(11)]
    assert len(buttons(tried(CALL, many))) == 24
    assert "and 3 more" in words(tried(CALL, many))


def test_a_hit_shows_its_matches() -> None:
    hit = Hit(
        "problem",
        2,
        TUESDAY,
        "",
        "A member",
        f"A {HIT}rubric{END}?",
        f"no {HIT}row{END} (…{HIT}cut",
    )
    assert hits_card("rubric row", [hit]).elements[1] == Text(
        ("1. ", "A ", Strong("rubric"), "?", "\n", "no ", Strong("row"), " (…", Strong("cut"))
    )


def test_a_hit_with_an_address_is_linked_without_marks() -> None:
    hit = Hit("resource", 2, TUESDAY, "https://example.org", "Ana", f"A {HIT}rubric{END}", "")
    shown = hits_card("rubric", [hit], first=6)
    assert shown.elements[1] == Text(("6. ", Link("https://example.org", "A rubric")))
    assert [(each.label, each.says) for each in buttons(shown)] == [
        ("Post 6 here", "post resource 2"),
        ("Save 6 for me", "me save resource 2"),
    ]


@given(st.text(st.sampled_from(f"a {HIT}{END}\n"), max_size=30))
def test_no_mark_is_ever_shown(marked: str) -> None:
    hits = [
        Hit("resource", 2, TUESDAY, url, "Ana", marked, marked) for url in ("", "https://x.org")
    ]
    shown = words(hits_card("a", hits))
    assert HIT not in shown
    assert END not in shown


def test_finding_nothing_offers_the_same_search_with_less() -> None:
    shown = nothing_card("fluent readers tag:maths by:“Ana B” page:3")
    assert [(each.label, each.says) for each in buttons(shown)] == [
        ("Without tag:maths", "find fluent readers by:“Ana B”"),
        ("Without by:“Ana B”", "find fluent readers tag:maths"),
        ("Without any filter", "find fluent readers"),
    ]
    assert "“fluent readers tag:maths by:“Ana B” page:3”" in words(shown)
    assert "Try fewer words" in words(shown)


def test_a_search_that_would_be_empty_is_not_offered() -> None:
    assert buttons(nothing_card("tag:maths")) == []


@given(st.text(max_size=200))
def test_whatever_was_asked_is_given_back_in_one_card(asked: str) -> None:
    assert all(len(each.label) <= 75 for each in buttons(nothing_card(asked)))


def test_home_is_a_host_s_only_for_a_host() -> None:
    facts = HomeFacts("North", "Ana", True, CALL, asks=(NAMELESS, SECRET), draft=CALL)
    assert "recap edit 4" in says(home(facts))
    assert "Checked in: Ana and Ben" in words(home(facts))
    assert SECRET.what not in words(home(facts))
    for_a_member = home(replace(facts, hosts=False))
    assert not {"recap edit 4", "call", "recap"} & set(says(for_a_member))
    assert NAMELESS.what not in words(for_a_member)


def test_home_shows_me_my_own_problems_whoever_else_may_read_them() -> None:
    shown = words(home(HomeFacts("North", "Ana", problems=(MATHS, SECRET))))
    assert "1 offer so far" in shown
    assert SECRET.what in shown


def test_the_menu_knows_how_i_stand_to_the_next_call() -> None:
    assert says(menu(HomeFacts("North", "Ben", call=CALL)))[:2] == ["checkin 4", "absent 4"]
    assert "absent 4" not in says(menu(HomeFacts("North", "Ben", call=CALL, state="absent")))
    assert "Plan one with “call”" in words(menu(HomeFacts("North", "Ana", hosts=True)))


def test_nobody_s_words_become_markup() -> None:
    """What people typed stays a plain span: a renderer escapes it."""
    shown = checkin_reply(Person("*Bo* <b>", "_O_"), ("*q*",), ("<script>",))
    spans = [span for each in shown.elements if isinstance(each, Text) for span in each.spans]
    assert spans == [Strong("*Bo* <b>"), " · _O_", Strong("*q*"), "\n<script>"]


@given(st.text(max_size=80), st.integers(2, 60))
def test_a_shortened_text_fits_and_says_so(text: str, most: int) -> None:
    short, flat = shorten(text, most), " ".join(text.split())
    assert len(short) <= most
    assert short == flat or (short.endswith("…") and flat.startswith(short[:-1]))


def test_counting_and_listing() -> None:
    assert (count(1, "answer"), count(2, "answer"), count(0, "person", "people")) == (
        "1 answer",
        "2 answers",
        "0 people",
    )
    assert (listed([]), listed(["a"]), listed(["a", "b", "c"])) == ("", "a", "a, b and c")
    assert [plain_line(each) for each in few([("a",), ("b",), ("c",)], 1, " here")] == [
        "a",
        "and 2 more here",
    ]
