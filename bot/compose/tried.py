"""Evidence of use: three weeks later, what became of what was shared."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.compose.facts import CallFacts, Shared
from bot.speech import Button, Buttons, Card, Element, Heading, Say, Small, Text, card, line

MOST = 8


@dataclass(frozen=True)
class Tried:
    """A resource, and how many say what of it."""

    resource: Shared
    helped: int = 0
    adapted: int = 0
    not_yet: int = 0


def tried(call: CallFacts, resources: Sequence[Tried]) -> Card:
    """Each resource of a call with one tap to say what became of it; changed as people answer."""
    more = len(resources) - MOST
    return card(
        Heading(f"Tried it? {call.name}"),
        Text(line("Shared around the call of ", call.day, ". One tap each; “not yet” is welcome.")),
        *(element for each in resources[:MOST] for element in _asked(each, call.id)),
        *([Small((f"and {more} more: ", Say("find in:resources since:2m")))] if more > 0 else []),
        summary=f"Did you try what was shared at {call.name}?",
    )


def _asked(each: Tried, call_id: int) -> Iterator[Element]:
    shared = each.resource
    yield Text(line(shared.link, f" – {shared.who.full}"))
    yield Buttons(
        (
            Button("Helped", f"tried {shared.id} helped {call_id}"),
            Button("Adapted", f"tried {shared.id} adapted {call_id}"),
            Button("Not yet", f"tried {shared.id} no {call_id}"),
        )
    )
    counts = ((each.helped, "helped"), (each.adapted, "adapted it"), (each.not_yet, "not yet"))
    said = " · ".join(f"{number} {what}" for number, what in counts if number)
    yield Small((said or "No answers yet",))
