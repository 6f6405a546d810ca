"""What a host is told when a platform takes no posts."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.compose.phrases import count
from bot.speech import (
    Button,
    Buttons,
    Card,
    Element,
    Line,
    Small,
    Strong,
    Text,
    card,
    line,
    plain_line,
)

MOST_ASKED = 5  # doubts shown at once; the next ones come when these are answered
WAITS = "What waits is posted as soon as I can, if that is within a day."


def place_stopped(where: str, why: str, lane: str, *, absent: bool, before: bool) -> Card:
    """A channel takes no posts: since we are `absent` from it, or otherwise; `before` it took some.
    `why` says so in a sentence, and how it is mended."""
    if absent and not before:
        what = line("I am not in ", Strong(where), " yet, so I can’t post there.")
    else:
        what = line("I can’t post in ", Strong(where), " any more." if before else " yet.")
    return _stopped(what, why, lane)


def workspace_stopped(workspace: str, why: str, lane: str) -> Card:
    """A whole workspace takes no posts."""
    where = workspace or "one of your network’s workspaces"
    return _stopped(line("I can’t post anywhere in ", Strong(where), "."), why, lane)


def _stopped(what: Line, why: str, lane: str) -> Card:
    elements: list[Element | str] = [
        Text(what),
        why,
        WAITS,
        Buttons((Button("It is mended: try again", f"retry {lane}"),)),
        Small(("I try again by myself now and then, too.",)),
    ]
    return card(*elements, summary=f"{plain_line(what)} {why}")


def post_failed(what: str, where: str, reason: str) -> Card:
    """One post was refused for what it holds."""
    return card(
        Text(line("I could not post ", Strong(what), f" in {where}: it was refused ({reason}).")),
        "Other posts are not held up. Please tell whoever runs Homeroom; the log says more.",
        summary=f"I could not post {what}",
    )


@dataclass(frozen=True)
class Doubt:
    """Posts of one kind of which nobody but a person can tell whether they are there: one in a
    channel, or some to people directly. `key` stands for them in a button's words."""

    key: str
    what: str
    channel: str = ""
    direct: int = 0
    replies: int = 0
    late: bool = False


def in_doubt(doubts: Sequence[Doubt], said: str = "") -> Card:
    """Asks a host to look whether posts are there. `said` comes first: what became of others."""
    elements: list[Element | str] = [said] if said else []
    if doubts:
        elements.append(
            "The platform did not tell me whether it posted this, and I can’t look there myself."
            " I send nothing twice by myself: please look, and tell me."
        )
    for each in doubts[:MOST_ASKED]:
        elements += _asked(each)
    if len(doubts) > MOST_ASKED:
        elements.append(f"I ask about {len(doubts) - MOST_ASKED} more when these are answered.")
    if doubts:
        elements.append(
            Small(
                (
                    "What you say is there stays as it is: I can’t correct it later, and what"
                    " belongs under it is posted beside it.",
                )
            )
        )
    summary = f"Was {doubts[0].what} posted? Please look." if doubts else said
    return card(*elements, summary=summary, instead=bool(said))


def _asked(each: Doubt) -> list[Element | str]:
    again, there = f"resend {each.key}", f"found {each.key}"
    if each.direct:
        whom = count(each.direct, "person", "people")
        what = line(Strong(each.what), f", directly to {whom}. Whoever has it gets it twice.")
        labels = ("Send it anyway", "Leave it")
    else:
        what = line(Strong(each.what), f", in {each.channel}", *_waiting(each.replies), ".")
        labels = ("It is not there: send it again", "It is there")
    if each.late:
        return [
            Text(what),
            "It is too late to send it now.",
            Buttons((Button("All right", again),)),
        ]
    return [Text(what), Buttons((Button(labels[0], again), Button(labels[1], there)))]


def _waiting(replies: int) -> tuple[str, ...]:
    if not replies:
        return ()
    return (f"; {count(replies, 'post that belongs under it waits', 'posts under it wait')}",)
