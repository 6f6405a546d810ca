"""Who changed what in a network, for its hosts to read."""

from bot.speech import (
    Button,
    Buttons,
    Element,
    Heading,
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
from storage import audit
from storage.models import AuditEntry

SHOWN = 15
THE_CLOCK = "Homeroom"


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
    return Text(line(at, " · ", Strong(who), f" {entry.words}"))
