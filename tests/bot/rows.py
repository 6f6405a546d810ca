"""Rows that the tests of calls begin with."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from storage import calls, outbox, series, steps
from storage.models import Call, Channel, Member, Network, Series, Step, Workspace

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)

MONDAY = datetime(2026, 11, 23, 15, tzinfo=UTC)
"""09:00 in Chicago, on the day before the first Tuesday call."""
EARLY = MONDAY - WEEK
FIRST = datetime(2026, 11, 24, 21, tzinfo=UTC)
"""The first Tuesday call: 15:00 in Chicago."""


def a_network(session: Session, name: str = "Learning Lab") -> Network:
    network = Network(name=name, zone="America/Chicago", created_at=MONDAY)
    session.add(network)
    session.flush()
    return network


def ana(session: Session, network_id: int) -> Member:
    member = Member(network_id=network_id, name="Ana", role="host", joined_at=MONDAY)
    session.add(member)
    session.flush()
    return member


def a_channel(session: Session, network_id: int, external: str = "C1") -> Channel:
    space = Workspace(platform="slack", external=f"T{external}")
    session.add(space)
    session.flush()
    channel = Channel(network_id=network_id, workspace_id=space.id, external=external)
    session.add(channel)
    session.flush()
    return channel


def tuesdays(session: Session, network_id: int | None = None, **changes: Any) -> Series:
    """Every Tuesday at 15:00 in Chicago, for an hour, from 24 November 2026."""
    values: dict[str, Any] = {
        "name": "Tuesday call",
        "every": "week",
        "starts_on": date(2026, 11, 24),
        "at": time(15),
        "zone": "America/Chicago",
        "minutes": 60,
        "link": "https://video.example/room",
        "questions": ["What did you try?"],
    }
    network_id = network_id or a_network(session).id
    return series.add(session, network_id=network_id, **(values | changes))


def a_call(session: Session, weekly: Series, starts_at: datetime, **values: Any) -> Call:
    call = Call(
        series=weekly,
        network_id=weekly.network_id,
        original_on=values.pop("original_on", starts_at.date()),
        starts_at=starts_at,
        minutes=values.pop("minutes", 60),
        **values,
    )
    session.add(call)
    session.flush()
    return call


def a_step(session: Session, call: Call, kind: str, due_at: datetime, **values: Any) -> Step:
    step = Step(call=call, kind=kind, due_at=due_at, **values)
    session.add(step)
    session.flush()
    return step


def a_post(session: Session, network_id: int, key: str, **more: Any) -> bool:
    """Want a post in a channel, C1 unless `more` says otherwise."""
    values: dict[str, Any] = {
        "kind": "test",
        "platform": "slack",
        "workspace": "T1",
        "channel": "C1",
        "card": b"{}",
        "now": MONDAY,
    }
    return outbox.put(session, key=key, network_id=network_id, **(values | more))


def all_calls(session: Session, of: Series) -> list[Call]:
    return list(calls.of_series(session, series_id=of.id, since=EARLY))


def shown(session: Session, call: Call) -> dict[str, tuple[str, float]]:
    """A call's steps: kind to state and hours from the first Tuesday call."""
    found = steps.of_call(session, call_id=call.id)
    return {each.kind: (each.state, (each.due_at - FIRST) / HOUR) for each in found}


def finish(session: Session, call: Call, kind: str) -> None:
    """As if the clock had done a step."""
    step = steps.of_kind(session, call_id=call.id, kind=kind)
    assert step
    steps.finish(step)
