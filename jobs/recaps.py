"""The exit ticket, the recap's draft to its host, and the recap itself."""

from collections.abc import Sequence

from bot.compose.calls import exit_ticket
from bot.compose.recap import draft_card, recap
from bot.gather import call_facts, recap_facts
from bot.publish import to_channels, to_member
from bot.speech import Card, When, card, plain
from jobs.table import Turn, step
from storage import checkins, outbox, people, recaps, steps, tickets
from storage.models import Member


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
        call_id=call.id,
    )


@step("draft")
def draft_to_host(turn: Turn) -> None:
    """Draft the recap to the first host who is there."""
    kept = recaps.draft(turn.session, call=turn.call, opening_due=turn.now if turn.model else None)
    deadline = _deadline(turn)
    if kept.state != "drafted" or deadline is None:
        return
    for host in _hosts(turn)[:1]:
        _to_host(turn, host, draft_card(recap_facts(turn.session, turn.call), deadline), "draft")


@step("second")
def ask_second_host(turn: Turn) -> None:
    """Nobody approved yet: ask a second host before the deadline posts the recap."""
    kept = recaps.of_call(turn.session, call_id=turn.call.id)
    deadline = _deadline(turn)
    if kept is None or kept.state != "drafted" or deadline is None:
        return
    hosts = _hosts(turn)
    facts = recap_facts(turn.session, turn.call)
    for host in hosts[1:2] or hosts[:1]:
        _to_host(turn, host, draft_card(facts, deadline, second=True), "second")


@step("recap")
def post_recap(turn: Turn) -> None:
    """Post the recap to every channel, with the detail in its thread; a held one stays back."""
    kept = recaps.draft(turn.session, call=turn.call, opening_due=None)
    if kept.state == "held":
        return
    kept.state, kept.opening_due = "posted", None
    made = recap(recap_facts(turn.session, turn.call))
    call, of = turn.call, f"call {turn.call.id} recap"
    to_channels(
        turn.session,
        call.series.channels,
        made.head,
        of=of,
        kind="recap",
        now=turn.now,
        call_id=call.id,
    )
    for number, detail in enumerate(made.details):
        to_channels(
            turn.session,
            call.series.channels,
            detail,
            of=f"{of} detail {number}",
            under=of,
            kind="recap",
            now=turn.now,
            call_id=call.id,
        )
    said = "\n".join(plain(each.elements) for each in (made.head, *made.details))
    recaps.index(turn.session, kept, words=said, now=turn.now)
    _settle_drafts(turn)


def _settle_drafts(turn: Turn) -> None:
    """The drafts in the hosts' hands say that the recap is posted."""
    for kind in ("draft", "second"):
        for host in _hosts(turn):
            if host.id in outbox.members_told(turn.session, call_id=turn.call.id, kind=kind):
                _to_host(turn, host, _posted(turn), kind)


def _posted(turn: Turn) -> Card:
    name = turn.call.series.name
    return card(f"The recap of {name} is posted. Thank you!", summary="The recap is posted")


def _hosts(turn: Turn) -> Sequence[Member]:
    """The network's hosts, those who said that they can't come last."""
    away = {each.id for each in checkins.absent(turn.session, call_id=turn.call.id)}
    every = people.hosts(turn.session, network_id=turn.call.network_id)
    return sorted(every, key=lambda host: host.id in away)


def _deadline(turn: Turn) -> When | None:
    """When the recap posts by itself; None when that step is off."""
    last = steps.of_kind(turn.session, call_id=turn.call.id, kind="recap")
    return When(last.due_at, turn.call.series.zone) if last else None


def _to_host(turn: Turn, host: Member, said: Card, kind: str) -> None:
    to_member(
        turn.session,
        host.id,
        said,
        network_id=turn.call.network_id,
        of=f"call {turn.call.id} {kind}",
        kind=kind,
        now=turn.now,
        call_id=turn.call.id,
    )
