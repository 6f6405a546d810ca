"""The agenda is posted, and the call starts."""

from bot.compose.agenda import agenda, agenda_card
from bot.compose.calls import checkin_open, starting
from bot.gather import agenda_facts, call_facts
from bot.publish import to_channels
from jobs.table import Turn, step
from storage import problems


@step("agenda")
def post_agenda(turn: Turn) -> None:
    """Post the agenda to every channel; it is changed in place until the call ends."""
    if turn.call.state == "ended":
        return
    facts = call_facts(turn.session, turn.call)
    made = agenda(agenda_facts(turn.session, turn.call, turn.now))
    off = turn.call.state in ("cancelled", "skipped")
    to_channels(
        turn.session,
        turn.call.series.channels,
        checkin_open(facts, state="cancelled") if off else agenda_card(facts, made, for_host=False),
        of=f"call {turn.call.id} agenda",
        kind="agenda",
        now=turn.now,
        call_id=turn.call.id,
        not_after=turn.call.starts_at,
    )


@step("start")
def start(turn: Turn) -> None:
    """The call begins: post its link to every channel, and take its problem to work."""
    call = turn.call
    made = agenda(agenda_facts(turn.session, call, turn.now))
    if turn.first and made.problem:
        problems.take_to_work(turn.session, problem_id=made.problem.id, call_id=call.id)
    if call.state != "open":
        return
    to_channels(
        turn.session,
        call.series.channels,
        starting(call_facts(turn.session, call), made),
        of=f"call {call.id} start",
        kind="start",
        now=turn.now,
        call_id=call.id,
    )
