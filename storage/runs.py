"""Protocols that are run, and the thoughts that people write in them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.models import Member, Run, Thought


def begin(
    session: Session,
    *,
    network_id: int,
    call_id: int | None,
    by: int,
    key: str,
    question: str,
    minutes: int,
    channel_ids: Sequence[int],
    until: datetime | None,
    now: datetime,
) -> Run:
    """Begin a protocol, at its first step."""
    made = Run(
        network_id=network_id,
        call_id=call_id,
        by_id=by,
        key=key,
        question=question,
        minutes=minutes,
        channel_ids=list(channel_ids),
        begun_at=now,
        step_at=now,
        until=until,
        ended_at=None,
    )
    session.add(made)
    session.flush()
    return made


def get(session: Session, *, network_id: int, run_id: int) -> Run | None:
    """A run of this network."""
    found = session.get(Run, run_id)
    return found if found and found.network_id == network_id else None


def running(session: Session, *, network_id: int, call_id: int | None) -> Run | None:
    """The protocol that is run step by step now, in this call or, with None, in none."""
    return session.scalar(
        select(Run)
        .where(
            Run.network_id == network_id,
            Run.call_id.is_(None) if call_id is None else Run.call_id == call_id,
            Run.ended_at.is_(None),
            Run.until.is_(None),
        )
        .order_by(Run.id.desc())
        .limit(1)
    )


def open_ones(session: Session, *, network_id: int) -> Sequence[Run]:
    """Every protocol that is not over, the newest first."""
    return session.scalars(
        select(Run)
        .where(Run.network_id == network_id, Run.ended_at.is_(None))
        .order_by(Run.id.desc())
    ).all()


def move(session: Session, *, run: Run, come_from: int, to: int, now: datetime) -> bool:
    """Go from one step to another; False where somebody else has moved it meanwhile."""
    done = session.execute(
        update(Run)
        .where(Run.id == run.id, Run.place == come_from, Run.ended_at.is_(None))
        .values(place=to, step_at=now)
        .returning(Run.id)
    ).one_or_none()
    session.refresh(run)
    return done is not None


def end(session: Session, *, run: Run, now: datetime) -> bool:
    """It is over; whether it was not yet."""
    new = run.ended_at is None
    run.ended_at = run.ended_at or now
    session.flush()
    return new


def think(
    session: Session, *, run: Run, member_id: int, words: str, builds_on: int, now: datetime
) -> tuple[Thought, bool]:
    """Keep a thought; (it, whether it is new): the same words of the same member are one."""
    for known in run.thoughts:
        if (known.member_id, known.words, known.builds_on) == (member_id, words, builds_on):
            return known, False
    made = Thought(run_id=run.id, member_id=member_id, words=words, builds_on=builds_on, at=now)
    made.member = session.get_one(Member, member_id)
    run.thoughts.append(made)
    session.flush()
    return made, True


def reword(session: Session, *, run: Run, thought_id: int, words: str) -> Thought | None:
    """A thought reads otherwise, or is taken back where no words are left; it, if it is there."""
    known = next((each for each in run.thoughts if each.id == thought_id), None)
    if known is None:
        return None
    if words:
        known.words = words
    else:
        run.thoughts.remove(known)
        session.delete(known)
    session.flush()
    return known if words else None


def written_between(
    session: Session, *, network_id: int, since: datetime, until: datetime
) -> Sequence[Run]:
    """What was begun in writing in this time, the first first."""
    return session.scalars(
        select(Run)
        .where(
            Run.network_id == network_id,
            Run.until.is_not(None),
            Run.begun_at >= since,
            Run.begun_at < until,
        )
        .order_by(Run.id)
    ).all()
