"""Slack's markup to plain words, and back to something harmless."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.mrkdwn import escape, links_in, unescape, unmark


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("<https://x.org|x.org>", "https://x.org"),
        ("<https://x.org/?a=1&amp;b=2>", "https://x.org/?a=1&b=2"),
        ("<https://x.org|the guide>", "https://x.org"),
        ("<@U1|ana>", "@ana"),
        ("<@U1>", "@U1"),
        ("<#C1|weekly>", "#weekly"),
        ("<#C1>", "#C1"),
        ("<!channel>", "@channel"),
        ("<!here|here>", "@here"),
        ("<!subteam^S1|@hosts>", "@hosts"),
        ("<!subteam^S1>", "@subteam"),
        ("<!date^1^{date}|Tuesday>", "Tuesday"),
        ("<mailto:a@b.org|a@b.org>", "a@b.org"),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("&amp;lt;", "&lt;"),
        ("&lt;!channel&gt;", "<!channel>"),
        ("I <3 you", "I <3 you"),
        ("1 < 2 > 0", "1 < 2 > 0"),
        ("<>", "<>"),
        ("", ""),
    ],
)
def test_unmark(marked: str, plain: str) -> None:
    assert unmark(marked) == plain


def test_a_link_can_keep_its_words() -> None:
    assert unmark("<https://x.org|the guide>", labels=True) == "the guide (https://x.org)"
    assert unmark("<https://x.org/|x.org>", labels=True) == "https://x.org/"


def test_links_in() -> None:
    assert links_in("<https://x.org/?a&amp;b|x> <mailto:a@b> <http://y.org>") == [
        "https://x.org/?a&b",
        "http://y.org",
    ]


@given(st.text())
def test_what_is_escaped_is_shown_as_it_was(text: str) -> None:
    assert unescape(escape(text)) == text
    assert unmark(escape(text)) == text
