"""Looking at the agenda, and changing it."""

import re
from dataclasses import replace

from bot.compose.agenda import Agenda, agenda, agenda_card
from bot.compose.facts import AgendaFacts
from bot.compose.phrases import quoted
from bot.errors import Refusal
from bot.gather import agenda_facts, call_facts
from bot.speech import (
    Form,
    FormErrors,
    NumberField,
    Reply,
    Say,
    TextField,
    When,
    card,
    say_when,
)
from handlers.noting import note
from handlers.words import Ask, number, word
from storage import calls, recaps
from storage.models import Call


@word("agenda", example="agenda", reads=True)
def show(ask: Ask) -> Reply:
    """See the next call’s agenda, as it stands."""
    call = calls.next_call(
        ask.session, network_id=ask.me.network_id, now=ask.now, channel_id=ask.me.channel_id
    )
    if call is None:
        raise Refusal(
            "No call is planned, so there is no agenda yet. A host can plan one with ",
            Say("call"),
            ".",
        )
    made = agenda(agenda_facts(ask.session, call))
    return agenda_card(call_facts(ask.session, call), made, for_host=ask.me.hosts)


@word("agenda add", who="nobody", opens=True)
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
        _note(ask, call, f"added {quoted(read['title'], 80)} to")
    return _changed(ask, call)


@word("agenda order", who="nobody", opens=True)
def order(ask: Ask) -> Reply:
    """Reorder the agenda, change minutes, or leave an item out."""
    call = _call(ask)
    facts = agenda_facts(ask.session, call)
    made = agenda(facts)
    if ask.said.values is None:
        return _order_form(call, made)
    shown = ask.rest.split()[1:]  # what the host saw; what came since stays where it is
    wanted = _read_lines(facts, made, _order_form(call, made).read(ask.said.values)["items"])
    minutes_now = {item.key: item.minutes for item in made.items}
    for key in dict.fromkeys((*shown, *wanted)):
        change = recaps.agenda_change(ask.session, call_id=call.id, kind=key)
        change.left_out = key not in wanted
        if key in wanted:
            change.position, minutes = wanted[key]
            change.minutes = minutes if minutes != minutes_now.get(key) else change.minutes
    ask.session.flush()
    _note(ask, call, "reordered")
    return _changed(ask, call)


def _order_form(call: Call, made: Agenda) -> Form:
    return Form(
        "Reorder the agenda",
        " ".join(("agenda order", str(call.id), *(item.key for item in made.items))),
        (
            TextField(
                "items",
                "One item a line, in order",
                "\n".join(f"{item.minutes} min – {item.title}" for item in made.items),
                long=True,
                hint="Change the minutes in front, move lines, or take a line out; write it again"
                " to have it back.",
            ),
        ),
        submit="Save",
        intro=(f"The minutes are fitted to the call’s {call.minutes}.",),
    )


def _keys(facts: AgendaFacts, made: Agenda) -> dict[str, list[str]]:
    """Title → the keys of the items called so: those on the agenda, and those left out of it."""
    back = tuple(replace(each, left_out=False) for each in facts.changes)
    whole = agenda(replace(facts, changes=back))
    keys: dict[str, list[str]] = {}
    items = [(item.key, item.title) for item in (*made.items, *whole.items)]
    unfit = [(each.key, each.title) for each in (*made.carried, *whole.carried)]
    for key, title in (*items, *unfit):
        named = keys.setdefault(" ".join(title.casefold().split()), [])
        if key not in named:
            named.append(key)
    return keys


def _read_lines(facts: AgendaFacts, made: Agenda, typed: str) -> dict[str, tuple[int, int]]:
    """Item key → (place from 1, minutes). Raises FormErrors for a line that is no item."""
    keys = _keys(facts, made)
    wanted: dict[str, tuple[int, int]] = {}
    for line in filter(None, (each.strip() for each in typed.split("\n"))):
        written = _LINE.fullmatch(line)
        named = keys.get(" ".join(written[2].casefold().split()), []) if written else []
        key = next((each for each in named if each not in wanted), None)
        if written is None or key is None:
            raise FormErrors({"items": _UNREAD.format(line[:80])})
        if not 1 <= int(written[1]) <= made.minutes:
            raise FormErrors({"items": f"“{line[:80]}”: minutes are from 1 to {made.minutes}."})
        wanted[key] = (len(wanted) + 1, int(written[1]))
    return wanted


_LINE = re.compile(r"(\d{1,4})\s*(?:min\w*\.?)?\s*[–—-]\s*(.+)")
_UNREAD = (
    "I can’t find “{}” on this agenda. Keep each line as “10 min – Title”; for something new, close"
    " this and press Add an item."
)


def _call(ask: Ask) -> Call:
    if not ask.me.hosts:
        raise Refusal(
            "Only a host changes the agenda. You can raise a problem with ", Say("ask"), "."
        )
    call = calls.get(ask.session, network_id=ask.me.network_id, call_id=number(ask.rest))
    if call is None or call.state not in ("planned", "open"):
        raise Refusal(
            "That call’s agenda can’t be changed any more. ", Say("agenda"), " shows the next."
        )
    return call


def _note(ask: Ask, call: Call, did: str) -> None:
    day = say_when(When(call.starts_at, call.series.zone))
    note(ask, "agenda", f"{did} the agenda of {call.series.name}, {day}", call.id)


def _changed(ask: Ask, call: Call) -> Reply:
    calls.touch(ask.session, call_id=call.id)
    made = agenda(agenda_facts(ask.session, call))
    shown = agenda_card(call_facts(ask.session, call), made, for_host=True)
    return card(*shown.elements, summary="The agenda is changed")
