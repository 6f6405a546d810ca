"""A protocol that is run, brought to its channels: handlers and jobs show it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.compose.facts import Said
from bot.compose.protocols import PROTOCOLS, scaled
from bot.compose.runs import (
    closing_card,
    done_card,
    ended_card,
    step_card,
    thought_card,
    written_card,
)
from bot.gather import person
from bot.publish import to_channels, where_posted
from bot.speech import Card, When, card
from storage import networks, recaps
from storage.models import Channel, Run, Thought

TAKEN_BACK = "This thought was taken back by whoever wrote it."


def show_steps(session: Session, run: Run, now: datetime, zone: str) -> None:
    """Bring the step that it is at to the thread, and mark those before it as done."""
    steps = scaled(PROTOCOLS[run.key], run.minutes)
    for place in range(min(run.place, len(steps))):
        _step(session, run, place, done_card(run.key, run.minutes, place), now)
    if run.ended_at is None:
        shown = step_card(run.id, run.key, run.minutes, run.place, run.step_at, zone, run.question)
        _step(session, run, run.place, shown, now)
    else:
        _step(session, run, run.place, done_card(run.key, run.minutes, run.place), now)
        _post(session, run, ended_card(run.key, run.minutes), f"run {run.id} ended", now)


def _step(session: Session, run: Run, place: int, shown: Card, now: datetime) -> None:
    _post(session, run, shown, f"run {run.id} step {place}", now)


def _post(session: Session, run: Run, shown: Card, of: str, now: datetime) -> None:
    """In the call's thread; without a call the first step's post is the thread."""
    first = f"run {run.id} step 0"
    under = f"call {run.call_id} start" if run.call_id else (first if of != first else "")
    to_channels(
        session,
        channels_of(session, run),
        shown,
        of=of,
        under=under,
        kind="protocol",
        now=now,
        call_id=run.call_id,
    )


def channels_of(session: Session, run: Run) -> list[Channel]:
    """The channels that it runs in and that are still the network's."""
    every = networks.channels(session, network_id=run.network_id)
    return [each for each in every if each.id in run.channel_ids]


# -- in writing -----------------------------------------------------------------------------------


def said(thought: Thought) -> Said:
    """A thought, attributed."""
    return Said(person(thought.member), thought.words, thought.id)


def show_written(session: Session, run: Run, now: datetime, zone: str) -> None:
    """Bring its question to every channel, with who has written. A recap that tells of it
    follows."""
    assert run.until
    recaps.touch_of(session, network_id=run.network_id, at=run.begun_at)
    shown = written_card(
        run.id,
        run.key,
        run.question,
        [said(each) for each in run.thoughts],
        When(run.ended_at or run.until, zone),
        over=run.ended_at is not None,
    )
    to_channels(
        session,
        channels_of(session, run),
        shown,
        of=f"run {run.id}",
        thread_of=f"run {run.id}",
        kind="protocol",
        now=now,
    )


def show_thought(
    session: Session, run: Run, thought: Thought, now: datetime, typed_in: int | None = None
) -> None:
    """Bring a thought to the thread in every channel, but for the one that it was typed in."""
    on = next((each for each in run.thoughts if each.id == thought.builds_on), None)
    shown = thought_card(said(thought), said(on) if on else None)
    where = [each for each in channels_of(session, run) if each.id != typed_in]
    _under(session, run, where, shown, f"thought {thought.id}", now)


def hide_thought(session: Session, run: Run, thought_id: int, now: datetime) -> None:
    """Say in the threads that a thought was taken back."""
    of = f"thought {thought_id}"
    where = where_posted(session, network_id=run.network_id, of=of)
    _under(session, run, where, card(TAKEN_BACK), of, now)


def show_closing(session: Session, run: Run, now: datetime) -> None:
    """Say in the thread what came of it."""
    built = {each.builds_on for each in run.thoughts}
    every = [said(each) for each in run.thoughts]
    on = [each for each in every if each.id in built]
    shown = closing_card(run.question, every, on)
    _under(session, run, channels_of(session, run), shown, f"run {run.id} closed", now)


def _under(
    session: Session, run: Run, where: Sequence[Channel], shown: Card, of: str, now: datetime
) -> None:
    to_channels(
        session,
        where,
        shown,
        of=of,
        under=f"run {run.id}",
        kind="protocol",
        now=now,
    )
