"""Asking after things: what became of commitments before a call, and, three weeks later, of what
was shared."""

from bot.compose.commitments import follow_up
from bot.compose.tried import Tried, tried
from bot.gather import call_facts, promised, shared
from bot.publish import nudge_member, to_channels
from jobs.table import Turn, step
from storage import calls, commitments, outbox, resources, tickets
from storage.models import Commitment


@step("followup")
def ask_after_commitments(turn: Turn) -> None:
    """Ask each member, directly and in one message, what became of what they said they will do;
    what they answer stands in that message."""
    call, previous = turn.call, calls.previous(turn.session, call=turn.call)
    told = outbox.members_told(turn.session, call_id=call.id, kind="followup")
    promises: dict[int, list[Commitment]] = {}
    for each in commitments.before(turn.session, call=call, last=previous):
        promises.setdefault(each.member_id, []).append(each)
    facts = call_facts(turn.session, call)
    for member_id, own in sorted(promises.items()):
        still = any(each.state == "open" for each in own) and own[0].member.active
        if member_id not in told and not (turn.first and still):
            continue
        nudge_member(
            turn.session,
            member_id,
            follow_up(
                facts,
                next(iter(own[0].member.name.split()), ""),
                [promised(each) for each in own],
            ),
            network_id=call.network_id,
            of=f"call {call.id} followup",
            kind="followup",
            now=turn.now,
            since=turn.since,
            call_id=call.id,
            not_after=call.starts_at,
            pointless=not still,
        )


@step("tried")
def ask_what_became(turn: Turn) -> None:
    """Ask, in every channel, what became of the resources of a call."""
    call = turn.call
    since, until = calls.window(turn.session, call=call)
    voices = resources.shared_between(
        turn.session, network_id=call.network_id, since=since, until=until
    )
    firsts = {voice.resource_id: voice for voice in reversed(voices)}
    if not firsts:
        return
    asked = []
    for resource_id, voice in sorted(firsts.items()):
        counts = tickets.outcomes(turn.session, resource_id=resource_id)
        asked.append(
            Tried(
                shared(voice),
                counts.get("helped", 0),
                counts.get("adapted", 0),
                counts.get("no", 0),
            )
        )
    to_channels(
        turn.session,
        call.series.channels,
        tried(call_facts(turn.session, call), asked),
        of=f"call {call.id} tried",
        kind="tried",
        now=turn.now,
        since=turn.since,
        call_id=call.id,
    )
