"""The host's words for the recap: look, edit, approve, hold back."""

from bot import plan
from bot.compose.recap import draft_card, recap
from bot.compose.recap_sections import RecapFacts, commitment_mark, problem_mark, resource_mark
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
    Small,
    TextField,
    When,
    card,
)
from handlers.words import Ask, number, word
from storage import calls, recaps, steps
from storage.models import Call, Recap

MOST_OPTIONS = 100


@word("recap", hint="", example="recap", who="host")
def show(ask: Ask) -> Reply:
    """See the last call’s recap before it is posted, edit or approve it."""
    call = calls.last(ask.session, network_id=ask.me.network_id, now=ask.now)
    if call is None:
        raise Refusal("There has been no call yet. The recap is drafted two hours after one.")
    return _shown(ask, call, _recap(ask, call))


@word("recap edit", who="host")
def edit(ask: Ask) -> Reply:
    """Edit a recap: its opening, its link, and what is left out."""
    call = _call(ask)
    kept = _recap(ask, call)
    form = _form(ask, call, kept)
    if ask.said.values is None:
        return form
    if kept.state == "posted":
        raise Refusal("The recap is posted already, so it can’t be edited any more.")
    read = form.read(ask.said.values)
    if read["opening"] != kept.opening:
        kept.opening, kept.opening_by = read["opening"], ask.me.name if read["opening"] else ""
    kept.opening_due = None
    kept.left_out = list(read.get("left_out") or ())
    call.notes_link = read["link"]
    ask.session.flush()
    calls.touch(ask.session, call_id=call.id)
    return _shown(ask, call, kept)


@word("recap approve", who="host")
def approve(ask: Ask) -> Reply:
    """Approve a recap: it is posted now."""
    call = _call(ask)
    kept = _recap(ask, call)
    if kept.state == "posted":
        return card("That recap is posted already.", instead=True)
    kept.state, kept.approved_by = "approved", ask.me.member_id
    ask.session.flush()
    plan.bring_forward(ask.session, call, "recap", ask.now)
    return card("Approved. It is being posted to every channel.", instead=True)


@word("recap hold", who="host")
def hold(ask: Ask) -> Reply:
    """Hold a recap back: it is not posted until it is approved."""
    call = _call(ask)
    kept = _recap(ask, call)
    if kept.state == "posted":
        return card("That recap is posted already.", instead=True)
    kept.state = "held"
    ask.session.flush()
    return card(
        "Held back. It is posted only when a host approves it.",
        Buttons((Button("Approve and post", f"recap approve {call.id}", "main"),)),
        instead=True,
    )


def _shown(ask: Ask, call: Call, kept: Recap) -> Card:
    facts = recap_facts(ask.session, call)
    last = steps.of_kind(ask.session, call_id=call.id, kind="recap")
    if kept.state == "drafted" and last and last.state == "planned":
        return draft_card(facts, When(last.due_at, call.series.zone))
    made = recap(facts)
    state = {"posted": "Posted.", "approved": "Approved.", "held": "Held back."}.get(
        kept.state, "Not posted."
    )
    buttons = (
        ()
        if kept.state == "posted"
        else (Buttons((Button("Approve and post", f"recap approve {call.id}", "main"),)),)
    )
    return card(*made.head.elements, Small((state,)), *buttons, summary="The recap")


def _form(ask: Ask, call: Call, kept: Recap) -> Form:
    items = list(_items(recap_facts(ask.session, call)))[:MOST_OPTIONS]
    known = {mark for mark, _ in items}
    leave = (
        (
            ChoiceField(
                "left_out",
                "Leave out",
                tuple(items),
                tuple(mark for mark in kept.left_out if mark in known),
                many=True,
                required=False,
            ),
        )
        if items
        else ()
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
            *leave,
        ),
    )


def _items(facts: RecapFacts) -> list[tuple[str, str]]:
    """(mark, words) of everything that may be left out."""
    seen = {resource_mark(each): each.title or each.url for each in facts.resources}
    seen |= {problem_mark(each): each.what for each in (*facts.problems, *facts.asks)}
    seen |= {commitment_mark(each): f"{each.who.name}: {each.words}" for each in facts.commitments}
    return [(mark, " ".join(words.split())[:70]) for mark, words in seen.items()]


def _recap(ask: Ask, call: Call) -> Recap:
    if call.state != "ended":
        raise Refusal("That call has not ended yet. Its recap is drafted two hours after it began.")
    return recaps.draft(ask.session, call=call, opening_due=None)


def _call(ask: Ask) -> Call:
    call = calls.get(ask.session, network_id=ask.me.network_id, call_id=number(ask.rest))
    if call is None:
        raise Refusal("That recap is not one of this network’s. Type /learn recap.")
    return call
