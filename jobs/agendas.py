"""The agenda is posted, the call starts, and what did not fit goes on to the next one."""

from bot import plan
from bot.compose.agenda import agenda, agenda_card
from bot.compose.calls import cancelled, starting
from bot.compose.facts import Raised
from bot.compose.problems import worked_on
from bot.gather import agenda_facts, call_facts, raised
from bot.publish import to_channels, to_member
from bot.showing import show_problem
from jobs.roles import tell_roles
from jobs.table import Turn, course, step
from storage import calls, problems, recaps
from storage.calls import end_of
from storage.models import Problem


@step("agenda")
def post_agenda(turn: Turn) -> None:
    """Post the agenda to every channel; it is changed in place until the call ends."""
    call = turn.call
    if call.state == "ended":
        return
    tell_roles(turn)  # who left since the check-in opened is replaced
    facts = call_facts(turn.session, call)
    made = agenda(agenda_facts(turn.session, call))
    off = call.off
    _mark_problem(turn, None if off else made.problem)
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


def _mark_problem(turn: Turn, chosen: Raised | None) -> None:
    """A problem's card says when it is on the next agenda, and when it is not any more."""
    if turn.call.state == "open":
        return  # the call works on it
    coming = calls.next_call(turn.session, network_id=turn.call.network_id, now=turn.now)
    if coming and coming.id != turn.call.id and chosen:
        return  # another call of the network is held before this one
    changed = problems.put_on_agenda(
        turn.session,
        network_id=turn.call.network_id,
        problem_id=chosen.id if chosen else None,
    )
    for ref in sorted(changed):
        _show_problem(turn, ref)


def _show_problem(turn: Turn, problem_id: int) -> None:
    problem = turn.session.get_one(Problem, problem_id)
    turn.session.refresh(problem, ["state"])
    show_problem(turn.session, problem, turn.now)


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
        _show_problem(turn, made.problem.id)


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
    """What hosts had added and did not fit waits on the next call's agenda; whoever raised the
    problem that was worked on is asked what they will do differently."""
    _ask_who_raised(turn)
    if not recaps.agenda_changes(turn.session, call_id=turn.call.id):
        return
    made = agenda(agenda_facts(turn.session, turn.call))
    plan.carry_over(turn.session, turn.call, {each.key for each in made.carried})


def _ask_who_raised(turn: Turn) -> None:
    for each in problems.worked_at(turn.session, call_id=turn.call.id):
        if each.state == "worked":
            to_member(
                turn.session,
                each.raised_by,
                worked_on(raised(each)),
                network_id=each.network_id,
                of=f"problem {each.id} worked at {turn.call.id}",
                kind="worked",
                now=turn.now,
                since=turn.since,
                call_id=turn.call.id,
            )
