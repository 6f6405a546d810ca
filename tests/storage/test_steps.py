"""What is due, and which series are to be planned."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event

from storage import calls, due, marks, networks, recaps, resources, series, steps
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
    steps.finish(checkin)
    steps.skip(agenda, note="the host said so")
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
    steps.claim(session, now=NOON, limit=5)
    calls.claim_stale(session, limit=5)
    calls.next_start(session, network_id=1, now=NOON)
    series.claim(session, before=NOON.date(), limit=5)
    networks.claim_to_read(session, now=NOON, again=NOON)
    resources.claim_title(session, now=NOON, again=NOON)
    recaps.claim_opening(session, now=NOON, again=NOON)
    event.remove(bind, "before_cursor_execute", explain)
    for index, plan in zip(
        (
            "ix_step_due",
            "ix_call_stale",
            "ix_call_network",
            "ix_series_to_plan",
            "ix_channel_people",
            "ix_resource_title",
            "ix_recap_opening",
        ),
        seen,
        strict=True,
    ):
        assert index in plan


@pytest.mark.sqlite_only("its query plans; PostgreSQL's are in test_postgresql.py")
def test_what_the_clock_asks_each_second_reads_only_indexes_of_what_is_due(session, weekly):
    seen = []
    bind = session.connection()

    def explain(_connection, cursor, statement, parameters, *_rest):
        cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        seen.extend(row[3] for row in cursor.fetchall() if row[3].startswith(("SEARCH", "SCAN")))

    event.listen(bind, "before_cursor_execute", explain)
    due.anything(session, now=NOON, before=NOON.date())
    event.remove(bind, "before_cursor_execute", explain)
    assert [each.split(" (")[0] for each in seen] == [
        "SCAN CONSTANT ROW",  # the statement itself
        "SEARCH step USING INDEX ix_step_due",
        "SEARCH chore USING INDEX ix_chore_due",
        "SCAN call USING INDEX ix_call_stale",
        "SEARCH series USING INDEX ix_series_to_plan",
        "SEARCH series USING INDEX ix_series_to_plan",
        "SCAN mark",  # a few rows
    ]


def test_there_is_something_to_do_for_each_reason_alone(session):
    network = a_network(session).id

    def anything():
        session.flush()
        return due.anything(session, now=NOON, before=date(2026, 12, 20))

    weekly = tuesdays(session, network)
    assert anything()  # never planned
    weekly.planned_until = date(2026, 12, 19)
    assert anything()
    weekly.planned_until = date(2026, 12, 20)
    call = a_call(session, weekly, NOON)
    step = a_step(session, call, "start", NOON + HOUR)
    assert not anything()
    step.due_at = NOON
    assert anything()
    steps.finish(step)
    assert not anything()
    call.stale = True
    assert anything()
    call.stale = False
    marks.put(session, f"{due.UNTOLD}{network}", "today")
    assert anything()
    marks.forget(session, f"{due.UNTOLD}{network}")
    assert not anything()
    weekly.planned_until, weekly.ends_on = date(2026, 12, 1), date(2026, 12, 1)
    assert not anything()


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
    claimed = series.claim(session, before=before, limit=9)
    assert claimed == [(new.id, network), (behind.id, network)]
    assert series.claim(session, before=before, limit=9, without=[new.id]) == claimed[1:]
    assert series.load(session, [behind.id, new.id]) == [new, behind]
