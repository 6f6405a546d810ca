"""What is said once, when something changes: a call moved, a step left out, a first hello."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.compose.facts import CallFacts, joined
from bot.compose.phrases import count, few
from bot.offsets import STEPS
from bot.speech import (
    Button,
    Buttons,
    Card,
    Heading,
    HowTo,
    Items,
    Line,
    Say,
    Small,
    Strong,
    Text,
    When,
    card,
    line,
    say_when,
)

MOST_LOST = 6  # calls that a notice names; more are counted


def moved_notice(call: CallFacts, moved_from: datetime) -> Card:
    """To someone who had answered: the call is at another time, and their answers stay."""
    was = When(moved_from, call.zone)
    return card(
        Text(line(Strong(call.name), " has moved from ", was, " to ", call.when, ".")),
        Text((f"It takes {count(call.minutes, 'minute')}.",)),
        "Your check-in is kept. If the new time does not suit you, say so:",
        Buttons((Button("I can’t come", f"absent {call.id}"),)),
        summary=f"{call.name} has moved to {say_when(call.when)}",
    )


def cancelled_notice(call: CallFacts) -> Card:
    """To someone who had answered: the call is not held."""
    return card(
        Text(line(Strong(call.name), " of ", call.when, " is cancelled.")),
        "Thank you for your answers. What you shared and raised waits for the next call.",
        summary=f"{call.name} is cancelled: {say_when(call.when)}",
    )


def longer_notice(call: CallFacts, minutes_before: int) -> Card:
    """To someone who had answered: the call keeps its time, but not its length."""
    took = count(minutes_before, "minute")
    return card(
        Text(
            line(
                Strong(call.name),
                " of ",
                call.when,
                f" takes {count(call.minutes, 'minute')} now, no longer {took}.",
            )
        ),
        "Your check-in is kept. If that does not suit you, say so:",
        Buttons((Button("I can’t come", f"absent {call.id}"),)),
        summary=f"{call.name} takes {count(call.minutes, 'minute')} now",
    )


@dataclass(frozen=True)
class LostCall:
    """A call, and the kinds of its steps that were left out."""

    call: CallFacts
    kinds: tuple[str, ...]


def left_out_notice(lost: Sequence[LostCall]) -> Card:
    """To the host, after the program had been off: what was left out, the latest call first."""
    kinds = {kind for each in lost for kind in each.kinds}
    if len(lost) == 1:
        (only,) = lost
        return card(
            Text(line("Left out for ", Strong(only.call.name), " of ", only.call.when, ":")),
            Items(tuple((STEPS[kind].label,) for kind in only.kinds)),
            "I was not running when this was due, and now it is too late for it.",
            Small(_mend(kinds)),
            summary=f"Left out for {only.call.name}, {say_when(only.call.when)}",
        )
    calls = count(len(lost), "call")
    return card(
        f"I was not running for a while. This is left out for {calls}, as it is too late for it:",
        Items(few([_lost_line(each) for each in lost], MOST_LOST, " before these")),
        "Nothing that people wrote was lost, and the calls to come go on as planned.",
        Small(_mend(kinds)),
        summary=f"I was not running: something is left out for {calls}",
    )


def _lost_line(lost: LostCall) -> Line:
    labels = [STEPS[kind].label for kind in lost.kinds]
    return line(Strong(lost.call.name), ", ", lost.call.day, ": ", "; ".join(labels))


def zone_lost_notice(series_id: int, name: str, zone: str, near: str | None) -> Card:
    """To the host: nobody knows the zone of a series any more. `near` is one like it."""
    perhaps = f", perhaps {near}" if near else ", such as America/Chicago"
    return card(
        Text(line("I don’t know the time zone of ", Strong(name), f" any more: “{zone}”.")),
        "The calls that are planned stay as they are, with their times shown in UTC. I can’t plan"
        " more of them until the series has a time zone that I know.",
        Text(
            ("Type ", Say(f"call edit {series_id}"), f" and give its time zone{perhaps}."),
        ),
        Buttons((Button("Change the series", f"call edit {series_id}", "main"),)),
        summary=f"{name} needs a time zone",
    )


def _mend(kinds: Collection[str]) -> Line:
    """What a host can do about what was left out."""
    shows = (Say("call"), " shows what is next.")
    if "recap" in kinds:
        return ("To post the recap after all, type ", Say("recap"))
    if "checkin" in kinds:
        return ("People can still check in with ", Say("checkin"), ". ", *shows)
    return ("Everything else goes on as planned. ", *shows)


def welcome(network: str = "", call: CallFacts | None = None) -> Card:
    """Homeroom's first words in a channel; without a network, how one begins it."""
    if not network:
        return card(
            Heading("Hello, I am Homeroom"),
            "I run a learning network’s call: check-in before it, agenda and exit ticket around it,"
            " recap after it, and I find what was shared.",
            "This channel is in no network yet. One form begins one here; whoever sends it becomes"
            " its host.",
            Buttons((Button("Begin a network here", "begin", "main"),)),
            Small(("Or type ", Say("begin"))),
            summary="Hello, I am Homeroom",
        )
    return card(
        Heading(f"Hello, I am Homeroom, for {network}"),
        Text(line("The next call: ", Strong(call.name), ", ", call.when, *joined(call.link)))
        if call
        else Text(("No call is planned yet. A host plans one with ", Say("call"))),
        "What you can type here:",
        Items(
            (
                (Say("share <link> why it helped"),),
                (Say("ask"), " – raise a problem of practice"),
                (Say("find <words>"), " – what the network shared before"),
                (Say(), " – everything else"),
            )
        ),
        Small(
            (
                "Links that you post here to each other wait in your home, for you to keep or"
                " dismiss; what nobody keeps is forgotten after four weeks. A reply to a question"
                " of mine is an answer to it. Of the rest of what you write to each other I keep"
                " nothing.",
            )
        ),
        summary=f"Hello, I am Homeroom, for {network}",
    )


def joined_notice(network: str, keep_months: int | None) -> Card:
    """To whoever has just become a member: what is kept, for how long, and how one leaves."""
    long = f"for {count(keep_months, 'month')}" if keep_months else "as long as the network lasts"
    posts = " Then I delete my posts of it, too; what you typed yourself stays." * bool(keep_months)
    return card(
        Heading(f"You are in {network} now"),
        f"I keep your name, your time zone, and what you give me: check-ins, links and why they"
        f" helped, problems and offers, answers, commitments. It is kept {long}.{posts} The others"
        " in the network see it, with your name; a problem you may raise without. Links that you"
        " post to each other wait four weeks in your home, for you to keep, and a reply to a"
        " question of mine is an answer to it. Of the rest of what you write to each other I keep"
        " nothing.",
        Buttons(
            (
                Button("My page", "me"),
                Button("What is kept of me", "me export"),
            )
        ),
        Small(
            (
                "To pause, type ",
                Say("me pause"),
                ". To leave, while what you gave stays: ",
                Say("leave"),
                ". To have all of it erased: ",
                Say("me erase"),
            )
        ),
        summary=f"You are in {network} now: what is kept, and how to leave",
    )


def guest_notice(name: str) -> Card:
    """To a guest who began a network: somebody else is to host it."""
    return card(
        f"Thank you for beginning, {name}. As a guest of this workspace you can’t host a network,"
        " so nobody hosts it at the moment.",
        Text(
            (
                "Please ask a full member of the workspace to type ",
                HowTo("call me"),
                " in its channel: it offers them to become its host. All that you entered is kept.",
            )
        ),
        summary="Your network needs a host",
    )
