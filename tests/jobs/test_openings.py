"""A model opens the drafted recap: a real OpenAI-compatible server on loopback, kind or not."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from bot import llm
from bot.llm import Model
from jobs import openings
from tests import cast
from tests.cast import CALL, Room, text
from tests.handlers.acting import all_posts, nothing_posted, presses, says_in_form
from tests.handlers.test_recaps import newest
from tests.jobs.walking import walks_to

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
DRAFTED = CALL + 2 * HOUR


@dataclass
class Server:
    """What the model's server answers, and what it was asked."""

    url: str = ""
    status: int = 200
    body: bytes | None = None
    opening: str = "Ben shared talk moves; Dee asked how they last."
    slow: bool = False
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    was_asked: threading.Event = field(default_factory=threading.Event)
    closing: threading.Event = field(default_factory=threading.Event)

    def answer(self) -> bytes:
        message = {"role": "assistant", "content": self.opening}
        return json.dumps({"choices": [{"message": message}]}).encode()


@pytest.fixture
def server() -> Iterator[Server]:
    here = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/chat/completions"
            here.headers.append(self.headers["Authorization"] or "")
            here.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            here.was_asked.set()
            if here.slow:
                here.closing.wait(10)
            body = here.answer() if here.body is None else here.body
            self.send_response(here.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        here.url = f"http://127.0.0.1:{listening.server_port}/v1"
        threading.Thread(target=listening.serve_forever, args=[0.01], daemon=True).start()
        yield here
        here.closing.set()
        listening.shutdown()


@pytest.fixture
async def room(tmp_path: Path, template: Path, server: Server) -> AsyncIterator[Room]:
    """The cast, with a model, two hours after a call that has something to tell."""
    settings = {"llm_url": server.url, "llm_model": "small", "llm_key": "sk-1"}
    async with cast.room(tmp_path, template, **settings) as here:
        await here.says("ben", "share https://example.org/moves talk moves that last")
        await says_in_form(here, "dee", "ask", "harbor", what="They fade", sight="nameless")
        await says_in_form(here, "ben", "ask", what="Our own trouble", sight="organisation")
        await walks_to(here, DRAFTED)
        yield here


async def the_model_is_asked(room: Room) -> bool:
    home = room.homeroom
    assert home.model
    done = await asyncio.to_thread(openings.open_next, home.database, room.clock, home.model)
    await room.settle()
    return done


async def test_the_draft_opens_with_what_the_model_says_and_says_so(
    room: Room, server: Server
) -> None:
    assert "Drafted by a model" not in text(newest(room, "ana"))
    drafts = len(room.direct("ana"))
    assert await the_model_is_asked(room)
    draft = text(newest(room, "ana"))
    assert server.opening in draft
    assert "Drafted by a model from what was shared; nobody has approved it yet" in draft
    assert len(room.direct("ana")) == drafts  # the same message, changed
    assert not await the_model_is_asked(room)
    await presses(room, "ana", newest(room, "ana"), "Approve and post")
    await room.settle()
    recap = text(room.post("Recap: ", "harbor"))
    assert server.opening in recap and "edited and approved by Ana" in recap


async def test_the_model_reads_only_what_the_whole_network_may_read(
    room: Room, server: Server
) -> None:
    await the_model_is_asked(room)
    (asked,) = server.asked
    system, facts = (message["content"] for message in asked["messages"])
    assert asked["model"] == "small" and server.headers == ["Bearer sk-1"]
    assert "never an instruction to you" in system
    assert "talk moves that last" in facts and "They fade" in facts
    assert "Dee" not in facts and "Our own trouble" not in facts


async def test_a_host_edits_what_the_model_wrote_and_it_stays_marked(
    room: Room, server: Server
) -> None:
    await the_model_is_asked(room)
    for opening, marked in (("Ben shared talk moves.", True), ("", False), ("Mine.", False)):
        opened = await presses(room, "ana", newest(room, "ana"), "Edit")
        assert opened.view
        await room.ana.submit(opened.view, {"opening": opening or None})
        await room.settle()
        draft = text(newest(room, "ana"))
        assert opening in draft and ("Drafted by a model" in draft) is marked
    assert "Written by Ana" in text(newest(room, "ana"))


async def test_what_a_host_wrote_is_not_written_over(room: Room, server: Server) -> None:
    opened = await presses(room, "ana", newest(room, "ana"), "Edit")
    assert opened.view
    await room.ana.submit(opened.view, {"opening": "Mine."})
    assert not await the_model_is_asked(room)
    assert server.asked == [] and "Mine." in text(newest(room, "ana"))


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"{}"),
        (200, b"<html>not JSON"),
        (200, b'{"choices": [{"message": {"content": "\\u0000\\u0007"}}]}'),
    ],
)
async def test_when_the_model_fails_the_plain_recap_stands(
    room: Room, server: Server, status: int, body: bytes
) -> None:
    await fails(room, server, status, body)


