"""Problems of practice and the help that was offered. Who raised a nameless one is read only to
let them change or close it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from storage import search
from storage.models import Echo, Member, Offer, Problem

OPEN = ("raised", "agenda")


def add(
    session: Session,
    *,
    network_id: int,
    raised_by: int,
    organisation_id: int | None,
    sight: str,
    what: str,
    tried: str,
    wanted: str,
    now: datetime,
) -> Problem:
    """Raise a problem."""
    problem = Problem(
        network_id=network_id,
        raised_by=raised_by,
        organisation_id=organisation_id,
        sight=sight,
        what=what,
        tried=tried,
        wanted=wanted,
        at=now,
    )
    session.add(problem)
    session.flush()
    index(session, problem)
    return problem


def same(session: Session, *, network_id: int, raised_by: int, what: str) -> Problem | None:
    """The open problem that this member already raised in these very words."""
    return session.scalar(
        select(Problem).where(
            Problem.network_id == network_id,
            Problem.raised_by == raised_by,
            Problem.what == what,
            Problem.state.in_(OPEN),
        )
    )


def index(session: Session, problem: Problem) -> None:
    """Let search find a problem by its words and the offers made, for those who may see it."""
    if problem.state == "withdrawn":
        search.drop(session, kind="problem", ref=problem.id)
        return
    author = problem.author
    offers = [
        f"{each.member.name} offered: {each.words}" if each.member else each.words
        for each in problem.offers
    ]
    search.put(
        session,
        kind="problem",
        ref=problem.id,
        title=problem.what,
        body="\n".join(filter(None, (problem.tried, problem.wanted, problem.lesson, *offers))),
        byline=search.byline(author) if author else "A member, without their name",
        at=problem.at,
        scope=search.Scope(
            problem.network_id,
            "problem",
            organisation_id=problem.organisation_id if problem.sight == "organisation" else None,
            member_ids=(author.id,) if author else (),
        ),
    )


def get(
    session: Session, *, network_id: int, organisation_id: int | None, problem_id: int
) -> Problem | None:
    """A problem that a member of this organisation of this network may see."""
    found = session.get(Problem, problem_id)
    if not found or found.network_id != network_id or found.state == "withdrawn":
        return None
    hidden = found.sight == "organisation" and found.organisation_id != organisation_id
    return None if hidden else found


def waiting(
    session: Session, *, network_id: int, before: datetime, organisation_id: int | None = None
) -> Sequence[Problem]:
    """Open problems that the whole network may see (and this organisation's own), oldest first."""
    seen = Problem.sight != "organisation"
    if organisation_id:
        seen = or_(seen, Problem.organisation_id == organisation_id)
    return session.scalars(
        select(Problem)
        .where(Problem.network_id == network_id, Problem.state.in_(OPEN), Problem.at < before, seen)
        .order_by(Problem.at, Problem.id)
    ).all()


def worked_at(session: Session, *, call_id: int) -> Sequence[Problem]:
    """The problems that a call worked on, without what was withdrawn since."""
    return session.scalars(
        select(Problem).where(Problem.worked_at == call_id, Problem.state != "withdrawn")
    ).all()


def offer(
    session: Session, *, problem: Problem, member_id: int, words: str, now: datetime
) -> tuple[Offer, bool]:
    """Keep an offer of help; (offer, whether it is new): the same words again are one offer."""
    for known in problem.offers:
        if known.member_id == member_id and known.words == words:
            return known, False
    made = Offer(problem_id=problem.id, member_id=member_id, words=words, at=now)
    made.member = session.get_one(Member, member_id)
    problem.offers.append(made)
    session.flush()
    index(session, problem)
    return made, True


def colleagues(session: Session, *, problem: Problem) -> Sequence[Member]:
    """The active members of the organisation that may see a problem, but who raised it."""
    return session.scalars(
        select(Member).where(
            Member.organisation_id == problem.organisation_id,
            Member.active,
            Member.id != problem.raised_by,
        )
    ).all()


def of_member(session: Session, *, member_id: int) -> Sequence[Problem]:
    """A member's own open problems, for their eyes."""
    return session.scalars(
        select(Problem)
        .where(Problem.raised_by == member_id, Problem.state.in_(OPEN))
        .order_by(Problem.at)
    ).all()


def own_open(session: Session, *, member_id: int) -> set[int]:
    """The ids of a member's problems that they may close."""
    return set(
        session.scalars(
            select(Problem.id).where(
                Problem.raised_by == member_id, Problem.state.not_in(("closed", "withdrawn"))
            )
        )
    )


def begun_with(session: Session, words: str) -> int | None:
    """The id of the newest problem whose text begins with `words`."""
    return session.scalar(
        select(Problem.id)
        .where(Problem.what.startswith(words))
        .order_by(Problem.id.desc())
        .limit(1)
    )


def take_to_work(session: Session, *, problem_id: int, call_id: int) -> None:
    """A call works on a problem: it waits no longer."""
    problem = session.get_one(Problem, problem_id)
    problem.state, problem.worked_at = "worked", call_id
    session.flush()


def echo(session: Session, *, problem: Problem, member_id: int, now: datetime) -> bool:
    """A member has the same problem, or, when they said so before, takes that back; whether they
    have it now."""
    known = session.get(Echo, (problem.id, member_id))
    if known:
        session.delete(known)
    else:
        session.add(Echo(problem_id=problem.id, member_id=member_id, at=now))
    session.flush()
    session.refresh(problem, ["echoes"])
    return known is None


def bring(session: Session, *, problem: Problem, now: datetime) -> bool:
    """Ask for a problem to be worked on next; whether nobody had."""
    new = problem.brought_at is None
    problem.brought_at = problem.brought_at or now
    session.flush()
    return new


def put_on_agenda(session: Session, *, network_id: int, problem_id: int | None) -> set[int]:
    """This problem is on the next agenda, and no other of its network; which ones changed."""
    on_it = session.scalars(
        select(Problem.id).where(Problem.network_id == network_id, Problem.state == "agenda")
    ).all()
    wanted = {problem_id} - {None}
    changed = wanted ^ set(on_it)
    for ref in changed:
        session.execute(
            update(Problem)
            .where(Problem.id == ref, Problem.state.in_(OPEN))
            .values(state="agenda" if ref in wanted else "raised")
        )
    return {ref for ref in changed if ref is not None}


def close(session: Session, *, problem: Problem, lesson: str, now: datetime) -> None:
    """It is settled, with what will be done differently."""
    problem.state, problem.lesson, problem.closed_at = "closed", lesson, now
    session.flush()
    index(session, problem)


def reopen(session: Session, *, problem: Problem) -> None:
    """It is not settled after all. Its call is free to work on it again."""
    problem.state, problem.lesson, problem.closed_at = "raised", "", None
    problem.worked_at = None
    session.flush()
    index(session, problem)


def closed_between(
    session: Session, *, network_id: int, since: datetime, until: datetime
) -> Sequence[Problem]:
    """The problems that were closed in this time, the first first, without any organisation's
    own."""
    return session.scalars(
        select(Problem)
        .where(
            Problem.network_id == network_id,
            Problem.state == "closed",
            Problem.sight != "organisation",
            Problem.closed_at >= since,
            Problem.closed_at < until,
        )
        .order_by(Problem.closed_at, Problem.id)
    ).all()


def seen_by(
    session: Session, *, network_id: int, organisation_id: int | None, limit: int
) -> Sequence[Problem]:
    """The latest problems that a member of this organisation may see and that were not withdrawn,
    whatever their state."""
    seen = Problem.sight != "organisation"
    if organisation_id:
        seen = or_(seen, Problem.organisation_id == organisation_id)
    return session.scalars(
        select(Problem)
        .where(Problem.network_id == network_id, Problem.state != "withdrawn", seen)
        .order_by(Problem.id.desc())
        .limit(limit)
    ).all()
