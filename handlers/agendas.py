"""Looking at the agenda, and changing it."""

from bot.compose.agenda import Agenda, agenda, agenda_card
from bot.errors import Refusal
from bot.gather import agenda_facts, call_facts
from bot.speech import Form, FormErrors, NumberField, Reply, TextField, card
from handlers.words import Ask, number, word
from storage import calls, recaps
from storage.models import Call


@word("agenda", example="agenda", reads=True)
def show(ask: Ask) -> Reply:
    """See the next call’s agenda, as it stands."""
    call = calls.next_call(ask.session, network_id=ask.me.network_id, now=ask.now)
    if call is None:
        raise Refusal(
            "No call is planned, so there is no agenda yet. A host can plan one with /learn call."
        )
    made = agenda(agenda_facts(ask.session, call, ask.now))
    return agenda_card(call_facts(ask.session, call), made, for_host=ask.me.hosts)


@word("agenda add", who="nobody")
def add(ask: Ask) -> Reply:
    """Add an item to the agenda."""
    call = _call(ask)
    form = Form(
        "Add to the agenda",
        ask.said.words,
        (
            TextField("title", "What is it?", most=150),
            NumberField("minutes", "Minutes", 1, call.minutes, 5),
        ),
        submit="Add",
    )
    if ask.said.values is None:
        return form
    read = form.read(ask.said.values)
    known = [
        each
        for each in recaps.agenda_changes(ask.session, call_id=call.id)
        if each.kind == "added" and (each.title, each.minutes) == (read["title"], read["minutes"])
    ]
    if not known:
        recaps.add_agenda_item(
            ask.session, call_id=call.id, title=read["title"], minutes=read["minutes"]
        )
    return _changed(ask, call)


@word("agenda order", who="nobody")
def order(ask: Ask) -> Reply:
    """Reorder the agenda, change minutes, or leave an item out."""
    call = _call(ask)
    made = agenda(agenda_facts(ask.session, call, ask.now))
    form = Form(
        "Reorder the agenda",
        ask.said.words,
        (
            TextField(
                "items",
                "One item a line, in order",
                _lines(made),
                long=True,
                hint="Change the minutes in front, move lines, or take a line out.",
            ),
        ),
        submit="Save",
        intro=(f"The minutes are fitted to the call’s {call.minutes}.",),
    )
    if ask.said.values is None:
        return form
    wanted = _read_lines(made, form.read(ask.said.values)["items"])
    for item in made.items:
        change = recaps.agenda_change(ask.session, call_id=call.id, kind=item.key)
        change.left_out = item.key not in wanted
        if item.key in wanted:
            position, minutes = wanted[item.key]
            change.position = position
            change.minutes = minutes if minutes != item.minutes else change.minutes
    ask.session.flush()
    return _changed(ask, call)


def _lines(made: Agenda) -> str:
    return "\n".join(f"{item.minutes} min – {item.title}" for item in made.items)


def _read_lines(made: Agenda, typed: str) -> dict[str, tuple[int, int]]:
    """Item key → (place from 1, minutes). Raises FormErrors for a line that is no item."""
    keys = {item.title.casefold(): item.key for item in made.items}
    wanted: dict[str, tuple[int, int]] = {}
    for line in filter(None, (each.strip() for each in typed.split("\n"))):
        minutes, dash, title = line.partition("–")
        digits = minutes.strip().removesuffix("min").strip()
        key = keys.get(title.strip().casefold())
        if not dash or key is None or not (digits.isascii() and digits.isdigit()):
            raise FormErrors(
                {"items": f"I can’t read “{line[:80]}”. Keep each line as “10 min – Title”."}
            )
        if not 1 <= int(digits) <= made.minutes:
            raise FormErrors({"items": f"“{line[:80]}”: minutes are from 1 to {made.minutes}."})
        wanted[key] = (len(wanted) + 1, int(digits))
    return wanted


def _call(ask: Ask) -> Call:
    if not ask.me.hosts:
        raise Refusal("Only a host changes the agenda. You can raise a problem with /learn ask.")
    call = calls.get(ask.session, network_id=ask.me.network_id, call_id=number(ask.rest))
    if call is None or call.state not in ("planned", "open"):
        raise Refusal("That call’s agenda can’t be changed any more. /learn agenda shows the next.")
    return call


def _changed(ask: Ask, call: Call) -> Reply:
    calls.touch(ask.session, call_id=call.id)
    made = agenda(agenda_facts(ask.session, call, ask.now))
    shown = agenda_card(call_facts(ask.session, call), made, for_host=True)
    return card(*shown.elements, summary="The agenda is changed")
