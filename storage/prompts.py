"""Prompts: questions that hosts schedule, the times they were asked, and the answers."""

from collections.abc import Sequence
from datetime import date, datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage import search
from storage.models import Answer, Asking, Member, Prompt

WAITING = ("draft", "live", "paused")


def add(
    session: Session,
    *,
    network_id: int,
    by: int,
    question: str,
    rule: str,
    starts_on: date,
    at: time,
    zone: str,
    until: date | None,
    channel_ids: Sequence[int],
    now: datetime,
) -> Prompt:
    """Keep a prompt as a draft: it is asked once it is scheduled."""
    made = Prompt(
        network_id=network_id,
        by_id=by,
        question=question,
        rule=rule,
        starts_on=starts_on,
        at=at,
        zone=zone,
        until=until,
        channel_ids=list(channel_ids),
        made_at=now,
    )
    session.add(made)
    session.flush()
    return made


def get(session: Session, *, network_id: int, prompt_id: int) -> Prompt | None:
    """A prompt of this network, whatever its state."""
    found = session.get(Prompt, prompt_id)
    return found if found and found.network_id == network_id else None


def waiting(session: Session, *, network_id: int) -> Sequence[Prompt]:
    """The prompts that are live, paused, or not scheduled yet, the first made first."""
    return session.scalars(
        select(Prompt)
        .where(Prompt.network_id == network_id, Prompt.state.in_(WAITING))
        .order_by(Prompt.id)
    ).all()


def questions(session: Session, *, network_id: int, limit: int) -> Sequence[tuple[str, datetime]]:
    """What a network was asked before, and when last, the latest first."""
    last = func.max(Asking.at)
    rows = session.execute(
        select(Asking.question, last)
        .where(Asking.network_id == network_id)
        .group_by(Asking.question)
        .order_by(last.desc())
        .limit(limit)
    )
    return [(question, at) for question, at in rows]


def ask(session: Session, *, prompt: Prompt, now: datetime) -> Asking:
    """A prompt is asked once more."""
    made = Asking(
        network_id=prompt.network_id,
        prompt_id=prompt.id,
        question=prompt.question,
        channel_ids=list(prompt.channel_ids),
        at=now,
    )
    session.add(made)
    session.flush()
    return made


def asking(session: Session, *, network_id: int, asking_id: int) -> Asking | None:
    """One time that this network was asked something."""
    found = session.get(Asking, asking_id)
    return found if found and found.network_id == network_id else None


def last_asking(session: Session, *, prompt_id: int) -> Asking | None:
    """The last time that a prompt was asked."""
    return session.scalar(
        select(Asking).where(Asking.prompt_id == prompt_id).order_by(Asking.id.desc()).limit(1)
    )


def asked_between(
    session: Session, *, network_id: int, since: datetime, until: datetime
) -> Sequence[Asking]:
    """What a network was asked in this time, the first first."""
    return session.scalars(
        select(Asking)
        .where(Asking.network_id == network_id, Asking.at >= since, Asking.at < until)
        .order_by(Asking.at, Asking.id)
    ).all()


def answer_of(session: Session, *, asking_id: int, member_id: int) -> Answer | None:
    """What a member answered."""
    return session.scalar(
        select(Answer).where(Answer.asking_id == asking_id, Answer.member_id == member_id)
    )


def found_answer(
    session: Session, *, network_id: int, answer_id: int
) -> tuple[Asking, Answer] | None:
    """An answer that somebody of this network gave, and what it answers."""
    found = session.get(Answer, answer_id)
    asked = asking(session, network_id=network_id, asking_id=found.asking_id) if found else None
    return (asked, found) if found and asked else None


def answer(
    session: Session, *, asking: Asking, member_id: int, words: str, now: datetime
) -> tuple[Answer, bool]:
    """Keep a member's answer in place of their earlier one; (it, whether anything changed)."""
    known = answer_of(session, asking_id=asking.id, member_id=member_id)
    if known and known.words == words:
        return known, False
    if known:
        known.words, known.edited_at = words, now
    else:
        known = Answer(asking_id=asking.id, member_id=member_id, words=words, at=now)
        known.member = session.get_one(Member, member_id)
        asking.answers.append(known)
    session.flush()
    index_answer(session, asking, known)
    return known, True


def take_back(session: Session, *, asking: Asking, answer: Answer) -> None:
    """A member takes their answer back."""
    search.drop(session, kind="answer", ref=answer.id)
    asking.answers.remove(answer)
    session.delete(answer)
    session.flush()


def index_answer(session: Session, asking: Asking, answer: Answer) -> None:
    """Let search find an answer by its words and its question."""
    search.put(
        session,
        kind="answer",
        ref=answer.id,
        title=asking.question,
        body=answer.words,
        byline=search.byline(answer.member),
        at=answer.at,
        scope=search.Scope(asking.network_id, "answer", member_ids=(answer.member_id,)),
    )
