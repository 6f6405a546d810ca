"""What is said once, when something changes: a call moved, a step left out, a first hello."""

from datetime import datetime

from bot.compose.facts import CallFacts, joined
from bot.offsets import STEPS
from bot.speech import (
    Button,
    Buttons,
    Card,
    Heading,
    Items,
    Small,
    Strong,
    Text,
    When,
    card,
    line,
    say_when,
)


def moved_notice(call: CallFacts, moved_from: datetime) -> Card:
    """To someone who had answered: the call is at another time, and their answers stay."""
    was = When(moved_from, call.zone)
    return card(
        Text(line(Strong(call.name), " has moved from ", was, " to ", call.when, ".")),
        "Your check-in is kept. If the new time does not suit you, say so:",
        Buttons((Button("I can’t come", f"absent {call.id}"),)),
        summary=f"{call.name} has moved to {say_when(call.when)}",
    )


def cancelled_notice(call: CallFacts) -> Card:
    """To someone who had answered: the call is not held."""
    return card(
        Text(line(Strong(call.name), " of ", call.when, " is cancelled.")),
        "Thank you for your answers. What you shared and raised waits for the next call.",
        summary=f"{call.name} is cancelled: {say_when(call.when)}",
    )


def skipped_notice(call: CallFacts, step: str, why: str) -> Card:
    """To the host: a step of this kind was left out. `why` is a sentence."""
    label = STEPS[step].label
    return card(
        Text(line("Left out: ", Strong(label), f", for {call.name} of ", call.when, ".")),
        why,
        Small(("Everything else goes on as planned. /learn call shows what is next.",)),
    )


def welcome(network: str = "", call: CallFacts | None = None) -> Card:
    """Homeroom's first words in a channel; without a network, how a host begins one."""
    if not network:
        return card(
            Heading("Hello, I am Homeroom"),
            "I run a learning network’s call: check-in before it, agenda and exit ticket around it,"
            " recap after it, and I find what was shared.",
            "This channel is in no network yet. To begin one here, type /learn network",
        )
    return card(
        Heading(f"Hello, I am Homeroom, for {network}"),
        Text(line("The next call: ", Strong(call.name), ", ", call.when, *joined(call.link)))
        if call
        else "No call is planned yet. A host plans one with /learn call",
        "What you can type here:",
        Items(
            (
                ("/learn share <link> why it helped",),
                ("/learn ask – raise a problem of practice",),
                ("/learn find <words> – what the network shared before",),
                ("/learn – everything else",),
            )
        ),
        summary=f"Hello, I am Homeroom, for {network}",
    )
