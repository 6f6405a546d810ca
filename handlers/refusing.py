"""Who may not say what, and how a refusal gives back what was typed."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from sqlalchemy.orm import Session

from bot.errors import Refusal
from bot.speech import Incoming, Reply, Say
from handlers import words
from handlers.understanding import Heard
from handlers.words import Word
from storage import people, removals
from storage.codes import Account
from storage.models import Network
from storage.people import Standing

REJOIN = "rejoin"

Step = Callable[[Any, Session, Heard], Reply]
LEAST_WORTH = 20  # characters after a word that one would not like to type again


def gives_back(step: Step) -> Step:
    """A command's words are gone from where they were typed: whoever is refused reads them."""

    @wraps(step)
    def tried(answers: Any, session: Session, heard: Heard) -> Reply:
        try:
            return step(answers, session, heard)
        except Refusal as no:
            lost = heard.said.how == "command" and len(heard.rest) >= LEAST_WORTH
            if not lost or type(no) is not Refusal or heard.rest in str(no):
                raise
            raise Refusal(*no.said, f" You typed: {heard.said.words}") from None

    return tried


def refuse(me: Standing, word: Word, rest: str) -> None:
    """Refuse what may not be done in a network that has ended, or by whoever does not host it."""
    if me.ended and not word.after_end(rest):
        raise Refusal(
            f"{me.network} has ended, so that can’t be done in it any more. What was shared is"
            " still found with ",
            Say("find"),
        )
    if word.who == "host" and not me.hosts:
        raise Refusal(
            f"Only a host of {me.network} can do that. Ask one of them, or type ",
            Say("help"),
            " to see what you can do.",
        )


def after_end(said: str) -> bool:
    """Whether a button may say this in a network that has ended."""
    found = words.match(said)
    return found is None or found[0].after_end(found[1])


def refuse_gone(session: Session, said: Incoming, network_id: int, word: Word | None) -> None:
    """Whom a host removed, and who has since been erased, does not join by speaking; who left
    joins by no word but the one that says so."""
    who = said.who
    space = people.workspace_at(session, platform=who.platform, external=who.workspace)
    account = Account(space.id, who.person)
    why = removals.why(session, network_id=network_id, account=account)
    network = session.get_one(Network, network_id).name
    if why == "removed":
        raise removed_from(network)
    if why == "left" and (word is None or word.name != REJOIN):
        raise Refusal(
            f"You left {network} and had what you gave erased, so nothing was changed. To join"
            " again, as somebody new: ",
            Say(REJOIN),
        )
    if why:
        removals.come_back(session, network_id=network_id, account=account)


def removed_from(network: str) -> Refusal:
    """To whom a host of this network removed from it."""
    return Refusal(
        f"A host of {network} has removed you from it, so nothing was changed. Please ask them if"
        " that is a mistake."
    )
