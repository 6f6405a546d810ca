"""Raising a problem of practice, and offering help."""

from bot.compose.phrases import quoted
from bot.compose.problems import LISTED, Reader, offer_card, problem_card, problem_list
from bot.errors import Refusal
from bot.gather import offered, raised
from bot.showing import show_problem
from bot.speech import (
    Button,
    Buttons,
    Card,
    ChoiceField,
    Form,
    FormErrors,
    Line,
    Reply,
    Say,
    Small,
    TextField,
    card,
    clean,
)
from handlers import while_hidden
from handlers.posting import correct, follow
from handlers.words import Ask, number, word
from storage import calls, problems, recaps
from storage.models import Problem

MOST = 3000
MOST_SEEN = 200  # problems that one look goes through
AGAIN = "again"  # said by the button of an answer, which its next answer replaces
SIGHTS = (
    ("network", "Everyone in the network"),
    ("organisation", "Only my organisation"),
    ("nameless", "Everyone in the network, without my name"),
)
SEEN = {
    "network": "Raised, and posted to the network’s channels. Offers are collected in its thread.",
    "organisation": "Raised. Only your organisation’s members can see it; each of them was told.",
    "nameless": "Raised without your name: it stands in no post, search or list, and hosts do not"
    " see it either. Offers are collected in its thread, and I tell you of them privately.",
}


@word(
    "ask",
    hint="<what you are working on>",
    example="ask our coaches see strong plans, but …",
    opens=True,
)
def ask_for_help(ask: Ask) -> Reply:
    """Raise a problem of practice and say what help you want."""
    form = _form(clean(ask.rest))
    if ask.said.values is None:
        return form
    read = form.read(ask.said.values)
    if read["sight"] == "organisation" and not ask.me.organisation_id:
        raise FormErrors(
            {
                "sight": (
                    "I don’t know your organisation yet: ",
                    Say("checkin"),
                    " asks for it. Please choose another for now.",
                )
            }
        )
    return raise_problem(ask, read)


def _form(what: str) -> Form:
    cut = len(what) > MOST
    note = f"The first {MOST:,} of your {len(what):,} characters fit here."
    return Form(
        "Problem of practice",
        "ask",
        (
            *problem_fields(what),
            ChoiceField("sight", "Who may see it?", SIGHTS, ("network",)),
        ),
        submit="Raise it",
        intro=(note,) if cut else (),
    )


def problem_fields(what: str = "") -> tuple[TextField, ...]:
    """What is asked about a problem, whoever may see it."""
    return (
        TextField(
            "what",
            "What are you working on?",
            what,
            long=True,
            most=MOST,
            example="Our coaches see strong plans, but little of it in the room …",
        ),
        TextField("tried", "What have you tried?", required=False, long=True),
        TextField("wanted", "What help would you like?", required=False, long=True),
    )


def raise_problem(ask: Ask, read: dict[str, str]) -> Reply:
    """Keep a problem as a form has it, and show it to everyone who may see it."""
    me = ask.me
    known = problems.same(
        ask.session, network_id=me.network_id, raised_by=me.member_id, what=read["what"]
    )
    if known and known.sight != read["sight"]:
        # Raised twice, with a name and without, it would be plain who is meant.
        return _raised(
            known,
            f"You have raised this already, for “{dict(SIGHTS)[known.sight]}”. To change who may"
            " see it, withdraw it first; then raise it again.",
        )
    if known and (known.tried, known.wanted) == (read["tried"], read["wanted"]):
        return _raised(known, "You have already raised this, in the same words; it is saved.")
    if known:
        known.tried, known.wanted = read["tried"], read["wanted"]
        problems.index(ask.session, known)
        show(ask, known)
        return _raised(known, "Changed. Everyone who may see it reads your new words.")
    problem = problems.add(
        ask.session,
        network_id=me.network_id,
        raised_by=me.member_id,
        organisation_id=me.organisation_id,
        now=ask.now,
        **read,
    )
    show(ask, problem)
    return _raised(problem, SEEN[problem.sight])


def _raised(problem: Problem, text: str) -> Reply:
    on_agenda = problem.sight != "organisation" and problem.state in problems.OPEN
    return card(
        text,
        *([Small(("It will be proposed for the next agenda.",))] if on_agenda else []),
        Buttons(
            (
                Button("Close it", f"close {problem.id}"),
                Button("Withdraw it", f"unask {problem.id}", confirm="Withdraw this problem?"),
            )
        ),
        summary="Raised",
    )


