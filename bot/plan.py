"""A series' calls and their steps as rows: made, moved, cancelled.

Nothing here posts. A change marks the call stale, so that the clock corrects what was posted in
place; a step that was done is not done again, wherever its time now lies.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import insert
from sqlalchemy.orm import Session

from bot.calendar import dates, instant, is_zone, local_day, rule_of
from bot.errors import Refusal
from bot.offsets import STEPS, is_off, late, misplaced, offset_of, parse_offset, say_offset
from bot.placing import (
    BROUGHT_FORWARD,
    begin_again,
    bring_forward,
    first_steps,
    pauses_of,
    place_steps,
    rest_at,
)
from bot.speech import Say
from storage import calls, recaps, steps
from storage import series as all_series
from storage.calls import end_of
from storage.models import Call, Pause, Series, Step

__all__ = [
    "BROUGHT_FORWARD",
    "STEPS",
    "bring_forward",
    "is_off",
    "late",
    "misplaced",
    "offset_of",
    "parse_offset",
    "say_offset",
]

HORIZON = timedelta(days=35)
FARTHEST = timedelta(days=800)
DAY = timedelta(days=1)


# -- making ---------------------------------------------------------------------------------------


def plan_ahead(
    session: Session, series: Series, now: datetime, horizon: timedelta = HORIZON
) -> list[Call]:
    """Make the calls that start within `horizon` and are not there yet, with their steps; the
    next one however far away it is. Returns what was made, the first first.

    A step whose time has passed is due at once, or skipped with a note where its policy says
    that it is too late. A series whose zone nobody knows is not planned further; it is asked for
    again the next day, and goes on once it has a zone.
    """
    today = local_day(now, series.zone)
    since = today - 2 * DAY
    until = today + horizon + DAY  # who asks for more counts in UTC, which may be a day ahead
    if not is_zone(series.zone):
        series.planned_until = (now + horizon).date()
        return []
    known = calls.known_dates(session, series_id=series.id, after=since)
    wanted = [on for on in dates(rule_of(series), since, until) if on not in known]
    if not wanted and not any(on >= today for on in known):
        wanted = dates(rule_of(series), until, until + FARTHEST)[:1]
    every = [call for on in wanted if end_of(call := _call(series, on)) > now]
    rests = pauses_of(session, every[0], now) if every else ()
    for call in every:
        if rest := rest_at(rests, call, call.starts_at):
            call.state, call.pause_id = "skipped", rest.id
    session.add_all(every)
    series.planned_until = date.max if series.every == "once" else until
    session.flush()
    made = [call for call in every if call.state == "planned"]
    if rows := [row for call in made for row in first_steps(call, now, rests)]:
        session.execute(insert(Step), rows)
    return made


def own_start(call: Call) -> datetime | None:
    """When its series has a call begin, wherever it was moved to; None where nobody knows the
    series' zone."""
    series = call.series
    return instant(call.original_on, series.at, series.zone) if is_zone(series.zone) else None


def _call(series: Series, on: date, state: str = "planned") -> Call:
    return Call(
        series=series,
        network_id=series.network_id,
        original_on=on,
        starts_at=instant(on, series.at, series.zone),
        minutes=series.minutes,
        state=state,
    )


# -- the call's own course ------------------------------------------------------------------------


def settle(call: Call, now: datetime) -> bool:
    """Let the call's state follow the time: planned, open, ended. The clock asks this of every
    step that comes due, done or skipped. Returns whether anything changed."""
    before = call.state
    if call.state == "planned" and now >= call.starts_at:
        call.state, call.started_at = "open", call.starts_at
    if call.state == "open" and now >= end_of(call):
        call.state, call.ended_at = "ended", end_of(call)
    return call.state != before


def start_now(session: Session, call: Call, now: datetime) -> None:
    """Begin a call before its time; one that runs already is left as it is."""
    _require(call, now)
    if call.state == "planned":
        call.state, call.started_at = "open", now
        _changed(session, call, now)


def end_now(session: Session, call: Call, now: datetime) -> None:
    """End a call before its time: the exit ticket is due at once."""
    _require(call, now)
    if call.state == "planned":
        raise Refusal("That call has not begun. To call it off, cancel it instead.")
    call.state, call.ended_at = "ended", now
    _changed(session, call, now)


# -- changing -------------------------------------------------------------------------------------


def move(
    session: Session, call: Call, starts_at: datetime, now: datetime, minutes: int | None = None
) -> None:
    """Give one call another start, and another length if `minutes` says so. One that runs
    already is planned again and will begin again."""
    _require(call, now)
    series = call.series
    if call.state == "open":
        call.state, call.started_at = "planned", None
        begin_again(session, call)
    call.starts_at, call.minutes = starts_at, minutes or call.minutes
    call.moved = (call.starts_at, call.minutes) != (own_start(call), series.minutes)
    settle(call, now)
    _changed(session, call, now)


def cancel(session: Session, call: Call, now: datetime) -> None:
    """Call a call off; it stays in calendars, as cancelled."""
    _require(call, now)
    _call_off(session, call, "cancelled", "the call was cancelled")
    carry_over(session, call)


