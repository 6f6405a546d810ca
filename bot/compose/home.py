"""What someone sees who types nothing more than our name, or opens our home."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bot.compose.facts import CallFacts, Raised, Shared, for_everyone, joined
from bot.compose.phrases import count, few, names, quoted, resource_lines
from bot.speech import (
    Button,
    Buttons,
    Card,
    Element,
    Heading,
    Items,
    Line,
    Say,
    Small,
    Span,
    Strong,
    Text,
    card,
    line,
)

MOST, VOICES = 5, 3
UNDER_FIND = (" under ", Say("find"))


@dataclass(frozen=True)
class HomeFacts:
    """What matters to one member now. `problems` are their own; `asks` (unanswered) and `draft`
    (the call whose recap waits) are for a host."""

    network: str
    name: str
    hosts: bool = False
    call: CallFacts | None = None
    state: Literal["", "answered", "absent"] = ""
    problems: tuple[Raised, ...] = ()
    resources: tuple[Shared, ...] = ()
    asks: tuple[Raised, ...] = ()
    draft: CallFacts | None = None
    ended: bool = False


def menu(facts: HomeFacts) -> Card:
    """The short answer to our bare name: the next call and what one can do now."""
    return card(
        Heading(facts.network),
        *_next_call(facts),
        Buttons(tuple(_things_to_do(facts))),
        *_typing(facts),
        summary=f"{facts.network}: what you can do now",
    )


def home(facts: HomeFacts, more: tuple[Element, ...] = ()) -> Card:
    """A member's home: the next call, their problems, what was shared, and for a host what
    waits for them; then `more`."""
    return card(
        Heading(f"{facts.network}: hello {facts.name}"),
        *_next_call(facts),
        *(_for_host(facts) if facts.hosts else ()),
        *_part("Your open problems", [_asked(each) for each in facts.problems]),
        *_part("Shared lately", resource_lines(facts.resources, 100, VOICES), *UNDER_FIND),
        *more,
        Buttons(tuple(_things_to_do(facts))),
        *_typing(facts),
        summary=f"{facts.network}: your home",
    )


def _next_call(facts: HomeFacts) -> Iterator[Element]:
    call = facts.call
    if facts.ended:
        yield Text(("It has ended: nothing is planned or added any more.",))
        return
    if call is None:
        how = ("Plan one with ", Say("call")) if facts.hosts else ("A host plans the next one.",)
        yield Text(("No call is planned. ", *how))
        return
    state = {
        "answered": "You have checked in; check in again to change your answers.",
        "absent": "You said that you can’t come; check in if you can after all.",
        "": "You have not checked in yet.",
    }[facts.state]
    yield Text(line(Strong(call.name), ": ", call.when, *joined(call.link)))
    yield Small((state,))
    check = Button("Check in", f"checkin {call.id}", "" if facts.state else "main")
    away = [] if facts.state == "absent" else [Button("I can’t come", f"absent {call.id}")]
    yield Buttons((check, *away))


def _for_host(facts: HomeFacts) -> Iterator[Element]:
    """What only a host sees: who answered, what waits. A list, never a ranking."""
    if facts.call:
        yield Small((f"Checked in: {names(facts.call.answered) or 'nobody yet'}",))
        if facts.call.absent:
            yield Small((f"Can’t come: {names(facts.call.absent)}",))
    if facts.draft:
        yield Text(line("The recap of ", facts.draft.name, ", ", facts.draft.day, ", waits."))
        yield Buttons((Button("Edit the draft", f"recap edit {facts.draft.id}", "main"),))
    asks = [_asked(each) for each in for_everyone(facts.asks)]
    yield from _part("Asks that nobody has answered", asks)


def _part(title: str, lines: list[Line], *more: Span) -> Iterator[Element]:
    if lines:
        yield Text((Strong(title),))
        yield Items(few(lines, MOST, *more))


def _asked(problem: Raised) -> Line:
    return (quoted(problem.what, 150), f" – {count(len(problem.offers), 'offer')} so far")


def _things_to_do(facts: HomeFacts) -> Iterator[Button]:
    yield Button("Share a resource", "share")
    yield Button("Raise a problem", "ask")
    yield Button("Problems", "problems")
    yield Button("Agenda", "agenda")
    yield Button("My page", "me")
    if facts.hosts:
        yield Button("Calls", "call")
        yield Button("Last recap", "recap")
        yield Button("Prompts", "prompts")
        yield Button("Network", "network")
    yield Button("Help", "help")


def _typing(facts: HomeFacts) -> Iterator[Element]:
    if facts.ended:
        yield Small(("What was shared is still found with ", Say("find <words>")))
        return
    said = ("share <link> why", "ask", "find <words>", *(("call", "recap") if facts.hosts else ()))
    spans = (span for each in said for span in (" · ", Say(each)))
    yield Small(("Or type: ", *tuple(spans)[1:]))
