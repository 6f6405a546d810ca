"""Help for a problem: offering it, changing it, and saying that it helped."""

from hashlib import sha256
from typing import Any

from bot.compose.phrases import shorten
from bot.compose.problems import thanked
from bot.errors import Refusal
from bot.gather import person, raised
from bot.publish import to_member
from bot.showing import hide_offer, show_offer, tell_raiser
from bot.speech import (
    Button,
    Buttons,
    Card,
    ChoiceField,
    Form,
    Message,
    Reply,
    Say,
    TextField,
    card,
    clean,
)
from handlers import while_hidden
from handlers.problems import MOST_SEEN, found_problem, show
from handlers.words import Ask, number, word
from storage import offers, outbox, people, problems
from storage.models import Member, Offer, Problem

MOST, MOST_OPTIONS = 3000, 100
_NO_WORDS = (
    "I could not see words in that message. To say what helped, press I can help on the problem: "
)
GONE = "That offer is not here any more."


@word("offer", who="nobody", opens=True)
def offer(ask: Ask) -> Reply:
    """Offer help for a problem."""
    problem = found_problem(ask)
    if problem.raised_by == ask.me.member_id:
        raise Refusal("You raised this one yourself: it waits for what the others can offer.")
    if problem.state == "closed":
        raise Refusal("That problem is closed: whoever raised it has found a way. Thank you!")
    form = _form(ask, problem)
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
        return _offered(
            made, "You already offered that, in these words. Whoever raised it was told."
        )
    _show(ask, problem, made)
    tell_raiser(ask.session, problem, made, ask.now)
    if problem.sight == "organisation":
        said = "Thank you! Your colleagues see your offer, and whoever raised it was told."
    else:
        said = "Thank you! Your offer is in the problem’s thread, and whoever raised it was told."
    return _offered(made, said)


def _form(ask: Ask, problem: Problem, words: str = "") -> Form:
    return Form(
        "Offer help",
        ask.said.words,
        (
            TextField(
                "words",
                "What helped you, or what can you offer?",
                words,
                long=True,
                example="We had this last year. What helped was …",
            ),
        ),
        submit="Save" if words else "Offer",
        intro=(shorten(problem.what, 300),),
    )


def _offered(made: Offer, said: str) -> Card:
    return card(
        said,
        Buttons(
            (
                Button("Change it", f"reoffer {made.id}"),
                Button("Take it back", f"unoffer {made.id}", confirm="Take your offer back?"),
            )
        ),
    )


@word("reoffer", who="nobody", opens=True)
def change(ask: Ask) -> Reply:
    """Say your offer in other words."""
    problem, mine = _mine(ask)
    form = _form(ask, problem, mine.words)
    if ask.said.values is None:
        return form
    words = form.read(ask.said.values)["words"]
    if words == mine.words:
        return _offered(mine, "Nothing changed: it stands as you said it.")
    offers.change(ask.session, problem=problem, offer=mine, words=words)
    _show(ask, problem, mine)
    return _offered(mine, "Changed. Everyone reads your new words from now on.")


@word("unoffer", who="nobody")
def withdraw(ask: Ask) -> Reply:
    """Take back what you offered."""
    if done := while_hidden.withdrawn(ask, "offer", ref=number(ask.rest)):
        return done
    problem, mine = _mine(ask)
    gone = mine.id
    offers.withdraw(ask.session, problem=problem, offer=mine)
    hide_offer(ask.session, problem, gone, ask.now)
    show(ask, problem)
    return card("Taken back. It is not with the problem any more.", instead=True)


def _mine(ask: Ask) -> tuple[Problem, Offer]:
    found = offers.get(ask.session, network_id=ask.me.network_id, offer_id=number(ask.rest))
    mine = found is not None and found[1].member_id == ask.me.member_id
    if found is None or not mine or not _may_see(ask, found[0]):
        raise Refusal("That is not an offer of yours. ", Say("problems"), " shows what is open.")
    return found


# -- this helped ----------------------------------------------------------------------------------


@word("helped offer", who="nobody")
def offer_helped(ask: Ask) -> Reply:
    """Say that an offer helped you."""
    found = offers.get(
        ask.session,
        network_id=ask.me.network_id,
        offer_id=number(ask.rest),
    )
    if found is None or not _may_see(ask, found[0]):
        raise Refusal(GONE, " ", Say("problems"), " shows what is open.")
    return _mark(ask, *found)


@word("helped", who="nobody", opens="bare")
def message_helped(ask: Ask) -> Reply:
    """Say of a message that it helped with a problem."""
    message = ask.said.message
    if message is None:
        raise Refusal(_NO_WORDS, Say("problems"))
    if pointed_problem(ask, message.id):
        raise Refusal("That is the problem itself. Choose This helped on a reply to it.")
    problem = pointed_problem(ask, ask.said.place.thread)
    known = _own_post(ask, problem, message) if problem else None
    if problem and known:
        return _mark(ask, problem, known)
    if message.by != "person":
        raise Refusal(
            "That is a post of mine. " if message.by == "us" else "A bot wrote that. ",
            "This helped is for what a person answered. To pass on what is in it, say it in your"
            " own words: press I can help on the problem. ",
            Say("problems"),
            " shows what is open.",
        )
    if not clean(message.text):
        raise Refusal(_NO_WORDS, Say("problems"))
    if problem is None:
        # Who wrote it could not be shown to be true any more once the form comes back, so whoever
        # sends it offers these words as a quotation.
        return _which_form(ask, message.text)
    author = _author(ask, message)
    if author and author.id == ask.me.member_id:
        raise Refusal(
            "That is your own message. To offer it to the others, press I can help on the problem."
        )
    made, new = offers.credit(
        ask.session,
        problem=problem,
        member_id=author.id if author else None,
        words=shorten(message.text, MOST),
        source=source_of(ask, message),
        now=ask.now,
    )
    if new:
        show_offer(ask.session, problem, made, ask.now)
    return _mark(ask, problem, made)


