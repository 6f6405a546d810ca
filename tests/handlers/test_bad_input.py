"""What people type by mistake or on purpose: the words they read, and that nothing changes.

Filters that make no sense are in test_search.py, forms sent too late in test_checkins.py and
test_exits.py, people of other networks in test_answering.py.
"""

import asyncio
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import AF_INET, SOCK_STREAM

import pytest

from bot.fetch import Titles
from bot.speech import clean
from jobs.titles import fetch_next
from tests.cast import MONDAY, Room, text
from tests.handlers.acting import all_posts, links, lively, nothing_changed, nothing_posted, presses
from tests.room import Message

TALKS = "https://example.org/talks"
ODD = {
    "nothing": "",
    "emoji": "🎉🎉 :tada:",
    "control characters": "one\x00two\x07\x1b[31m\u202egnp.exe\u2066",
    "right to left": "محادثات الأعداد ساعدتنا",
    "everyone": "<!channel> <!here> @channel @everyone",
    "a mention": "<@UANA> <@UANA|ana> <#C1|learning-call>",
    "entities": "&lt;b&gt; &amp; <b>bold</b>",
    "Markdown": "*bold* _it_ ~no~ `code` ```block``` > quote\n- item\n[words](https://example.org/x)",
    "blocks": '{"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "*x*"}}]}',
    "SQL": "'; DROP TABLE voice; --",
}
odd = pytest.mark.parametrize("typed", ODD.values(), ids=ODD.keys())
NO_LINKS = (
    "number talks helped us",
    "example dot org",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "ftp://example.org/x",
    "https://",
    "https://[oops",
    "http:// example.org",
    "htps://example.org",
    "https://example.org/" + "a" * 2001,
)


@pytest.mark.parametrize("typed", NO_LINKS)
async def test_what_is_no_link_is_not_saved(room: Room, typed: str) -> None:
    async with nothing_changed(room):
        seen = await room.says("ben", f"share {typed}")
        assert "I could not see a link in that" in seen.text
        assert "so nothing was saved" in seen.text
        assert room.typed("share https://example.org why it helped") in seen.text
        assert typed[:40] in seen.text  # what was typed is given back
    await room.silence("elsewhere", "other-network")


def reads(message: Message, typed: str) -> None:
    """A post shows what was typed, word for word, and none of it is anything but words."""
    assert " ".join(clean(typed).split()) in " ".join(text(message).split())
    assert not lively(message)
    assert not any(each in text(message) for each in "\x00\x07\x1b\u202e\u2066")


@odd
async def test_odd_words_about_a_link_are_kept_as_they_are(room: Room, typed: str) -> None:
    async with nothing_posted(room):
        seen = await room.says("ben", f"share {TALKS} {typed}")
        assert "Saved for" in seen.text and links(seen.message) == [TALKS]
    await room.says("ben", "post resource 1")
    await room.settle()
    post = room.posts()[-1]
    reads(post, typed)
    assert links(post) == [TALKS]
    await room.silence("elsewhere", "other-network")


@odd
async def test_odd_problems_are_posted_as_they_are(room: Room, typed: str) -> None:
    if not typed:
        async with nothing_changed(room):
            for blank in ("", "   ", "\x00\x07", "\u202e"):
                seen = await room.fills("ben", "ask", what=blank)
                assert seen.errors["what"]
        return
    await room.fills("ben", "ask", what=typed)
    await room.settle()
    post = room.post("A problem of practice", "harbor")
    reads(post, typed)
    assert not links(post)
    await room.silence("elsewhere", "other-network")


@odd
async def test_odd_questions_find_nothing_and_break_nothing(room: Room, typed: str) -> None:
    async with nothing_changed(room):
        seen = await room.says("ben", f"find {typed}")
        expected = "Nothing found" if typed else "What are you looking for?"
        assert expected in seen.text
    await room.silence("elsewhere", "other-network")


@odd
async def test_odd_check_ins_are_kept_as_they_are(room: Room, typed: str) -> None:
    if not typed:
        async with nothing_changed(room):
            seen = await room.fills("ben", "checkin", answer0=" \x00 ")
            assert "Please" in seen.errors["answer0"]
        return
    await room.fills("ben", "checkin", answer0=typed)
    await room.settle()
    (reply,) = room.replies(room.post("Check-in"))
    reads(reply, typed)
    assert not links(reply)
    await room.silence("elsewhere", "other-network")


