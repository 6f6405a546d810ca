"""What came too late, since the program was off: it is left out, and a host hears of it once."""

from bot.compose.notices import skipped_notice
from bot.gather import call_facts
from jobs.hosts import hosts, tell
from jobs.table import Turn
from storage import steps
from storage.models import Step

WAS_OFF = "the program was off when it was due"


def skip(turn: Turn, step: Step) -> None:
    """Leave a step out. All that a call lost on one day is one message to a host."""
    steps.skip(turn.session, step=step, note=WAS_OFF)
    every = steps.of_call(turn.session, call_id=turn.call.id)
    lost = [each.kind for each in every if each.state == "skipped" and each.note == WAS_OFF]
    why = "I was not running when this was due, and now it is too late for it."
    notice = skipped_notice(call_facts(turn.session, turn.call), lost, why)
    for host in hosts(turn)[:1]:
        tell(turn, host.id, notice, kind="notice", of=f"skipped {turn.now:%Y-%m-%d}")
