"""What search finds, whichever database keeps the words."""

from datetime import timedelta

import pytest

from storage import search
from storage.search import END, HIT, Query, Scope
from tests.bot.rows import MONDAY, a_network

DAY = timedelta(days=1)


@pytest.fixture
def put(session):
    networks = [a_network(session).id, a_network(session, "Elsewhere").id]
    refs = iter(range(1, 99))

    def put(title, body="", network=0, at=MONDAY, ref=None, **scope):
        ref = ref or next(refs)
        search.put(
            session,
            kind="resource",
            ref=ref,
            title=title,
            body=body,
            byline="Ben",
            scope=Scope(networks[network], "resource", **scope),
            at=at,
        )
        return ref

    return put


@pytest.fixture
def find(session):
    def find(typed="", limit=9, **asked):
        query = Query(**{"network_id": 1, "words": search.words_of(typed), **asked})
        return search.find(session, query, limit=limit)

    return find


def titles(hits):
    return [bare(hit.title) for hit in hits]


def bare(marked):
    return marked.replace(HIT, "").replace(END, "")


def marked(text):
    return [piece.split(END)[0] for piece in text.split(HIT)[1:]]


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Talk moves", "talk"),
        ("Talk moves", "TALKING"),
        ("Café au lait", "cafe"),
        ("Cafe au lait", "café"),
        ("ÉCOLE", "école"),
        ("https://example.org/number-talks?x=1", "talks"),
        ("https://example.org/number-talks?x=1", "example.org/number-talks"),
        ("Grade 3.5 plan_b", "3.5"),
        ("Grade 3.5 plan_b", "plan_b"),
        ("ask ana@example.org", "ana@example.org"),
        ("what about this", "about"),
        ("what about this", "this is it"),
        ("小学校の算数", "小学校の算数"),
        ("O’Neill’s list", "o'neill"),
        ("4th grade", "4TH"),
    ],
)
def test_words_are_found_however_they_are_written(put, find, written, typed):
    put(written)
    put("", written)
    put("something else")
    assert len(find(typed)) == 2


@pytest.mark.parametrize("typed", ["zn1", "zn1 zn2", "zk7265736f757263659", "zm7", "zc3", "zt6d9"])
def test_no_typed_word_reaches_a_scope_token(put, find, typed):
    put("Talks", "for all", tags=["m"], member_ids=[7], channel_ids=[3])
    assert find(typed) == []


@pytest.mark.parametrize(
    "typed", ["'", "a' | 'talks':*", ":*", "talk:D", "!talks", "<->", "\\", "🎉", "x" * 40_000]
)
def test_what_is_typed_is_words_and_nothing_else(put, find, typed):
    put("Talks")
    put("other")
    assert titles(find(typed)) in ([], ["Talks"], ["other", "Talks"])


def test_a_network_finds_its_own(put, find):
    put("Talks here")
    put("Talks there", network=1)
    assert titles(find("talks")) == ["Talks here"]
    assert titles(find("talks", network_id=2)) == ["Talks there"]
    assert titles(find()) == ["Talks here"]


def test_an_organisation_finds_what_is_its_own_too(put, find):
    put("Talks of ours", organisation_id=4)
    put("Talks for all")
    assert titles(find("talks")) == ["Talks for all"]
    assert titles(find("talks", organisation_id=5)) == ["Talks for all"]
    assert len(find("talks", organisation_id=4)) == 2


def test_filters_narrow_together(put, find):
    put("both", tags=["maths", "grade 3"], member_ids=[1, 2], channel_ids=[3, None])
    put("one", tags=["maths"], member_ids=[2])
    assert titles(find(tags=("MATHS",), member_ids=(1, 9))) == ["both"]
    assert titles(find(tags=("maths", "grade 3"))) == ["both"]
    assert titles(find(channel_ids=(3, 4), kinds=("resource", "problem"))) == ["both"]
    assert find(kinds=("problem",)) == []
    assert find(member_ids=(12,)) == []


def test_a_very_long_tag_is_a_tag(put, find):
    put("long", tags=["x" * 3000])
    put("longer", tags=["x" * 3001])
    assert titles(find(tags=("x" * 3000,))) == ["long"]


def test_a_word_of_the_title_counts_for_more(put, find):
    put("Something", "fractions in the body of it")
    put("Fractions", "something of the body of it")
    assert titles(find("fractions")) == ["Fractions", "Something"]


def test_without_words_the_newest_come_first(put, find):
    put("old", at=MONDAY)
    put("new", at=MONDAY + 2 * DAY)
    put("between", at=MONDAY + DAY)
    assert titles(find()) == ["new", "between", "old"]
    assert titles(find(since=MONDAY + DAY)) == ["new", "between"]
    assert titles(find("new old", since=MONDAY + DAY)) == ["new"]


def test_what_matched_is_marked_in_a_title_told_whole_and_an_excerpt(put, find):
    before, after = "far " * 60, " away" * 60
    put(
        "A long title: " + "very " * 50 + "fluency", f"{before}we tried fluency and routines{after}"
    )
    (hit,) = find("fluency routines")
    assert bare(hit.title).startswith("A long title") and bare(hit.title).endswith("fluency")
    assert marked(hit.title) == ["fluency"]
    assert marked(hit.excerpt) == ["fluency", "routines"]
    assert hit.excerpt.startswith("…") and hit.excerpt.endswith("…")
    assert 30 <= len(bare(hit.excerpt).split()) <= 45


def test_a_short_body_is_told_whole(put, find):
    put("Title", "Try <b>this</b> & that, it's 50% off: https://example.org/a/b?c=d")
    (hit,) = find("title")
    assert hit.excerpt == "Try <b>this</b> & that, it's 50% off: https://example.org/a/b?c=d"
    assert marked(find("this that")[0].excerpt) == ["this", "that"]


def test_again_replaces_and_dropped_is_gone(session, put, find):
    ref = put("first words")
    put("second words", ref=ref)
    assert (titles(find("words")), find("first")) == (["second words"], [])
    search.drop(session, kind="resource", ref=ref)
    assert find("words") == []
    search.drop(session, kind="resource", ref=ref)
