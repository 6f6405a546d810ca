"""From rows to the facts that composers are told. Handlers and jobs both gather here."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.compose.facts import (
    AgendaFacts,
    Answered,
    CallFacts,
    Carried,
    Change,
    Person,
    Promised,
    Raised,
    Said,
    Shared,
)
from bot.compose.recap_sections import ExitFigures, RecapFacts
from bot.speech import When
from storage import (
    calls,
    checkins,
    commitments,
    people,
    problems,
    prompts,
    recaps,
    resources,
    roles,
    runs,
    tickets,
)
from storage.models import Call, CheckIn, Commitment, Member, Offer, Problem, Voice


def person(member: Member) -> Person:
    """A member as others read of them."""
    return Person(member.name, member.organisation.name if member.organisation else "", member.id)


OUTSIDER = Person("Someone outside the network")
ASKED_AFTER = 3  # calls at which everybody is reminded of a promise; then it is its maker's own


def offered(offer: Offer) -> Said:
    """An offer of help, as others read of it."""
    who = person(offer.member) if offer.member else OUTSIDER
    return Said(who, offer.words, offer.id, len(offer.helped))


def raised(problem: Problem) -> Raised:
    """A problem with its offers, its author where they may be named, and those who have it too."""
    return Raised(
        problem.id,
        problem.what,
        problem.sight,
        author=person(problem.author) if problem.author else None,
        tried=problem.tried,
        wanted=problem.wanted,
        offers=tuple(offered(each) for each in problem.offers),
        state=problem.state,
        echoes=tuple(
            person(each.member)
            for each in problem.echoes
            if each.member_id != problem.raised_by  # two who became one member
        ),
        brought=problem.brought_at is not None,
        lesson=problem.lesson,
        at=problem.at,
    )


def shared(voice: Voice) -> Shared:
    """One member's word for a resource."""
    resource = voice.resource
    return Shared(resource.id, resource.url, person(voice.member), voice.why, resource.title)


def promised(commitment: Commitment) -> Promised:
    """A commitment."""
    who = person(commitment.member)
    return Promised(commitment.id, who, commitment.words, commitment.state, commitment.became)


def answered(checkin: CheckIn) -> Answered:
    """A member's check-in."""
    return Answered(person(checkin.member), tuple(checkin.answers))


def call_facts(session: Session, call: Call) -> CallFacts:
    """A call, and who answered for it."""
    series = call.series
    absent = checkins.absent(session, call_id=call.id)
    away = {each.id for each in absent}  # listed once, whatever else they said
    spoke = [e for e in checkins.of_call(session, call_id=call.id) if e.member_id not in away]
    return CallFacts(
        call.id,
        series.id,
        series.name,
        call.starts_at,
        series.zone,
        call.minutes,
        link=series.link,
        questions=tuple(series.questions),
        answered=tuple(person(each.member) for each in spoke),
        absent=tuple(person(each) for each in absent),
        roles=tuple(
            (role, each.member.name)
            for role, each in sorted(roles.of_call(session, call_id=call.id).items())
        ),
    )