@word("unask", who="nobody")
def withdraw(ask: Ask) -> Reply:
    """Withdraw a problem that you raised."""
    if done := while_hidden.withdrawn(ask, "problem", ref=number(ask.rest)):
        return done
    problem = found_problem(ask)
    if problem.raised_by != ask.me.member_id:
        raise Refusal("Only whoever raised a problem can withdraw it.")
    problem.state = "withdrawn"
    ask.session.flush()
    problems.index(ask.session, problem)
    show(ask, problem)
    return card("Withdrawn. It is in no agenda, search or recap any more.", instead=True)


@word("metoo", who="nobody")
def me_too(ask: Ask) -> Reply:
    """Say that you have the same problem, or take that back."""
    problem = found_problem(ask)
    if problem.raised_by == ask.me.member_id:
        raise Refusal("You raised this one yourself, so you count already.")
    if problem.state == "closed":
        raise Refusal("That problem is closed. To raise it anew, type ", Say("ask"))
    has = problems.echo(ask.session, problem=problem, member_id=ask.me.member_id, now=ask.now)
    show(ask, problem)
    said = "Noted: you have this too." if has else "Taken back: you are not counted any more."
    if from_list(ask):
        return list_of(ask, (f"{said} {quoted(problem.what, 80)}",))
    return card(
        said,
        # Beside the problem's card; in place of this answer, once its own button is pressed.
        Buttons((Button("Take it back" if has else "Me too", f"metoo {problem.id} {AGAIN}"),)),
        instead=ask.rest.endswith(f" {AGAIN}"),
    )


@word("problems", example="problems", reads=True)
def open_problems(ask: Ask) -> Reply:
    """See the problems that are open, and which of them nobody has answered."""
    return list_of(ask)


def list_of(ask: Ask, said: Line = ()) -> Card:
    """The open problems that whoever asks may see, under what was just `said` in that list."""
    me = ask.me
    every = problems.seen_by(
        ask.session,
        network_id=me.network_id,
        organisation_id=me.organisation_id,
        limit=MOST_SEEN,
    )
    waiting = [each for each in reversed(every) if each.state != "closed"]
    reader = Reader(
        own=frozenset(each.id for each in waiting if each.raised_by == me.member_id),
        have=frozenset(
            each.id
            for each in waiting
            if any(echo.member_id == me.member_id for echo in each.echoes)
        ),
        hosts=me.hosts,
        zone=me.own_zone or me.zone,
    )
    return problem_list([raised(each) for each in waiting], reader, said)


def from_list(ask: Ask) -> bool:
    """Whether a button of the list of problems was pressed."""
    return ask.rest.endswith(f" {LISTED}")


def show(ask: Ask, problem: Problem, *, hidden: bool = False) -> None:
    """Bring a problem's card to everyone who may see it. The agenda and recaps that tell of it
    follow. One that a host is just hiding is shown as `hidden`."""
    show_problem(ask.session, problem, ask.now, hidden=hidden)
    if problem.sight == "organisation":
        return
    tell_calls(ask)
    if problem.worked_at:
        calls.touch(ask.session, call_id=problem.worked_at)
    if problem.state == "withdrawn":  # every recap may have listed it as unanswered
        recaps.touch_since(ask.session, network_id=problem.network_id, at=problem.at)


def tell_calls(ask: Ask) -> None:
    """Let the next agenda and the last recap be composed again."""
    network_id = ask.me.network_id
    coming = calls.next_call(ask.session, network_id=network_id, now=ask.now)
    held = calls.last(ask.session, network_id=network_id, now=ask.now)
    for call in filter(None, (coming, held)):
        calls.touch(ask.session, call_id=call.id)


def name_again(ask: Ask, problem_id: int) -> None:
    """Let what was posted of a problem say what its people are called now. What only an
    organisation may see was told to each colleague directly: that stays as it is."""
    problem = problems.get(
        ask.session,
        network_id=ask.me.network_id,
        organisation_id=None,
        problem_id=problem_id,
    )
    if problem is None:
        return
    own = f"problem {problem.id}"
    correct(ask, problem_card(raised(problem)), of=own, kind="problem")
    for each in problem.offers:
        shown = offer_card(offered(each))
        correct(ask, shown, of=f"offer {each.id}", under=own, kind="offer")
    follow(ask, "problem", problem.id)


def found_problem(ask: Ask) -> Problem:
    """The problem that the words name, if whoever asks may see it. Raises Refusal."""
    found = problems.get(
        ask.session,
        network_id=ask.me.network_id,
        organisation_id=ask.me.organisation_id,
        problem_id=number(ask.rest),
    )
    if found is None:
        raise Refusal(
            "That problem is not here, or was withdrawn. ",
            Say("find in:problems"),
            " lists them.",
        )
    return found
