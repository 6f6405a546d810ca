"""The agenda is posted, the call starts, and what did not fit goes on to the next one."""

from bot import plan
from bot.compose.agenda import agenda, agenda_card
from bot.compose.calls import cancelled, starting
from bot.gather import agenda_facts, call_facts
from bot.publish import to_channels
from jobs.table import Turn, course, step
from storage import problems, recaps
from storage.calls import end_of


@step("agenda")
def post_agenda(turn: Turn) -> None:
    """Post the agenda to every channel; it is changed in place until the call ends."""
    call = turn.call
    if call.state == "ended":
        return
    facts = call_facts(turn.session, call)
    made = agenda(agenda_facts(turn.session, call))
    off = call.state in ("cancelled", "skipped")
    to_channels(
        turn.session,
        call.series.channels,
        cancelled(facts) if off else agenda_card(facts, made, for_host=False),
        of=f"call {call.id} agenda",
        kind="agenda",
        now=turn.now,
        since=turn.since,
        call_id=call.id,
        not_after=call.starts_at,
    )


@course("start")
def take_problem_to_work(turn: Turn) -> None:
    """The problem on the agenda of a call that begins is the one it works on."""
    if not problems.waiting(
        turn.session, network_id=turn.call.network_id, before=end_of(turn.call)
    ):
        return  # an agenda is much to compose for nothing
    made = agenda(agenda_facts(turn.session, turn.call))
    if made.problem:
        problems.take_to_work(turn.session, problem_id=made.problem.id, call_id=turn.call.id)


@step("start")
def start(turn: Turn) -> None:
    """The call begins: post its link to every channel."""
    call = turn.call
    if call.state != "open":
        return
    made = agenda(agenda_facts(turn.session, call))
    to_channels(
        turn.session,
        call.series.channels,
        starting(call_facts(turn.session, call), made),
        of=f"call {call.id} start",
        kind="start",
        now=turn.now,
        since=turn.since,
        call_id=call.id,
    )


@course("exit")
def carry_over(turn: Turn) -> None:
    """What hosts had added and did not fit waits on the next call's agenda."""
    if not recaps.agenda_changes(turn.session, call_id=turn.call.id):
        return
    made = agenda(agenda_facts(turn.session, turn.call))
    plan.carry_over(turn.session, turn.call, {each.key for each in made.carried})
