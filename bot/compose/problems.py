"""Cards of a problem of practice: the problem as others see it, an offer in its thread, a list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.compose.facts import Person, Raised, Said
from bot.compose.phrases import count, names, quoted, shorten
from bot.speech import (
    Button,
    Buttons,
    Card,
    Element,
    Fields,
    Heading,
    Items,
    Line,
    Say,
    Small,
    Strong,
    Text,
    When,
    card,
    line,
)

STATES = {
    "raised": "",
    "agenda": "It is on the next agenda.",
    "worked": "A call worked on it.",
    "closed": "It is closed.",
}
MOST_LISTED = 8
LISTED = "listed"
"""Ends the words of a button in the list: its answer is the list as it stands then."""


def problem_card(problem: Raised) -> Card:
    """A problem for those who may see it, with buttons to help. One that only an organisation may
    see is sent to each colleague, so its offers stand in the card itself."""
    told = (("Tried so far", problem.tried), ("Help wanted", problem.wanted))
    pairs: tuple[tuple[str, Line], ...] = tuple((label, (said,)) for label, said in told if said)
    elements: list[Element] = [Heading("A problem of practice"), Text((problem.what,))]
    if pairs:
        elements.append(Fields(pairs))
    within = problem.sight == "organisation"
    if within and problem.offers:
        elements.append(Items(tuple(_attributed(each) for each in problem.offers)))
    if problem.lesson:
        elements.append(Text(line(Strong("What will be different: "), problem.lesson)))
    own = "Only your organisation sees this. " if within else ""
    said = [f"{own}{_offers(problem, within)}", _echoes(problem), STATES[problem.state]]
    return card(
        *elements,
        Small((f"Raised by {problem.by} · {' '.join(filter(None, said))}",)),
        *([] if problem.state == "closed" else [Buttons(tuple(_to_help(problem)))]),
        summary=f"{problem.by} raised a problem of practice",
    )


def _to_help(problem: Raised) -> Iterator[Button]:
    yield Button("I can help", f"offer {problem.id}", "main")
    yield Button("Me too", f"metoo {problem.id}")
    if _may_be_brought(problem):
        yield Button("Bring to call", f"bring {problem.id}")


def _may_be_brought(problem: Raised) -> bool:
    return problem.state == "raised" and problem.sight != "organisation" and not problem.brought


def _attributed(offer: Said) -> Line:
    return line(Strong(offer.who.full), f": {offer.words}", _helped(offer))


def _helped(offer: Said) -> str:
    return f" · helped {count(offer.helped, 'person', 'people')}" if offer.helped else ""


def _offers(problem: Raised, within: bool) -> str:
    if not problem.offers:
        return "" if problem.state == "closed" else "Have you been here? Say what helped."
    where = "" if within else ", in the thread"
    return f"{count(len(problem.offers), 'offer')} so far{where}."


def _echoes(problem: Raised) -> str:
    """Who has it too. Of a nameless problem only how many, since names would narrow it down."""
    if not problem.echoes:
        return ""
    if problem.sight == "nameless":
        return f"{count(len(problem.echoes), 'person has', 'people have')} this too."
    have = "has" if len(problem.echoes) == 1 else "have"
    return f"{names(problem.echoes)} {have} this too."


def offer_card(offer: Said) -> Card:
    """An offer, for the problem's thread, with a button for whom it helped."""
    return card(
        Text((offer.words,)),
        Small((f"Offered by {offer.who.full}{_helped(offer)}",)),
        Buttons((Button("This helped", f"helped offer {offer.id}"),)),
        summary=f"{offer.who.name} offered help",
    )


@dataclass(frozen=True)
class Reader:
    """Who reads a list of problems: the ids of their `own` and of those that they `have` too."""

    own: frozenset[int] = frozenset()
    have: frozenset[int] = frozenset()
    hosts: bool = False
    zone: str = "UTC"


def problem_list(problems: Sequence[Raised], reader: Reader, said: Line = ()) -> Card:
    """The open problems that somebody may see, their own first, and for a host then what nobody
    has answered; above them what was just `said` in this list. Their own and, for a host, those
    that a call worked on have a button to close them."""
    if not problems:
        return card(
            Text(("No problem is open. Raise one with ", Say("ask"), ".")),
            summary="No problem is open",
        )
    shown = sorted(
        problems, key=lambda each: (each.id not in reader.own, reader.hosts and bool(each.offers))
    )
    more = len(shown) - MOST_LISTED
    return card(
        Heading("Open problems"),
        *([Text(said)] if said else []),
        *(element for each in shown[:MOST_LISTED] for element in _listed(each, reader)),
        *([Small((f"and {more} more: ", Say("find in:problems")))] if more > 0 else []),
        summary=count(len(problems), "open problem"),
        instead=bool(said),
    )


def _listed(problem: Raised, reader: Reader) -> Iterator[Element]:
    yield Text((quoted(problem.what, 300),))
    since = (", ", When(problem.at, reader.zone, "day")) if problem.at else ()
    offers = count(len(problem.offers), "offer") if problem.offers else "no offers yet"
    unnamed = problem.id in reader.have and problem.sight == "nameless"
    have = "You are one of them." if unnamed else ""
    brought = "It was brought to the next call." if problem.brought else ""
    state = STATES[problem.state] or brought
    said = " ".join(filter(None, (f" · {offers}.", _echoes(problem), have, state)))
    yield Small(line(problem.by, *since, said))
    buttons = tuple(_in_list(problem, reader))
    if buttons:
        yield Buttons(buttons)


def _in_list(problem: Raised, reader: Reader) -> Iterator[Button]:
    mine = problem.id in reader.own
    if not mine:
        yield Button("I can help", f"offer {problem.id}")
        has = problem.id in reader.have
        yield Button("Take “me too” back" if has else "Me too", f"metoo {problem.id} {LISTED}")
    if _may_be_brought(problem):
        yield Button("Bring to call", f"bring {problem.id} {LISTED}")
    if mine or (reader.hosts and problem.state == "worked"):
        yield Button("Close", f"close {problem.id}")


def worked_on(problem: Raised) -> Card:
    """To whoever raised it, when the call that worked on it has ended."""
    return card(
        Text(line("The call worked on your problem: ", Strong(shorten(problem.what, 200)))),
        "What will you do differently? Say it in a sentence, and the others learn from it too.",
        Buttons((Button("Close it", f"close {problem.id}", "main"),)),
        summary="Your problem was worked on",
    )


def thanked(problem: Raised, words: str, who: Person | None) -> Card:
    """To whoever offered what helped. `who` it helped is None where they may not be named."""
    by = f"{who.full} says" if who else "Somebody says"
    return card(
        Text((f"{by} that this helped with “{shorten(problem.what, 150)}”:",)),
        Text((shorten(words, 1000),)),
        "Thank you! It is kept with the problem, so that others find it.",
        summary="What you said helped",
    )
