"""The recap of a call: what was shared and why it helped, what was offered, what was promised.

One post with the beginnings, the detail in its thread. Everything is attributed, nobody is
ranked, and what only an organisation may read is refused even when it is handed in.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.compose.pages import pages
from bot.compose.phrases import count
from bot.compose.recap_sections import ExitFigures, RecapFacts, Section, sections
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
    When,
    card,
    is_web_address,
    line,
)

MODEL = "model"


@dataclass(frozen=True)
class Recap:
    """The post, and what goes into its thread."""

    head: Card
    details: tuple[Card, ...]


def recap(facts: RecapFacts) -> Recap:
    """Compose the recap. A head too long for one message goes on as the first of the details."""
    said = list(sections(facts))
    name = f"Recap: {facts.call.name}"
    whole = card(Heading(name), *_head(facts, said), summary=name)
    head, *more = pages(whole)
    threads = (page for each in said if not each.whole for page in pages(each.in_thread(name)))
    return Recap(head, (*more, *threads))


def _head(facts: RecapFacts, said: list[Section]) -> Iterator[Element]:
    yield Text(line("The call of ", facts.call.day))
    yield from _opening(facts)
    for section in said:
        yield from section.beginnings()
    if not said:
        yield Text(
            (
                "Nothing was written down here around this call. Something helped you? ",
                Say("share <link> why it helped"),
            )
        )
    if facts.exit and facts.exit.useful:
        yield Small((_figures(facts.exit),))
    if is_web_address(facts.notes_link):
        yield Text((Link(facts.notes_link, "Notes or recording"),))
    if facts.next_call:
        yield Text(line(Strong("Next call: "), facts.next_call))


def _opening(facts: RecapFacts) -> Iterator[Element]:
    if not facts.opening:
        return
    yield Text((facts.opening,))
    if facts.opening_by == MODEL:
        approval = (
            f"edited and approved by {facts.approved_by}"
            if facts.approved_by
            else "nobody has approved it yet"
        )
        yield Small((f"Drafted by a model from what was shared; {approval}.",))
    elif facts.opening_by:
        yield Small((f"Written by {facts.opening_by}",))


def _figures(exit_: ExitFigures) -> str:
    """The exit ticket, always with how many answered."""
    n, yes = len(exit_.useful), sum(exit_.recommend)
    told = count(n, "answer")
    if exit_.asked >= n:
        told = f"{n} of {exit_.asked} answered ({n / exit_.asked:.0%})"
    useful = f"useful {sum(exit_.useful) / n:.1f} of 5"
    asked = f" · {yes} of {len(exit_.recommend)} would recommend it" if exit_.recommend else ""
    return f"Exit ticket: {told} · {useful}{asked}"


def draft_card(
    facts: RecapFacts, deadline: When | None, *, second: bool = False, held: bool = False
) -> Card:
    """To the host: the recap as it would be posted, and when it posts by itself; with no deadline,
    or when it is held back, only a host posts it. `second` is the reminder before the deadline."""
    call, made = facts.call, recap(facts)
    lead = "A reminder: the recap of " if second else "The recap of "
    thread = [element for detail in made.details for element in detail.elements]
    return card(
        Heading(f"{'Still a' if second else 'A'} draft: the recap of {call.name}"),
        Text(line(lead, call.day, " is ready, and only hosts see it so far.")),
        Text(_waits_for(deadline, held)),
        Buttons(tuple(_draft_buttons(call.id, deadline if not held else None))),
        Small(("Edit changes the opening and leaves out what should not be posted.",)),
        *made.head.elements,
        *([Text((Strong("In its thread"),)), *thread] if thread else []),
        summary=f"The recap of {call.name} waits for you",
    )


def _waits_for(deadline: When | None, held: bool) -> Line:
    if held:
        return ("It is held back: it is posted only when a host approves it.",)
    if deadline is None:
        return ("It does not post by itself: it is posted when a host approves it.",)
    return ("It posts by itself ", deadline, " unless you hold it back.")


def _draft_buttons(call_id: int, deadline: When | None) -> Iterator[Button]:
    yield Button("Approve and post", f"recap approve {call_id}", "main")
    yield Button("Edit", f"recap edit {call_id}")
    if deadline:
        yield Button("Hold back", f"recap hold {call_id}")


def posted_card(facts: RecapFacts) -> Card:
    """What becomes of a draft once the recap is posted."""
    call = facts.call
    by = f" {facts.approved_by} approved it." if facts.approved_by else ""
    return card(
        Text(line("The recap of ", Strong(call.name), ", ", call.day, f", is posted.{by}")),
        Small(("Thank you! It changes by itself when somebody answers the exit ticket late.",)),
        summary=f"The recap of {call.name} is posted",
    )
