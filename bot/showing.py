"""A problem's cards, brought to everyone who may see them: handlers and jobs both show it."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.compose.phrases import shorten
from bot.compose.problems import offer_card, problem_card
from bot.gather import offered, raised
from bot.publish import to_channels, to_member, was_told, where_posted
from bot.speech import Card, Text, card
from storage import hiding, networks, problems
from storage.models import Offer, Problem

GONE = "This problem was withdrawn by whoever raised it."
HIDDEN = "A host has hidden this problem."
OFFER_GONE = "This offer was taken back by whoever made it."
OFFER_HIDDEN = "A host has hidden this offer."


def show_problem(
    session: Session, problem: Problem, now: datetime, *, hidden: bool = False
) -> None:
    """Bring a problem's card to the network's channels, or to each colleague of its organisation,
    and to where it was posted after it was found. One that a host is just hiding, or has `hidden`,
    says so."""
    gone = problem.state == "withdrawn"
    hidden = hidden or (gone and _is_hidden(session, problem))
    shown = card(HIDDEN if hidden else GONE) if gone else problem_card(raised(problem))
    if problem.sight == "organisation":
        for colleague in problems.colleagues(session, problem=problem):
            to_member(
                session,
                colleague.id,
                shown,
                network_id=problem.network_id,
                of=f"problem {problem.id}",
                kind="problem",
                now=now,
            )
        return
    own = f"problem {problem.id}"
    meeting = networks.meeting_channels(session, network_id=problem.network_id)
    to_channels(
        session,
        # Nobody is told of the end of what they never saw.
        where_posted(session, network_id=problem.network_id, of=own) if gone else meeting,
        shown,
        of=own,
        kind="problem",
        now=now,
    )
    found = f"found problem {problem.id}"
    where = where_posted(session, network_id=problem.network_id, of=found)
    to_channels(session, where, shown, of=found, kind="found", now=now)


def _is_hidden(session: Session, problem: Problem) -> bool:
    kept = hiding.of(session, kind="problem", ref=problem.id)
    return kept is not None and kept.withdrawn_at is None


def show_offer(session: Session, problem: Problem, offer: Offer, now: datetime) -> None:
    """Bring an offer to the problem's thread; one for an organisation's own stands in its card."""
    shown = offer_card(offered(offer))
    _show_offer(session, problem, offer.id, shown, now)
    _correct_told(session, problem, offer.id, told_of(problem, shown), now)


def hide_offer(
    session: Session, problem: Problem, offer_id: int, now: datetime, *, hidden: bool = False
) -> None:
    """Say in the problem's thread, and to whoever raised it, that an offer was taken back, or that
    a host has `hidden` it."""
    shown = card(OFFER_HIDDEN if hidden else OFFER_GONE)
    _show_offer(session, problem, offer_id, shown, now)
    _correct_told(session, problem, offer_id, shown, now)


def told_of(problem: Problem, shown: Card) -> Card:
    """What whoever raised a problem reads of an offer for it."""
    begins = f"Someone offered help with your problem “{shorten(problem.what, 150)}”:"
    return card(Text((begins,)), *shown.elements, summary=shown.summary)


def tell_raiser(session: Session, problem: Problem, offer: Offer, now: datetime) -> None:
    """Tell whoever raised a problem of an offer for it."""
    shown = told_of(problem, offer_card(offered(offer)))
    _tell_raiser(session, problem, offer.id, shown, now)


def _correct_told(
    session: Session, problem: Problem, offer_id: int, shown: Card, now: datetime
) -> None:
    """Let what they were told of an offer, if they were, say what has become of it."""
    if problem.raised_by and was_told(session, problem.raised_by, f"offer {offer_id} told"):
        _tell_raiser(session, problem, offer_id, shown, now)


def _tell_raiser(
    session: Session, problem: Problem, offer_id: int, shown: Card, now: datetime
) -> None:
    to_member(
        session,
        problem.raised_by,
        shown,
        network_id=problem.network_id,
        of=f"offer {offer_id} told",
        kind="offer",
        now=now,
    )


def _show_offer(
    session: Session, problem: Problem, offer_id: int, shown: Card, now: datetime
) -> None:
    if problem.sight == "organisation":
        return
    to_channels(
        session,
        networks.meeting_channels(session, network_id=problem.network_id),
        shown,
        of=f"offer {offer_id}",
        under=f"problem {problem.id}",
        kind="offer",
        now=now,
    )