async def test_forty_thousand_characters(room: Room) -> None:
    much = "word " * 8000
    async with nothing_changed(room):
        seen = await room.says("ben", f"share {TALKS} {much}")
        assert "That is 39,999 characters; 3,000 fit, so nothing was saved" in seen.text
        assert "word word" in seen.text and "Shortened here" in seen.text
        seen = await room.says("ben", f"share {much}")
        assert "could not see a link" in seen.text and "Shortened here" in seen.text
        seen = await room.fills("ben", "ask", what=much)
        assert seen.errors["what"]
        await room.ben.close(room.still_open("ben", None, seen))
    before = room.rows()
    form = await room.says("ben", f"ask {much}")
    assert form.view and "The first 3,000 of your 39,999 characters fit here" in form.text
    await room.ben.close(form.view)
    form = await room.says("ben", f"checkin {much}")
    assert form.view
    await room.ben.close(form.view)
    assert room.rows() == before
    await room.silence("elsewhere", "other-network")


async def test_many_tags(room: Room) -> None:
    async with nothing_changed(room):
        many = " ".join(f"#tag{n}" for n in range(11))
        await room.dialog("ben", (f"share {TALKS} {many}", "at most 10 tags fit"))
        await room.dialog("ben", (f"share {TALKS} #{'x' * 41}", "each of 40 characters"))


async def test_a_number_that_nobody_was_given(room: Room) -> None:
    async with nothing_changed(room):
        for word in ("voice", "withdraw", "offer", "unask", "post resource", "tried", "checkin"):
            for number in ("0", "999", "9" * 15):
                seen = await room.says("ben", f"{word} {number}")
                assert "not" in seen.text and "could not save" not in seen.text, seen.text
        for said in ("voice 1e3", "offer 9" + "9" * 30, "withdraw -1", "unask ²2", "offer 3; DROP"):
            seen = await room.says("ben", said)
            assert "could not save" not in seen.text and seen.text


@pytest.fixture
def inside() -> Iterator[tuple[str, list[str]]]:
    """A page on loopback, and the paths that were asked for."""
    asked: list[str] = []

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


async def test_an_address_on_ones_own_machine_is_not_taken(
    room: Room, inside: tuple[str, list[str]]
) -> None:
    address, asked = inside
    before = room.rows()
    for host in (address, "http://localhost:8000", "https://app.localhost", "http://[::1]:3000"):
        seen = await room.says("ben", f"share {host}/plan it helped")
        assert "nobody else can open it" in seen.text and "it helped" in seen.text
    sent = await room.fills("ben", "share", link=f"{address}/plan", why="it helped")
    assert "nobody else can open it" in sent.errors["link"]
    assert room.rows() == before and asked == []
    await room.silence("elsewhere", "other-network")


async def test_an_inner_page_is_kept_and_never_fetched(
    room: Room, inside: tuple[str, list[str]]
) -> None:
    address, asked = inside
    port = address.rsplit(":", 1)[1]
    inner = f"http://127-0-0-1.intranet.example:{port}/plan"
    await room.dialog("ben", (f"share {inner} our plan", "Saved for"))
    homeroom = room.homeroom
    titles = Titles(resolver=lambda *_, **__: [(AF_INET, SOCK_STREAM, 6, "", ("127.0.0.1", 80))])
    wanted = homeroom.database, homeroom.clock, titles.of
    assert await asyncio.to_thread(fetch_next, *wanted)
    assert asked == []
    seen = await room.says("ana", "find plan")
    assert links(seen.message) == [inner]
    assert not [said for said in all_posts(room, "learning-call") if "plan" in said]


async def test_a_button_on_a_card_a_month_old(room: Room) -> None:
    await room.fills("ben", "ask", what="Talk fades", sight="network")
    await room.says("ben", f"share {TALKS} it helped")
    await room.settle()
    problem = room.post("Talk fades")
    found = await room.says("ana", "find helped")
    await room.goes_to(MONDAY + timedelta(days=30))
    opened = await presses(room, "ana", problem, "I can help")
    assert opened.view
    await room.ana.close(opened.view)
    posted = await presses(room, "ana", found.message, "Post 1 here")
    assert "Posted" in posted.text
    async with nothing_changed(room):
        await room.dialog(
            "gus",
            ("checkin 1", "is closed: the call has ended"),
            ("absent 1", "That call has ended"),
            ("exit 1", "closed a week after"),
        )
