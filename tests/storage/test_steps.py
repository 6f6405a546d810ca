"""What is due, and which series are to be planned."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event

from storage import calls, series, steps
from tests.bot.rows import a_call, a_channel, a_network, a_step, tuesdays

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


# -- steps ----------------------------------------------------------------------------------------


def test_due_steps_come_in_the_order_of_time(session, weekly):
    call = a_call(session, weekly, NOON)
    agenda = a_step(session, call, "agenda", NOON - 2 * HOUR)
    checkin = a_step(session, call, "checkin", NOON - 4 * HOUR)
    start = a_step(session, call, "start", NOON)
    assert steps.due(session, now=NOON - HOUR, limit=10) == [checkin, agenda]
    assert steps.due(session, now=NOON - HOUR, limit=1) == [checkin]
    steps.finish(session, step=checkin)
    steps.skip(session, step=agenda, note="the host said so")
    assert steps.due(session, now=NOON - HOUR, limit=10) == []
    assert steps.next_due(session) == (NOON, "start", call)
    assert steps.of_call(session, call_id=call.id) == [checkin, agenda, start]
    steps.skip_planned(session, call_id=call.id, note="called off")
    assert [step.state for step in (checkin, agenda, start)] == ["done", "skipped", "skipped"]
    assert (agenda.note, start.note) == ("the host said so", "called off")


@pytest.mark.sqlite_only("its query plans; PostgreSQL's are in test_postgresql.py")
def test_the_hot_paths_use_their_indexes(session, weekly):
    seen = []
    bind = session.connection()

    def explain(_connection, cursor, statement, parameters, *_rest):
        if statement.startswith("SELECT"):
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            seen.append(" ".join(row[3] for row in cursor.fetchall()))

    event.listen(bind, "before_cursor_execute", explain)
    steps.due(session, now=NOON, limit=5)
    calls.stale(session, limit=5)
    calls.next_start(session, network_id=1, now=NOON)
    event.remove(bind, "before_cursor_execute", explain)
    assert "ix_step_due" in seen[0]
    assert "ix_call_stale" in seen[1]
    assert "ix_call_network" in seen[2]


# -- series ---------------------------------------------------------------------------------------


def test_a_series_is_kept_with_its_channels_and_a_secret_key(session):
    network = a_network(session).id
    channel = a_channel(session, network)
    made = tuesdays(session, network, channels=[channel], steps={"nudge": None})
    other = tuesdays(session, network)
    session.expire_all()
    assert made.channels == [channel]
    assert made.steps == {"nudge": None}
    assert made.feed_key != other.feed_key
    assert series.by_feed_key(session, key=made.feed_key) is made
    assert series.by_feed_key(session, key="guessed") is None
    other.ended_at = NOON
    assert series.of_network(session, network_id=network) == [made]


def test_series_to_plan_are_those_that_go_on(session):
    network = a_network(session).id
    new = tuesdays(session, network)
    behind = tuesdays(session, network)
    behind.planned_until = date(2026, 12, 1)
    ahead = tuesdays(session, network)
    ahead.planned_until = date(2027, 1, 1)
    over = tuesdays(session, network, ends_on=date(2026, 11, 30))
    over.planned_until = date(2026, 12, 1)
    tuesdays(session, network).ended_at = NOON
    before = date(2026, 12, 20)
    assert series.to_plan(session, before=before, limit=9) == [new, behind]
    assert series.to_plan(session, before=before, limit=9, without=[new.id]) == [behind]
