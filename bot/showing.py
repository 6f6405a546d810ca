"""A problem's cards, brought to everyone who may see them: handlers and jobs both show it."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.compose.problems import offer_card, problem_card
from bot.gather import offered, raised
from bot.publish import to_channels, to_member, where_posted
from bot.speech import Card, card
from storage import networks, problems
from storage.models import Offer, Problem

GONE = "This problem was withdrawn by whoever raised it."
OFFER_GONE = "This offer was taken back by whoever made it."


def show_problem(session: Session, problem: Problem, now: datetime) -> None:
    """Bring a problem's card to the network's channels, or to each colleague of its organisation,
    and to where it was posted after it was found."""
    gone = problem.state == "withdrawn"
    shown = card(GONE) if gone else problem_card(raised(problem))
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


def show_offer(session: Session, problem: Problem, offer: Offer, now: datetime) -> None:
    """Bring an offer to the problem's thread; one for an organisation's own stands in its card."""
    _show_offer(session, problem, offer.id, offer_card(offered(offer)), now)


def hide_offer(session: Session, problem: Problem, offer_id: int, now: datetime) -> None:
    """Say in the problem's thread that an offer was taken back."""
    _show_offer(session, problem, offer_id, card(OFFER_GONE), now)


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
