"""What waits to be sent, read through an index."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from storage import outbox
from storage.models import Lane
from storage.waiting import Waiting, waiting
from tests.bot.rows import MONDAY, a_network, a_post

MINUTE = timedelta(minutes=1)


@pytest.fixture
def put(session):
    network = a_network(session)

    def want(key, state="planned", due=MONDAY, since=MONDAY):
        a_post(session, network.id, key)
        post = outbox.get(session, key=key)
        post.state, post.due_at, post.wanted_at = state, due, since
        session.flush()

    return want


def test_nothing(session):
    assert waiting(session, now=MONDAY) == Waiting({"failed": 0}, None, 0)


def test_posts_by_state_and_how_long_the_oldest_waits(session, put):
    put("a")
    put("b", since=MONDAY - MINUTE)
    put("c", "unknown", due=MONDAY + MINUTE, since=MONDAY - 9 * MINUTE)  # not due again yet
    put("d", "sent", since=MONDAY - 99 * MINUTE)  # there, and to be edited
    put("e", "sent", due=None)
    put("f", "failed", due=None)
    session.merge(Lane(name="slack/T1/C1", stopped="is_archived"))
    session.add(Lane(name="slack/T1/C2"))
    assert waiting(session, now=MONDAY) == Waiting(
        {"planned": 2, "unknown": 1, "edit": 1, "failed": 1}, MONDAY - MINUTE, 1
    )


@pytest.mark.sqlite_only("its query plan")
def test_only_what_waits_is_read(session, put):
    seen = []

    def explain(_connection, cursor, statement, parameters, *_rest):
        cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        seen.append(" ".join(row[3] for row in cursor.fetchall()))

    bind = session.connection()
    event.listen(bind, "before_cursor_execute", explain)
    waiting(session, now=MONDAY)
    event.remove(bind, "before_cursor_execute", explain)
    assert "USING INDEX ix_outbox_due" in seen[0]
    assert "ix_outbox_failed" in seen[1]
    assert "USING INDEX ix_lane_stopped" in seen[2]


def test_a_queue_that_nobody_works_on_costs_no_more_than_a_long_one(session, put, monkeypatch):
    monkeypatch.setattr("storage.waiting.MOST", 2)
    for key in "abc":
        put(key)
    assert waiting(session, now=MONDAY).posts == {"planned": 2, "failed": 0}
