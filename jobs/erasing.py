"""A person is erased, everywhere: rows, search, what was posted, and what a model may yet say."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.compose.recap import recap
from bot.gather import recap_facts
from bot.redact import Redaction
from bot.showing import show_problem
from bot.speech import decode_card, encode_card, plain
from jobs.table import Errand, chore
from storage import calls, erasing, people, problems, recaps, resources
from storage.codes import Account
from storage.models import Call, Member, Problem, Recap, Resource

ASK_AGAIN = timedelta(seconds=1)


@chore("erase")
def erase(errand: Errand) -> datetime | None:
    """Erase one member, and their accounts where these lead to nobody else any more."""
    session = errand.session
    member = session.get(Member, errand.chore.ref)
    if member is None:
        return None
    redaction = _redaction(session, member)
    accounts = list(people.identities(session, member_id=member.id))
    known = [(each.workspace_id, each.external, each.workspace) for each in accounts]
    spoken = erasing.resources_of(session, member_id=member.id)
    helped = erasing.offered_to(session, member_id=member.id)
    erasing.erase(session, member=member)
    for workspace_id, external, space in known:
        account = Account(workspace_id, external)
        if not people.is_known(session, account=account):
            erasing.erase_account(
                session, account=account, platform=space.platform, workspace=space.external
            )
    _redact_posts(errand, member.network_id, redaction)
    _redact_recaps(errand, member.network_id, redaction)
    erasing.rename_in_audit(session, network_id=member.network_id, change=redaction.named_no_more)
    _tell_again(errand, member.network_id, spoken, helped)
    return None


def _redaction(session: Session, member: Member) -> Redaction:
    return Redaction(
        member.name,
        erasing.texts_of(session, member=member),
        secret=erasing.secrets_of(session, member=member),
        others=erasing.others_texts(session, member=member),
        organisation=member.organisation.name if member.organisation else "",
        namesake=erasing.has_namesake(session, member=member),
    )


def _redact_posts(errand: Errand, network_id: int, redaction: Redaction) -> None:
    """Take it out of everything that was posted, or is about to be."""
    for post in erasing.posts_of(errand.session, network_id=network_id):
        shown = decode_card(post.card)
        made = redaction.card(shown)
        if made is shown:
            continue
        post.card, post.edition = encode_card(made), post.edition + 1
        if post.state in ("planned", "sent"):
            post.due_at = errand.now if post.due_at is None else min(post.due_at, errand.now)
    errand.session.flush()


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
        kept = session.get_one(Recap, ref)
        made = recap(recap_facts(session, kept.call))
        said = "\n".join(plain(each.elements) for each in (made.head, *made.details))
        recaps.index(session, kept, words=said)


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
