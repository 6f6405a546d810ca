"""Three weeks later: was it tried?"""

from bot.compose.tried import Tried, tried
from bot.gather import call_facts, shared
from bot.publish import to_channels
from jobs.table import Turn, step
from storage import calls, resources, tickets


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
