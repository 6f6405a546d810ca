"""What Slack makes of typed words, and what plain words are left of its blocks."""

import pytest

from bot.playground import typed
from bot.playground.plain import plain
from tests.playground.conftest import School

TYPED = [
    ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
    ("hi @ben!", "hi <@U2>!"),
    ("hi @Ana Ruiz", "hi <@U1>"),
    ("@bennett is somebody else", "@bennett is somebody else"),
    ("<@U2>", "&lt;@U2&gt;"),
    ("@channel look", "<!channel> look"),
    ("in #weekly", "in <#C1|weekly>"),
    ("see https://a.example/x?y=1&z=2.", "see <https://a.example/x?y=1&amp;z=2>."),
    ("(https://a.example)", "(<https://a.example>)"),
    ("khanacademy.org/math is good", "<http://khanacademy.org/math|khanacademy.org/math> is good"),
    ("ana@bay.org", "ana@bay.org"),
    ("well :wave: then", "well :wave: then"),
    ("at 16:30:10", "at 16:30:10"),
    ("", ""),
]


@pytest.mark.parametrize(("said", "text"), TYPED)
async def test_typed_words(school: School, said: str, text: str) -> None:
    made, blocks = typed.message(school.world, school.channel, "T1", said)
    assert made == text
    assert blocks[0]["type"] == "rich_text"


async def test_rich_text_of_typed_words_reads_the_same(school: School) -> None:
    _, blocks = typed.message(school.world, school.channel, "T1", "@ben see https://a.example :+1:")
    assert plain(blocks) == "<@U2> see https://a.example :+1:"
    kinds = [each["type"] for each in blocks[0]["elements"][0]["elements"]]
    assert kinds == ["user", "text", "link", "text", "emoji"]
