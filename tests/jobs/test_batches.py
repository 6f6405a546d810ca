"""Many rows in one transaction: bounded, and none undoes another."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from jobs import batches
from jobs.table import TABLE, Turn
from storage.models import Step
from tests.bot.rows import FIRST
from tests.jobs.clockwork import Clockwork, a_network, a_series, clockwork

DAY = timedelta(days=1)
MANY = 120


@pytest.fixture
def crowded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clockwork]:
    """Many networks whose check-ins open at the same instant, which is now."""
    monkeypatch.setattr(batches, "LONGEST", 1e9)

    def make(session: Session) -> None:
        for number in range(MANY):
            a_series(session, a_network(session, f"N{number}"))

    with clockwork(tmp_path) as made:
        made.write(make)
        made.schedule.tick()
        made.clock.move(FIRST - 2 * DAY)
        made.writes.clear()
        yield made


def failing_for(monkeypatch: pytest.MonkeyPatch, how: str, *calls: int) -> None:
    whole = TABLE["checkin"]

    def fail(turn: Turn) -> None:
        whole(turn)
        if turn.call.id in calls:
            turn.session.connection().exec_driver_sql(how)
            raise RuntimeError("broken on purpose")

    monkeypatch.setitem(TABLE, "checkin", fail)


def open_checkins(made: Clockwork) -> int:
    return len(made.posts("checkin"))


def test_many_share_a_transaction(crowded: Clockwork) -> None:
    assert crowded.schedule.tick() == MANY == open_checkins(crowded)
    work = [each for each in crowded.writes if getattr(each, "keywords", {}).get("queue")]
    of_steps = [each for each in work if each.keywords["queue"].name == "step"]
    assert len(of_steps) == 4  # fifty, fifty, twenty, and none left


def test_a_transaction_ends_when_it_has_taken_its_time(
    crowded: Clockwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticking = iter(range(10_000))
    monkeypatch.setattr(batches, "LONGEST", 10)
    monkeypatch.setattr(batches, "time", SimpleNamespace(monotonic=lambda: next(ticking)))
    assert crowded.schedule.tick() == MANY == open_checkins(crowded)
    of_steps = [
        each
        for each in crowded.writes
        if getattr(each, "keywords", {}).get("queue") and each.keywords["queue"].name == "step"
    ]
    assert len(of_steps) == -(-MANY // 11) + 1


def test_one_that_fails_undoes_itself_alone_and_rests(
    crowded: Clockwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        failing_for(broken, "SELECT 1", 1, 6)
        assert crowded.schedule.tick() == MANY - 2 == open_checkins(crowded)
        crowded.writes.clear()
        assert crowded.schedule.tick() == 0
    assert crowded.ticks_at(FIRST - 2 * DAY + timedelta(seconds=59)) == 0
    assert crowded.ticks_at(FIRST - 2 * DAY + timedelta(seconds=61)) == 2
    assert open_checkins(crowded) == MANY


def test_one_that_breaks_the_transaction_holds_up_no_other(
    crowded: Clockwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        failing_for(broken, "ROLLBACK", 6)  # as SQLite does when the disk is full
        crowded.schedule.tick()
        assert open_checkins(crowded) == MANY - 1
    crowded.ticks_at(FIRST - 2 * DAY + timedelta(seconds=61))
    assert open_checkins(crowded) == MANY


def test_without_the_database_the_tick_says_so(crowded: Clockwork) -> None:
    crowded.write(lambda session: session.execute(text("ALTER TABLE step RENAME TO gone")))
    with pytest.raises(Exception, match="no such table: step"):
        crowded.schedule.tick()


def test_more_may_rest_than_a_statement_takes_parameters(crowded: Clockwork) -> None:
    known = crowded.schedule._batches
    later = crowded.clock.now() + DAY
    known._resting |= {("step", 1_000_000 + number): later for number in range(40_000)}
    assert crowded.schedule.tick() == MANY


def test_two_schedules_on_one_database_do_each_step_once(crowded: Clockwork) -> None:
    other = type(crowded.schedule)(crowded.database, crowded.clock, web="", model=False)
    with_other = crowded.read(lambda s: s.query(Step).filter_by(state="planned").count())
    assert crowded.schedule.tick() + other.tick() == MANY
    left = crowded.read(lambda s: s.query(Step).filter_by(state="planned").count())
    assert with_other - left == MANY
    assert {each.edition for each in crowded.posts()} == {1}
