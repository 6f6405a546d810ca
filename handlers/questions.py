"""The questions that calls open with: hosts see, add and take out."""

from collections.abc import Iterable

from bot.compose.openers import alike
from bot.compose.phrases import count
from bot.errors import Refusal
from bot.roles import questions_in_turn
from bot.speech import (
    Button,
    Buttons,
    Card,
    Element,
    Form,
    Heading,
    Reply,
    Say,
    Small,
    Text,
    TextField,
    card,
    clean,
)
from handlers.noting import note
from handlers.words import Ask, number, word
from storage import calls, questions, roles

SHOWN = 6
MOST = 300
ADD = Button("Add a question", "questions add")


@word("questions", example="questions", who="host", reads=True)
def show(ask: Ask) -> Reply:
    """See the questions that calls open with, add your own, and take some out."""
    every = questions_in_turn(ask.session, ask.me.network_id)
    begin = number(ask.rest) if ask.rest.strip() else 0
    shown = every[begin : begin + SHOWN]
    left = len(every) - begin - len(shown)
    had = {alike(each) for each in roles.opened_with(ask.session, network_id=ask.me.network_id)}
    fresh = sum(alike(each) not in had for each in every)
    out = _out(ask)
    more = [Button(f"Show {min(left, SHOWN)} more", f"questions {begin + SHOWN}")] if left else []
    gone = [Button(f"Taken out ({len(out)})", "questions gone")] if out else []
    told = (
        f"{count(len(every), 'question')}, {fresh} of them not asked yet. None comes again before"
        " all were asked. Next come:"
        if every
        else "No question is left, so calls open with a plain round."
    )
    return card(
        Heading("How calls open"),
        told,
        *_with_buttons(shown, "Take it out", "questions out"),
        Buttons((ADD, *more, *gone)),
        Small(("The question of one call alone is changed with ", Say("roles"), ".")),
        summary="How calls open",
    )


def _with_buttons(shown: Iterable[str], label: str, says: str) -> list[Element]:
    lines: list[Element] = []
    for each in shown:
        lines += [Text((each,)), Buttons((Button(label, f"{says} {each}"),))]
    return lines


def _out(ask: Ask) -> list[str]:
    """The questions that were taken out, the last first."""
    every = questions.of_network(ask.session, network_id=ask.me.network_id)
    return [each.words for each in reversed(every) if each.out]


@word("questions gone", who="host", reads=True)
def gone(ask: Ask) -> Reply:
    """See the questions that were taken out."""
    out = _out(ask)
    begin = number(ask.rest) if ask.rest.strip() else 0
    left = len(out) - begin - SHOWN
    more = [Button(f"Show {min(left, SHOWN)} more", f"questions gone {begin + SHOWN}")]
    return card(
        Heading("Questions that were taken out"),
        *([] if out else ["None is."]),
        *_with_buttons(out[begin : begin + SHOWN], "Put it back", "questions back"),
        Buttons((*(more if left > 0 else []), Button("Back to the list", "questions"))),
        summary="Questions that were taken out",
    )


@word("questions add", who="host", opens="bare")
def add(ask: Ask) -> Reply:
    """Add a question to those that calls open with."""
    if ask.said.values is None and ask.rest.strip():
        return _add(ask, _short_enough(ask.rest))
    form = Form(
        "Add a question",
        "questions add",
        (
            TextField(
                "question",
                "What should a call open with?",
                long=True,
                most=MOST,
                example="What did you learn from a student this week?",
            ),
        ),
        submit="Add it",
        intro=("It is asked before those that were asked already, in one call.",),
    )
    if ask.said.values is None:
        return form
    return _add(ask, form.read(ask.said.values)["question"])


def _short_enough(typed: str) -> str:
    words = clean(typed)
    if len(words) > MOST:
        raise Refusal(
            f"That question is {len(words):,} characters; {MOST} fit, so nothing was saved. Please"
            f" say it in fewer. You typed: {words}"
        )
    return words


def _add(ask: Ask, typed: str) -> Card:
    words = _flat(typed)
    if not words:
        raise Refusal("Please write the question, such as ", Say("questions add What helped?"))
    if known := _known(ask, words):
        return card(f"That question is there already: “{known}”")
    known = next((each for each in _out(ask) if alike(each) == alike(words)), words)
    _put(ask, known, out=False)
    note(ask, "questions", f"added a question to open calls with: “{known}”")
    return card(
        f"Added: “{known}”",
        Buttons((Button("Take it out", f"questions out {known}"), ADD)),
        summary="Added",
    )


@word("questions out", who="host")
def take_out(ask: Ask) -> Reply:
    """Take a question out of those that calls open with."""
    words = _known(ask, ask.rest)
    if words is None:
        raise _nowhere(ask)
    _put(ask, words, out=True)
    coming = questions.take_back(ask.session, network_id=ask.me.network_id, words=words)
    for call_id in coming:
        calls.touch(ask.session, call_id=call_id)
    note(ask, "questions", f"took out a question that calls open with: “{words}”")
    told = " The next call opens with another one." if coming else ""
    return card(
        f"Taken out: “{words}”. It is not asked any more.{told}",
        Buttons((Button("Put it back", f"questions back {words}"), Button("List", "questions"))),
        summary="Taken out",
    )


@word("questions back", who="host")
def put_back(ask: Ask) -> Reply:
    """Put a question back that was taken out."""
    words = next((each for each in _out(ask) if alike(each) == alike(clean(ask.rest))), None)
    if words is None and (known := _known(ask, ask.rest)):
        return card(f"That question is there already: “{known}”")
    if words is None:
        raise _nowhere(ask)
    _put(ask, words, out=False)
    note(ask, "questions", f"put back a question that calls open with: “{words}”")
    return card(
        f"It is back: “{words}”",
        Buttons((Button("Take it out", f"questions out {words}"), Button("List", "questions"))),
        summary="It is back",
        instead=True,
    )


def _known(ask: Ask, typed: str) -> str | None:
    """The question of this network that is written so."""
    wanted = alike(clean(typed))
    every = questions_in_turn(ask.session, ask.me.network_id)
    return next((each for each in every if alike(each) == wanted), None)


def _put(ask: Ask, words: str, *, out: bool) -> None:
    questions.put(ask.session, network_id=ask.me.network_id, words=words, out=out, now=ask.now)


def _nowhere(ask: Ask) -> Refusal:
    typed = _flat(ask.rest)[:MOST]
    return Refusal(
        f"No call opens with “{typed}”. " if typed else "Please say which question. ",
        Say("questions"),
        " lists them.",
    )


def _flat(typed: str) -> str:
    return " ".join(clean(typed).split())
