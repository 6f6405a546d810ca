"""What is said where old posts are taken away."""

from collections.abc import Iterable

from bot.compose.phrases import count, listed
from bot.speech import Card, Small, Strong, Text, card, line


def taken_away(network: str, months: int) -> Card:
    """In place of a post that the platform lets nobody delete."""
    return card(f"Deleted: {network} keeps {count(months, 'month')}.")


def left_standing(network: str, places: Iterable[str], reasons: Iterable[str]) -> Card:
    """To hosts: some posts could not be taken away."""
    return card(
        Text(
            line(
                Strong(network),
                f" keeps less than what I posted long ago in {listed(sorted(set(places)))}. I"
                " could not take it all away there, and do not try again.",
            )
        ),
        "Whoever may delete messages there can still do so by hand.",
        Small((f"The platform says: {', '.join(sorted(set(reasons)))}.",)),
        summary=f"Old posts of {network} still stand",
    )
