"""Chores: what the clock does that belongs to no call."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from jobs.table import CHORES, Errand, Kind
from storage import audit, chores
from tests.bot.rows import FIRST
from tests.jobs.clockwork import Clockwork, a_network, clockwork

HOUR = timedelta(hours=1)


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Clockwork]:
    with clockwork(tmp_path) as one:
        one.clock.move(FIRST)
        yield one


@pytest.fixture
def network(made: Clockwork) -> int:
    return made.write(lambda session: a_network(session, "Ours"))


def record(monkeypatch: pytest.MonkeyPatch, again: timedelta | None) -> list[tuple[int, datetime]]:
    done: list[tuple[int, datetime]] = []

    def do(errand: Errand) -> datetime | None:
        done.append((errand.chore.ref, errand.now))
        return errand.now + again if again else None

    monkeypatch.setitem(CHORES, "water", Kind(do, "The plants are watered"))
    return done


def put(made: Clockwork, network: int, ref: int, due_at: datetime) -> None:
    made.write(partial(chores.put, network_id=network, kind="water", ref=ref, due_at=due_at))


def test_a_chore_is_done_once_when_it_is_due(
    made: Clockwork, network: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = record(monkeypatch, None)
    put(made, network, 7, FIRST + HOUR)
    assert made.schedule.tick() == 0
    assert made.ticks_at(FIRST + HOUR) == 1
    assert made.ticks_at(FIRST + 2 * HOUR) == 0
    assert done == [(7, FIRST + HOUR)]


def test_a_recurring_one_is_moved_on_and_another_time_takes_the_place_of_the_first(
    made: Clockwork, network: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = record(monkeypatch, HOUR)
    put(made, network, 7, FIRST + HOUR)
    put(made, network, 7, FIRST + 2 * HOUR)
    for hours in (1, 2, 3):
        made.ticks_at(FIRST + hours * HOUR)
    assert [at for _, at in done] == [FIRST + 2 * HOUR, FIRST + 3 * HOUR]
    made.write(partial(chores.cancel, kind="water", ref=7))
    assert made.ticks_at(FIRST + 9 * HOUR) == 0


def test_one_that_fails_rests_and_holds_up_no_other(
    made: Clockwork, network: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = record(monkeypatch, None)
    whole = CHORES["water"].does

    def fail(errand: Errand) -> datetime | None:
        if errand.chore.ref == 1 and errand.now == FIRST:
            raise RuntimeError("broken on purpose")
        return whole(errand)

    monkeypatch.setitem(CHORES, "water", Kind(fail, ""))
    put(made, network, 1, FIRST - HOUR)
    put(made, network, 2, FIRST)
    made.schedule.tick()
    assert [ref for ref, _ in done] == [2]
    made.ticks_at(FIRST + HOUR)
    assert [ref for ref, _ in done] == [2, 1]


def test_what_was_changed_is_read_the_latest_first_and_only_by_its_network(
    made: Clockwork, network: int
) -> None:
    other = made.write(lambda session: a_network(session, "Theirs"))
    for number, owner in enumerate((network, other, network)):
        made.write(
            partial(
                audit.note,
                network_id=owner,
                by=None,
                what="series",
                words=f"changed {number}",
                now=FIRST,
            )
        )
    seen = made.read(partial(audit.lately, network_id=network, limit=5))
    assert [each.words for each in seen] == ["changed 2", "changed 0"]
    older = made.read(partial(audit.lately, network_id=network, limit=5, before=seen[0].id))
    assert [each.words for each in older] == ["changed 0"]
