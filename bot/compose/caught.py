"""Links that someone posted, for them to keep or dismiss."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.compose.phrases import count, shorten
from bot.links import short_address
from bot.speech import (
    Button,
    Buttons,
    Card,
    Element,
    Heading,
    Line,
    Link,
    Say,
    Small,
    Strong,
    Text,
    card,
    line,
)

AT_HOME, IN_LIST, AT_ONCE = 5, 15, 50
SETTINGS = (
    ("ask", "Ask whoever posts one"),
    ("all", "Keep all"),
    ("none", "Catch none"),
)
_BECOMES = {
    "ask": "links are caught, and whoever posted one keeps or dismisses it",
    "all": "all links are kept for the network, with the words around them",
    "none": "no links are caught",
}


@dataclass(frozen=True)
class CaughtFacts:
    """A link that waits. `title` is a file's; `permalink` leads to the message, `channel` names
    where it stands."""

    id: int
    url: str
    title: str = ""
    words: str = ""
    channel: str = ""
    permalink: str = ""


def at_home(links: Sequence[CaughtFacts]) -> Iterator[Element]:
    """What stands of them in a member's home."""
    if not links:
        return
    yield Text((Strong("Links you posted: shall the network keep them?"),))
    for each in links[:AT_HOME]:
        yield from _link(each, " home")
    rest = len(links) - AT_HOME
    if rest > 0:
        yield Small((f"and {rest} more. ",))
    yield Buttons(tuple(_for_all(links, " home", more=rest > 0)))


def waiting(
    links: Sequence[CaughtFacts], said: Line = (), *, setting: str = "", hosts: bool = False
) -> Card:
    """The list of them, after what was just `said`. `setting` is what becomes of links in the
    channel where this is read, which a host may change."""
    elements: list[Element] = [Heading("Links you posted")]
    if said:
        elements.append(Text(said))
    if not links:
        elements.append(
            Text(("None of them waits for you. To share one, type ", Say("share"), "."))
        )
    for each in links[:IN_LIST]:
        elements += _link(each, "")
    rest = len(links) - IN_LIST
    if rest > 0:
        elements.append(Small((f"and {rest} more: they come up as you decide upon these.",)))
    if links:
        elements.append(Small(("Only you see this list. What is not kept is forgotten in time.",)))
        if len(links) > 1:
            elements.append(Buttons(tuple(_for_all(links, "", more=False))))
    if setting:
        elements.append(Small((f"In this channel {_BECOMES[setting]}.",)))
    if setting and hosts:
        others = [each for each in SETTINGS if each[0] != setting]
        buttons = (Button(f"{label} here", f"links {value}") for value, label in others)
        elements.append(Buttons(tuple(buttons)))
    summary = count(len(links), "link waits", "links wait")
    return card(*elements, summary=summary, instead=bool(said))


def setting_card(said: Line, setting: str) -> Card:
    """To a host: what becomes of links in the channel where they said it."""
    others = [each for each in SETTINGS if each[0] != setting]
    return card(
        Heading("Links in this channel"),
        Text(said),
        Text((f"In this channel {_BECOMES[setting]}.",)),
        Buttons(tuple(Button(f"{label} here", f"links {value}") for value, label in others)),
        summary="What becomes of links here",
        instead=True,
    )


def settled(setting: str, by: str) -> Card:
    """What a channel is told when a host changes what becomes of its links."""
    how = {
        "ask": ("Keep yours with the bookmark reaction, or in your home: ", Say("home")),
        "all": (
            "To take one back, delete your message; or type ",
            Say("share <link>"),
            " and press Withdraw.",
        ),
        "none": ("To share one, type ", Say("share <link> why")),
    }[setting]
    return card(
        Text((f"In this channel, from now on, {_BECOMES[setting]}.",)),
        Small((f"{by} decided so. ", *how)),
        summary="What becomes of links here",
    )


def title_of(link: CaughtFacts) -> str:
    """What a caught link is called."""
    return link.title or short_address(link.url)


def _link(link: CaughtFacts, where: str) -> Iterator[Element]:
    named = Link(link.url, shorten(title_of(link), 100))
    said = f" – {shorten(link.words, 150)}" if link.words else ""
    there = Link(link.permalink, f"#{link.channel}") if link.permalink else f"#{link.channel}"
    place = (" (", there, ")") if link.channel else ()
    yield Text(line(named, said, *place))
    yield Buttons(
        (
            Button("Keep", f"keep {link.id}{where}", "main"),
            Button("Dismiss", f"dismiss {link.id}{where}"),
        )
    )


def _for_all(links: Sequence[CaughtFacts], where: str, *, more: bool) -> Iterator[Button]:
    if more:
        yield Button("Show all", "links")
    if len(links) > AT_ONCE:
        yield Button(f"Keep the latest {AT_ONCE}", f"keep all{where}")
    elif len(links) > 1:
        yield Button(f"Keep all {len(links)}", f"keep all{where}")
