"""What comes twice happens once: whichever way it comes, and also both at the same moment."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.app import Homeroom
from bot.clock import MovableClock
from bot.doors import reached, slack_door
from bot.playground import http_delivery
from bot.playground.apps import App
from bot.playground.outcome import Outcome, Sent
from bot.slack.connect import http_routes
from tests.cast import MONDAY, PATIENCE, Room, text
from tests.handlers.acting import all_posts, presses

pytestmark = pytest.mark.slack_only("is about the ways that Slack delivers, and delivers again")

LINK = "https://example.org"
AGAIN = "I already have that: it was saved the first time."

Send = Callable[[App, Sent], Awaitable[Outcome]]


@dataclass
class Way:
    """How Slack reaches us. `twice` sends each thing twice at the same moment."""

    send_once: Send
    twice: bool = False
    sent: list[Sent] = field(default_factory=list)
    acks: list[str] = field(default_factory=list)

    async def send(self, app: App, sent: Sent) -> Outcome:
        self.sent.append(sent)
        times = 2 if self.twice else 1
        outcomes = await asyncio.gather(*(self._once(app, sent) for _ in range(times)))
        firsts = [each for each in outcomes if AGAIN not in _words(each)]
        return firsts[0] if firsts else outcomes[0]

    async def again(self, app: App) -> None:
        """All that was sent, as when the acks were lost."""
        for each in self.sent:
            await self._once(app, Sent(app.id, each.kind, each.payload, 1, "timeout"))

    async def _once(self, app: App, sent: Sent) -> Outcome:
        outcome = await self.send_once(app, sent)
        assert outcome.ok, outcome
        self.acks.append(_words(outcome))
        return outcome


def _words(outcome: Outcome) -> str:
    payload = outcome.payload or {}
    return text(payload.get("view") or payload) if payload else ""


async def _another_socket(room: Room, stack: AsyncExitStack) -> Send:
    await stack.enter_async_context(reached(room.slack, room.homeroom.config))
    return await _by_two(room)


async def _another_program(room: Room, stack: AsyncExitStack) -> Send:
    """A second program on the same database, with a socket of its own."""
    if room.homeroom.config.database_url.startswith("sqlite"):
        pytest.skip("a SQLite file has one program")
    config = room.homeroom.config
    other = Homeroom(config, MovableClock(MONDAY, running=False))
    stack.push_async_callback(other.stop)
    tokens = [each.bot_token for each in room.world.installations]
    door = await stack.enter_async_context(slack_door(other, tokens, patience=PATIENCE))
    await stack.enter_async_context(reached(door, config))
    return await _by_two(room)


async def _by_two(room: Room) -> Send:
    """Slack takes its sockets in turn."""
    sockets = room.world.deliveries.sockets
    await room.world.until(lambda: sockets.count(room.app) == 2)
    return sockets.send


async def _one_socket(room: Room, _stack: AsyncExitStack) -> Send:
    return room.world.deliveries.sockets.send


async def _http(room: Room, stack: AsyncExitStack) -> Send:
    """Signed HTTP, whose second time says so in its headers."""
    asgi = httpx.ASGITransport(app=Starlette(routes=list(http_routes(room.slack))))
    http = await stack.enter_async_context(
        httpx.AsyncClient(transport=asgi, base_url="http://homeroom")
    )

    async def send(app: App, sent: Sent) -> Outcome:
        kind, body = http_delivery._body(sent)
        headers = http_delivery.signed(app, body) | {"Content-Type": kind}
        if sent.attempt:
            headers |= {
                "X-Slack-Retry-Num": str(sent.attempt),
                "X-Slack-Retry-Reason": sent.reason,
            }
        answer = await http.post("/slack/events", content=body, headers=headers)
        failure = "" if answer.status_code == 200 else str(answer.status_code)
        return Outcome(failure, http_delivery._answer(answer.text))

    return send


WAYS = {
    "one socket": _one_socket,
    "another socket": _another_socket,
    "another program": _another_program,
    "http": _http,
}


@pytest.fixture(params=WAYS)
async def way(
    room: Room, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Way]:
    async with AsyncExitStack() as stack:
        made = Way(await WAYS[request.param](room, stack))
        monkeypatch.setattr(room.world.deliveries.sockets, "send", made.send)
        yield made


@dataclass
class Act:
    """Something that somebody does: what changes in the rows, and in the network's channel."""

    kind: str
    do: Callable[[Room], Awaitable[Any]]
    said: str
    rows: dict[str, int]


