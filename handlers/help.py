"""Help: what one can type here, for who one is."""

from bot.compose.phrases import listed
from bot.speech import (
    Button,
    Buttons,
    Element,
    Heading,
    HowTo,
    Items,
    Line,
    Reply,
    Say,
    Small,
    Strong,
    Text,
    card,
)
from handlers.words import TABLE, Ask, Word, nearest, word
from storage.people import Standing

FIRST = (
    *("checkin", "share", "ask", "find", "agenda", "absent", "exit", "problems", "commit", "links"),
    *("me", "me pause", "me resume", "me nudges", "me saved", "me export", "me erase", "leave"),
)


@word("help", example="help", who="anyone", reads=True)
def show_help(ask: Ask) -> Reply:
    """Show what you can type here."""
    mine = _mine(ask)
    hosts = any(each.hosts for each in mine)
    near = nearest(ask.rest, hosts=hosts) if mine and ask.rest else None
    return _one(near[0]) if near else card(*_all(ask), summary="What you can type")


def _one(wanted: Word) -> Reply:
    return card(
        Heading(wanted.name),
        wanted.help,
        Small(("For example: ", Say(wanted.example))),
    )


def _mine(ask: Ask) -> tuple[Standing, ...]:
    """Who asks, in the network that is meant or in all that may be."""
    return (ask.standing,) if ask.standing else ask.several


def _all(ask: Ask) -> list[Element | str]:
    mine = _mine(ask)
    if not mine:
        return [
            Heading("Homeroom"),
            "I run a learning network’s weekly call: check-ins, the agenda, what people share and"
            " struggle with, and the recap.",
            Text(
                (
                    "You are not in a network here yet. If your network uses me, ask its host to"
                    " invite you to its channel. To begin a new network, type ",
                    Say(),
                    " in the channel where it meets.",
                )
            ),
        ]
    elements: list[Element | str] = [
        Heading(f"Homeroom for {listed([each.network for each in mine])}"),
        Items(tuple(_line(each) for each in _typed(mine, "everyone", "person"))),
    ]
    if any(each.hosts for each in mine):
        links = (
            Say("links all"),
            " (or ask, or none) – Say what becomes of links in this channel.",
        )
        typed = tuple(_line(each) for each in _typed(mine, "host"))
        hosts = typed if all(each.ended for each in mine) else (*typed, links)
        elements += [Text((Strong("As a host"),)), Items(hosts)]
    elements.append(
        Small(
            (
                "Everything works in a channel as @Homeroom …, and in a direct message to me in"
                " plain words. ",
                HowTo("use a shortcut"),
            )
        )
    )
    elements.append(
        Buttons((Button("Check in", "checkin"), Button("Share", "share"), Button("Ask", "ask")))
    )
    return elements


def _typed(mine: tuple[Standing, ...], *who: str) -> list[Word]:
    past = all(each.ended for each in mine)
    several = len(mine) > 1
    found = [
        each
        for each in TABLE.values()
        if each.listed
        and each.who in who
        and (each.after_end("") or not past)
        and (several or each.name != "me networks")
        and each.name != "rejoin"
    ]
    return sorted(found, key=lambda each: FIRST.index(each.name) if each.name in FIRST else 99)


def _line(each: Word) -> Line:
    return (Say(f"{each.name} {each.hint}".strip()), f" – {each.help}")
