"""Cards of a protocol that is run: its step now, its end, and one that runs in writing."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.compose.facts import Said
from bot.compose.phrases import count, names, quoted, shorten
from bot.compose.protocols import PROTOCOLS, Protocol, fitting, scaled
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
    When,
    card,
    line,
)

MOST_LISTED = 8


def library() -> Card:
    """Every protocol, with a button to begin it."""
    elements: list[Element] = [Heading("Protocols")]
    for each in PROTOCOLS.values():
        elements.append(
            Text(line(Strong(each.name), f", {count(each.minutes, 'minute')}: {each.purpose}"))
        )
        buttons = [Button("Begin", f"protocol begin {each.key}")]
        if each.written:
            buttons.append(Button("In writing, over days", f"protocol write {each.key}"))
        elements.append(Buttons(tuple(buttons)))
    return card(*elements, summary="Protocols")


def used(key: str, minutes: int) -> Protocol:
    """The protocol that is run in so many minutes: itself, or its short version."""
    return fitting(PROTOCOLS[key], minutes)


def step_card(
    run_id: int, key: str, minutes: int, place: int, began: datetime, zone: str, question: str
) -> Card:
    """The step that it is at, with how long it takes and what comes after."""
    steps = scaled(PROTOCOLS[key], minutes)
    name, long = steps[place]
    until = When(began + timedelta(minutes=long), zone, "time")
    after = f"Then: {steps[place + 1][0]}" if place + 1 < len(steps) else "Then it is over."
    buttons = [
        Button("Next step", f"protocol next {run_id} {place}", "main")
        if place + 1 < len(steps)
        else Button("End it", f"protocol end {run_id}", "main")
    ]
    if place:
        buttons.append(Button("Back", f"protocol back {run_id} {place}"))
    if place + 1 < len(steps):
        buttons.append(Button("End it", f"protocol end {run_id}"))
    return card(
        Heading(f"{used(key, minutes).name}, {place + 1} of {len(steps)}: {shorten(name, 90)}"),
        *([Text((quoted(question, 300),))] if question and place == 0 else []),
        Text(line(f"{count(long, 'minute')}, until about ", until, ".")),
        Small((after,)),
        Buttons(tuple(buttons)),
        summary=f"{used(key, minutes).name}: {name}",
    )


def done_card(key: str, minutes: int, place: int) -> Card:
    """A step that is over."""
    name, _ = scaled(PROTOCOLS[key], minutes)[place]
    return card(Text(line("Done: ", Strong(name))), summary=f"Done: {name}")


def ended_card(key: str, minutes: int) -> Card:
    """The protocol is over."""
    return card(
        Text(line(Strong(used(key, minutes).name), " is over. Thank you, everyone.")),
        summary=f"{used(key, minutes).name} is over",
    )


def written_card(
    run_id: int, key: str, question: str, thoughts: Sequence[Said], until: When, *, over: bool
) -> Card:
    """One that runs in writing, with how many have written."""
    people = {each.who.id for each in thoughts}
    told = (
        f"{count(len(thoughts), 'thought')} from {count(len(people), 'person', 'people')}"
        f": {names({each.who.id: each.who for each in thoughts}.values())}"
        if thoughts
        else "Nobody has written yet."
    )
    return card(
        Heading(PROTOCOLS[key].name),
        Text((Strong(question),)),
        Text((told,)),
        Small(
            line("It was open until ", until, ".")
            if over
            else line("It is open until ", until, ". Passing is fine.")
        ),
        *([] if over else [Buttons((Button("Add a thought", f"thought {run_id}", "main"),))]),
        summary=f"{PROTOCOLS[key].name}: {shorten(question, 200)}",
    )


def thought_card(thought: Said, on: Said | None) -> Card:
    """A thought, for the thread."""
    built = [Small((f"Building on {on.who.name}: {quoted(on.words, 150)}",))] if on else []
    return card(
        *built,
        Text((thought.words,)),
        Small((thought.who.full,)),
        summary=f"{thought.who.name} added a thought",
    )


def closing_card(question: str, thoughts: Sequence[Said], built_on: Sequence[Said]) -> Card:
    """When it closes: what there is, and what others built on."""
    people = {each.who.id for each in thoughts}
    lines: list[Line] = [
        line(Strong(each.who.full), f": {shorten(each.words, 200)}") for each in built_on
    ]
    others: list[Element] = []
    if lines:
        others = [Text((Strong("Others built on"),)), Items(tuple(lines[:MOST_LISTED]))]
    return card(
        Text((f"{quoted(question, 200)} is closed.",)),
        Fields(
            (
                ("Thoughts", (str(len(thoughts)),)),
                ("People", (str(len(people)),)),
            )
        ),
        *others,
        Small(("The next recap holds every thought.",)),
        summary="It is closed",
    )
