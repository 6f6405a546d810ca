"""Which call is next, which was last."""

from datetime import UTC, date, datetime, timedelta

from storage import calls, series, steps
from storage.models import AgendaItem, CheckIn
from tests.bot.rows import a_call, a_channel, a_network, a_step, ana, tuesdays

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


# -- next, current, last --------------------------------------------------------------------------


def test_the_next_call_is_the_one_that_has_not_ended(session, weekly):
    network = weekly.network_id
    first = a_call(session, weekly, NOON)
    second = a_call(session, weekly, NOON + timedelta(days=7))

    def next_at(now):
        return calls.next_call(session, network_id=network, now=now)

    assert next_at(NOON - HOUR) is first
    assert next_at(NOON + HOUR / 2) is first
    assert next_at(NOON + HOUR) is second
    assert next_at(NOON + timedelta(days=8)) is None


def test_calls_that_will_not_take_place_are_passed_over(session, weekly):
    a_call(session, weekly, NOON, state="cancelled")
    a_call(session, weekly, NOON + timedelta(days=7), state="skipped")
    third = a_call(session, weekly, NOON + timedelta(days=14))
    now = NOON - HOUR
    assert calls.next_call(session, network_id=weekly.network_id, now=now) is third
    assert calls.upcoming(session, network_id=weekly.network_id, now=now, limit=9) == [third]


def test_a_host_who_ends_a_call_early_makes_room_for_the_next(session, weekly):
    a_call(session, weekly, NOON, state="ended", ended_at=NOON + HOUR / 4)
    second = a_call(session, weekly, NOON + timedelta(days=7))
    now = NOON + HOUR / 2
    assert calls.next_call(session, network_id=weekly.network_id, now=now) is second


def test_another_network_sees_nothing(session, weekly):
    call = a_call(session, weekly, NOON)
    elsewhere = a_network(session, "Elsewhere").id
    now = NOON - HOUR
    assert calls.next_call(session, network_id=elsewhere, now=now) is None
    assert calls.next_start(session, network_id=elsewhere, now=now) is None
    assert calls.last(session, network_id=elsewhere, now=NOON + HOUR) is None
    assert calls.get(session, network_id=elsewhere, call_id=call.id) is None
    assert calls.get(session, network_id=weekly.network_id, call_id=call.id) is call
    assert series.get(session, network_id=elsewhere, series_id=weekly.id) is None
    assert series.of_network(session, network_id=elsewhere) == []


def test_one_series_has_its_own_next_call(session, weekly):
    other = tuesdays(session, weekly.network_id, name="Coaches")
    a_call(session, weekly, NOON)
    theirs = a_call(session, other, NOON + HOUR)
    found = calls.next_call(
        session, network_id=weekly.network_id, now=NOON - HOUR, series_id=other.id
    )
    assert found is theirs


def test_the_receipt_names_the_same_call(session, weekly):
    network = weekly.network_id
    first = a_call(session, weekly, NOON, minutes=90)
    a_call(session, weekly, NOON + timedelta(days=7))
    for now in (NOON - HOUR, NOON + HOUR, NOON + 2 * HOUR, NOON + timedelta(days=9)):
        call = calls.next_call(session, network_id=network, now=now)
        start = calls.next_start(session, network_id=network, now=now)
        assert (call and call.id) == (start and start.call_id)
    start = calls.next_start(session, network_id=network, now=NOON)
    assert start == (first.id, NOON, "America/Chicago", 90)


def test_a_call_begun_early_runs_from_then(session, weekly):
    call = a_call(session, weekly, NOON, state="open", started_at=NOON - HOUR / 2)
    network = weekly.network_id
    assert calls.end_of(call) == NOON + HOUR / 2
    assert calls.last(session, network_id=network, now=NOON - HOUR / 4) is call
    assert calls.next_start(session, network_id=network, now=NOON + HOUR / 2) is None


def test_last_is_the_one_that_began_last(session, weekly):
    network = weekly.network_id
    first = a_call(session, weekly, NOON, state="ended", ended_at=NOON + HOUR)
    second = a_call(session, weekly, NOON + timedelta(days=7))
    a_call(session, weekly, NOON + timedelta(days=8), state="cancelled")
    assert calls.last(session, network_id=network, now=NOON - HOUR) is None
    assert calls.last(session, network_id=network, now=NOON + timedelta(days=6)) is first
    assert calls.last(session, network_id=network, now=NOON + timedelta(days=9)) is second


