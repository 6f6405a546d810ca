"""Prompts: questions that hosts schedule, the times they were asked, and the answers."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage import replies, search
from storage.models import Answer, Asking, Member, Prompt, ThreadReply

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


def live_in(session: Session, *, network_id: int, channel_id: int) -> list[Prompt]:
    """The prompts that are to be asked in a channel."""
    every = waiting(session, network_id=network_id)
    return [each for each in every if each.state == "live" and channel_id in each.channel_ids]


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
    """Keep what a member says in the form in place of what they said there before; (their answer,
    whether anything changed)."""
    known = answer_of(session, asking_id=asking.id, member_id=member_id)
    if known and known.own == words:
        return known, False
    typed = replies.typed(session, asking_id=asking.id, member_id=member_id)
    known = known or _begun(session, asking, member_id, now)
    known.own = words
    _say(known, joined(words, typed), now)
    session.flush()
    index_answer(session, asking, known)
    return known, True


def gather(session: Session, *, asking: Asking, member_id: int, now: datetime) -> Answer | None:
    """Bring a member's answer to what they typed in the threads of the question; None where they
    have no answer any more."""
    known = answer_of(session, asking_id=asking.id, member_id=member_id)
    typed = replies.typed(session, asking_id=asking.id, member_id=member_id)
    words = joined(known.own if known else "", typed)
    if not words:
        if known:
            take_back(session, asking=asking, answer=known)
        return None
    known = known or _begun(session, asking, member_id, now)
    _say(known, words, now)
    session.flush()
    index_answer(session, asking, known)
    return known


def joined(own: str, typed: Iterable[ThreadReply]) -> str:
    """What a member answered: in the form, and then in the thread, each thing once; what is longer
    than is kept ends in …"""
    said = dict.fromkeys(each for each in (own, *(each.words for each in typed)) if each)
    return replies.shortened("\n".join(said))


def _begun(session: Session, asking: Asking, member_id: int, now: datetime) -> Answer:
    made = Answer(asking_id=asking.id, member_id=member_id, words="", own="", at=now)
    made.member = session.get_one(Member, member_id)
    asking.answers.append(made)
    return made


def _say(answer: Answer, words: str, now: datetime) -> None:
    if not words.startswith(answer.words):  # what is added changes nothing that was said
        answer.edited_at = now
    answer.words = words


def take_back(session: Session, *, asking: Asking, answer: Answer) -> None:
    """A member takes their answer back, with what they typed; the messages stay where they are."""
    replies.let_go(session, asking_id=asking.id, member_id=answer.member_id)
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
