"""The host's words for the recap: look, edit, approve, hold back."""

from bot import plan
from bot.compose.recap import MODEL, draft_card, recap
from bot.compose.recap_sections import marks
from bot.errors import Refusal
from bot.gather import recap_facts
from bot.speech import (
    Button,
    Buttons,
    Card,
    ChoiceField,
    Form,
    LinkField,
    Reply,
    Say,
    Small,
    TextField,
    When,
    card,
    say_when,
)
from handlers.noting import note
from handlers.words import Ask, number, word
from storage import calls, recaps, steps
from storage.models import Call, Recap

MOST_OPTIONS = 100
POSTED = "That recap is posted already, so it can’t be changed any more."


@word("recap", example="recap", who="host", past=True)
def show(ask: Ask) -> Reply:
    """See the last call’s recap before it is posted, edit or approve it."""
    call = calls.last_ended(
        ask.session, network_id=ask.me.network_id, now=ask.now, channel_id=ask.me.channel_id
    )
    if call is None:
        raise Refusal("No call has ended yet. A recap is drafted for you after the first one.")
    return _shown(ask, call, _recap(ask, call))


@word("recap edit", who="host", opens=True)
def edit(ask: Ask) -> Reply:
    """Edit a recap: its opening, its link, and what is left out."""
    call, kept = _open(ask)
    form = _form(ask, call, kept)
    if ask.said.values is None:
        return form
    read = form.read(ask.said.values)
    if read["opening"] != kept.opening:
        _reword(ask, kept, read["opening"])
    kept.left_out = list(read.get("left_out") or ())
    call.notes_link = read["link"]
    ask.session.flush()
    calls.touch(ask.session, call_id=call.id)
    _note(ask, call, kept, "edited")
    return _shown(ask, call, kept)


def _reword(ask: Ask, kept: Recap, opening: str) -> None:
    """Another opening. What a model began stays marked as begun by it, whoever edits it."""
    by_model = kept.opening and opening and kept.opening_by == MODEL
    kept.opening_by = MODEL if by_model else ask.me.name if opening else ""
    kept.opening, kept.opening_due = opening, None


@word("recap approve", who="host")
def approve(ask: Ask) -> Reply:
    """Approve a recap: it is posted now."""
    call, kept = _open(ask)
    if kept.state == "approved":
        return card("That recap is approved already. It is being posted.", instead=True)
    kept.state, kept.approved_by = "approved", ask.me.member_id
    ask.session.flush()
    plan.bring_forward(ask.session, call, "recap", ask.now)
    _note(ask, call, kept, "approved")
    return card("Approved. It is being posted to every channel.", instead=True)


@word("recap hold", who="host")
def hold(ask: Ask) -> Reply:
    """Hold a recap back: it is not posted until it is approved."""
    call, kept = _open(ask)
    kept.state = "held"
    ask.session.flush()
    calls.touch(ask.session, call_id=call.id)
    _note(ask, call, kept, "held back")
    return card(
        "Held back. It is posted only when a host approves it.",
        Buttons((Button("Approve and post", f"recap approve {call.id}", "main"),)),
        instead=True,
    )


def _note(ask: Ask, call: Call, kept: Recap, did: str) -> None:
    day = say_when(When(call.starts_at, call.series.zone))
    note(ask, "recap", f"{did} the recap of {call.series.name}, {day}", kept.id)


def _shown(ask: Ask, call: Call, kept: Recap) -> Card:
    facts = recap_facts(ask.session, call)
    if kept.state in ("drafted", "held"):
        last = steps.of_kind(ask.session, call_id=call.id, kind="recap")
        waits = last is not None and last.state == "planned"
        deadline = When(last.due_at, call.series.zone) if last and waits else None
        return draft_card(facts, deadline, held=kept.state == "held")
    state = "Posted." if kept.state == "posted" else "Approved. It is being posted."
    return card(*recap(facts).head.elements, Small((state,)), summary="The recap")


def _form(ask: Ask, call: Call, kept: Recap) -> Form:
    items = marks(recap_facts(ask.session, call))[:MOST_OPTIONS]
    known = {mark for mark, _ in items}
    leave = ChoiceField(
        "left_out",
        "Leave out",
        items,
        tuple(mark for mark in kept.left_out if mark in known),
        many=True,
        required=False,
    )
    return Form(
        "Edit the recap",
        f"recap edit {call.id}",
        (
            TextField(
                "opening",
                "Opening",
                kept.opening,
                required=False,
                long=True,
                hint="A few sentences in your own words.",
            ),
            LinkField("link", "Notes or recording", call.notes_link, required=False),
            *([leave] if items else []),
        ),
    )


def _open(ask: Ask) -> tuple[Call, Recap]:
    """The call and the recap that the words name, if it may still be changed."""
    call = calls.get(ask.session, network_id=ask.me.network_id, call_id=number(ask.rest))
    if call is None:
        raise Refusal("That recap is not one of this network’s. Type ", Say("recap"), ".")
    kept = _recap(ask, call)
    if kept.state == "posted":
        raise Refusal(POSTED)
    return call, kept


def _recap(ask: Ask, call: Call) -> Recap:
    if call.off:
        raise Refusal("That call did not take place, so it has no recap.")
    if calls.end_of(call) > ask.now:
        raise Refusal("That call has not ended yet. Its recap is drafted for you afterwards.")
    return recaps.draft(ask.session, call=call)
