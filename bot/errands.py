"""What a claimed post needs, and what becomes of it: the courier's rules, without its sending.

    planned → sending → sent       → planned when the platform took nothing
                  ↓                → failed when it refused
               unknown → sent | planned, once it has been looked up

A post in doubt is looked up after the platform has settled; only when it is not there is it sent
again. Edits may be repeated, and are.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from bot.speech import Place, Post, decode_card
from storage import outbox
from storage.models import OutboxPost

SETTLE = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=5)  # a clock that was put back must not strand a post
SKEW = timedelta(minutes=5)  # how far the platform's clock may be behind ours

Act = Literal["send", "change", "find"]


@dataclass(frozen=True)
class Errand:
    """What is to be done for one claimed post, under the token of its claim."""

    act: Act
    key: str
    token: str
    place: Place
    card: bytes
    edition: int
    kind: str
    since: datetime
    thread: str = ""
    sent: str = ""

    @property
    def lane(self) -> str:
        return outbox.lane(self.place.platform, self.place.workspace, self.place.channel)

    def post(self) -> Post:
        """The post as a door takes it. Raises ValueError for a card that cannot be read."""
        return Post(
            self.key, self.place, decode_card(self.card), thread=self.thread, sent=self.sent
        )


@dataclass(frozen=True)
class Outcome:
    """What became of an errand: the platform's id, a wait, a doubt or a refusal."""

    result: Literal["there", "not there", "later", "doubt", "refused"]
    id: str = ""
    wait: float = 0.0
    reason: str = ""


def take_up(session: Session, post: OutboxPost, now: datetime) -> Errand:
    """What a claimed post needs now; one about to be sent is marked so, durably, first."""
    first = outbox.get(session, key=post.thread_key) if post.thread_key else None
    act: Act = "change" if post.state == "sent" else "find" if post.state == "unknown" else "send"
    if act == "send":
        post.state = "sending"
        post.first_try_at = post.first_try_at or now
    return Errand(
        act,
        post.key,
        post.token,
        Place(post.platform, post.workspace, post.channel, direct=post.direct),  # type: ignore[arg-type]
        post.card,
        post.edition,
        post.kind,
        (post.first_try_at or now) - SKEW,
        thread=first.sent_id if first else "",
        sent=post.sent_id,
    )


def settle(session: Session, errand: Errand, outcome: Outcome, now: datetime) -> None:
    """Write down what became of an errand, if its claim still stands, and when to look next."""
    there = outcome.result == "there"
    post = outbox.held(session, key=errand.key, token=errand.token, there=there)
    if post is None:
        return
    post.lease_until = None
    match outcome.result:
        case "there":
            _is_there(post, errand, outcome.id, now)
        case "not there":
            post.state, post.due_at = "planned", now
        case "later":  # it stays due; the courier keeps its channel waiting
            post.state = "planned" if errand.act == "send" else post.state
        case "doubt":
            post.state = "unknown" if errand.act == "send" else post.state
            post.tries += 1
            post.due_at = now + min(SETTLE * post.tries, LONGEST_WAIT)
        case "refused":
            _is_refused(post, errand, outcome.reason, now)


def _is_there(post: OutboxPost, errand: Errand, sent_id: str, now: datetime) -> None:
    # A post found by its key may hold an older edition: bring it to this one by an edit.
    post.sent_edition = errand.edition if errand.act != "find" else 0
    post.state, post.sent_id, post.tries, post.reason = "sent", sent_id, 0, ""
    post.sent_at = post.sent_at or now
    post.due_at = now if post.edition > post.sent_edition else None


def _is_refused(post: OutboxPost, errand: Errand, reason: str, now: datetime) -> None:
    post.reason = reason
    if errand.act == "change":  # this edition cannot be shown; a newer one may be
        post.sent_edition = errand.edition
        post.due_at = now if post.edition > errand.edition else None
    else:
        post.state, post.due_at = "failed", None