def agenda_facts(session: Session, call: Call) -> AgendaFacts:
    """All that the agenda of a call is made from, as it stands."""
    since, until = calls.window(session, call=call)
    previous = calls.previous(session, call=call)
    early = calls.back(session, call=call, by=ASKED_AFTER)
    asked_from = early.starts_at if early else None
    hosts = people.hosts(session, network_id=call.network_id)
    changes = recaps.agenda_changes(session, call_id=call.id)
    held = roles.of_call(session, call_id=call.id)
    hosting, presenting = held.get("host"), held.get("present")
    first = hosts[0].name if hosts else ""
    return AgendaFacts(
        call.minutes,
        protocol=call.series.protocol,
        host=hosting.member.name if hosting else first,
        notes_link=call.notes_link,
        opener=roles.opener(session, call_id=call.id),
        checkins=tuple(answered(each) for each in checkins.of_call(session, call_id=call.id)),
        absent=tuple(person(each) for each in checkins.absent(session, call_id=call.id)),
        presenter=person(presenting.member) if presenting else None,
        volunteers=presenting is not None and presenting.state == "took",
        set_aside=tuple(person(each) for each in roles.not_presenting(session, call=call)),
        # Once the call has begun its own problem waits no longer, yet stays on its agenda.
        problems=tuple(
            raised(each)
            for each in (
                *problems.worked_at(session, call_id=call.id),
                *problems.waiting(session, network_id=call.network_id, before=until),
            )
        ),
        resources=tuple(
            shared(each)
            for each in resources.shared_between(
                session, network_id=call.network_id, since=since, until=until
            )
        ),
        commitments=tuple(
            promised(each)
            for each in commitments.before(session, call=call, last=previous, since=asked_from)
        ),
        still_open=commitments.open_before(session, call=call, since=asked_from)
        if asked_from
        else 0,
        carried=tuple(
            Carried(
                f"added:{each.id}",
                each.title,
                each.minutes or 5,
                "carried forward",
                by=each.by.name if each.by else "",
                link=each.link,
            )
            for each in changes
            if each.kind == "carried"
        ),
        changes=tuple(
            Change(
                each.kind,
                each.title,
                each.minutes,
                each.position,
                each.left_out,
                each.id,
                by=each.by.name if each.by else "",
                link=each.link,
            )
            for each in changes
            if each.kind != "carried"
        ),
    )


def recap_facts(session: Session, call: Call) -> RecapFacts:
    """All that the recap of a call is made from, with what its host changed."""
    since, until = calls.window(session, call=call)
    worked = problems.worked_at(session, call_id=call.id)
    waiting = problems.waiting(session, network_id=call.network_id, before=until)
    given = tickets.of_call(session, call_id=call.id)
    following = calls.following(session, call=call)
    kept = recaps.of_call(session, call_id=call.id)
    approver = session.get(Member, kept.approved_by) if kept and kept.approved_by else None
    return RecapFacts(
        call_facts(session, call),
        resources=tuple(
            shared(each)
            for each in resources.shared_between(
                session, network_id=call.network_id, since=since, until=until
            )
        ),
        problems=tuple(raised(each) for each in worked),
        commitments=tuple(promised(each) for each in tickets.commitments(session, call_id=call.id)),
        followed=tuple(
            promised(each)
            for each in commitments.answered_between(session, call=call, since=since, until=until)
        ),
        closed=tuple(
            raised(each)
            for each in problems.closed_between(
                session, network_id=call.network_id, since=since, until=until
            )
        ),
        asked=_asked(session, call.network_id, since, until),
        asks=tuple(raised(each) for each in waiting if not each.offers),
        exit=ExitFigures(
            tuple(each.useful for each in given),
            tuple(each.recommend for each in given if each.recommend is not None),
            len(_there_until(session, call.network_id, until) | {each.member_id for each in given}),
        )
        if given
        else None,
        next_call=When(following.starts_at, following.series.zone) if following else None,
        notes_link=call.notes_link,
        left_out=tuple(kept.left_out) if kept else (),
        opening=kept.opening if kept else "",
        opening_by=kept.opening_by if kept else "",
        approved_by=approver.name if approver else "",
    )


def _there_until(session: Session, network_id: int, until: datetime) -> set[int]:
    """The members of then: who joins later changes no figure of an earlier recap."""
    every = people.members(session, network_id=network_id)
    return {each.id for each in every if each.joined_at < until}


def _asked(
    session: Session, network_id: int, since: datetime, until: datetime
) -> tuple[tuple[str, tuple[Said, ...]], ...]:
    """What was asked between calls, by prompts and by protocols in writing, with what was said."""
    given: dict[str, Any] = {"network_id": network_id, "since": since, "until": until}
    told = [
        (asking.question, [Said(person(each.member), each.words) for each in asking.answers])
        for asking in prompts.asked_between(session, **given)
    ]
    told += [
        (run.question, [Said(person(each.member), each.words) for each in run.thoughts])
        for run in runs.written_between(session, **given)
    ]
    return tuple((question, tuple(said)) for question, said in told)