def skip(session: Session, series: Series, on: date) -> Call | None:
    """Leave a date out of a series, such as a holiday; it may lie beyond what is planned.
    Returns the skipped call, or None if the series has no call on that (original) date."""
    call = calls.on(session, series_id=series.id, original_on=on)
    if call is None:
        if on not in dates(rule_of(series), on - DAY, on):
            return None
        if not is_zone(series.zone):
            raise Refusal(
                f"I don’t know the time zone “{series.zone}” any more. Type ",
                Say(f"call edit {series.id}"),
                f" to give {series.name} another one first.",
            )
        call = _call(series, on, "skipped")
        session.add(call)
        session.flush()
    elif call.state in ("open", "ended"):
        raise Refusal("That call has begun, so it can’t be left out any more.")
    elif call.state == "planned":
        _call_off(session, call, "skipped", "the call was left out")
        carry_over(session, call)
    return call


def rest(session: Session, pause: Pause, now: datetime) -> list[Call]:
    """Let a network's calls in a pause not be held, and what is asked before others wait for its
    end; the calls that were left out."""
    left_out = []
    for call in _ahead(session, pause, now):
        if rest_at([pause], call, call.starts_at):
            call.pause_id = pause.id
            _call_off(session, call, "skipped", f"the network rests: {pause.name}")
            carry_over(session, call)
            left_out.append(call)
        else:
            place_steps(session, call, now)
    return left_out


def rest_no_more(session: Session, pause: Pause, now: datetime) -> list[Call]:
    """A pause is gone: let the calls that it had left out be held after all, and everything come
    at its own time again; those calls."""
    back = []
    for call in calls.left_out_by(session, pause_id=pause.id, now=now):
        call.state, call.pause_id = "planned", None
        _changed(session, call, now)
        back.append(call)
    for call in _ahead(session, pause, now):
        place_steps(session, call, now)
    return back


def _ahead(session: Session, pause: Pause, now: datetime) -> list[Call]:
    every = all_series.of_network(session, network_id=pause.network_id)
    return [call for each in every for call in calls.not_begun(session, series_id=each.id, now=now)]


def carry_over(session: Session, call: Call, keys: Collection[str] | None = None) -> None:
    """Let the next call of the series have what hosts put on this one's agenda: the items with
    these keys, or all that nobody took out. Again changes nothing."""
    following = calls.following(session, call=call)
    if following and recaps.carry(session, call_id=call.id, to=following.id, keys=keys):
        following.stale = True


def change(session: Session, series: Series, now: datetime) -> None:
    """Follow a series whose rule, zone, time, length, link or steps were changed.

    Calls not begun get the new time; one that was moved by hand keeps its own, as does one
    whose new time has already passed. Dates that the new rule does not have are dropped, or
    cancelled where something was posted or answered.
    """
    ahead = calls.not_begun(session, series_id=series.id, now=now)
    known = [call.original_on for call in ahead] or [series.starts_on]
    held = dates(rule_of(series), min(known) - DAY, max(known))
    for call in ahead:
        if call.original_on not in held:
            _let_go(session, call)
            continue
        own = own_start(call)
        if not call.moved and own and own > now:
            call.starts_at, call.minutes = own, series.minutes
        _changed(session, call, now)
    plan_ahead(session, series, now)
    for call in ahead:
        if call.state == "cancelled":
            carry_over(session, call)


def follow_rules(session: Session, series: Series, now: datetime) -> int:
    """Put the calls of a series where its hour lies now that the rules of its zone are others;
    how many were put elsewhere. What a host moved stays at the instant that was said."""
    placed = 0
    for call in calls.not_begun(session, series_id=series.id, now=now):
        own = own_start(call)
        if own is None or call.moved or call.starts_at == own:
            continue
        call.starts_at = own
        settle(call, now)
        _changed(session, call, now)
        placed += 1
    return placed


def end(session: Session, series: Series, now: datetime) -> None:
    """End a series: a call that runs goes on to its end, those to come are let go."""
    series.ended_at = now
    for call in calls.not_begun(session, series_id=series.id, now=now):
        _let_go(session, call)


def _let_go(session: Session, call: Call) -> None:
    if calls.touched(session, call_id=call.id):
        _call_off(session, call, "cancelled", "the series was changed")
    else:
        calls.drop(session, calls=[call])


def _call_off(session: Session, call: Call, state: str, note: str) -> None:
    call.state = state
    call.stale, call.revision = True, call.revision + 1
    steps.skip_planned(session, call_id=call.id, note=note)
    session.flush()


def _changed(session: Session, call: Call, now: datetime) -> None:
    call.stale, call.revision = True, call.revision + 1
    place_steps(session, call, now)


def _require(call: Call, now: datetime) -> None:
    settle(call, now)
    if call.state == "ended":
        raise Refusal("That call has ended, so it can’t be changed any more.")
    if call.off:
        raise Refusal("That call was called off, so it can’t be changed any more.")