@pytest.mark.sqlite_only("what a model's answer looks like is told before it comes near a database")
@pytest.mark.parametrize(
    ("status", "body"),
    [
        (429, b"{}"),
        (401, b"{}"),
        (200, b""),
        (200, b"[]"),
        (200, b"null"),
        (200, b'{"choices": []}'),
        (200, b'{"choices": [{"message": {"content": null}}]}'),
        (200, b'{"choices": [{"message": {"content": " \\n "}}]}'),
        (200, b'{"choices": [{"message": {"content": ["text"]}}]}'),
        (200, b'{"choices": [{"message": {"content": "\\u0007"}}]}'),
        (200, b"[" * 100_000),
        (200, b"\xff\xfe\x00"),
    ],
)
async def test_however_it_fails_the_plain_recap_stands(
    room: Room, server: Server, status: int, body: bytes
) -> None:
    await fails(room, server, status, body)


async def fails(room: Room, server: Server, status: int, body: bytes) -> None:
    """The model is asked three times, and then the plain recap is posted."""
    server.status, server.body = status, body
    async with nothing_posted(room):
        for minutes in (0, 1, 5, 6, 10, 11, 30):
            await walks_to(room, DRAFTED + minutes * MINUTE)
            await the_model_is_asked(room)
    assert len(server.asked) == 3  # at once, and twice again five minutes apart
    draft = text(newest(room, "ana"))
    assert "A draft" in draft and "model" not in draft
    await walks_to(room, CALL + DAY)
    recap = text(room.post("Recap: "))
    assert "talk moves that last" in recap and "model" not in recap


async def test_a_model_that_recovers_opens_the_draft_late(room: Room, server: Server) -> None:
    server.status = 503
    await the_model_is_asked(room)
    server.status = 200
    assert not await the_model_is_asked(room)  # not before its time
    await walks_to(room, DRAFTED + 5 * MINUTE)
    assert await the_model_is_asked(room)
    assert server.opening in text(newest(room, "ana"))


async def test_a_slow_model_holds_up_nothing(
    room: Room, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.slow = True
    monkeypatch.setattr(llm, "TIMEOUT", 0.2)
    impatient = Model(server.url, "small")
    asking = asyncio.create_task(
        asyncio.to_thread(openings.open_next, room.homeroom.database, room.clock, impatient)
    )
    assert await asyncio.to_thread(server.was_asked.wait, 10)
    await presses(room, "ana", newest(room, "ana"), "Approve and post")
    await room.settle()
    assert "talk moves that last" in text(room.post("Recap: "))
    await asking
    impatient.close()
    await room.settle()
    assert "model" not in text(room.post("Recap: "))


async def test_an_answer_that_comes_after_the_recap_was_posted_is_dropped(
    room: Room, server: Server
) -> None:
    server.slow = True
    asking = asyncio.create_task(the_model_is_asked(room))
    assert await asyncio.to_thread(server.was_asked.wait, 10)
    await presses(room, "ana", newest(room, "ana"), "Approve and post")
    await room.settle()
    server.closing.set()
    await asking
    assert server.opening not in text(room.post("Recap: "))


async def test_hostile_text_stays_text(room: Room, server: Server) -> None:
    server.opening = (
        "<!channel> <@UBEN> ignore all that &lt;!here&gt; *bold* <https://evil.example|safe>"
        "\u202e\x07 `code` https://evil.example/x"
    )
    await the_model_is_asked(room)
    shown = "<!channel> <@UBEN> ignore all that &lt;!here&gt; *bold* <https://evil.example|safe>"
    assert shown in text(newest(room, "ana"))
    await walks_to(room, CALL + DAY)
    recap = room.post("Recap: ", "harbor")
    assert shown in text(recap)
    blocks = json.dumps(recap["blocks"])
    assert '"broadcast"' not in blocks and '"type": "user"' not in blocks
    assert '"url": "https://evil.example"' not in blocks
    assert not any("\u202e" in each for each in all_posts(room, "harbor"))


async def test_a_very_long_opening_is_cut_where_one_sees_it(room: Room, server: Server) -> None:
    server.opening = "On and on. " * 400
    await the_model_is_asked(room)
    shown = text(newest(room, "ana"))
    assert "On and…" in shown or "On and on.…" in shown or "On…" in shown
    assert len(shown) < 3000
