"""A channel asks to join a network: what its hosts and whoever asked read."""

from dataclasses import dataclass
from typing import Literal

from bot.speech import Button, Buttons, Card, Heading, HowTo, Say, Small, Strong, Text, card, line


@dataclass(frozen=True)
class Asks:
    """A channel that asks, by whom, and what became of it; `by` is the host who decided."""

    id: int
    network: str
    channel: str
    asked_by: str
    state: Literal["asked", "approved", "declined", "late"] = "asked"
    by: str = ""


def asks_card(facts: Asks) -> Card:
    """To a host: it waits for them, or what became of it."""
    if facts.state == "asked":
        return card(
            Text(
                line(
                    Strong(facts.channel),
                    f" asks to join {facts.network}, asked by ",
                    Strong(facts.asked_by),
                    ".",
                )
            ),
            Text(
                (
                    "If you approve, its people join as they speak there, calls are posted there,"
                    " and they see what the network sees.",
                )
            ),
            Buttons(
                (
                    Button("Approve", f"network approve {facts.id}", "main"),
                    Button("Decline", f"network decline {facts.id}"),
                )
            ),
            summary=f"{facts.channel} asks to join {facts.network}",
        )
    became = {
        "approved": f"is in {facts.network} now, approved by {facts.by}.",
        "declined": f"asked to join {facts.network}; {facts.by} declined.",
        "late": f"asked to join {facts.network}, but joined another network before.",
    }[facts.state]
    return card(
        Text(line(Strong(facts.channel), f" {became}")),
        Small((f"Asked by {facts.asked_by}.",)),
        summary=f"{facts.channel} {became}",
    )


def welcome_card(facts: Asks) -> Card:
    """In the channel that has joined."""
    return card(
        Heading(f"This channel is in {facts.network} now"),
        Text(
            line(
                f"{facts.asked_by} asked for it, and {facts.by} approved. The network’s calls are"
                " posted here too. Type ",
                Say(),
                " to see what is next.",
            )
        ),
        Small(("Am I not in this channel yet? ", HowTo("invite me"))),
    )


def told_card(facts: Asks) -> Card:
    """To whoever asked: what became of it."""
    if facts.state == "approved":
        return card(
            Text(
                line(
                    Strong(facts.channel),
                    f" is in {facts.network} now: {facts.by} approved. Type ",
                    Say(),
                    " there to see what is next.",
                )
            )
        )
    if facts.state == "late":
        return card(
            f"{facts.channel} is in another network already, so it did not join {facts.network}."
        )
    return card(
        f"{facts.network}’s hosts declined to take {facts.channel} in. Nothing was changed there."
        " If that is a mistake, ask the host who gave you the code for another one."
    )
