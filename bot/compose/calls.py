"""What the clock posts around a call, and what one person is told of it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Literal

from bot.compose.agenda import Agenda, three_lines
from bot.compose.facts import CallFacts, Person, joined
from bot.compose.phrases import count, names
from bot.compose.roles import in_a_line
from bot.speech import (
    Button,
    Buttons,
    Card,
    Element,
    Heading,
    Items,
    Say,
    Small,
    Strong,
    Text,
    When,
    card,
    is_web_address,
    line,
    say_when,
)

State = Literal["open", "closed", "cancelled"]
Nudged = Literal["", "answered", "absent", "over", "cancelled"]


def checkin_open(
    call: CallFacts,
    *,
    state: State = "open",
    moved_from: datetime | None = None,
    calendar: str = "",
) -> Card:
    """The check-in of a call, as it stands: the same post is changed as people answer. `calendar`
    is the address of the series' feed, where there is one."""
    if state == "cancelled":
        return cancelled(call)
    return card(
        Heading(f"Check-in: {call.name}"),
        *_whenabouts(call, moved_from),
        *([Items(tuple((each,) for each in call.questions))] if call.questions else []),
        *([Text((_closed(call),))] if state == "closed" else []),
        *_turnout(call, state),
        *([_checkin_buttons(call, calendar)] if state == "open" else []),
        summary=f"Check-in: {call.name}, {say_when(call.when)}",
    )


def _closed(call: CallFacts) -> str:
    thanks = " Thank you to everyone who answered." if call.answered else ""
    return f"Check-in is closed.{thanks}"


def _whenabouts(call: CallFacts, moved_from: datetime | None) -> Iterator[Element]:
    yield Text(line(call.when, f" · {count(call.minutes, 'minute')}", *joined(call.link)))
    if moved_from:
        was = When(moved_from, call.zone)
        yield Text(line(Strong("Moved"), " from ", was, " to ", call.when, "."))


def _turnout(call: CallFacts, state: State) -> Iterator[Element]:
    answered = f"{len(call.answered)} checked in: {names(call.answered)}"
    nobody = "Nobody has checked in yet. Be the first." if state == "open" else "Nobody checked in."
    yield Small((answered if call.answered else nobody,))
    if call.absent:
        yield Small((f"{len(call.absent)} can’t come: {names(call.absent)}",))


def _checkin_buttons(call: CallFacts, calendar: str) -> Buttons:
    saved = "Add to my calendar"
    return Buttons(
        (
            Button("Check in", f"checkin {call.id}", "main"),
            Button("I can’t come", f"absent {call.id}"),
            Button(saved, url=calendar)
            if is_web_address(calendar)
            else Button(saved, f"calendar {call.series_id}"),
        )
    )


def cancelled(call: CallFacts) -> Card:
    """What takes the place of a cancelled call's posts."""
    return card(
        Heading(f"Cancelled: {call.name}"),
        Text(line("The call of ", call.when, " is cancelled. There is nothing to prepare.")),
        Small(("What you shared and raised waits for the next call.",)),
        summary=f"Cancelled: {call.name}, {say_when(call.when)}",
    )


def checkin_reply(
    who: Person, questions: Sequence[str], answers: Sequence[str], *, edited: bool = False
) -> Card:
    """One person's answers, for the check-in's thread."""
    pairs = [
        Text(line(Strong(question), f"\n{answer}"))
        for question, answer in zip(questions, answers, strict=False)
        if answer
    ]
    return card(
        Text(line(Strong(who.name), f" · {who.organisation}" if who.organisation else "")),
        *(pairs or [Text(("Checked in, without a word.",))]),
        *([Small(("Edited",))] if edited else []),
        summary=f"{who.name} checked in",
    )


def nudge(call: CallFacts, name: str = "", *, state: Nudged = "") -> Card:
    """A reminder to one person; once they have answered it thanks them instead, and once it is
    pointless it says so."""
    if state == "cancelled":
        return cancelled(call)
    if state == "over":
        return card(
            Text(line(call.name, ", ", call.when, ", is over. The recap tells what happened.")),
            summary=f"{call.name} is over",
        )
    if state == "answered":
        return card("Thank you, you have checked in.", *_change(call))
    if state == "absent":
        thanks = "Thank you for saying that you can’t come. The recap will tell you what happened."
        return card(thanks, *_change(call))
    asked = count(len(call.questions), "short question") if call.questions else "one tap"
    hello = f"Hello {name}, " if name else "Hello, "
    return card(
        Text(line(hello, Strong(call.name), " is on ", call.when, *joined(call.link), ".")),
        Text((f"You have not checked in yet: {asked}, a minute at most.",)),
        Buttons(
            (
                Button("Check in", f"checkin {call.id}", "main"),
                Button("I can’t come", f"absent {call.id}"),
            )
        ),
        summary=f"{call.name} is on {say_when(call.when)}. Check in?",
    )


def _change(call: CallFacts) -> Iterator[Element]:
    yield Small(line("For ", call.name, ", ", call.when, ". You may still change your mind:"))
    yield Buttons(
        (
            Button("Check in", f"checkin {call.id}"),
            Button("I can’t come", f"absent {call.id}"),
        )
    )


def starting(call: CallFacts, made: Agenda) -> Card:
    """The call begins: its link, and the agenda in three lines."""
    link = is_web_address(call.link)
    return card(
        Heading(f"Starting now: {call.name}"),
        *([Small(in_a_line(call))] if in_a_line(call) else []),
        Items(three_lines(made)),
        *([Buttons((Button("Join the call", style="main", url=call.link),))] if link else []),
        Small(("In every round you may pass. Found something useful? ", Say("share <link> why"))),
        summary=f"{call.name} is starting now",
    )


def exit_ticket(call: CallFacts, answered: int) -> Card:
    """The question that ends a call; the same post is changed as people answer."""
    return card(
        Heading(f"Before you go: {call.name}"),
        "Was it useful, would you recommend it, and one thing you take away. Half a minute.",
        Buttons((Button("Exit ticket", f"exit {call.id}", "main"),)),
        Small((f"{count(answered, 'answer')} so far" if answered else "No answers yet",)),
        summary=f"{call.name}: was it useful? Half a minute.",
    )
