"""Two programs over one PostgreSQL, and people who act at the same moment.

While the first is in the middle of it the other begins, and is waited for until it is done or
stands before a lock: whatever the machine does, they meet.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import psycopg
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.clock import MovableClock
from bot.errors import Refusal
from bot.speech import Card, Incoming, Place, Reply, Who, plain
from handlers.answer import Answers
from storage.database import Database
from storage.models import Base, Call, Delivery, Identity, Network
from tests.cast import MONDAY, Room
from tests.gates import plain_address
from tests.handlers.test_networks import FORM

pytestmark = pytest.mark.postgresql_only("on SQLite there is one program, and in it one writer")

TALKS = "https://example.org/talks"
LATER: Any = {"starts_on": "2026-11-30", "at": "09:30"}


@dataclass
class Pair:
    """Two programs over one database."""

    room: Room
    patch: pytest.MonkeyPatch
    databases: list[Database]
    ids: Iterator[int] = field(default_factory=lambda: iter(range(1, 99)))

    def act(
        self,
        number: int,
        who: str,
        words: str,
        *,
        where: str = "learning-call",
        delivery: str = "",
        values: dict[str, Any] | None = None,
    ) -> Callable[[], "Future[Reply]"]:
        """What somebody does, by one of the two programs."""
        person, channel = self.room.hands[who].person, self.room.channel(where)
        said = Incoming(
            delivery or f"d{next(self.ids)}",
            Who("slack", person.team, person.id, person.real_name, guest=False),
            Place("slack", channel.team, channel.id),
            words,
            values,
        )
        answers = Answers(self.databases[number], MovableClock(MONDAY, running=False))
        return lambda: answers.to(said)

    def at_once(
        self,
        where: str,
        first: Callable[[], "Future[Reply]"],
        other: Callable[[], "Future[Reply]"],
    ) -> list[str]:
        """What both are told when the other begins while the first is at `where`, a function."""
        owner, name = where.rsplit(".", 1)
        original = getattr(import_module(owner), name)
        turns, begun = iter((True,)), []

        def meanwhile(*arguments: Any, **values: Any) -> Any:
            if next(turns, False):
                begun.append(other())
                self._until_they_meet(begun[0])
            return original(*arguments, **values)

        with self.patch.context() as patch:
            patch.setattr(f"{owner}.{name}", meanwhile)
            told = _told(first())
            assert begun, told
            return [told, _told(begun[0])]

    def _until_they_meet(self, other: "Future[Reply]") -> None:
        """The other is done, or stands before a lock of the first's."""
        waiting = "SELECT 1 FROM pg_locks WHERE NOT granted"
        with psycopg.connect(plain_address(self.databases[0].url), autocommit=True) as looking:
            while not (other.done() or looking.execute(waiting).fetchone()):
                pass

    def count(self, table: type[Base]) -> int:
        with Session(self.databases[0].engine) as session:
            return session.scalar(select(func.count()).select_from(table)) or 0


def _told(answer: "Future[Reply]") -> str:
    try:
        reply = answer.result(10)
    except Refusal as refused:
        return str(refused)
    assert isinstance(reply, Card)
    return plain(reply.elements)


@pytest.fixture
def pair(room: Room, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pair]:
    databases = [Database(room.homeroom.config.database_url) for _ in range(2)]
    yield Pair(room, monkeypatch, databases)
    for each in databases:
        each.close()


async def test_two_hosts_cancel_the_same_call(pair: Pair) -> None:
    told = pair.at_once(
        "bot.plan.cancel",
        pair.act(0, "ana", "call cancel 1"),
        pair.act(1, "grace", "call cancel 1"),
    )
    assert "Cancelled" in told[0]
    assert "will not take place" in told[1]
    with Session(pair.databases[0].engine) as session:
        assert session.get_one(Call, 1).revision == 1


async def test_the_same_delivery_at_both_programs_is_done_once(pair: Pair) -> None:
    act = {"who": "ben", "words": f"share {TALKS} it helped", "delivery": "twice"}
    told = pair.at_once("storage.turns.take", pair.act(0, **act), pair.act(1, **act))
    assert "Saved for" in told[0]
    assert "I already have that: it was saved the first time." in told[1]
    assert pair.count(Delivery) == 1
    assert pair.room.rows()["voice"] == 1


async def test_a_newcomer_at_both_programs_joins_once(pair: Pair) -> None:
    before = pair.count(Identity)
    told = pair.at_once(
        "storage.people.workspace_at",
        pair.act(0, "cleo", f"share {TALKS} it helped"),
        pair.act(1, "cleo", "share https://example.org/other it helped"),
    )
    assert all("Saved for" in each for each in told)
    assert pair.count(Identity) == before + 1


async def test_two_members_share_the_same_link(pair: Pair) -> None:
    told = pair.at_once(
        "storage.resources.keep",
        pair.act(0, "ben", f"share {TALKS} it helped us"),
        pair.act(1, "gus", f"share {TALKS} it helped us too"),
    )
    assert all("Saved for" in each for each in told)
    rows = pair.room.rows()
    assert (rows["resource"], rows["voice"], rows["passage"]) == (1, 2, 1)


async def test_two_people_begin_a_network_in_the_same_channel(pair: Pair) -> None:
    before = pair.count(Network)
    told = pair.at_once(
        "storage.networks.add_channel",
        pair.act(0, "cleo", "begin", where="elsewhere", values=FORM | LATER),
        pair.act(1, "ben", "begin", where="elsewhere", values=FORM | LATER),
    )
    assert "Harbor Lab has begun" in told[0]
    assert "This channel already belongs to Harbor Lab" in told[1]
    assert pair.count(Network) == before + 1


TWO_PRESSES: dict[str, tuple[dict[str, Any] | None, tuple[str, str], dict[str, int]]] = {
    "absent 1": (None, ("Noted: you can’t come", "Noted: you can’t come"), {"absence": 1}),
    "post resource 1": (None, ("Posted in this", "It is in this channel already"), {"outbox": 1}),
    "checkin 1": (
        {"answer0": "Number talks"},
        ("you have checked in", "already saved"),
        {"checkin": 1, "passage": 1},
    ),
    "ask": (
        {"what": "Talk fades", "sight": "network"},
        ("Raised", "already raised this"),
        {"problem": 1, "passage": 1, "outbox": 2},
    ),
    "tried 1 helped": (None, ("Good to know", "noted already, once"), {"trial": 1}),
    "withdraw 1": (None, ("Withdrawn", "took it back"), {"passage": -1}),
}


@pytest.mark.parametrize("words", TWO_PRESSES)
async def test_two_presses_within_a_moment_at_both_programs(pair: Pair, words: str) -> None:
    """A double click, or a form sent twice: two deliveries, whose turns come one after another."""
    await pair.room.says("ben", f"share {TALKS} it helped us")
    values, expected, grown = TWO_PRESSES[words]
    before = pair.room.rows()
    acts = [pair.act(number, "ben", words, values=values) for number in (0, 1)]
    told = pair.at_once("storage.turns.take", *acts)
    first, second = told if expected[0] in told[0] else reversed(told)  # whose turn came first
    assert expected[0] in first
    assert expected[1] in second
    after = pair.room.rows()
    kept = {name: count - before[name] for name, count in after.items() if count != before[name]}
    assert {name: count for name, count in kept.items() if name != "lane"} == grown
    await pair.room.settle()
    keys = [m["metadata"]["event_payload"]["key"] for m in pair.room.posts()]
    assert len(keys) == len(set(keys))
