"""A channel asks to join a network: what its hosts and whoever asked read."""

from dataclasses import dataclass
from typing import Literal

from bot.compose.places import at_first
from bot.speech import Button, Buttons, Card, Element, Heading, Say, Small, Strong, Text, card, line


@dataclass(frozen=True)
class Asks:
    """A channel that asks, by whom, and what became of it; `by` is the host who decided. It is
    "erased" where nobody had, and whoever asked is named no more. `inside` is whether we are in it,
    None while we don't know; `invite` says how we come into it."""

    id: int
    network: str
    channel: str
    asked_by: str
    invite: str = ""
    inside: bool | None = None
    state: Literal["asked", "approved", "declined", "late", "erased"] = "asked"
    by: str = ""


def asks_card(facts: Asks) -> Card:
    """To a host: it waits for them, or what became of it."""
    if facts.state == "asked":
        return card(
            Text(
                line(
                    Strong(at_first(facts.channel)),
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
            *_whether_inside(facts),
            Buttons(
                (
                    Button("Approve", f"network approve {facts.id}", "main"),
                    Button("Decline", f"network decline {facts.id}"),
                )
            ),
            summary=f"{at_first(facts.channel)} asks to join {facts.network}",
        )
    became = {
        "approved": f"is in {facts.network} now, approved by {facts.by}.",
        "declined": f"asked to join {facts.network}; {facts.by} declined.",
        "late": f"asked to join {facts.network}, but joined another network before.",
        "erased": f"asked to join {facts.network}. Whoever asked has had everything erased, so it"
        " is asked no more; a new code lets somebody else ask.",
    }[facts.state]
    return card(
        Text(line(Strong(at_first(facts.channel)), f" {became}")),
        *(_whether_inside(facts) if facts.state == "approved" else ()),
        *([Small((f"Asked by {facts.asked_by}.",))] if facts.state != "erased" else []),
        summary=f"{at_first(facts.channel)} {became}",
    )


def _whether_inside(facts: Asks) -> tuple[Element, ...]:
    """Where it must be said: whether Homeroom is in the channel, and how it comes into it."""
    if facts.inside is False:
        then = "so nothing is posted there until I am. "
        return (Text(line(Strong("I am not in it yet"), f", {then}{facts.invite}")),)
    if facts.inside is None:
        return (Small((f"Am I not in it yet? {facts.invite}",)),)
    return (Small(("I am in it, so I can post there.",)),)


def welcome_card(facts: Asks) -> Card:
    """In the channel that has joined."""
    return card(
        Heading(f"This channel is in {facts.network} now"),
        Text(
            line(
                f"{at_first(facts.asked_by)} asked for it, and {facts.by} approved. The network’s"
                " calls are posted here too. Type ",
                Say(),
                " to see what is next.",
            )
        ),
        summary=f"This channel is in {facts.network} now",
    )


def told_card(facts: Asks) -> Card:
    """To whoever asked: what became of it."""
    if facts.state == "approved":
        return card(
            Text(
                line(
                    Strong(at_first(facts.channel)),
                    f" is in {facts.network} now: {facts.by} approved. Type ",
                    Say(),
                    " there to see what is next.",
                )
            ),
            *_whether_inside(facts),
        )
    if facts.state == "late":
        return card(
            f"{at_first(facts.channel)} is in another network already, so it did not join"
            f" {facts.network}."
        )
    return card(
        f"{facts.network}’s hosts declined to take {facts.channel} in. Nothing was changed there."
        " If that is a mistake, ask the host who gave you the code for another one."
    )
