"""Ten thousand networks whose check-ins all open in the same minute, as rows made in bulk."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Engine, insert

from storage.models import (
    Base,
    Call,
    Channel,
    Identity,
    Member,
    Network,
    Series,
    SeriesChannel,
    Step,
    Workspace,
)

NETWORKS, MEMBERS, FUTURE = 10_000, 5, 10  # future steps are for each network
NOW = datetime(2026, 11, 22, 21, tzinfo=UTC)
CALL = NOW + timedelta(days=2)
WORKSPACES = 100
AT_ONCE = 20_000

Row = dict[str, Any]


def gather(engine: Engine) -> None:
    """Fill an empty database."""
    with engine.begin() as connection:
        for model, rows in _everything():
            while some := list(islice(rows, AT_ONCE)):
                connection.execute(insert(model), some)


def _everything() -> Iterator[tuple[type[Base], Iterator[Row]]]:
    every = range(1, NETWORKS + 1)
    yield Workspace, ({"id": i, "platform": "slack", "external": f"T{i}"} for i in _spaces())
    yield (
        Network,
        (
            {"id": i, "name": f"Network {i}", "zone": "America/Chicago", "created_at": NOW}
            for i in every
        ),
    )
    yield (
        Channel,
        ({"id": i, "network_id": i, "workspace_id": _space(i), "external": f"C{i}"} for i in every),
    )
    yield Member, _members()
    yield (
        Identity,
        (
            {
                "network_id": _network(i),
                "member_id": i,
                "workspace_id": _space(_network(i)),
                "external": f"U{i}",
            }
            for i in range(1, NETWORKS * MEMBERS + 1)
        ),
    )
    yield Series, (_series(i) for i in every)
    yield SeriesChannel, ({"series_id": i, "channel_id": i} for i in every)
    yield Call, (row for i in every for row in (_call(i, 0), _call(i, 1)))
    yield Step, (row for i in every for row in _steps(i))


def _spaces() -> range:
    return range(1, WORKSPACES + 1)


def _space(network: int) -> int:
    return network % WORKSPACES + 1


def _network(member: int) -> int:
    return (member - 1) // MEMBERS + 1


def _members() -> Iterator[Row]:
    for i in range(1, NETWORKS * MEMBERS + 1):
        yield {
            "id": i,
            "network_id": _network(i),
            "name": f"Person {i}",
            "role": "host" if i % MEMBERS == 1 else "member",
            "joined_at": NOW,
        }


def _series(number: int) -> Row:
    return {
        "id": number,
        "network_id": number,
        "name": "Weekly learning call",
        "every": "week",
        "starts_on": CALL.date(),
        "at": time(15),
        "zone": "America/Chicago",
        "minutes": 60,
        "link": "https://meet.example.org/call",
        "questions": ["What did you try?", "What will you bring?"],
        "steps": {},
        "planned_until": (NOW + timedelta(days=40)).date(),
        "feed_key": f"key {number}",
    }


def _call(series: int, week: int) -> Row:
    starts_at = CALL + timedelta(weeks=week)
    return {
        "id": 2 * series - 1 + week,
        "network_id": series,
        "series_id": series,
        "original_on": starts_at.date(),
        "starts_at": starts_at,
        "minutes": 60,
    }


def _steps(series: int) -> Iterator[Row]:
    """One that is due now, and as many as wanted that are not."""
    yield {"call_id": 2 * series - 1, "kind": "checkin", "due_at": NOW}
    first = ("agenda", "nudge", "start", "exit", "draft")
    for week, kind in [(0, kind) for kind in first] + [(1, kind) for kind in first]:
        hours = first.index(kind) + 1
        yield {
            "call_id": 2 * series - 1 + week,
            "kind": kind,
            "due_at": NOW + timedelta(hours=hours, weeks=week),
        }