@word("helped with", who="nobody", opens=True)
def helped_with(ask: Ask) -> Reply:
    """Offer a message’s words for a problem."""
    form = _which_form(ask, "")
    if ask.said.values is None:
        return form
    read = form.read(ask.said.values)
    problem = problems.get(
        ask.session,
        network_id=ask.me.network_id,
        organisation_id=ask.me.organisation_id,
        problem_id=int(read["problem"]),
    )
    assert problem  # the form's own options
    made, new = problems.offer(
        ask.session,
        problem=problem,
        member_id=ask.me.member_id,
        words=read["words"],
        now=ask.now,
    )
    if not new:
        return _offered(made, "You already offered that, in these words.")
    _show(ask, problem, made)
    if problem.raised_by != ask.me.member_id:
        tell_raiser(ask.session, problem, made, ask.now)
    return _offered(made, "Thank you! It is kept with the problem, so that others find it.")


def _which_form(ask: Ask, words: str) -> Form:
    every = problems.seen_by(
        ask.session,
        network_id=ask.me.network_id,
        organisation_id=ask.me.organisation_id,
        limit=MOST_SEEN,
    )
    waiting = [each for each in every if each.state != "closed"][:MOST_OPTIONS]
    options = tuple((str(each.id), shorten(each.what, 75)) for each in waiting)
    if not options:
        raise Refusal("No problem is open that this could have helped with. ", Say("ask"))
    quoted = f"“{shorten(words, MOST - 2)}”" if words else ""
    fields = (
        ChoiceField("problem", "Which problem did it help with?", options),
        TextField("words", "What helped", quoted, long=True),
    )
    return Form("This helped", "helped with", fields, submit="Keep it")


def _mark(ask: Ask, problem: Problem, made: Offer) -> Card:
    """Count that it helped, once a person, and tell whoever offered it."""
    if made.member_id == ask.me.member_id:
        raise Refusal("That is your own offer: whether it helped is for the others to say.")
    new = offers.helped(ask.session, offer=made, member_id=ask.me.member_id, now=ask.now)
    if not new:
        return card("You said so already: it is noted that this helped.")
    _show(ask, problem, made)
    if made.member_id:
        me = ask.session.get_one(Member, ask.me.member_id)
        to_member(
            ask.session,
            made.member_id,
            # Who is thankful for help with a nameless problem might be who raised it.
            thanked(
                raised(problem),
                made.words,
                None if problem.sight == "nameless" else person(me),
            ),
            network_id=problem.network_id,
            of=f"offer {made.id} helped {ask.me.member_id}",
            kind="thanks",
            now=ask.now,
        )
    mine = problem.raised_by == ask.me.member_id and problem.state != "closed"
    return card(
        "Noted: this helped. Whoever offered it is told, and others find it with the problem.",
        *([Buttons((Button("Close the problem", f"close {problem.id}"),))] if mine else []),
    )


def source_of(ask: Ask, message: Message) -> str:
    """What names a message, the same each time: 32 hex digits."""
    place = ask.said.place
    said = "|".join((place.platform, place.workspace, place.channel, message.id))
    return sha256(said.encode()).hexdigest()[:32]


def pointed_problem(ask: Ask, sent_id: str) -> Problem | None:
    """The problem whose card is the message of this id, in the channel that is spoken in."""
    if not sent_id:
        return None
    every = problems.seen_by(
        ask.session,
        network_id=ask.me.network_id,
        organisation_id=ask.me.organisation_id,
        limit=MOST_SEEN,
    )
    by_key = {
        _key(ask, f"{begins} {each.id}"): each
        for each in every
        for begins in ("problem", "found problem")
    }
    found = outbox.sent_as(ask.session, keys=by_key.keys(), sent_id=sent_id)
    return by_key[found] if found else None


def _own_post(ask: Ask, problem: Problem, message: Message) -> Offer | None:
    """The offer that a message of ours shows."""
    by_key = {_key(ask, f"offer {each.id}"): each for each in problem.offers}
    found = outbox.sent_as(ask.session, keys=by_key.keys(), sent_id=message.id)
    return by_key[found] if found else None


def _key(ask: Ask, of: str) -> str:
    place = ask.said.place
    return outbox.key_of(
        of=of, platform=place.platform, workspace=place.workspace, channel=place.channel
    )


def _author(ask: Ask, message: Message) -> Member | None:
    named: Any = {
        "network_id": ask.me.network_id,
        "platform": ask.said.place.platform,
        "person": message.author,
    }
    home = people.home_of(ask.session, workspace=ask.said.place.workspace, **named)
    return people.known(ask.session, workspace=home, **named)


def _may_see(ask: Ask, problem: Problem) -> bool:
    return problem.sight != "organisation" or problem.organisation_id == ask.me.organisation_id


def _show(ask: Ask, problem: Problem, made: Offer) -> None:
    show_offer(ask.session, problem, made, ask.now)
    show(ask, problem)