def test_the_last_to_have_ended_is_not_the_one_that_runs(session, weekly):
    network = weekly.network_id
    first = a_call(session, weekly, NOON, state="ended", ended_at=NOON + HOUR)
    second = a_call(session, weekly, NOON + timedelta(days=7), state="open")
    running = NOON + timedelta(days=7, minutes=30)
    assert calls.last_ended(session, network_id=network, now=NOON + HOUR / 2) is None
    assert calls.last_ended(session, network_id=network, now=running) is first
    # The clock may not have ended it yet: its time has.
    assert calls.last_ended(session, network_id=network, now=running + HOUR) is second


def test_in_a_channel_its_own_series_is_meant(session, weekly):
    network = weekly.network_id
    coaches = tuesdays(session, network, channels=[a_channel(session, network)])
    first, here = a_call(session, weekly, NOON), a_call(session, coaches, NOON + HOUR)
    before, after = NOON - HOUR, NOON + timedelta(days=1)
    channel = coaches.channels[0].id
    for found, now in ((calls.next_call, before), (calls.last, after), (calls.last_ended, after)):
        assert found(session, network_id=network, now=now, channel_id=channel) is here
    assert calls.next_call(session, network_id=network, now=before, channel_id=999) is first


# -- neighbours and windows -----------------------------------------------------------------------


def test_neighbours_are_of_the_same_series_and_took_place(session, weekly):
    first = a_call(session, weekly, NOON)
    a_call(session, weekly, NOON + timedelta(days=7), state="skipped")
    third = a_call(session, weekly, NOON + timedelta(days=14))
    a_call(session, tuesdays(session, weekly.network_id), NOON + timedelta(days=13))
    assert calls.previous(session, call=third) is first
    assert calls.following(session, call=first) is third
    assert calls.previous(session, call=first) is None
    assert calls.following(session, call=third) is None


def test_windows_meet_and_the_first_reaches_back_four_weeks(session, weekly):
    first = a_call(session, weekly, NOON, state="ended", ended_at=NOON + HOUR / 2)
    second = a_call(session, weekly, NOON + timedelta(days=7))
    assert calls.window(session, call=first) == (NOON - timedelta(days=28), NOON + HOUR / 2)
    assert calls.window(session, call=second) == (
        NOON + HOUR / 2,
        NOON + timedelta(days=7) + HOUR,
    )


def test_a_moved_call_is_found_by_its_original_date(session, weekly):
    call = a_call(session, weekly, NOON, original_on=date(2026, 11, 23))
    found = calls.on(session, series_id=weekly.id, original_on=date(2026, 11, 23))
    assert found is call
    assert calls.on(session, series_id=weekly.id, original_on=date(2026, 11, 24)) is None
    after = date(2026, 11, 22)
    assert calls.known_dates(session, series_id=weekly.id, after=after) == {date(2026, 11, 23)}


# -- stale, touched, dropped ----------------------------------------------------------------------


def test_a_touched_call_is_stale_until_it_was_composed_again(session, weekly):
    call = a_call(session, weekly, NOON)
    assert calls.stale(session, limit=5) == []
    calls.touch(session, call_id=call.id)
    session.expire_all()
    assert calls.stale(session, limit=5) == [call]
    call.stale = False
    assert calls.stale(session, limit=5) == []


def test_what_leaves_traces(session, weekly):
    call = a_call(session, weekly, NOON)
    step = a_step(session, call, "checkin", NOON - 2 * HOUR)
    assert not calls.touched(session, call_id=call.id)
    item = AgendaItem(call_id=call.id, kind="added")
    session.add(item)
    assert calls.touched(session, call_id=call.id)
    session.delete(item)
    assert not calls.touched(session, call_id=call.id)
    steps.finish(step)
    assert calls.touched(session, call_id=call.id)


def test_an_answer_leaves_a_trace_on_its_own_call_only(session, weekly):
    call, other = a_call(session, weekly, NOON), a_call(session, weekly, NOON + timedelta(days=7))
    member = ana(session, weekly.network_id)
    session.add(CheckIn(call_id=call.id, member_id=member.id, answers=["It went well"], at=NOON))
    assert calls.touched(session, call_id=call.id)
    assert not calls.touched(session, call_id=other.id)


def test_a_dropped_call_takes_its_steps_along(session, weekly):
    call = a_call(session, weekly, NOON)
    a_step(session, call, "checkin", NOON - 2 * HOUR)
    calls.drop(session, calls=[call])
    assert steps.next_due(session) is None
    assert calls.of_series(session, series_id=weekly.id, since=NOON - HOUR) == []
