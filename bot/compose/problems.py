"""Cards of a problem of practice: the problem as others see it, and an offer in its thread."""

from bot.compose.facts import Raised, Said
from bot.compose.phrases import count
from bot.speech import (
    Button,
    Buttons,
    Card,
    Element,
    Fields,
    Heading,
    Items,
    Line,
    Small,
    Strong,
    Text,
    card,
    line,
)


def problem_card(problem: Raised) -> Card:
    """A problem for those who may see it, with a button to offer help. One that only an
    organisation may see is sent to each colleague, so its offers stand in the card itself."""
    told = (("Tried so far", problem.tried), ("Help wanted", problem.wanted))
    pairs: tuple[tuple[str, Line], ...] = tuple((label, (said,)) for label, said in told if said)
    elements: list[Element] = [Heading("A problem of practice"), Text((problem.what,))]
    if pairs:
        elements.append(Fields(pairs))
    within = problem.sight == "organisation"
    if within and problem.offers:
        elements.append(Items(tuple(_attributed(each) for each in problem.offers)))
    own = "Only your organisation sees this. " if within else ""
    return card(
        *elements,
        Small((f"Raised by {problem.by} · {own}{_offers(problem, within)}",)),
        Buttons((Button("I can help", f"offer {problem.id}", "main"),)),
        summary=f"{problem.by} raised a problem of practice",
    )


def _attributed(offer: Said) -> Line:
    return line(Strong(offer.who.full), f": {offer.words}")


def _offers(problem: Raised, within: bool) -> str:
    if not problem.offers:
        return "Have you been here? Say what helped."
    where = "" if within else ", in the thread"
    return f"{count(len(problem.offers), 'offer')} so far{where}."


def offer_card(offer: Said) -> Card:
    """An offer, for the problem's thread."""
    return card(
        Text((offer.words,)),
        Small((f"Offered by {offer.who.full}",)),
        summary=f"{offer.who.name} offered help",
    )
