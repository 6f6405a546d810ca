"""Cards of prompts: the question as it is asked, its answers, its preview, a host's list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.compose.facts import Said
from bot.compose.phrases import capital, count, listed, names, quoted, shorten
from bot.speech import (
    Button,
    Buttons,
    Card,
    Element,
    Fields,
    Heading,
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

MOST_LISTED = 10
ONCE = "once"
NOW = "now, as soon as you press Ask now"
LABELS = {"draft": "Not scheduled yet", "live": "", "paused": "Paused"}


@dataclass(frozen=True)
class Coming:
    """An instant at which a prompt comes. In a pause of the network, `rest` by its name and up to
    its last day, it is left out, or asked at `instead`."""

    at: datetime
    rest: str = ""
    last_on: date | None = None
    instead: datetime | None = None


@dataclass(frozen=True)
class PromptFacts:
    """A scheduled question. `said` is how often it is asked, in words ("once"); `comes` are its
    next instants, for a reader who lives in `home`, where its own `zone` may be another; `asked` is
    the time (by id) that it was asked last, with so many `answers`."""

    id: int
    question: str
    said: str
    zone: str
    home: str
    channels: tuple[str, ...]
    state: str
    comes: tuple[Coming, ...] = ()
    asked: int = 0
    answers: int = 0


def prompt_card(question: str, asking_id: int, answers: Sequence[Said]) -> Card:
    """The question as everyone reads it, with who has answered."""
    who = f" · {names([each.who for each in answers])}" if answers else ""
    return card(
        Text((Strong(question),)),
        Small((f"{count(len(answers), 'answer')} so far{who}",) if answers else ("Be the first.",)),
        Buttons((Button("Answer", f"answer {asking_id}", "main"),)),
        summary=question,
    )


def answer_card(answer: Said, *, edited: bool) -> Card:
    """An answer, for the question's thread."""
    return card(
        Text((answer.words,)),
        Small((f"{answer.who.full}{' · edited' if edited else ''}",)),
        summary=f"{answer.who.name} answered",
    )


def preview(facts: PromptFacts, notes: Sequence[str]) -> Card:
    """A prompt as it will be asked, before anybody else sees it."""
    return card(
        Heading("This is how it will be asked"),
        Text((Strong(facts.question),)),
        Fields(
            (
                ("When", _when(facts)),
                ("In", (listed(facts.channels),)),
            )
        ),
        *_next(facts),
        *(Small((each,)) for each in notes),
        Buttons(
            (
                Button("Ask now", f"prompt now {facts.id}", "main")
                if _is_now(facts)
                else Button("Schedule", f"prompt schedule {facts.id}", "main"),
                Button("Change", f"prompt change {facts.id}"),
                Button("Drop", f"prompt drop {facts.id}"),
            )
        ),
        summary="A prompt to look over",
    )


def _is_now(facts: PromptFacts) -> bool:
    """Whether it waits for nothing but its host: it is asked once, and no time is to come."""
    return facts.state == "draft" and facts.said == ONCE and not facts.comes


def _when(facts: PromptFacts) -> Line:
    if _is_now(facts):
        return (NOW,)
    if facts.said == ONCE and facts.comes:
        return say_coming(facts.comes[0], facts.zone, facts.home)
    return (capital(facts.said),)


def _next(facts: PromptFacts) -> Iterator[Element]:
    """The next times of what recurs."""
    if facts.comes and facts.said != ONCE:
        yield Text(("Next: " if len(facts.comes) == 1 else "The next times:",))
        yield Items(tuple(say_coming(each, facts.zone, facts.home) for each in facts.comes))


def say_coming(coming: Coming, zone: str, home: str) -> Line:
    """When a prompt of `zone` comes, for a reader who lives in `home`; of a time in a pause, what
    becomes of it."""
    at = _instant(coming.at, zone, home)
    if coming.last_on is None:
        return at
    rests = f" – the network rests then ({coming.rest}, {_until(coming.last_on)}): it is "
    if coming.instead is None:
        return line(*at, rests, "not asked")
    return line(*at, rests, "asked ", *_instant(coming.instead, zone, home))


def _until(last_on: date) -> str:
    return f"until {last_on.day} {last_on:%b}"


