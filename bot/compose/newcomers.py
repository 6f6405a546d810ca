"""To hosts: who said by themselves whom they are with."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.speech import Button, Buttons, Card, Element, Heading, Small, Strong, Text, card, line

SHOWN = 8


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A member, and the organisation that they say they are with."""

    member_id: int
    name: str
    organisation: str


def newcomers(network: str, every: Sequence[Newcomer]) -> Card:
    """Each with a button to change it; the rest is behind another."""
    shown: list[Element] = [Heading(f"New in {network}")]
    for each in every[:SHOWN]:
        shown.append(Text(line(Strong(each.name), f" says they are with {each.organisation}.")))
        shown.append(Buttons((Button("Change", f"network person {each.member_id}"),)))
    if (more := len(every) - SHOWN) > 0:
        shown.append(Text((f"And {more} more.",)))
        shown.append(Buttons((Button("See everybody", "network people"),)))
    shown.append(
        Small(
            (
                "Whoever is with an organisation reads the problems that it keeps to itself, so"
                " please change what is wrong. Only the network’s hosts are told this, once a day"
                " at most.",
            )
        )
    )
    return card(*shown, summary=f"New in {network}: who says whom they are with")
