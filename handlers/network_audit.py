"""Who changed what in a network, for its hosts to read."""

import re
from datetime import date

from bot.speech import (
    Button,
    Buttons,
    Element,
    Heading,
    Line,
    Reply,
    Say,
    Small,
    Strong,
    Text,
    When,
    card,
    line,
)
from handlers.words import Ask, number, word
from storage import audit, calls
from storage.models import AuditEntry

SHOWN = 15
THE_CLOCK = "Homeroom"
CALL_OF = re.compile(r", (\d{4}-\d\d-\d\d)\)$")


@word("network audit", example="network audit", who="host", reads=True)
def show(ask: Ask) -> Reply:
    """See who changed what, the latest first."""
    before = number(ask.rest) if ask.rest.strip() else None
    found = audit.lately(ask.session, network_id=ask.me.network_id, limit=SHOWN + 1, before=before)
    shown: list[Element | str] = [Heading("Who changed what")]
    shown += [_entry(ask, each) for each in found[:SHOWN]]
    if not found:
        shown.append(
            "Nothing older is kept." if before else "Nobody has changed anything since it began."
        )
    if len(found) > SHOWN:
        older = Button("Show older ones", f"network audit {found[SHOWN - 1].id}")
        shown.append(Buttons((older,)))
    shown.append(
        Small(("It is kept as it is: nobody can change it. ", Say("network"), " goes back."))
    )
    return card(*shown, summary="Who changed what")


def _entry(ask: Ask, entry: AuditEntry) -> Text:
    who = entry.by.name if entry.by else THE_CLOCK
    at = When(entry.at, ask.me.own_zone or ask.me.zone)
    return Text(line(at, " · ", Strong(who), " ", *_words(ask, entry)))


def _words(ask: Ask, entry: AuditEntry) -> Line:
    """What was done. A call, which is kept by the date that its series gave it, is named by when
    it is held, as whoever reads has it."""
    named = CALL_OF.search(entry.words) if entry.what == "role" else None
    if named is None:
        return (entry.words,)
    before = entry.words[: named.start(1)]
    call = calls.get(ask.session, network_id=ask.me.network_id, call_id=entry.ref)
    on = date.fromisoformat(named[1])
    if call is None or call.original_on != on:
        return (f"{before}{on.day} {on:%b %Y})",)
    return line(before, When(call.starts_at, ask.me.own_zone or ask.me.zone), ")")