def _instant(at: datetime, zone: str, home: str) -> Line:
    """In the reader's own zone, and in the prompt's where that is another."""
    there = f" – {say_when(When(at, zone))}" if zone != home else ""
    return line(When(at, home), there)


def prompt_list(every: Sequence[PromptFacts]) -> Card:
    """A host's prompts with their buttons."""
    if not every:
        return card(
            Text(("No prompt is scheduled. Type ", Say("prompt tomorrow 9am: What went well?"))),
            Buttons(
                (
                    Button("New prompt", "prompt", "main"),
                    Button("From the library", "prompt library"),
                )
            ),
            summary="No prompt is scheduled",
        )
    more = len(every) - MOST_LISTED
    return card(
        Heading("Prompts"),
        *(element for each in every[:MOST_LISTED] for element in _listed(each)),
        *([Small((f"and {more} more, once some of these are cancelled",))] if more > 0 else []),
        Buttons((Button("New prompt", "prompt"), Button("From the library", "prompt library"))),
        summary=f"{count(len(every), 'prompt')}",
    )


def _listed(facts: PromptFacts) -> Iterator[Element]:
    yield Text((quoted(facts.question, 200),))
    upcoming = say_coming(facts.comes[0], facts.zone, facts.home) if facts.comes else ()
    said = NOW if _is_now(facts) else facts.said
    often = "" if facts.said == ONCE and upcoming else capital(said)
    comma = ", next " if often and upcoming else ""
    state = f"{LABELS[facts.state]} · " if LABELS[facts.state] else ""
    answers = f" · {count(facts.answers, 'answer')} last time" if facts.asked else ""
    yield Text(line(f"{state}{often}{comma}", *upcoming))
    yield Small((f"In {listed(facts.channels)}{answers}",))
    buttons = {
        "draft": [("Schedule", "schedule"), ("Change", "change"), ("Drop", "drop")],
        "live": [
            ("Edit", "change"),
            ("Pause", "pause"),
            ("Cancel", "cancel"),
            ("Ask now", "now"),
        ],
        "paused": [("Resume", "resume"), ("Edit", "change"), ("Cancel", "cancel")],
    }[facts.state]
    if _is_now(facts):
        buttons[0] = ("Ask now", "now")
    sure = {"cancel": f"It is asked no more: {quoted(facts.question, 100)}. Its answers stay."}
    shown = [
        Button(label, f"prompt {does} {facts.id}", confirm=sure.get(does, ""))
        for label, does in buttons
    ]
    if facts.asked:
        shown.append(Button("Answers", f"prompt answers {facts.asked}"))
    yield Buttons(tuple(shown))


def answers_card(question: str, answers: Sequence[Said], silent: int) -> Card:
    """For a host: who answered, in the order in which they did, and how many have not."""
    return card(
        Heading(shorten(question, 140)),
        Items(tuple(line(Strong(each.who.full), f": {each.words}") for each in answers))
        if answers
        else Text(("Nobody has answered yet.",)),
        Small((f"{count(len(answers), 'answer')}; {silent} have not answered.",)),
        summary="Answers",
    )


def left_out(question: str, at: When) -> Card:
    """To a host: a prompt came too late to be asked."""
    return card(
        Text(
            line(
                f"I could not ask {quoted(question, 150)} at ",
                at,
                ", so I left it out: it was too late when I could. ",
                Say("prompts"),
                " shows when it is asked next.",
            )
        ),
        summary="A prompt was left out",
    )


def rested(question: str, at: When, rest: str, last_on: date, instead: When | None) -> Card:
    """To a host: a prompt's only, or last, time fell into a pause of the network."""
    said = (" I ask it ", instead, " instead. ") if instead else (" It is not asked any more. ",)
    return card(
        Text(
            line(
                f"{quoted(question, 150)} was to be asked ",
                at,
                f", but the network rests then ({rest}, {_until(last_on)}).",
                *said,
                Say("prompts"),
                " lets you change it." if instead else " shows what is scheduled.",
            )
        ),
        summary="A prompt fell into a pause",
    )


def no_channel(question: str) -> Card:
    """To a host: a prompt has no channel left to be asked in."""
    return card(
        Text(
            (
                f"{quoted(question, 150)} is paused: every channel that it was asked in was removed"
                " from the network. ",
                Say("prompts"),
                " lets you give it another one and resume it.",
            )
        ),
        summary="A prompt has no channel left",
    )
