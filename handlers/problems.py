"""Raising a problem of practice, and offering help."""

from bot.compose.phrases import shorten
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
    Say,
    Small,
    Text,
    TextField,
    card,
    clean,
)
from handlers.posting import correct, follow
from handlers.words import Ask, number, word
from storage import calls, networks, problems
from storage.models import Offer, Problem

MOST = 3000
GONE = "This problem was withdrawn by whoever raised it."
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
    return _raise(ask, read)


def _form(what: str) -> Form:
    cut = len(what) > MOST
    note = f"The first {MOST:,} of your {len(what):,} characters fit here."
    return Form(
        "Problem of practice",
        "ask",
        (
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
            ChoiceField("sight", "Who may see it?", SIGHTS, ("network",)),
        ),
        submit="Raise it",
        intro=(note,) if cut else (),
    )


def _raise(ask: Ask, read: dict[str, str]) -> Reply:
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
        _show(ask, known)
        return _raised(known, "Changed. Everyone who may see it reads your new words.")
    problem = problems.add(
        ask.session,
        network_id=me.network_id,
        raised_by=me.member_id,
        organisation_id=me.organisation_id,
        now=ask.now,
        **read,
    )
    _show(ask, problem)
    return _raised(problem, SEEN[problem.sight])


def _raised(problem: Problem, text: str) -> Reply:
    on_agenda = problem.sight != "organisation" and problem.state in problems.OPEN
    return card(
        text,
        *([Small(("It will be proposed for the next agenda.",))] if on_agenda else []),
        Buttons((Button("Withdraw it", f"unask {problem.id}", confirm="Withdraw this problem?"),)),
        summary="Raised",
    )


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


@word("offer", who="nobody", opens=True)
def offer(ask: Ask) -> Reply:
    """Offer help for a problem."""
    problem = _problem(ask)
    if problem.raised_by == ask.me.member_id:
        raise Refusal("You raised this one yourself: it waits for what the others can offer.")
    form = _offer_form(ask, problem)
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
        return card("You already offered that, in these words. Whoever raised it was told.")
    _show(ask, problem)
    _tell(ask, problem, made)
    if problem.sight == "organisation":
        return card("Thank you! Your colleagues see your offer, and whoever raised it was told.")
    return card("Thank you! Your offer is in the problem’s thread, and whoever raised it was told.")


def _offer_form(ask: Ask, problem: Problem) -> Form:
    return Form(
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
        intro=(shorten(problem.what, 300),),
    )


def _tell(ask: Ask, problem: Problem, made: Offer) -> None:
    """Bring an offer to the problem's thread and, directly, to whoever raised it."""
    shown = offer_card(said(made.member, made.words))
    if problem.sight != "organisation":
        to_channels(
            ask.session,
            networks.meeting_channels(ask.session, network_id=ask.me.network_id),
            shown,
            of=f"offer {made.id}",
            under=f"problem {problem.id}",
            kind="offer",
            now=ask.now,
        )
    to_member(
        ask.session,
        problem.raised_by,
        card(
            Text((f"Someone offered help with your problem “{shorten(problem.what, 150)}”:",)),
            *shown.elements,
            summary=f"{made.member.name} offered help",
        ),
        network_id=ask.me.network_id,
        of=f"offer {made.id} told",
        kind="offer",
        now=ask.now,
    )


def _show(ask: Ask, problem: Problem) -> None:
    """Bring the problem's card to everyone who may see it: the network's channels, or each
    colleague of its organisation. The agenda and a recap that tell of it follow."""
    network_id = ask.me.network_id
    shown = card(GONE) if problem.state == "withdrawn" else problem_card(raised(problem))
    if problem.sight == "organisation":
        for colleague in problems.colleagues(ask.session, problem=problem):
            to_member(
                ask.session,
                colleague.id,
                shown,
                network_id=network_id,
                of=f"problem {problem.id}",
                kind="problem",
                now=ask.now,
            )
        return
    to_channels(
        ask.session,
        networks.meeting_channels(ask.session, network_id=network_id),
        shown,
        of=f"problem {problem.id}",
        kind="problem",
        now=ask.now,
    )
    follow(ask, "problem", problem.id)
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
        shown = offer_card(said(each.member, each.words))
        correct(ask, shown, of=f"offer {each.id}", under=own, kind="offer")
    follow(ask, "problem", problem.id)


def _problem(ask: Ask) -> Problem:
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
