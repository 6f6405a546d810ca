"""Links in what people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.links import (
    find_links,
    host_of,
    out_of_reach,
    same_page,
    slip_in,
    tells_a_secret,
    without_link,
    words_around,
)

PAGE = "https://a.org/page"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("see https://example.org/a, please", ["https://example.org/a"]),
        (
            "(https://en.wikipedia.org/wiki/Talk_(maths))",
            ["https://en.wikipedia.org/wiki/Talk_(maths)"],
        ),
        ("<https://example.org|the label>", ["https://example.org"]),
        ("[words](https://example.org/a)", ["https://example.org/a"]),
        (
            "*https://example.org/a* _https://example.org/b_",
            ["https://example.org/a", "https://example.org/b"],
        ),
        ("HTTPS://EXAMPLE.ORG twice HTTPS://EXAMPLE.ORG", ["HTTPS://EXAMPLE.ORG"]),
        ("http://localhost:8080/plan", ["http://localhost:8080/plan"]),
        ("https://ar.example.org/مرحبا نعم", ["https://ar.example.org/مرحبا"]),
        ("file:///etc/passwd javascript:alert(1) ftp://x.org mailto:a@x.org", []),
        ("https:// https://. https://[oops https://exa℀mple.org", []),
        ("https://example.org/" + "a" * 2000, []),
        ("", []),
    ],
)
def test_links_are_found_without_the_sentence_around_them(typed: str, found: list[str]) -> None:
    assert find_links(typed) == found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a", "http://www.EXAMPLE.org/a/"),
        ("https://example.org/a", "https://example.org/a?utm_source=x&gclid=1#part"),
        ("https://example.org:443/a?b=1", "http://example.org/a?b=1&fbclid=2"),
    ],
)
def test_the_same_page_has_one_key(one: str, other: str) -> None:
    assert same_page(one) == same_page(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a", "https://example.org/b"),
        ("https://example.org/a?b=1", "https://example.org/a?b=2"),
        ("https://example.org/A", "https://example.org/a"),
        ("https://example.org/#!/a", "https://example.org/#!/b"),
        ("http://localhost:8080/", "http://localhost:9090/"),
        ("https://[oops", "https://[other"),
    ],
)
def test_other_pages_have_other_keys(one: str, other: str) -> None:
    assert same_page(one) != same_page(other)


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("LINK, it helped", "it helped"),
        ("it helped: LINK.", "it helped:"),
        ("(LINK) it helped", "it helped"),
        ("“LINK” it helped", "it helped"),
        ("<LINK> it helped", "it helped"),
        ("<LINK|the guide> it helped", "the guide it helped"),
        ("<LINK|example.org/a> it helped", "it helped"),
        ("I used (see LINK) twice", "I used (see ) twice"),
        ("LINK", ""),
        ("two\nlines LINK\nhere", "two\nlines \nhere"),
    ],
)
def test_what_is_said_beside_a_link(typed: str, left: str) -> None:
    link = "https://example.org/a"
    assert without_link(typed.replace("LINK", link), link) == left


def test_a_site_has_a_name() -> None:
    assert host_of("https://www.example.org/a") == "example.org"
    assert host_of("https://[oops") == "https://[oops"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"This helped: {PAGE}", "This helped"),
        (f"{PAGE}", ""),
        (f"It helped our coaches.\n{PAGE}\n", "It helped our coaches."),
        (f"{PAGE}\nIt helped our coaches.", "It helped our coaches."),
        (f"> a quotation with {PAGE} in it", "a quotation with a.org/page in it"),
        (f"Two: {PAGE} and https://b.org/x", "Two: a.org/page and b.org/x"),
        (f"the guide ({PAGE}) works", "the guide works"),
        ("no such link", ""),
    ],
)
def test_what_stands_around_a_link(text: str, said: str) -> None:
    assert words_around(text, PAGE) == said


@given(st.text(max_size=600), st.text(max_size=600), st.integers(20, 300))
def test_what_stands_around_a_link_is_short_and_without_it(a: str, b: str, most: int) -> None:
    said = words_around(f"{a} {PAGE} {b}", PAGE, most)
    assert len(said) <= most
    assert PAGE not in said


@pytest.mark.parametrize(
    ("address", "out"),
    [
        ("http://localhost/a", True),
        ("http://10.1.2.3/a", True),
        ("http://192.168.0.1", True),
        ("http://[fe80::1]/", True),
        ("http://wiki/a", True),
        ("https://nas.local", True),
        ("https://x.internal:8443/", True),
        ("https://example.org", False),
        ("https://8.8.8.8/dns", False),
        ("https://sub.local.example.org", False),
    ],
)
def test_what_others_cannot_open(address: str, out: bool) -> None:
    assert out_of_reach(address) is out


def test_a_port_that_is_none_makes_no_address():
    assert find_links("see https://example.org:99999/ and https://example.org:8443/") == [
        "https://example.org:8443/"
    ]
    assert same_page("https://example.org:99999/") != same_page("https://example.org/")
    assert slip_in("see https://example.org:99999/.") == "https://example.org:99999/"
    assert slip_in("see https://example.org/") == ""


def test_a_name_or_password_before_the_host_is_seen():
    assert tells_a_secret("https://me:pw@example.org/") and tells_a_secret("https://me@x.org")
    assert not tells_a_secret("https://example.org/@me?x=a@b")
