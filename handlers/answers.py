"""Answering a prompt, and reading what was answered."""

from bot.asked import answered, hide_answer, show_answer, show_asking
from bot.compose.phrases import shorten
from bot.compose.prompts import answers_card
from bot.errors import Refusal
from bot.speech import Button, Buttons, Form, Reply, Say, TextField, card
from handlers import while_hidden
from handlers.posting import follow
from handlers.words import Ask, number, word
from storage import people, prompts
from storage.models import Asking

BESIDES = "What you wrote in the thread counts, too; this is added to it."


@word("answer", who="nobody", opens=True)
def answer(ask: Ask) -> Reply:
    """Answer a prompt."""
    asking = _asking(ask)
    known = prompts.answer_of(ask.session, asking_id=asking.id, member_id=ask.me.member_id)
    form = Form(
        "Your answer",
        ask.said.words,
        (
            TextField(
                "words",
                shorten(asking.question, 140),
                known.own if known else "",
                long=True,
                hint=BESIDES if known and known.words != known.own else "",
            ),
        ),
        submit="Answer",
    )
    if ask.said.values is None:
        return form
    kept, new = prompts.answer(
        ask.session,
        asking=asking,
        member_id=ask.me.member_id,
        words=form.read(ask.said.values)["words"],
        now=ask.now,
    )
    if new:
        show_answer(ask.session, asking, kept, ask.now)
        show_asking(ask.session, asking, ask.now)
        follow(ask, "answer", kept.id)
    said = (
        "Thank you! Your answer is in the thread."
        if new
        else "That is already saved, in these words."
    )
    return card(
        said,
        Buttons(
            (
                Button("Change it", f"answer {asking.id}"),
                Button("Take it back", f"unanswer {asking.id}", confirm="Take your answer back?"),
            )
        ),
        summary="Your answer is saved",
    )


@word("unanswer", who="nobody")
def take_back(ask: Ask) -> Reply:
    """Take your answer to a prompt back."""
    asking = _asking(ask)
    done = while_hidden.withdrawn(ask, "answer", asking_id=asking.id)
    known = prompts.answer_of(ask.session, asking_id=asking.id, member_id=ask.me.member_id)
    if known is None and done:
        return done
    if known is None:
        raise Refusal("You have no answer there, or took it back already.")
    gone = known.id
    prompts.take_back(ask.session, asking=asking, answer=known)
    hide_answer(ask.session, asking, gone, ask.now)
    show_asking(ask.session, asking, ask.now)
    follow(ask, "answer", gone)
    return card("Taken back.", instead=True)


@word("prompt answers", who="host", past=True)
def answers(ask: Ask) -> Reply:
    """See who answered a prompt."""
    asking = _asking(ask)
    every = people.members(ask.session, network_id=ask.me.network_id)
    gave = {each.member_id for each in asking.answers}
    silent = sum(each.id not in gave for each in every)
    return answers_card(asking.question, [answered(each) for each in asking.answers], silent)


def _asking(ask: Ask) -> Asking:
    found = prompts.asking(ask.session, network_id=ask.me.network_id, asking_id=number(ask.rest))
    if found is None:
        raise Refusal("That question is not one of this network’s. ", Say("help"))
    return found
