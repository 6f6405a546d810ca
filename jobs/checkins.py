"""Check-in opens, and the nudge to those who have not answered."""

from datetime import datetime

from bot import plan
from bot.compose.calls import Nudged, State, checkin_open, checkin_reply, nudge
from bot.gather import call_facts, person
from bot.publish import nudge_member, to_channels
from jobs.roles import tell_roles
from jobs.table import Turn, step
from storage import checkins, outbox, people
from storage.models import Call


@step("checkin")
def open_checkin(turn: Turn) -> None:
    """Post the check-in to every channel, and each answer in its thread."""
    tell_roles(turn)
    call, facts = turn.call, call_facts(turn.session, turn.call)
    to_channels(
        turn.session,
        call.series.channels,
        checkin_open(
            facts,
            state=_state(call),
            moved_from=moved_from(call),
            calendar=f"{turn.web}/calendar/{call.series.feed_key}.ics" if turn.web else "",
        ),
        of=f"call {call.id} checkin",
        kind="checkin",
        now=turn.now,
        since=turn.since,
        call_id=call.id,
    )
    for checkin in checkins.of_call(turn.session, call_id=call.id):
        to_channels(
            turn.session,
            call.series.channels,
            checkin_reply(
                person(checkin.member),
                call.series.questions,
                checkin.answers,
                edited=checkin.edited_at is not None,
            ),
            of=f"checkin {checkin.id}",
            under=f"call {call.id} checkin",
            kind="answer",
            now=turn.now,
            since=turn.since,
            call_id=call.id,
        )


def _state(call: Call) -> State:
    if call.off:
        return "cancelled"
    return "closed" if call.state == "ended" else "open"


@step("nudge")
def nudge_the_silent(turn: Turn) -> None:
    """Remind, directly, those who have not answered; thank those who since have, and let no
    reminder stand that has become pointless."""
    call, facts = turn.call, call_facts(turn.session, turn.call)
    silent = {each.id for each in checkins.silent(turn.session, call=call)}
    absent = {each.id for each in checkins.absent(turn.session, call_id=call.id)}
    nudged = outbox.members_told(turn.session, call_id=call.id, kind="nudge")
    for member in people.members(turn.session, network_id=call.network_id):
        if member.id not in (silent if turn.first else nudged):
            continue
        first_name = next(iter(member.name.split()), "")
        standing = _standing(call, member.id, silent, absent)
        nudge_member(
            turn.session,
            member.id,
            nudge(facts, first_name, state=standing),
            pointless=bool(standing),
            network_id=call.network_id,
            of=f"call {call.id} nudge",
            kind="nudge",
            now=turn.now,
            since=turn.since,
            call_id=call.id,
            not_after=call.starts_at,
        )


def _standing(call: Call, member_id: int, silent: set[int], absent: set[int]) -> Nudged:
    """How a reminder stands with one member."""
    if call.off:
        return "cancelled"
    if member_id in silent:
        return "over" if call.state == "ended" else ""
    return "absent" if member_id in absent else "answered"


def moved_from(call: Call) -> datetime | None:
    """When a moved call would have been."""
    return plan.own_start(call) if call.moved else None
