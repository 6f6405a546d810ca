"""Telling people of their roles: each once, and whoever else has it then."""

from bot.compose.roles import asked, offered, passed_on, taken
from bot.gather import call_facts
from bot.publish import nudge_member, to_channels, where_posted
from bot.roles import settle
from jobs.table import Turn
from storage import outbox, roles
from storage.models import RoleTaken

TOLD = ("time", "notes")
"""Hosts know that they host; these are told."""


def tell_roles(turn: Turn) -> None:
    """Deal what is to be dealt, tell whoever has it, and correct what others were told before."""
    call = turn.call
    if call.state != "planned":
        return
    settle(turn.session, call, turn.now)
    held = roles.of_call(turn.session, call_id=call.id)
    for role in TOLD:
        if role in held:
            _tell(turn, role, held[role])


def _tell(turn: Turn, role: str, have: RoleTaken) -> None:
    call, facts = turn.call, call_facts(turn.session, turn.call)
    kind = f"role {role}"
    told = outbox.members_told(turn.session, call_id=call.id, kind=kind)
    for member_id in sorted(told | {have.member_id}):
        mine = member_id == have.member_id
        shown = asked(facts, role) if mine else passed_on(facts, role, have.member.name)
        nudge_member(
            turn.session,
            member_id,
            shown,
            network_id=call.network_id,
            of=f"call {call.id} {kind}",
            kind=kind,
            now=turn.now,
            since=turn.since,
            call_id=call.id,
            not_after=call.starts_at,
            pointless=not mine,
        )
    of = f"call {call.id} swap {role}"
    posted = where_posted(turn.session, network_id=call.network_id, of=of)
    if have.state == "offered" or posted:
        to_channels(
            turn.session,
            call.series.channels,
            offered(facts, role, have.member.name)
            if have.state == "offered"
            else taken(role, have.member.name),
            of=of,
            under=f"call {call.id} checkin",
            kind="swap",
            now=turn.now,
            since=turn.since,
            call_id=call.id,
            not_after=call.starts_at,
        )
