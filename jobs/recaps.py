"""The exit ticket, the recap's draft to its host, and the recap itself."""

from bot.compose.calls import exit_ticket
from bot.compose.recap import draft_card, posted_card, recap
from bot.gather import call_facts, recap_facts
from bot.publish import nudge_member, to_channels, where_posted
from bot.speech import Card, When, card, plain
from jobs.hosts import hosts, tell
from jobs.table import Turn, step
from storage import outbox, recaps, steps, tickets
from storage.models import Recap

TAKEN_BACK = card("(What was here is now in a message above, or was taken back.)")
"""In place of a part of the recap's thread that it has no more."""


@step("exit")
def post_exit_ticket(turn: Turn) -> None:
    """Ask, at the end of the call, how it was."""
    call = turn.call
    given = tickets.of_call(turn.session, call_id=call.id)
    to_channels(
        turn.session,
        call.series.channels,
        exit_ticket(call_facts(turn.session, call), len(given)),
        of=f"call {call.id} exit",
        kind="exit",
        now=turn.now,
        since=turn.since,
        call_id=call.id,
    )


@step("draft")
def draft_to_host(turn: Turn) -> None:
    """Draft the recap to the first host who is there, and ask a model for its opening."""
    kept = recaps.draft(turn.session, call=turn.call)
    if turn.first and turn.model and kept.state == "drafted" and not kept.opening:
        kept.opening_due = turn.now
    if turn.first and kept.state != "drafted":
        return
    told = outbox.members_told(turn.session, call_id=turn.call.id, kind="draft")
    for member_id in [host.id for host in hosts(turn)[:1]] if turn.first else sorted(told):
        tell(turn, member_id, _draft(turn, kept), kind="draft")


@step("second")
def ask_second_host(turn: Turn) -> None:
    """Nobody approved yet: ask a second host before the deadline posts the recap, one whose day
    it is by then."""
    kept = recaps.draft(turn.session, call=turn.call)
    if not turn.first:
        for member_id in sorted(
            outbox.members_told(turn.session, call_id=turn.call.id, kind="second")
        ):
            _remind(turn, kept, member_id)
        return
    asked = outbox.members_told(turn.session, call_id=turn.call.id, kind="draft")
    every = [host.id for host in hosts(turn)]
    for member_id in sorted(every, key=lambda host: host in asked):
        if kept.state == "drafted" and _remind(turn, kept, member_id):
            return


def _remind(turn: Turn, kept: Recap, member_id: int) -> bool:
    """Whether a host can be asked while that is of use, or was."""
    last = steps.of_kind(turn.session, call_id=turn.call.id, kind="recap")
    return nudge_member(
        turn.session,
        member_id,
        _draft(turn, kept, second=True),
        network_id=turn.call.network_id,
        of=f"call {turn.call.id} second",
        kind="second",
        now=turn.now,
        since=turn.since,
        call_id=turn.call.id,
        not_after=last.due_at if last else turn.now,
        pointless=kept.state != "drafted",
    )


def _draft(turn: Turn, kept: Recap, *, second: bool = False) -> Card:
    facts = recap_facts(turn.session, turn.call)
    if kept.state == "posted":
        return posted_card(facts)
    return draft_card(facts, _deadline(turn), second=second, held=kept.state == "held")


@step("recap")
def post_recap(turn: Turn) -> None:
    """Post the recap to every channel, with the detail in its thread; a held one stays back."""
    kept = recaps.draft(turn.session, call=turn.call)
    if kept.state == "held":
        return
    newly = kept.state != "posted"
    kept.state, kept.opening_due = "posted", None
    turn.call.stale = turn.call.stale or newly  # the drafts in hosts' hands say so too
    made = recap(recap_facts(turn.session, turn.call))
    of = f"call {turn.call.id} recap"
    _post(turn, made.head, of=of)
    for number, detail in enumerate(made.details):
        _post(turn, detail, of=_detail(of, number), under=of)
    _empty_the_rest(turn, of, len(made.details))
    said = "\n".join(plain(each.elements) for each in (made.head, *made.details))
    recaps.index(turn.session, kept, words=said)


def _detail(of: str, number: int) -> str:
    return f"{of} detail {number}"


def _empty_the_rest(turn: Turn, of: str, number: int) -> None:
    """Leave nothing in the thread of what the recap tells no more."""
    while where := where_posted(
        turn.session, network_id=turn.call.network_id, of=_detail(of, number)
    ):
        to_channels(
            turn.session,
            where,
            TAKEN_BACK,
            of=_detail(of, number),
            under=of,
            kind="recap",
            now=turn.now,
            call_id=turn.call.id,
        )
        number += 1


def _post(turn: Turn, said: Card, *, of: str, under: str = "") -> None:
    to_channels(
        turn.session,
        turn.call.series.channels,
        said,
        of=of,
        under=under,
        kind="recap",
        now=turn.now,
        since=turn.since,
        call_id=turn.call.id,
    )


def _deadline(turn: Turn) -> When | None:
    """When the recap posts by itself; None when it does not."""
    last = steps.of_kind(turn.session, call_id=turn.call.id, kind="recap")
    waits = last is not None and last.state == "planned"
    return When(last.due_at, turn.call.series.zone) if last and waits else None
