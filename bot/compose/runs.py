"""Cards of a protocol that is run: its step now, its end, and one that runs in writing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class RunFacts:
    """A protocol that is running: at its step `place`, or in writing `until` then."""

    id: int
    key: str
    minutes: int
    place: int
    question: str
    until: When | None


def library(running: Sequence[RunFacts] = (), said: str = "") -> Card:
    """Every protocol, with a button to begin it, below those that run now. `said` is what was
    asked for, where no protocol is called that."""
    elements: list[Element] = [Heading("Protocols")]
    if said:
        elements.append(Text((f"None of them is called {quoted(said, 80)}.",)))
    for each in running[:MOST_LISTED]:
        elements += _running(each)
    for known in PROTOCOLS.values():
        elements += _known(known)
    return card(*elements, summary="Protocols")


def _running(run: RunFacts) -> Iterator[Element]:
    about = f" · {quoted(run.question, 150)}" if run.question else ""
    if run.until:
        name = PROTOCOLS[run.key].name
        yield Text(line("Open now: ", Strong(name), about, ", until ", run.until))
        yield Buttons((Button("Close it now", f"protocol end {run.id}"),))
        return
    steps = scaled(PROTOCOLS[run.key], run.minutes)
    at = f", at “{steps[run.place][0]}”"
    yield Text(line("Running now: ", Strong(used(run.key, run.minutes).name), at, about))
    yield course(run.id, run.place, len(steps))


def _known(known: Protocol, minutes: int = 0) -> Iterator[Element]:
    long = minutes or known.minutes
    yield Text(line(Strong(known.name), f", {count(long, 'minute')}: {known.purpose}"))
    begin = f"protocol begin {known.key} {minutes}" if minutes else f"protocol begin {known.key}"
    buttons = [Button("Begin", begin)]
    if known.written:
        buttons.append(Button("In writing, over days", f"protocol write {known.key}"))
    yield Buttons(tuple(buttons))


def shown(known: Protocol, minutes: int) -> Card:
    """One protocol, with its steps in so many minutes; 0 stands for as many as it is made for."""
    about, hands = _known(known, minutes)
    steps = scaled(known, minutes or known.minutes)
    return card(
        about,
        Items(tuple((f"{count(long, 'minute')} · {name}",) for name, long in steps)),
        hands,
        summary=known.name,
    )


def course(run_id: int, place: int, many: int) -> Buttons:
    """What a host presses at step `place` of `many`."""
    over, last = f"protocol end {run_id}", place + 1 >= many
    forth = [] if last else [Button("Next step", f"protocol next {run_id} {place}", "main")]
    back = [Button("Back", f"protocol back {run_id} {place}")] if place else []
    end = [Button("End it", over, "main" if last else "")]
    return Buttons((*end, *back) if last else (*forth, *back, *end))


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
    return card(
        Heading(f"{used(key, minutes).name}, {place + 1} of {len(steps)}: {shorten(name, 90)}"),
        *([Text((quoted(question, 300),))] if question and place == 0 else []),
        Text(line(f"{count(long, 'minute')}, until about ", until, ".")),
        Small((after,)),
        course(run_id, place, len(steps)),
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
