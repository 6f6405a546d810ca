"""Raising a problem of practice, and offering help."""

from bot.compose.problems import offer_card, problem_card
from bot.errors import Refusal
from bot.gather import raised, said
from bot.publish import to_channels, to_member
from bot.speech import (
    Button,
    Buttons,
    ChoiceField,
    Form,
    FormErrors,
    Reply,
    Small,
    Text,
    TextField,
    card,
    clean,
)
from handlers.words import Ask, number, word
from storage import networks, problems
from storage.models import Problem

SIGHTS = (
    ("network", "Everyone in the network"),
    ("organisation", "Only my organisation"),
    ("nameless", "Everyone in the network, without my name"),
)


@word("ask", hint="what you are working on", example="ask")
def ask_for_help(ask: Ask) -> Reply:
    """Raise a problem of practice and say what help you want."""
    form = _form(clean(ask.rest))
    if ask.said.values is None:
        return form
    read = form.read(ask.said.values)
    if read["sight"] == "organisation" and not ask.me.organisation_id:
        raise FormErrors(
            {
                "sight": "I don’t know your organisation yet: /learn checkin asks for it. Please"
                " choose another for now."
            }
        )
    return _raise(ask, read)


@word("offer", who="nobody")
def offer(ask: Ask) -> Reply:
    """Offer help for a problem."""
    problem = _problem(ask)
    form = Form(
        "Offer help",
        ask.said.words,
        (
            TextField(
                "words",
                "What helped you, or what can you offer?",
                long=True,
                example="We had this last year. What helped was …",
            ),
        ),
        submit="Offer",
        intro=(problem.what[:300],),
    )
    if ask.said.values is None:
        return form
    made, new = problems.offer(
        ask.session,
        problem=problem,
        member_id=ask.me.member_id,
        words=form.read(ask.said.values)["words"],
        now=ask.now,
    )
    if not new:
        return card("You already offered that, in these words. It is in the problem’s thread.")
    _show(ask, problem)
    if problem.sight != "organisation":
        to_channels(
            ask.session,
            networks.channels(ask.session, network_id=ask.me.network_id),
            offer_card(said(made.member, made.words)),
            of=f"offer {made.id}",
            under=f"problem {problem.id}",
            kind="offer",
            now=ask.now,
        )
    to_member(
        ask.session,
        problem.raised_by,
        card(
            Text(("Someone offered help with the problem you raised: ",)),
            *offer_card(said(made.member, made.words)).elements,
            summary=f"{made.member.name} offered help",
        ),
        network_id=ask.me.network_id,
        of=f"offer {made.id} told",
        kind="offer",
        now=ask.now,
    )
    return card("Thank you! Your offer is in the problem’s thread, and whoever raised it was told.")


@word("unask", who="nobody")
def withdraw(ask: Ask) -> Reply:
    """Withdraw a problem that you raised."""
    problem = _problem(ask)
    if problem.raised_by != ask.me.member_id:
        raise Refusal("Only whoever raised a problem can withdraw it.")
    problem.state = "withdrawn"
    ask.session.flush()
    problems.index(ask.session, problem)
    _show(ask, problem)
    return card("Withdrawn. It is in no agenda, search or recap any more.", instead=True)


def _form(what: str) -> Form:
    return Form(
        "Problem of practice",
        "ask",
        (
            TextField(
                "what",
                "What are you working on?",
                what[:3000],
                long=True,
                example="Our coaches see strong plans, but little of it in the room …",
            ),
            TextField("tried", "What have you tried?", required=False, long=True),
            TextField("wanted", "What help would you like?", required=False, long=True),
            ChoiceField("sight", "Who may see it?", SIGHTS, ("network",)),
        ),
        submit="Raise it",
    )


def _raise(ask: Ask, read: dict[str, str]) -> Reply:
    me = ask.me
    known = problems.same(
        ask.session,
        network_id=me.network_id,
        raised_by=me.member_id,
        what=read["what"],
        sight=read["sight"],
    )
    if known:
        return _raised(known, "You have already raised this, in the same words; it is saved.")
    problem = problems.add(
        ask.session,
        network_id=me.network_id,
        raised_by=me.member_id,
        organisation_id=me.organisation_id,
        now=ask.now,
        **read,
    )
    _show(ask, problem)
    return _raised(problem, SEEN[read["sight"]])


SEEN = {
    "network": "Raised, and posted to the network’s channels. Offers are collected in its thread.",
    "organisation": "Raised. Only your organisation’s members can see it; each of them was told.",
    "nameless": "Raised without your name: it stands in no post, search or list, and hosts do not"
    " see it either. Offers are collected in its thread, and I tell you of them privately.",
}


def _raised(problem: Problem, text: str) -> Reply:
    return card(
        text,
        Small(("It will be proposed for the next agenda.",)),
        Buttons((Button("Withdraw it", f"unask {problem.id}", confirm="Withdraw this problem?"),)),
        summary="Raised",
    )


def _show(ask: Ask, problem: Problem) -> None:
    """Bring the problem's card to everyone who may see it: the network's channels, or each
    colleague of its organisation."""
    gone = card("This problem was withdrawn by whoever raised it.")
    shown = gone if problem.state == "withdrawn" else problem_card(raised(problem))
    if problem.sight != "organisation":
        to_channels(
            ask.session,
            networks.channels(ask.session, network_id=ask.me.network_id),
            shown,
            of=f"problem {problem.id}",
            kind="problem",
            now=ask.now,
        )
        return
    for colleague in problems.colleagues(ask.session, problem=problem):
        to_member(
            ask.session,
            colleague.id,
            shown,
            network_id=ask.me.network_id,
            of=f"problem {problem.id}",
            kind="problem",
            now=ask.now,
        )


def _problem(ask: Ask) -> Problem:
    found = problems.get(
        ask.session,
        network_id=ask.me.network_id,
        organisation_id=ask.me.organisation_id,
        problem_id=number(ask.rest),
    )
    if found is None:
        raise Refusal(
            "That problem is not here, or was withdrawn. /learn find in:problems lists them."
        )
    return found
