"""Telling those who had answered for a call that it changed: directly, and once a change."""

from datetime import datetime

from bot.compose.notices import cancelled_notice, longer_notice, moved_notice
from bot.compose.phrases import count
from bot.gather import call_facts
from bot.publish import to_member
from bot.speech import Card
from handlers.words import Ask
from storage import checkins
from storage.models import Call


def tell_changed(ask: Ask, call: Call, starts_at: datetime, minutes: int) -> int:
    """Tell of another time or length than it was; how many are told."""
    facts = call_facts(ask.session, call)
    if call.starts_at != starts_at:
        return _tell(ask, call, moved_notice(facts, starts_at))
    return _tell(ask, call, longer_notice(facts, minutes)) if call.minutes != minutes else 0


def tell_called_off(ask: Ask, call: Call) -> int:
    """Tell that the call is not held; how many are told."""
    return _tell(ask, call, cancelled_notice(call_facts(ask.session, call)))


def _tell(ask: Ask, call: Call, notice: Card) -> int:
    spoke = {each.member_id for each in checkins.of_call(ask.session, call_id=call.id)}
    spoke |= {each.id for each in checkins.absent(ask.session, call_id=call.id)}
    spoke.discard(ask.me.member_id)
    return sum(
        to_member(
            ask.session,
            member_id,
            notice,
            network_id=call.network_id,
            of=f"call {call.id} revision {call.revision}",
            kind="notice",
            now=ask.now,
            call_id=call.id,
        )
        for member_id in sorted(spoke)
    )


def say_told(told: int) -> str:
    """How many were told, as a sentence."""
    if not told:
        return "Posts are corrected in place. Nobody else had answered yet."
    people = count(told, "person who had answered is", "people who had answered are")
    return f"Posts are corrected in place, and {people} told."
