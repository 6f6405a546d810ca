"""What members said they will do: saying it between calls, and what became of it."""

from collections.abc import Iterator

from bot.compose.commitments import answered, listed
from bot.errors import Refusal
from bot.gather import promised
from bot.speech import Button, Buttons, Card, Element, Form, Reply, Say, TextField, card, clean
from handlers.home_parts import part
from handlers.problems import found_problem, tell_calls
from handlers.words import Ask, number, word
from storage import commitments
from storage.models import Commitment

MOST = 500


@word("commit", hint="<what you will do>", example="commit ask three teachers for student work")
def commit(ask: Ask) -> Reply:
    """Say what you will do before the next call, or see what you said."""
    words = clean(ask.rest)
    if not words:
        return _mine(ask)
    if len(words) > MOST:
        raise Refusal(
            f"That is {len(words):,} characters; {MOST} fit, so nothing was saved. Please say it"
            f" in fewer. You typed: {words}"
        )
    return _keep(ask, words)


@word("commit older", who="nobody", reads=True)
def older(ask: Ask) -> Reply:
    """See more of what you said you will do."""
    page = max(number(ask.rest), 1)
    shown = tuple(listed([promised(each) for each in _open(ask)], page))
    return card(*shown, summary="Your commitments", instead=True) if shown else _mine(ask)


@word("commit new", who="nobody", opens=True)
def commit_in_form(ask: Ask) -> Reply:
    """Say what you will do, in a form."""
    form = Form(
        "Commit to something",
        "commit new",
        (TextField("words", "One thing you will do before the next call", most=MOST),),
    )
    if ask.said.values is None:
        return form
    return _keep(ask, form.read(ask.said.values)["words"])


@word("commit problem", who="nobody")
def commit_to_lesson(ask: Ask) -> Reply:
    """Make what a problem taught you a commitment."""
    problem = found_problem(ask)
    if problem.raised_by != ask.me.member_id or not problem.lesson:
        raise Refusal(
            "That is not a problem that you closed. To say what you will do, type ", Say("commit")
        )
    return _keep(ask, problem.lesson[:MOST])


def _keep(ask: Ask, words: str) -> Card:
    made, new = commitments.add(
        ask.session,
        network_id=ask.me.network_id,
        member_id=ask.me.member_id,
        words=words,
        now=ask.now,
    )
    tell_calls(ask)
    said = (
        "Saved. The next agenda asks how it went." if new else "You said that already; it is saved."
    )
    return card(
        said,
        Buttons((Button("Kept", f"commitment {made.id} kept"), Button("See all", "commit"))),
        summary="Your commitment is saved",
    )


@word("commitment", who="nobody")
def what_became(ask: Ask) -> Reply:
    """Say what became of a commitment."""
    mine = _own(ask)
    _, _, state = ask.rest.partition(" ")
    if state not in commitments.STATES:
        raise Refusal("Please use the buttons for that: ", Say("commit"))
    new = commitments.answer(ask.session, commitment=mine, state=state, now=ask.now)
    if new:
        tell_calls(ask)
    return answered(promised(mine), new=new)


@word("commitment say", who="nobody", opens=True)
def say_what_became(ask: Ask) -> Reply:
    """Say what you will do instead."""
    mine = _own(ask)
    form = Form(
        "Changed to",
        ask.said.words,
        (TextField("became", "What will you do instead?", mine.became, most=MOST),),
    )
    if ask.said.values is None:
        return form
    became = form.read(ask.said.values)["became"]
    new = commitments.answer(
        ask.session, commitment=mine, state="changed", became=became, now=ask.now
    )
    tell_calls(ask)
    return answered(promised(mine), new=new)


@part(20)
def in_home(ask: Ask) -> Iterator[Element]:
    """What you said you will do."""
    yield from listed([promised(each) for each in _open(ask)])


def _mine(ask: Ask) -> Card:
    waiting = _open(ask)
    shown = list(listed([promised(each) for each in waiting]))
    if not shown:
        shown = list(card("You have no open commitment.").elements)
    return card(
        *shown,
        Buttons((Button("Commit to something", "commit new", "main"),)),
        summary="Your commitments",
    )


def _open(ask: Ask) -> list[Commitment]:
    return list(commitments.of_member(ask.session, member_id=ask.me.member_id))


def _own(ask: Ask) -> Commitment:
    found = commitments.get(
        ask.session, network_id=ask.me.network_id, commitment_id=number(ask.rest)
    )
    if found is None or found.member_id != ask.me.member_id:
        raise Refusal("That is not a commitment of yours. ", Say("commit"), " shows them.")
    return found
