"""Closing a problem with what will be different, and opening it again."""

from bot.compose.phrases import shorten
from bot.errors import Refusal
from bot.publish import to_member
from bot.speech import Button, Buttons, Card, Form, Reply, Say, Text, TextField, card
from handlers.problems import found_problem, show
from handlers.words import Ask, word
from storage import audit, problems
from storage.models import Problem

NOT_YOURS = "Only whoever raised a problem, or a host, can do that."


@word("close", who="nobody", opens=True)
def close(ask: Ask) -> Reply:
    """Close a problem with what will be different."""
    problem = _ours(ask)
    mine = problem.raised_by == ask.me.member_id
    if problem.state == "closed":
        raise Refusal("That problem is closed already.")
    form = _form(ask, problem, mine=mine)
    if ask.said.values is None:
        return form
    lesson = form.read(ask.said.values)["lesson"]
    problems.close(ask.session, problem=problem, lesson=lesson, now=ask.now)
    show(ask, problem)
    if not mine:
        _note(ask, problem, "closed")
        _tell_raiser(ask, problem)
    return _closed(problem, mine=mine)


def _form(ask: Ask, problem: Problem, *, mine: bool) -> Form:
    return Form(
        "Close the problem",
        ask.said.words,
        (
            TextField(
                "lesson",
                "What will you do differently?" if mine else "What came of it?",
                required=mine,
                long=True,
                most=1000,
                example="I ask for one piece of student work before each visit.",
            ),
        ),
        submit="Close it",
        intro=(shorten(problem.what, 300),),
    )


def _closed(problem: Problem, *, mine: bool) -> Card:
    promise = Button("Make it a commitment", f"commit problem {problem.id}")
    return card(
        "Closed. Its card and the next recap say so."
        if problem.sight != "organisation"
        else "Closed. Its card says so.",
        Buttons(
            (
                *([promise] if mine and problem.sight == "network" and problem.lesson else []),
                Button("Open it again", f"reopen {problem.id}"),
            )
        ),
        summary="The problem is closed",
    )


def _tell_raiser(ask: Ask, problem: Problem) -> None:
    to_member(
        ask.session,
        problem.raised_by,
        card(
            Text((f"{ask.me.name} closed your problem “{shorten(problem.what, 150)}”.",)),
            Buttons((Button("Open it again", f"reopen {problem.id}"),)),
            summary="Your problem was closed",
        ),
        network_id=problem.network_id,
        of=f"problem {problem.id} closed {ask.now.isoformat()}",
        kind="notice",
        now=ask.now,
    )


@word("reopen", who="nobody")
def reopen(ask: Ask) -> Reply:
    """Open a problem again."""
    problem = _ours(ask)
    if problem.state != "closed":
        return card("That problem is open.")
    problems.reopen(ask.session, problem=problem)
    show(ask, problem)
    if problem.raised_by != ask.me.member_id:
        _note(ask, problem, "opened again")
    return card("It is open again, and waits for the next agenda.", instead=True)


def _ours(ask: Ask) -> Problem:
    problem = found_problem(ask)
    if problem.raised_by != ask.me.member_id and not ask.me.hosts:
        raise Refusal(NOT_YOURS, " ", Say("problems"), " shows what is open.")
    return problem


def _note(ask: Ask, problem: Problem, what: str) -> None:
    audit.note(
        ask.session,
        network_id=problem.network_id,
        by=ask.me.member_id,
        what="problem",
        ref=problem.id,
        words=f"{what} the problem “{shorten(problem.what, 100)}”",
        now=ask.now,
    )
