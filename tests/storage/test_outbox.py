"""The rows that the courier claims."""

from datetime import timedelta

import pytest

from storage import outbox
from tests.bot.rows import MONDAY, a_network

MINUTE = timedelta(minutes=1)


@pytest.fixture
def put(session):
    network = a_network(session)

    def want(key, channel="C1", card=b"{}", at=MONDAY, **more):
        return outbox.put(
            session,
            key=key,
            network_id=network.id,
            kind="test",
            platform="slack",
            workspace="T1",
            channel=channel,
            card=card,
            now=at,
            **more,
        )

    return want


def claim(session, at=MONDAY, by="mine", busy=(), limit=10):
    found = outbox.claim(session, now=at, token=by, lease=MINUTE, busy=busy, limit=limit)
    return [post.key for post in found]


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


def test_the_first_of_each_lane_is_claimed_in_the_order_of_time(session, put):
    put("second", at=MONDAY + timedelta(seconds=1))
    put("first")
    put("elsewhere", channel="C2")
    put("not yet", channel="C3", at=MONDAY + MINUTE)
    assert sorted(claim(session, MONDAY + timedelta(seconds=2))) == ["elsewhere", "first"]


def test_busy_lanes_are_left_alone_and_take_up_no_room(session, put):
    for number in range(5):
        put(f"busy {number}")
    put("free", channel="C2", at=MONDAY + timedelta(seconds=1))
    busy = {outbox.lane("slack", "T1", "C1")}
    assert claim(session, MONDAY + MINUTE, busy=busy, limit=2) == ["free"]


def test_a_claim_stands_until_it_lapses(session, put):
    put("a")
    assert claim(session) == ["a"]
    assert claim(session, MONDAY + MINUTE - timedelta(seconds=1), by="theirs") == []
    assert outbox.held(session, key="a", token="mine", there=False)
    assert claim(session, MONDAY + MINUTE, by="theirs") == ["a"]
    assert outbox.held(session, key="a", token="mine", there=False) is None
    assert outbox.held(session, key="a", token="theirs", there=False)


def test_what_is_there_wins_over_a_newer_claim_once(session, put):
    put("a")
    claim(session)
    claim(session, MONDAY + MINUTE, by="theirs")
    post = outbox.held(session, key="a", token="mine", there=True)
    assert post
    assert outbox.held(session, key="a", token="theirs", there=False) is None
    post.sent_id, post.state = "1.1", "sent"
    session.flush()
    assert outbox.held(session, key="a", token="theirs", there=True) is None


def test_a_lapsed_sending_is_unknown(session, put):
    put("a")
    claim(session)
    outbox.get(session, key="a").state = "sending"
    session.flush()
    assert claim(session, MONDAY + MINUTE) == ["a"]
    assert outbox.get(session, key="a").state == "unknown"


def test_a_put_while_it_is_under_way_does_not_make_it_due(session, put):
    put("a")
    claim(session)
    post = outbox.get(session, key="a")
    post.state, post.due_at = "unknown", MONDAY + MINUTE
    put("a", card=b"[]")
    assert post.due_at == MONDAY + MINUTE


def test_what_needs_nothing_any_more_is_laid_aside(session, put):
    put("a")
    post = outbox.get(session, key="a")
    post.state, post.sent_edition = "sent", 1
    session.flush()
    assert claim(session) == []
    assert post.due_at is None


def test_counts(session, put):
    put("a")
    put("b", channel="C2")
    put("c", not_after=MONDAY - MINUTE, channel="C3")
    claim(session)
    assert outbox.counts(session) == {"planned": 2, "skipped": 1}
