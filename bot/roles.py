"""The roles of a call: dealt, and dealt again where somebody can't."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from bot.compose.agenda import Agenda, agenda
from bot.compose.facts import Raised
from bot.compose.openers import in_turn, library
from bot.gather import agenda_facts
from bot.rotation import HOST, PRESENT, Candidate, deal
from storage import calls, checkins, people, problems, questions, recaps, roles
from storage.models import Call, Member, RoleTaken

DEALT = (HOST, PRESENT, "time", "notes")


def settle(session: Session, call: Call, now: datetime) -> Raised | None:
    """Let every role of a call that is to come have somebody who comes, and let it have its
    question. Again changes nothing. The problem that its presenter presents, if there is one."""
    _ask_something(session, call, now)
    made = _made(session, call)
    mine = made.problem if made else None
    decided = _decided(session, call, made)
    there = {each.id: each for each in (*who_comes(session, call), *(decided or ()))}
    held = _held(session, call, there, decided)
    known = _candidates(session, call, there.values())
    has = {role: known[each.member_id] for role, each in held.items()}
    kept = {role for role, each in held.items() if each.state == "took"}
    if decided is not None and PRESENT in going_round(call):
        has.update((PRESENT, known[each.id]) for each in decided)
        kept |= {PRESENT}
    dealt = deal(going_round(call), _able(session, call, there, known, decided), has, kept)
    for role, found in dealt.items():
        have = held.get(role)
        if have is None or have.member_id != found.id:
            if have:
                roles.relieve(session, taken=have)
            roles.give(session, call_id=call.id, role=role, member_id=found.id, now=now)
    return mine if decided and PRESENT in has else None


def going_round(call: Call) -> tuple[str, ...]:
    """The roles that go round in a call's series."""
    return tuple(each for each in DEALT if each not in call.series.roles_off)


def who_comes(session: Session, call: Call) -> list[Member]:
    """Who may have a role: no guests, nobody who pauses, or said that they can't come, and no
    host who is away."""
    away = {each.id for each in checkins.absent(session, call_id=call.id)}
    away |= roles.resting(session, network_id=call.network_id, at=call.starts_at)
    every = people.members(session, network_id=call.network_id)
    away |= {each.id for each in every if each.away_until and each.away_until > call.starts_at}
    return [each for each in every if not each.guest and each.id not in away]


def presenters(session: Session, call: Call) -> list[Member] | None:
    """Who presents as the agenda has it: whoever raised its problem, or nobody, where they are
    not to be named or no time is left for one. None where nobody has brought a problem."""
    return _decided(session, call, _made(session, call))


def _made(session: Session, call: Call) -> Agenda | None:
    """The agenda of a call; None where it is as that of any call to which nobody brought a
    problem, since it is much to compose for nothing."""
    _, until = calls.window(session, call=call)
    if not problems.waiting(
        session, network_id=call.network_id, before=until
    ) and not recaps.agenda_changes(session, call_id=call.id):
        return None
    return agenda(agenda_facts(session, call))


def _decided(session: Session, call: Call, made: Agenda | None) -> list[Member] | None:
    if made is None:
        return None
    if made.problem is None:
        # Without a place for one, nobody is asked to bring one.
        return None if any(each.key == "success" for each in made.items) else []
    author = made.problem.author if made.problem.sight == "network" else None
    known = author and people.get(session, network_id=call.network_id, member_id=author.id)
    return [known] if known and known.active else []


def _held(
    session: Session, call: Call, there: Collection[int], decided: list[Member] | None
) -> dict[str, RoleTaken]:
    """Role to who has it and keeps it, whoever is not there any more relieved of theirs."""
    held = roles.of_call(session, call_id=call.id)
    presents = None if decided is None else {each.id for each in decided}
    for role, each in list(held.items()):
        gone = each.member_id not in there or role in call.series.roles_off
        if gone or (role == PRESENT and presents is not None and each.member_id not in presents):
            roles.relieve(session, taken=each)
            del held[role]
    return held


def _able(
    session: Session,
    call: Call,
    there: Mapping[int, Member],
    known: Mapping[int, Candidate],
    decided: list[Member] | None,
) -> dict[str, list[Candidate]]:
    """Role to who may be given it. Who passed one on is not handed another in its place."""
    passed = roles.passed(session, call_id=call.id)
    passers = {each for role, those in passed.items() if role != HOST for each in those}
    free = [known[each.id] for each in there.values() if not each.guest and each.id not in passers]
    hosts = passed.get(HOST, set())
    return {
        **dict.fromkeys(DEALT, free),
        HOST: [
            known[each.id]
            for each in there.values()
            if each.role == "host" and each.id not in hosts
        ],
        **({} if decided is None else {PRESENT: []}),
    }


def _ask_something(session: Session, call: Call, now: datetime) -> None:
    if not roles.opener(session, call_id=call.id):
        for question in questions_in_turn(session, call.network_id)[:1]:
            roles.open_with(session, call=call, question=question, now=now)


def questions_in_turn(session: Session, network_id: int) -> tuple[str, ...]:
    """The questions that a network's next calls open with."""
    changed = questions.of_network(session, network_id=network_id)
    before = roles.opened_with(session, network_id=network_id)
    return in_turn(before, library(network_id, [(each.words, each.out) for each in changed]))


def _candidates(session: Session, call: Call, there: Iterable[Member]) -> dict[int, Candidate]:
    """Those who are there, with what they had. Whoever came later does not make up for what was
    before them: they are taken to have had what the least served of the first members had."""
    members = list(there)
    times, last = roles.had(session, call=call)
    began = min(last.values(), default=None)
    first = [times.get(each.id, Counter()) for each in members if began and each.joined_at <= began]
    floor = min((each.total() for each in first), default=0)
    presented = min((each[PRESENT] for each in first), default=0)
    found = {}
    for each in members:
        had = times.get(each.id, Counter[str]())
        count = had.total()
        if began and each.joined_at > began:
            count, had = max(count, floor), had | Counter({PRESENT: presented})
        latest = last.get(each.id)
        found[each.id] = Candidate(
            each.id,
            each.organisation_id or 0,
            count,
            int(latest.timestamp()) if latest else 0,
            had,
        )
    return found
