"""Letting the time pass as it does: each step when it is due, none too late."""

from collections import Counter
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import plan
from storage import calls, networks, series, steps
from storage.models import Call, OutboxPost, Step
from tests.cast import Room, text

KINDS = ["Check-in", "Agenda", "Starting now", "Before you go", "Recap"]


async def walks_to(room: Room, at: datetime) -> None:
    """Let the time pass until `at`, doing each step when it is due. One that fails stays due."""
    await room.settle()
    while (due := _next_due(room)) and due < at:
        await room.goes_to(due)
    await room.goes_to(at)


def _next_due(room: Room) -> datetime | None:
    asked = select(func.min(Step.due_at)).where(
        Step.state == "planned", Step.due_at > room.clock.now()
    )
    with Session(room.homeroom.database.engine) as session:
        return session.scalar(asked)


def step_states(room: Room, call_id: int = 1) -> dict[str, str]:
    """A call's steps: kind to state."""
    with Session(room.homeroom.database.engine) as session:
        return {each.kind: each.state for each in steps.of_call(session, call_id=call_id)}


def editions(room: Room) -> dict[str, int]:
    """Every post that was ever wanted: its key, and how often it was composed differently."""
    with Session(room.homeroom.database.engine) as session:
        return {post.key: post.edition for post in session.query(OutboxPost)}


def touch_everything(room: Room) -> None:
    """Ask for all posts to be composed again, as if something had changed."""

    def touch(session: Session) -> None:
        for call in session.query(Call):
            calls.touch(session, call_id=call.id)

    room.homeroom.database.write(touch).result()


def rows_of(room: Room, kind: str) -> list[Step]:
    """The steps of one kind, of all calls, in their order."""
    with Session(room.homeroom.database.engine) as session:
        return session.query(Step).filter(Step.kind == kind).order_by(Step.due_at).all()


def another_series(room: Room, name: str, **changes: Any) -> None:
    """A series of the same network in the channels that it names, planned."""
    values: dict[str, Any] = {
        "every": "week",
        "starts_on": date(2026, 11, 25),
        "at": time(10),
        "zone": "Europe/Berlin",
        "minutes": 30,
        "questions": ["What is new?"],
    }

    def make(session: Session) -> None:
        channels = networks.channels(session, network_id=room.network_id)
        made = series.add(
            session,
            network_id=room.network_id,
            name=name,
            channels=channels,
            **(values | changes),
        )
        plan.plan_ahead(session, made, room.clock.now())

    room.homeroom.database.write(make).result()


def kinds_in(room: Room, where: str) -> Counter[str]:
    """How often each kind of post of a call is in a channel."""
    return Counter(kind for post in room.posts(where) for kind in KINDS if kind in text(post)[:30])
