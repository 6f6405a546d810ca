"""The roles of a call: dealt, and dealt again where somebody can't."""

from collections import Counter
from datetime import datetime

from sqlalchemy.orm import Session

from bot.compose.openers import next_opener
from bot.rotation import Candidate, choose
from storage import checkins, people, roles
from storage.models import Call, Member

DEALT = ("host", "time", "notes")


def settle(session: Session, call: Call, now: datetime) -> None:
    """Let every role of a call that is to come have somebody who comes, and let it have its
    question. Again changes nothing."""
    if not roles.opener(session, call_id=call.id):
        before = roles.opened_with(session, network_id=call.network_id)
        question = next_opener(before, call.network_id)
        roles.open_with(session, call=call, question=question, now=now)
    there = who_comes(session, call)
    held = roles.of_call(session, call_id=call.id)
    times, last = roles.had(session, call=call)
    least = _least(there, times, last)
    known = {each.id: _candidate(each, times, last, least) for each in there}
    for role in DEALT:
        have = held.get(role)
        if have and have.member_id in known:
            continue
        if have:
            roles.let_go(session, taken=have)
        gone = roles.passed(session, call_id=call.id, role=role)
        may = [
            known[each.id]
            for each in there
            if each.id not in gone and (role != "host" or each.role == "host")
        ]
        taken = [
            known[each.member_id]
            for name, each in roles.of_call(session, call_id=call.id).items()
            if each.member_id in known and "host" not in (name, role)
        ]
        if found := choose(may, role, taken):
            roles.give(session, call_id=call.id, role=role, member_id=found.id, now=now)


def who_comes(session: Session, call: Call) -> list[Member]:
    """Who may have a role: no guests, nobody who pauses, or said that they can't come."""
    away = {each.id for each in checkins.absent(session, call_id=call.id)}
    away |= roles.resting(session, network_id=call.network_id, at=call.starts_at)
    every = people.members(session, network_id=call.network_id)
    return [each for each in every if not each.guest and each.id not in away]


def _count(had: Counter[str] | None) -> int:
    """How often somebody had a role that goes round among all."""
    return sum(count for role, count in (had or {}).items() if role != "host")


def _least(
    there: list[Member], times: dict[int, Counter[str]], last: dict[int, datetime]
) -> tuple[int, datetime | None]:
    """What the least served of those who were there from the beginning had, and when that was:
    whoever came later does not make up for what was before them."""
    began = min(last.values(), default=None)
    first = [each for each in there if began and each.joined_at <= began]
    return min((_count(times.get(each.id)) for each in first), default=0), began


def _candidate(
    member: Member,
    times: dict[int, Counter[str]],
    last: dict[int, datetime],
    least: tuple[int, datetime | None],
) -> Candidate:
    had = times.get(member.id, Counter())
    latest, (floor, began) = last.get(member.id), least
    new = began is not None and member.joined_at > began
    return Candidate(
        member.id,
        member.organisation_id or 0,
        max(_count(had), floor) if new else _count(had),
        int(latest.timestamp()) if latest else 0,
        had,
    )
