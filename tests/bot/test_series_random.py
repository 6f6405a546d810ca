"""Series planned week by week while hosts move, skip and change them: none lost, none twice."""

from datetime import UTC, date, datetime, time, timedelta
from functools import wraps
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from bot import plan
from bot.calendar import dates, rule_of
from storage.models import Call, Series
from tests.bot.rows import a_network, tuesdays
from tests.bot.test_calendar_random import ZONES, by_hand, exists, shown

DAY = timedelta(days=1)
BEGIN = datetime(2027, 1, 1, 12, tzinfo=UTC)
checked = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
hours = st.times().map(lambda at: at.replace(second=0, microsecond=0, fold=0))


def afresh(test):
    """Give each example a session, and an empty database."""

    @wraps(test)
    def run(session, data):
        with Session(session.get_bind()) as own:
            test(own, data)

    return run


def calls_of(session, series: Series) -> dict[date, Call]:
    found = session.query(Call).filter_by(series_id=series.id).all()
    assert len({call.original_on for call in found}) == len(found)
    return {call.original_on: call for call in found}


def a_random_series(session, data) -> Series:
    return tuesdays(
        session,
        a_network(session).id,
        every=data.draw(st.sampled_from(["week", "fortnight", "month"])),
        starts_on=data.draw(st.dates(date(2026, 11, 1), date(2027, 2, 28))),
        at=data.draw(hours),
        zone=data.draw(st.sampled_from(ZONES)),
    )


def is_at_its_hour(call: Call) -> bool:
    series = call.series
    local = datetime.combine(call.original_on, series.at)
    if exists(local, series.zone):
        return shown(call.starts_at, series.zone) == local
    return local < shown(call.starts_at, series.zone) <= local + timedelta(hours=2)


@checked
@given(st.data())
@afresh
def test_planned_bit_by_bit_each_date_has_its_call(session, data):
    series, now = a_random_series(session, data), BEGIN
    for _ in range(data.draw(st.integers(1, 8))):
        plan.plan_ahead(session, series, now)
        now += timedelta(
            days=data.draw(st.integers(0, 34)), minutes=data.draw(st.integers(0, 1439))
        )
    plan.plan_ahead(session, series, now)
    made = calls_of(session, series)
    first, last = BEGIN.date() + DAY, now.date() + timedelta(days=34)
    assert set(by_hand(rule_of(series), first, last)) <= set(made)
    assert set(made) <= set(by_hand(rule_of(series), date(2026, 10, 1), date(2030, 1, 1)))
    assert all(is_at_its_hour(call) for call in made.values())


@checked
@given(st.data())
@afresh
def test_what_is_moved_or_left_out_neither_comes_back_nor_takes_another_away(session, data):
    series, now = a_random_series(session, data), BEGIN
    plan.plan_ahead(session, series, now)
    moved, out = {}, set()
    for _ in range(data.draw(st.integers(1, 5))):
        call = data.draw(st.sampled_from(sorted(calls_of(session, series).values(), key=_day)))
        if call.original_on in out or call.starts_at <= now:
            continue
        if data.draw(st.booleans()):
            to = now + timedelta(minutes=data.draw(st.integers(1, 60 * 24 * 30)))
            plan.move(session, call, to, now)
            moved[call.original_on] = to
        else:
            plan.skip(session, series, call.original_on)
            out.add(call.original_on)
        now += timedelta(days=data.draw(st.integers(0, 6)))
        plan.plan_ahead(session, series, now)
    made = calls_of(session, series)
    expected = dates(rule_of(series), BEGIN.date() + DAY, now.date() + timedelta(days=34))
    assert set(expected) <= set(made)
    assert {on for on, call in made.items() if call.state == "skipped"} == out
    for on, call in made.items():
        assert call.starts_at == moved[on] if on in moved else is_at_its_hour(call)


def _day(call: Call) -> date:
    return call.original_on


@checked
@given(st.data())
@afresh
def test_a_zone_changed_midway_changes_every_call_to_come_and_none_before(session, data):
    series, now = a_random_series(session, data), BEGIN
    plan.plan_ahead(session, series, now)
    now += timedelta(days=data.draw(st.integers(0, 20)))
    before = {on: call.starts_at for on, call in calls_of(session, series).items()}
    series.zone = data.draw(st.sampled_from(ZONES))
    series.at = data.draw(hours | st.just(series.at))
    plan.change(session, series, now)
    made = calls_of(session, series)
    assert set(before) <= set(made)
    for on, call in made.items():
        if on in before and before[on] <= now:
            assert call.starts_at == before[on]
        elif on not in before or call.starts_at != before[on]:
            assert is_at_its_hour(call) and call.starts_at > now - timedelta(hours=1)
        else:  # it stayed, as its new hour is past already, or is the same
            there = datetime.combine(on, series.at, ZoneInfo(series.zone)).astimezone(UTC)
            assert there <= now or is_at_its_hour(call)
    ahead = by_hand(rule_of(series), now.date() + DAY, now.date() + timedelta(days=34))
    assert set(ahead) <= set(made)


def test_a_call_at_midnight_is_on_its_own_day_in_every_zone(session):
    for zone in ZONES:
        series = tuesdays(session, a_network(session).id, zone=zone, at=time(0))
        plan.plan_ahead(session, series, datetime(2026, 11, 20, tzinfo=UTC))
        for on, call in calls_of(session, series).items():
            assert shown(call.starts_at, zone).date() == on
