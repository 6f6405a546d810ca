"""Telling people of their roles: each once, and whoever else has it then."""

from bot.compose.facts import CallFacts
from bot.compose.roles import (
    ROLES,
    asked,
    called_off,
    not_needed,
    offered,
    passed_on,
    settled,
    taken,
)
from bot.gather import call_facts
from bot.publish import nudge_member, to_channels, where_posted
from bot.roles import settle, who_comes
from bot.rotation import HOST
from bot.speech import Card
from jobs.table import Turn
from storage import outbox, people, roles
from storage.models import RoleTaken


def tell_roles(turn: Turn) -> None:
    """Deal what is to be dealt, tell whoever has it, and correct what others were told before."""
    call = turn.call
    if call.off:
        _tell_of_the_end(turn)
    if call.state != "planned":
        return
    problem = settle(turn.session, call, turn.now)
    held = roles.of_call(turn.session, call_id=call.id)
    facts = call_facts(turn.session, call)
    one = len(people.hosts(turn.session, network_id=call.network_id)) < 2
    for role in ROLES:
        have = held.get(role)
        if not (role == HOST and one):  # who alone hosts knows it
            _tell(turn, facts, role, have, problem.what if problem and role == "present" else "")
        if role == HOST:
            _ask_hosts(turn, facts, have)
        else:
            _ask_everyone(turn, facts, role, have)


def _tell_of_the_end(turn: Turn) -> None:
    """Whoever was told of a role reads that the call is off."""
    facts = call_facts(turn.session, turn.call)
    for role in ROLES:
        kind = f"role {role}"
        for member_id in outbox.members_told(turn.session, call_id=facts.id, kind=kind):
            _nudge(turn, member_id, called_off(facts, role), kind, pointless=True)


def _tell(turn: Turn, facts: CallFacts, role: str, have: RoleTaken | None, problem: str) -> None:
    told = outbox.members_told(turn.session, call_id=facts.id, kind=f"role {role}")
    for member_id in sorted(told | ({have.member_id} if have else set())):
        mine = have is not None and have.member_id == member_id
        if mine:
            shown = asked(facts, role, problem, chosen=have is not None and have.state == "took")
        else:
            shown = passed_on(facts, role, have.member.name) if have else not_needed(facts, role)
        _nudge(turn, member_id, shown, f"role {role}", pointless=not mine)


def _ask_everyone(turn: Turn, facts: CallFacts, role: str, have: RoleTaken | None) -> None:
    """A swap is offered in the check-in's thread."""
    of = f"call {facts.id} swap {role}"
    wanted = have is not None and have.state == "offered"
    if wanted or where_posted(turn.session, network_id=turn.call.network_id, of=of):
        to_channels(
            turn.session,
            turn.call.series.channels,
            _swap(facts, role, have),
            of=of,
            under=f"call {facts.id} checkin",
            kind="swap",
            now=turn.now,
            since=turn.since,
            call_id=facts.id,
            not_after=turn.call.starts_at,
        )


def _ask_hosts(turn: Turn, facts: CallFacts, have: RoleTaken | None) -> None:
    """A swap among hosts is offered to the others of them."""
    told = outbox.members_told(turn.session, call_id=facts.id, kind="swap host")
    wanted = have is not None and have.state == "offered"
    if have is not None and wanted:
        hosts = {each.id for each in who_comes(turn.session, turn.call) if each.role == HOST}
        told |= hosts - {have.member_id}
    for member_id in sorted(told):
        _nudge(turn, member_id, _swap(facts, HOST, have), "swap host", pointless=not wanted)


def _swap(facts: CallFacts, role: str, have: RoleTaken | None) -> Card:
    if have is None:
        return settled(role)
    shown = offered(facts, role, have.member.name) if have.state == "offered" else None
    return shown or taken(role, have.member.name)


def _nudge(turn: Turn, member_id: int, shown: Card, kind: str, *, pointless: bool) -> None:
    nudge_member(
        turn.session,
        member_id,
        shown,
        network_id=turn.call.network_id,
        of=f"call {turn.call.id} {kind}",
        kind=kind,
        now=turn.now,
        since=turn.since,
        call_id=turn.call.id,
        not_after=turn.call.starts_at,
        pointless=pointless,
    )
