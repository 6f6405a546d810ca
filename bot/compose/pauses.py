"""A pause of the network: what its channels read."""

from collections.abc import Sequence
from datetime import date

from bot.compose.facts import CallFacts
from bot.compose.phrases import few
from bot.speech import Card, Heading, Items, Text, card, line

MOST_NAMED = 6


def say_days(first: date, last: date) -> str:
    """ "20 Dec 2026 to 3 Jan 2027"."""
    until = "" if first == last else f" to {last.day} {last:%b %Y}"
    return f"{first.day} {first:%b %Y}{until}"


def pause_card(
    network: str, name: str, first: date, last: date, calls: Sequence[CallFacts] = ()
) -> Card:
    """The network rests: which calls are not held."""
    lines = [line(each.name, ", ", each.when) for each in calls]
    held = (
        (Text(("These calls are not held:",)), Items(few(lines, MOST_NAMED)))
        if lines
        else (Text(("No call was planned then.",)),)
    )
    return card(
        Heading(f"{network} rests: {name}"),
        Text((f"{say_days(first, last)}. Nobody is asked or reminded of anything then.",)),
        *held,
        summary=f"{network} rests: {name}, {say_days(first, last)}",
    )


def no_pause_card(
    network: str, name: str, first: date, last: date, calls: Sequence[CallFacts]
) -> Card:
    """The pause was taken back: which calls are held after all."""
    lines = [line(each.name, ", ", each.when) for each in calls]
    held = (Text(("These calls are held:",)), Items(few(lines, MOST_NAMED))) if lines else ()
    return card(
        Heading(f"{network} does not rest then"),
        Text((f"“{name}”, {say_days(first, last)}, was taken back.",)),
        *held,
        summary=f"{name} was taken back",
    )
