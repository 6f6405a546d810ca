"""The posts that a courier takes, and what it may write of them."""

from datetime import timedelta

import pytest

from storage import claims, lanes, outbox
from tests.bot.rows import MONDAY, a_network, a_post

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
LANE = "slack/T1/C1"


@pytest.fixture
def put(session):
    network = a_network(session)

    def want(key, at=MONDAY, **more):
        return a_post(session, network.id, key, now=at, **more)

    return want


def due(session, at=MONDAY, limit=10):
    session.flush()
    return claims.due(session, now=at, longest_lease=MINUTE, longest_wait=5 * MINUTE, limit=limit)


def keys(session, at=MONDAY):
    return [post.key for post in due(session, at)]


def take(session, key, *, to="sending", by="mine", at=MONDAY, pace=SECOND):
    (post,) = [each for each in due(session, at) if each.key == key]
    claims.take(
        session,
        posts=[claims.Taken(post, to, at + pace)],
        token=by,
        now=at,
        until=at + MINUTE,
    )


def sent(session, key, *, by="mine", id="1.1", shown=1, look=0):  # noqa: A002 - the platform's word
    session.flush()
    row = {"post": key, "by": by, "id": id, "shown": shown, "at": MONDAY}
    return claims.sent(session, rows=[{**row, "look": look, "audit_at": MONDAY + MINUTE}])


def row(session, key):
    session.expire_all()
    return outbox.get(session, key=key)


def test_due_posts_come_in_the_order_of_time(session, put):
    put("second", at=MONDAY + SECOND)
    put("first")
    put("elsewhere", channel="C2")
    put("not yet", channel="C3", at=MONDAY + MINUTE)
    assert keys(session, MONDAY + 2 * SECOND) == ["elsewhere", "first", "second"]


def test_a_lane_that_somebody_has_is_left_alone_until_the_lease_lapses(session, put):
    put("a")
    put("b")
    put("free", channel="C2")
    take(session, "a")
    assert keys(session, MONDAY + MINUTE - SECOND) == ["free"]
    assert keys(session, MONDAY + MINUTE) == ["a", "b", "free"]
    assert row(session, "a").state == "sending"


def test_a_lane_keeps_its_pace_after_it_was_let_go(session, put):
    put("a")
    put("b")
    take(session, "a")
    assert sent(session, "a")
    claims.free(session, rows=[{"lane": LANE, "by": "mine", "wait": None}])
    assert keys(session, MONDAY) == []
    assert keys(session, MONDAY + SECOND) == ["b"]


def test_a_lane_waits_as_long_as_it_is_told(session, put):
    put("a")
    take(session, "a")
    claims.free(session, rows=[{"lane": LANE, "by": "mine", "wait": MONDAY + 30 * SECOND}])
    assert keys(session, MONDAY + 29 * SECOND) == []
    assert keys(session, MONDAY + 30 * SECOND) == ["a"]


def test_only_its_holder_lets_a_lane_go(session, put):
    put("a")
    take(session, "a")
    take(session, "a", to="unknown", by="theirs", at=MONDAY + MINUTE)
    claims.free(session, rows=[{"lane": LANE, "by": "mine", "wait": None}])
    assert keys(session, MONDAY + MINUTE + SECOND) == []


def test_what_is_there_wins_over_a_newer_claim_once(session, put):
    put("a")
    take(session, "a")
    take(session, "a", to="unknown", by="theirs", at=MONDAY + MINUTE)
    assert not claims.update_held(session, key="a", token="mine", values={"state": "planned"})
    assert sent(session, "a", id="1.1")
    assert not sent(session, "a", id="2.2")
    assert (row(session, "a").state, row(session, "a").sent_id) == ("sent", "1.1")
    assert claims.state_of(session, key="a") == ("sent", "1.1")


def test_an_edit_made_while_it_was_sent_is_due(session, put):
    put("a")
    take(session, "a")
    put("a", card=b"[]", at=MONDAY + SECOND)
    assert sent(session, "a", shown=1, look=2)
    assert row(session, "a").due_at == MONDAY
    assert row(session, "a").audits == 2


def test_an_audit_waits_its_time(session, put):
    put("a")
    take(session, "a")
    assert sent(session, "a", look=2)
    assert row(session, "a").due_at == MONDAY + MINUTE


def test_replies_of_one_thread_keep_their_order(session, put):
    put("root")
    put("two", thread_key="root", at=MONDAY + 2 * SECOND)
    put("one", thread_key="root", at=MONDAY + SECOND)
    later = MONDAY + 10 * SECOND
    assert keys(session, later) == ["root"]
    for key, at in (("root", "1.1"), ("one", "1.2"), ("two", "1.3")):
        take(session, key, at=later)
        assert keys(session, later + MINUTE) == [key]  # in doubt, and still nothing overtakes it
        assert sent(session, key, id=at)
        claims.free(session, rows=[{"lane": LANE, "by": "mine", "wait": None}])
        later += 2 * SECOND
    assert keys(session, later) == []


def test_a_stopped_lane_holds_what_waits_until_it_is_tried_or_mended(session, put):
    put("a")
    put("free", channel="C2")
    lanes.stop(session, name=LANE, reason="is_archived", now=MONDAY)
    assert keys(session) == ["free"]
    tried = MONDAY + lanes.SHORTEST
    assert [(post.key, post.stopped) for post in due(session, tried)] == [
        ("a", "is_archived"),
        ("free", ""),
    ]
    assert lanes.open_again(session, names=[LANE])
    assert not lanes.open_again(session, names=[LANE])
    assert keys(session) == ["a", "free"]


def test_a_stopped_workspace_holds_all_its_channels(session, put):
    put("a")
    put("b", channel="C2")
    lanes.stop(session, name="slack/T1", reason="token_revoked", now=MONDAY)
    assert keys(session) == []
    assert {post.stopped for post in due(session, MONDAY + lanes.SHORTEST)} == {"token_revoked"}


def test_a_stopped_lane_is_tried_more_and_more_rarely(session):
    waits, at = [], MONDAY
    for _ in range(9):
        lanes.stop(session, name=LANE, reason="is_archived", now=at)
        lane = lanes.get(session, name=LANE)
        waits.append((lane.try_at - at) / MINUTE)
        at = lane.try_at
    assert waits == [10, 10, 20, 40, 80, 160, 320, 360, 360]
    assert lane.stopped_at == MONDAY


def test_a_clock_that_was_put_back_strands_nothing(session, put):
    ahead = MONDAY + timedelta(days=2)
    put("waits", at=ahead)
    put("held", channel="C2", at=MONDAY)
    take(session, "held", at=MONDAY)
    lanes.get(session, name="slack/T1/C2").lease_until = ahead
    session.flush()
    claims.bring_back(
        session, now=MONDAY, farthest=MONDAY + MINUTE, last_audit=MONDAY + 10 * MINUTE
    )
    assert sorted(keys(session, MONDAY + SECOND)) == ["held", "waits"]


def test_a_new_process_alone_lets_go_of_what_a_dead_one_held(session, put):
    put("a")
    take(session, "a")
    put("b", channel="C2")
    claims.let_go(session, look_at=MONDAY + 15 * SECOND)
    assert keys(session, MONDAY + 14 * SECOND) == ["b"]
    assert keys(session, MONDAY + 15 * SECOND) == ["b", "a"]
    assert row(session, "a").state == "unknown"
