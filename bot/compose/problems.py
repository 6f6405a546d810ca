"""Cards of a problem of practice: the problem as others see it, and an offer in its thread."""

from bot.compose.facts import Raised, Said
from bot.compose.phrases import count
from bot.speech import Button, Buttons, Card, Fields, Heading, Line, Small, Text, card


def problem_card(problem: Raised) -> Card:
    """A problem for those who may see it, with a button to offer help."""
    pairs: list[tuple[str, Line]] = []
    if problem.tried:
        pairs.append(("Tried so far", (problem.tried,)))
    if problem.wanted:
        pairs.append(("Help wanted", (problem.wanted,)))
    more = (Fields(tuple(pairs)),) if pairs else ()
    offers = (
        f"{count(len(problem.offers), 'offer')} so far, in the thread."
        if problem.offers
        else ("Have you been here? Say what helped.")
    )
    return card(
        Heading("A problem of practice"),
        Text((problem.what,)),
        *more,
        Small((f"Raised by {problem.by} · {offers}",)),
        Buttons((Button("I can help", f"offer {problem.id}", "main"),)),
        summary=f"{problem.by} raised a problem of practice",
    )


def offer_card(offer: Said) -> Card:
    """An offer, for the problem's thread."""
    return card(
        Text((offer.words,)),
        Small((f"Offered by {offer.who.full}",)),
        summary=f"{offer.who.name} offered help",
    )
