"""Help: what one can type here, for who one is."""

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

FIRST = (
    *("checkin", "share", "ask", "find", "agenda", "absent", "exit", "problems", "commit", "links"),
    *("me", "me pause", "me resume", "me nudges", "me saved", "me export", "me erase"),
)


@word("help", example="help", who="anyone", reads=True)
def show_help(ask: Ask) -> Reply:
    """Show what you can type here."""
    hosts = ask.standing is not None and ask.standing.hosts
    near = nearest(ask.rest, hosts=hosts) if ask.standing and ask.rest else None
    return _one(near[0]) if near else card(*_all(ask), summary="What you can type")


def _one(wanted: Word) -> Reply:
    return card(
        Heading(wanted.name),
        wanted.help,
        Small(("For example: ", Say(wanted.example))),
    )


def _all(ask: Ask) -> list[Element | str]:
    if ask.standing is None:
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
        Heading(f"Homeroom for {ask.me.network}"),
        Items(tuple(_line(each) for each in _typed("everyone", "person"))),
    ]
    if ask.me.hosts:
        links = (
            Say("links all"),
            " (or ask, or none) – Say what becomes of links in this channel.",
        )
        hosts = (*(_line(each) for each in _typed("host")), links)
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


def _typed(*who: str) -> list[Word]:
    found = [each for each in TABLE.values() if each.listed and each.who in who]
    return sorted(found, key=lambda each: FIRST.index(each.name) if each.name in FIRST else 99)


def _line(each: Word) -> Line:
    return (Say(f"{each.name} {each.hint}".strip()), f" – {each.help}")
