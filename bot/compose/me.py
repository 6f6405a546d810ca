"""A member's own page, and what they saved for themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.compose.finds import KINDS
from bot.compose.phrases import count, shorten
from bot.speech import (
    Button,
    Buttons,
    Card,
    Element,
    Fields,
    Heading,
    Items,
    Line,
    Link,
    Say,
    Small,
    Strong,
    Text,
    When,
    card,
    is_web_address,
    line,
)
from storage.models import Passage


@dataclass(frozen=True)
class MeFacts:
    """Somebody's standing in a network, and what they wish."""

    name: str
    network: str
    organisation: str
    role: str
    zone: str
    accounts: int = 1
    nudges: bool = True
    paused_until: datetime | None = None
    saved: int = 0


def page(facts: MeFacts, commitments: tuple[Element, ...]) -> Card:
    """Everything about oneself in one place."""
    alone: Line = (
        line("paused until ", When(facts.paused_until, facts.zone, "day"))
        if facts.paused_until
        else ("on" if facts.nudges else "off",)
    )
    pause = (
        Button("Go on now", "me resume") if facts.paused_until else Button("Pause …", "me pause")
    )
    return card(
        Heading(f"{facts.name} in {facts.network}"),
        Fields(
            (
                ("Organisation", (facts.organisation or "not said yet",)),
                ("Role", ("host" if facts.role == "host" else "member",)),
                ("Time zone", (facts.zone,)),
                ("Nudges", alone),
                *((("Accounts", (f"{facts.accounts}, linked",)),) if facts.accounts > 1 else ()),
            )
        ),
        *commitments,
        Buttons(
            (
                pause,
                Button("Nudges off", "me nudges off")
                if facts.nudges
                else Button("Nudges on", "me nudges on"),
                *([Button(f"Saved ({facts.saved})", "me saved")] if facts.saved else []),
                Button("Commit to something", "commit new"),
                Button("Export my data", "me export"),
                Button("Erase my data", "me erase", "danger"),
            )
        ),
        Small(("Another account of yours? ", Say("me link"))),
        summary="You, here",
    )


def saved_list(saved: Sequence[tuple[Passage, str]], zone: str) -> Card:
    """What somebody saved, each with its title."""
    if not saved:
        return card(
            Text(
                ("You have saved nothing yet. ", Say("find"), " shows what there is; press Save.")
            ),
            summary="Nothing saved yet",
        )
    return card(
        Text((Strong("Saved for you"),)),
        Items(tuple(_line(each, title, zone) for each, title in saved)),
        Buttons(
            tuple(
                Button(f"Let {number} go", f"me unsave {each.kind} {each.ref}")
                for number, (each, _) in enumerate(saved[:20], start=1)
            )
        ),
        summary=f"{count(len(saved), 'thing')} saved for you",
    )


def _line(each: Passage, title: str, zone: str) -> Line:
    words = shorten(title, 120) or KINDS.get(each.kind, "Something")
    shown = Link(each.url, words) if is_web_address(each.url) else words
    return line(shown, f" – {each.byline}, ", When(each.at, zone, "day"))