async def _checks_in(room: Room) -> None:
    await room.fills("ben", "checkin", answer0="Number talks")


async def _raises(room: Room) -> None:
    await room.fills("ben", "ask", what="Talk fades", sight="network")


async def _posts(room: Room) -> None:
    found = await room.says("ana", "find command")
    await presses(room, "ana", found.message, "Post 1 here")


async def _mentions(room: Room) -> None:
    await room.ben.mentions(room.channel(), room.app, f"share {LINK}/mention it helped")


async def _writes(room: Room) -> None:
    await room.ben.dm(room.app, f"share {LINK}/direct it helped")


SHARED = {"resource": 1, "voice": 1, "passage": 1}
ACTS = (
    Act("command", lambda r: r.says("ben", f"share {LINK}/command it helped"), "Saved for", SHARED),
    Act("check-in", _checks_in, "you have checked in", {"checkin": 1, "passage": 1}),
    Act("problem", _raises, "Raised", {"problem": 1, "passage": 1}),
    Act("button", _posts, "Posted in this channel", {"outbox": 1}),
    Act("mention", _mentions, "Saved for", SHARED),
    Act("direct message", _writes, "Saved for", SHARED),
)


def _grown(room: Room, before: dict[str, int]) -> dict[str, int]:
    kept = {name: count - before[name] for name, count in room.rows().items()}
    return {name: more for name, more in kept.items() if more and name not in POSTED}


POSTED = ("outbox", "lane")


def _seen(room: Room, way: Way) -> list[str]:
    """All that Ana and Ben were told privately, and in acks."""
    private = [text(m) for who in (room.ana, room.ben) for m in who.private(room.channel())]
    return [*way.acks, *private, *room.direct("ben")]


def _count(room: Room, way: Way, words: str) -> int:
    return sum(words in each for each in _seen(room, way))


async def test_the_same_again_changes_nothing(room: Room, way: Way) -> None:
    for act in ACTS:
        before, told = room.rows(), _count(room, way, AGAIN)
        way.sent.clear()
        await act.do(room)
        await _settled(room)
        wanted = {name: n for name, n in act.rows.items() if name not in POSTED}
        assert _grown(room, before) == wanted, act.kind
        rows, posts = room.rows(), all_posts(room, "learning-call")
        await way.again(room.app)
        await room.world.until(lambda told=told: _count(room, way, AGAIN) > told)
        await _settled(room)
        assert _count(room, way, AGAIN) == told + 1, act.kind
        assert (room.rows(), all_posts(room, "learning-call")) == (rows, posts), act.kind


async def test_both_at_the_same_moment_happen_once(room: Room, way: Way) -> None:
    for act in ACTS:
        before = room.rows()
        told = {words: _count(room, way, words) for words in (AGAIN, act.said)}
        way.twice = True
        await act.do(room)
        way.twice = False
        for words, count in told.items():
            await room.world.until(lambda w=words, n=count: _count(room, way, w) > n)
        await _settled(room)
        wanted = {name: n for name, n in act.rows.items() if name not in POSTED}
        assert _grown(room, before) == wanted, act.kind
    keys = [m["metadata"]["event_payload"]["key"] for m in _posted(room)]
    assert len(keys) == len(set(keys))


def _posted(room: Room) -> list[dict[str, Any]]:
    every = (m for here in room.world.messages.values() for m in here.values())
    return [m for m in every if m.get("metadata")]


async def _settled(room: Room) -> None:
    await room.replied()
    await room.settle()
