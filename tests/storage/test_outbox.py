"""The rows that the courier claims."""

from datetime import timedelta

import pytest

from storage import outbox
from tests.bot.rows import MONDAY, a_network, a_post

MINUTE = timedelta(minutes=1)


@pytest.fixture
def put(session):
    network = a_network(session)

    def want(key, at=MONDAY, **more):
        return a_post(session, network.id, key, now=at, **more)

    return want


def test_a_key_is_a_posts_own_and_always_the_same():
    at = {"platform": "slack", "workspace": "T1", "channel": "C1"}
    # A post that was sent before an update must be known by it after.
    assert outbox.key_of(of="call 1 agenda", **at) == "8ec304bd9c505915b4b716539f4b6ac4"
    others = [at | {name: "other"} for name in at]
    keys = {outbox.key_of(of="call 1 agenda", **each) for each in (at, *others)}
    assert len(keys) == 4


def test_putting_says_whether_it_changed_anything(session, put):
    assert put("a")
    assert not put("a")
    assert put("a", card=b"[]")
    assert outbox.get(session, key="a").edition == 2


def test_counts(session, put):
    put("a")
    put("b", channel="C2")
    outbox.get(session, key="b").state = "skipped"
    session.flush()
    assert outbox.counts(session) == {"planned": 1, "skipped": 1}


def test_a_post_is_not_sent_for_ever(session, put):
    put("a")
    put("b", not_after=MONDAY + MINUTE)
    kept = [outbox.get(session, key=key).not_after for key in "ab"]
    assert kept == [MONDAY + timedelta(days=1), MONDAY + MINUTE]


def test_a_post_of_a_late_step_may_be_there_since_then(session, put):
    put("a", since=MONDAY - MINUTE)
    put("b", since=MONDAY + MINUTE)
    assert outbox.get(session, key="a").wanted_at == MONDAY - MINUTE
    assert outbox.get(session, key="b").wanted_at == MONDAY
