"""Whoever left a network: what they are told there, and the way back."""

from collections.abc import Sequence

from bot.compose.phrases import listed, shorten
from bot.errors import Refusal
from bot.speech import Button, Buttons, Reply, Say, Small, Text, card
from handlers.standings import standings
from handlers.words import Ask
from storage.people import Standing

MOST_SAID = 300
STAYS = ("What you gave there stays with your name, until you have it erased: ", Say("me erase"))


def you_left(ask: Ask) -> Reply:
    """To whoever says something to a network that they left: nothing is done, and they are asked
    whether they want to join again."""
    here = ask.me
    if ask.said.how == "search" or ask.said.values is not None:
        raise Refusal(
            f"You left {here.network}, so nothing was changed. To join it again: ", Say("rejoin")
        )
    gone = [here]
    if here.channel_id is None:
        gone = [each for each in standings(ask) if each.left and not each.removed] or gone
    names = listed([each.network for each in gone])
    there = "it" if len(gone) == 1 else "one of them"
    typed = ask.said.words if ask.said.how in ("command", "mention", "direct") else ""
    return card(
        f"You left {names}, so nothing was changed. Do you want to join {there} again?",
        Buttons((*ways_back(gone), Button("Erase what I gave", "me erase"))),
        Text(STAYS),
        *([Small((f"You said: {shorten(typed, MOST_SAID)}",))] if typed.strip() else []),
        summary=f"You left {names}",
    )


def ways_back(gone: Sequence[Standing]) -> tuple[Button, ...]:
    """A button for each network, by which one joins it again."""
    if len(gone) == 1:
        return (Button("Join again", f"rejoin {gone[0].network_id}", "main"),)
    return tuple(
        Button(f"Join {shorten(each.network, 50)} again", f"rejoin {each.network_id}")
        for each in gone
    )
