"""After a long time off: what is too late is left out, and each host hears of it once."""

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from bot.speech import decode_card, plain
from jobs import batches
from storage.models import OutboxPost, Step
from tests.bot.rows import EARLY, FIRST
from tests.jobs.clockwork import Clockwork, a_network, a_series, clockwork

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
NETWORKS, MANY = 50, 40
AFTER = FIRST + 30 * DAY
LATEST = {  # after so long a step is not done any more
    "checkin": 2 * HOUR,
    "followup": 30 * HOUR,
    "agenda": DAY,
    "nudge": 4 * HOUR,
    "start": HOUR / 4,
    "exit": DAY,
    "draft": DAY,
    "second": DAY,
    "recap": DAY,
    "tried": 3 * DAY,
}


def words(post: OutboxPost) -> str:
    return plain(decode_card(post.card).elements)


def crowd(session: Session) -> int:
    """Many networks with one series each, and one network with very many; that one's id."""
    for number in range(NETWORKS):
        a_series(session, a_network(session, f"N{number}"))
    busy = a_network(session, "busy")
    for number in range(MANY):
        a_series(session, busy, name=f"Call {number}")
    return busy


def too_late(step: Step, now: datetime) -> bool:
    return now - step.due_at > LATEST[step.kind]


@pytest.fixture
def off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A clock whose batches end only when they are full: a slow machine is no failure."""
    monkeypatch.setattr(batches, "LONGEST", 1e9)
    with clockwork(tmp_path) as made:
        yield made


def test_four_thousand_steps_too_late_are_left_out_and_each_host_hears_of_it_once(
    off: Clockwork,
) -> None:
    busy = off.write(crowd)
    off.schedule.tick()
    overdue = [each for each in off.steps() if each.due_at <= AFTER]
    assert len(overdue) > 4_000
    off.writes.clear()

    off.ticks_at(AFTER)

    assert len(off.writes) < len(overdue) / 15  # steps, calls and series, in batches of fifty
    posted = {each.id for each in off.steps() if each.state == "done"}
    for step in overdue:
        assert (step.id in posted) != too_late(step, AFTER), (step.kind, step.due_at)
    assert {each.kind for each in off.posts()} == {"notice", "recap"}  # one recap a day late
    _each_host_was_told_once(off, busy)
    coming = Counter(each.series_id for each in off.calls() if each.starts_at > AFTER)
    assert len(coming) == NETWORKS + MANY and min(coming.values()) >= 4

    before = off.state()
    off.writes.clear()
    assert off.schedule.tick() == 0
    assert off.state() == before and not off.writes


def _each_host_was_told_once(off: Clockwork, busy: int) -> None:
    told = off.posts("notice")
    assert Counter(each.network_id for each in told) == dict.fromkeys(range(1, busy + 1), 1)
    assert all(each.edition == 1 and each.direct for each in told)
    (of_busy,) = [each for each in told if each.network_id == busy]
    assert len(words(of_busy)) < 2500
    assert "for 200 calls" in words(of_busy) and "and 194 more before these" in words(of_busy)


def test_what_is_left_out_later_that_day_joins_the_same_message(off: Clockwork) -> None:
    off.write(lambda s: a_series(s, a_network(s, "N")).id)
    off.schedule.tick()
    for at in (FIRST - 2 * DAY, FIRST - DAY, FIRST + HOUR / 2):
        off.ticks_at(at)
    (told,) = off.posts("notice")
    assert "Left out for Weekly call" in words(told) and "“Starting now”" in words(told)
    long_ago = {"due_at": FIRST - 2 * DAY}
    off.write(lambda s: s.query(Step).filter_by(call_id=1, kind="exit").update(long_ago))
    off.ticks_at(FIRST + HOUR)
    (told,) = off.posts("notice")
    assert told.edition == 2 and "Exit ticket" in words(told)


def test_a_host_is_told_though_the_program_stopped_in_between(
    off: Clockwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    off.write(lambda s: a_series(s, a_network(s, "N")).id)
    off.schedule.tick()
    with monkeypatch.context() as broken:
        broken.setattr("jobs.missed.to_member", lambda *_, **__: 1 / 0)
        off.ticks_at(AFTER)
    assert not off.posts("notice")
    off.ticks_at(AFTER + HOUR)
    (told,) = off.posts("notice")
    assert "left out for" in words(told)


def test_a_network_without_a_host_holds_up_no_other(off: Clockwork) -> None:
    def make(session: Session) -> None:
        for name in ("alone", "hosted"):
            a_series(session, a_network(session, name))
        session.connection().exec_driver_sql("UPDATE member SET active = 0 WHERE network_id = 1")

    off.write(make)
    off.schedule.tick()
    off.ticks_at(AFTER)
    assert [each.network_id for each in off.posts("notice")] == [2]
    off.writes.clear()
    assert off.schedule.tick() == 0 and not off.writes


def test_a_call_far_in_the_past_is_over_for_good(off: Clockwork) -> None:
    off.write(lambda s: a_series(s, a_network(s, "N"), ends_on=FIRST.date()).id)
    off.schedule.tick()
    off.ticks_at(EARLY + 52 * WEEK)
    assert [each.state for each in off.calls()] == ["ended"]
    assert {each.state for each in off.steps()} == {"skipped"}
