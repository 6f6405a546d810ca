"""A person is erased, everywhere: rows, search, what was posted, and what a model may yet say."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.compose.recap import recap
from bot.gather import recap_facts
from bot.joining import forget_asker
from bot.redact import Redaction, that_hold
from bot.showing import show_problem
from bot.speech import plain
from jobs.redacting import MOST, redact
from jobs.table import Errand, chore
from storage import calls, chores, erasing, people, problems, recaps, resources, search, written
from storage.codes import Account
from storage.models import Call, Erasure, Member, Problem, Recap, Resource
from storage.sqlite import leave_no_trace

ASK_AGAIN = SOON = timedelta(seconds=1)
POSTS, RECAP, FORGET = "erase posts", "find recap", "forget for good"


@chore("erase")
def erase(errand: Errand) -> datetime | None:
    """Erase one member, and their accounts where these lead to nobody else any more."""
    session = errand.session
    member = session.get(Member, errand.chore.ref)
    if member is None:
        return None
    told = _told(session, member)
    redaction = Redaction(**told)
    accounts = list(people.identities(session, member_id=member.id))
    known = [(each.workspace_id, each.external, each.workspace) for each in accounts]
    spoken = erasing.resources_of(session, member_id=member.id)
    helped = erasing.offered_to(session, member_id=member.id)
    _withdraw_problems(errand, member)
    erasing.erase(session, member=member)
    for workspace_id, external, space in known:
        account = Account(workspace_id, external)
        if not people.is_known(session, account=account):
            forget_asker(session, account, errand.now)
            erasing.erase_account(
                session, account=account, platform=space.platform, workspace=space.external
            )
    if after := _redact_posts(errand, redaction, after=""):
        kept = erasing.go_on(session, network_id=member.network_id, told=told, after=after)
        chores.put(
            session,
            network_id=member.network_id,
            kind=POSTS,
            ref=kept.id,
            due_at=errand.now + SOON,
        )
    _redact_recaps(errand, member.network_id, redaction)
    erasing.rename_in_audit(session, network_id=member.network_id, change=redaction.named_no_more)
    _tell_again(errand, member.network_id, spoken, helped)
    return None


def _withdraw_problems(errand: Errand, member: Member) -> None:
    """Let nothing that was posted of their problems ask for help any more."""
    own = select(Problem).where(Problem.raised_by == member.id, Problem.state != "withdrawn")
    for problem in errand.session.scalars(own).all():
        problem.state = "withdrawn"
        show_problem(errand.session, problem, errand.now)


def _told(session: Session, member: Member) -> dict[str, Any]:
    """What a `Redaction` is told of somebody."""
    texts = written.texts_of(session, member=member)
    others = that_hold(written.others_texts(session, member=member), {*texts, member.name})
    return {
        "name": member.name,
        "texts": sorted(texts),
        "secret": sorted(written.secrets_of(session, member=member)),
        "others": sorted(others),
        "organisation": member.organisation.name if member.organisation else "",
        "namesake": written.has_namesake(session, member=member),
    }


@chore(POSTS)
def erase_from_posts(errand: Errand) -> datetime | None:
    """Go on where there are more posts than are looked through at once; then nothing is left of
    what was looked for."""
    kept = errand.session.get(Erasure, errand.chore.ref)
    if kept is None:
        return None
    if after := _redact_posts(errand, Redaction(**kept.told), after=kept.after):
        kept.after = after
        return errand.now + SOON
    errand.session.delete(kept)
    errand.session.flush()
    return None


def _redact_posts(errand: Errand, redaction: Redaction, *, after: str) -> str:
    """Take it out of what was posted, or is about to be; "" once there are no more posts after
    these, else the last one's key."""
    posts = erasing.posts_of(
        errand.session, network_id=errand.chore.network_id, after=after, limit=MOST
    )
    redact(posts, redaction, errand.now)
    errand.session.flush()
    leave_no_trace(errand.session)
    return posts[-1].key if len(posts) == MOST else ""


def _redact_recaps(errand: Errand, network_id: int, redaction: Redaction) -> None:
    """Openings too. A model that is writing one just now was told what is erased: what it says is
    not taken, and it is asked anew."""
    session = errand.session
    asked = select(Recap).join(Call).where(Call.network_id == network_id)
    for kept in session.scalars(asked):
        kept.opening = redaction.text(kept.opening)
        kept.opening_by = redaction.text(kept.opening_by)
        if kept.opening_due is not None:
            kept.opening_due = errand.now + ASK_AGAIN
    session.flush()
    for ref in erasing.recaps_found(session, network_id=network_id):
        chores.put(session, network_id=network_id, kind=RECAP, ref=ref, due_at=errand.now)


@chore(RECAP)
def find_recap_as_it_is(errand: Errand) -> None:
    """Let search find a recap as it would be composed now."""
    kept = errand.session.get(Recap, errand.chore.ref)
    if kept is not None:
        made = recap(recap_facts(errand.session, kept.call))
        said = "\n".join(plain(each.elements) for each in (made.head, *made.details))
        recaps.index(errand.session, kept, words=said)
    network_id = errand.chore.network_id
    chores.put(
        errand.session, network_id=network_id, kind=FORGET, ref=network_id, due_at=errand.now
    )


@chore(FORGET)
def forget_for_good(errand: Errand) -> None:
    """Keep nothing of what recaps said before: once for many, since all of search is gone over."""
    search.forget_for_good(errand.session)
    leave_no_trace(errand.session)


def _tell_again(errand: Errand, network_id: int, spoken: list[int], helped: list[int]) -> None:
    """Let search, the cards of others' problems and the calls' posts follow."""
    session, now = errand.session, errand.now
    for ref in spoken:
        if session.get(Resource, ref):
            resources.index(session, resource_id=ref)
    for ref in helped:
        problem = session.get_one(Problem, ref)
        session.refresh(problem)
        problems.index(session, problem)
        show_problem(session, problem, now)
    coming = calls.upcoming(session, network_id=network_id, now=now, limit=20)
    held = calls.last(session, network_id=network_id, now=now)
    for call in filter(None, (held, *coming)):
        calls.touch(session, call_id=call.id)
