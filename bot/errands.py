"""What a claimed post needs, and what becomes of it: the courier's rules, without its sending.

    planned → sending → sent       → planned when the platform took nothing
                  ↓                → failed when it refused this post
               unknown → sent | planned, once it has been looked up
                       → asked, where the platform can't be read back: a host decides
    leaving → gone             one that was sent, and is to be taken away

A post in doubt is looked up after the platform has settled; only when it is not there is it sent
again, and later it is looked for copies. One that was wanted before this database was connected
to is looked up first: what the database held may be older than what was posted. Edits may be
repeated, and are. Where what was posted can't be read back, nothing in doubt is sent again by
itself: it waits, in doubt, for a host who looks and says so (`handlers/stops.py`), and only its
replies wait with it. What a host is told about posts is itself told at least once: twice does no
harm, and not at all would. Taking away may be repeated, too, and holds up nothing: its lane is its
own (`storage/old_posts.py`), and a place that does not let us stops nothing. Where a place or a
workspace takes nothing, its lane is stopped and what waits there stays planned.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from bot.speech import Place, Post, decode_card
from storage import claims, lanes, old_posts
from storage.claims import Due

SKEW = timedelta(minutes=5)  # how far the platform's clock may be behind ours
DEAD = timedelta(days=7)  # what a lane that was stopped for so long still holds is given up

ASKED = timedelta(days=1)  # so long a host may be asked whether a post is there, at least
STOP = "stop"
"""The kind of what a host is told about posts."""
CATCHES_UP = timedelta(minutes=5)  # so long after a start what is late is brought up
PATIENT_AFTER = 3  # so many notices that may have come are enough for an hour
HOUR = timedelta(hours=1)

Act = Literal["send", "change", "delete", "find", "audit"]
STATES = {
    "send": "sending",
    "find": "unknown",
    "change": "sent",
    "audit": "sent",
    "delete": "leaving",
}
PACED = ("send", "change", "delete")  # looking is paced by no channel


@dataclass(frozen=True)
class Patience:
    """How long the courier waits. A lease outlasts every call of a platform; a platform that
    broke may take `settle` to show what it accepted; `audits` are the times after which a post
    that was in doubt is looked for copies; no wait is longer than `longest`, whatever a platform
    says, so that a clock that was put back strands nothing. `pace` is between two posts in a
    lane, `apart` between two that are taken away in a workspace."""

    lease: timedelta = timedelta(seconds=60)
    begin: timedelta = timedelta(seconds=40)
    """So long after the claim a call may still begin."""
    settle: timedelta = timedelta(seconds=15)
    longest: timedelta = timedelta(minutes=5)
    audits: tuple[timedelta, ...] = (timedelta(minutes=1), timedelta(minutes=10))
    pace: timedelta = timedelta(seconds=1.05)
    apart: timedelta = old_posts.APART

    def audit_at(self, left: int, now: datetime) -> datetime:
        """When to look for copies next, with so many looks left."""
        return now + self.audits[-left] if left else now


@dataclass(frozen=True)
class Errand:
    """What is to be done for one claimed post, under the token of its claim. `until` is the
    instant at which it must have begun. `fresh`: it was never tried, and wanted well after the
    database was connected to."""

    act: Act
    due: Due
    token: str
    until: datetime
    fresh: bool = False

    @property
    def place(self) -> Place:
        due = self.due
        return Place(due.platform, due.workspace, due.channel, direct=due.direct)  # type: ignore[arg-type]

    @property
    def since(self) -> datetime:
        """From when on the platform may have it, by the platform's own clock. A post may be wanted
        at a time that never was, if the clock was wrong."""
        return min(self.due.wanted_at, self.due.first_try_at or self.until, self.until) - SKEW

    @property
    def doubted(self) -> bool:
        """Whether it may be there already, so that it may come to be there twice."""
        return self.due.tries > 0 or self.due.looked_at is not None or self.act == "find"

    def post(self) -> Post:
        """The post as a door takes it. Raises ValueError for a card that cannot be read."""
        due = self.due
        card = decode_card(due.card)
        return Post(due.key, self.place, card, thread=due.thread_id, sent=due.sent_id)


@dataclass(frozen=True)
class Outcome:
    """What became of an errand: where the post is there, the platform's `ids` of it, the first
    first; a wait; a doubt or a refusal, with the platform's reason. Gone: it was taken away.
    Unseen: the platform can't be asked what it has. A lapsed one came too late to be begun."""

    result: Literal["there", "not there", "gone", "unseen", "later", "doubt", "refused", "lapsed"]
    ids: Sequence[str] = ()
    wait: float = 0.0
    reason: str = ""
    of: Literal["post", "place", "workspace"] = "post"
    mend: str = ""


Landed = tuple[Errand, Outcome]


# -- claiming -------------------------------------------------------------------------------------


@dataclass
class _Sorted:
    errands: list[tuple[Due, Act]] = field(default_factory=list)
    left: list[tuple[Due, str, str]] = field(default_factory=list)


def claim(
    session: Session,
    *,
    token: str,
    now: datetime,
    connected: datetime,
    busy: Collection[str],
    patience: Patience,
    limit: int,
) -> list[Errand]:
    """Take the first post of every lane that is free, `limit` at most, and mark durably what is
    about to be sent. `connected` is when this database was last connected to anew; `busy` lanes
    are this sender's own, whatever the clock says of their leases."""
    due = claims.due(
        session,
        now=now,
        longest_lease=patience.lease + SKEW,  # replicas' clocks differ a little
        longest_wait=patience.longest + SKEW,
        limit=limit,
    )
    found, lanes_taken = _Sorted(), set(busy)
    for post in due:
        queues = {post.lane, post.trial or post.lane}  # a stopped workspace is tried with one post
        if lanes_taken.isdisjoint(queues):
            act = _needed(post, now, connected, found)
            if act:
                lanes_taken |= queues
                found.errands.append((post, act))
    claims.leave(session, posts=found.left)
    until = now + patience.lease
    next_at = {"send": now + patience.pace, "change": now + patience.pace}
    next_at["delete"] = now + patience.apart
    claims.take(
        session,
        posts=[
            claims.Taken(post, STATES[act], next_at.get(act, now)) for post, act in found.errands
        ],
        token=token,
        now=now,
        until=until,
    )
    lanes.rest(session, names=[post.trial for post, _ in found.errands if post.trial], until=until)
    return [
        Errand(act, post, token, now + patience.begin, _fresh(post, connected))
        for post, act in found.errands
    ]


def _needed(post: Due, now: datetime, connected: datetime, found: _Sorted) -> Act | None:
    """What is to be done for a due post; None when nothing is, which is noted in `found`."""
    dead = post.stopped_at is not None and now >= post.stopped_at + DEAD
    match post.state:
        case "leaving" if not dead:
            return "delete"
        case "leaving":
            found.left.append((post, "gone", post.stopped))
        case "planned" if post.not_after and now > post.not_after:
            found.left.append((post, "skipped", post.stopped or "it was too late to send"))
        case "planned" if post.thread_key and not _has_thread(post):
            found.left.append((post, "skipped", "the post it belongs under is not there"))
        case "planned":
            return "find" if _perhaps_there(post, connected) else "send"
        case "sending" | "unknown" if dead:
            found.left.append((post, "skipped", post.stopped))
        case "unknown" if post.reason == claims.IN_DOUBT:  # and nobody has said anything
            found.left.append((post, "skipped", ""))
        case "sending" | "unknown":  # whoever was sending it let it lapse
            return "find"
        case _:
            return _needed_there(post, dead, found)
    return None


def _needed_there(post: Due, dead: bool, found: _Sorted) -> Act | None:
    """The same for a post that is there, or will not be."""
    seen = not post.sent_id  # by a host alone: nobody knows by which id it could be changed
    if post.state == "sent" and not seen and not dead:
        if post.edition > post.sent_edition:
            return "change"
        if post.audits:
            return "audit"
    found.left.append((post, post.state, post.stopped if post.state == "sent" and dead else ""))
    return None


def _has_thread(post: Due) -> bool:
    """Whether a reply can be posted: in its thread, or, where a host saw the thread's first post
    and nobody knows its id, in the channel itself. One that is to be taken away takes none."""
    if post.thread_state in old_posts.STATES:
        return False
    return bool(post.thread_id) or post.thread_state == "sent"


def _perhaps_there(post: Due, connected: datetime) -> bool:
    """Whether the database may have forgotten that this was sent: a server that failed over
    without its last commits, or a backup that is older than what was posted."""
    return post.wanted_at < connected and (post.looked_at is None or post.looked_at < connected)


def _fresh(post: Due, connected: datetime) -> bool:
    never_tried = post.state == "planned" and post.first_try_at is None
    return never_tried and post.due_at >= connected + CATCHES_UP


# -- settling -------------------------------------------------------------------------------------


def settle(
    session: Session, landed: Sequence[Landed], now: datetime, patience: Patience
) -> list[Landed]:
    """Write down what became of errands, and let go of their lanes. Returns those that stop a
    lane, fail a post or leave it in doubt, for a host to be told."""
    # In the order of their keys, like everybody: two who wait for each other would both wait long.
    landed = sorted(landed, key=lambda each: each[0].due.key)
    told = [each for each in landed if _wrote(session, *each, now, patience)]
    went = [each for each in landed if _is_plain(*each)]
    rows = [_sent_row(errand, outcome, now, patience) for errand, outcome in went]
    if not claims.sent(session, rows=rows):
        for errand, outcome in went:
            _look_out_for_copies(session, errand, outcome, now, patience)
    taken = went + [each for each in landed if each[1].result == "gone"]
    _open(session, [errand for errand, _ in taken if errand.due.stopped], now)
    claims.free(
        session,
        rows=[
            {
                "lane": errand.due.lane,
                "by": errand.token,
                "wait": now + _wait(outcome, patience)
                if outcome.wait and errand.act in PACED
                else None,
            }
            for errand, outcome in landed
        ],
    )
    return told


def _wait(outcome: Outcome, patience: Patience) -> timedelta:
    return timedelta(seconds=min(outcome.wait, patience.longest.total_seconds()))


def _patient(due: Due, patience: Patience) -> timedelta:
    """Longer with each try."""
    return min(patience.settle * (due.tries + 1), patience.longest)


def _open(session: Session, went_well: Sequence[Errand], now: datetime) -> None:
    """Let lanes go on where a post was taken. A place that lets an edit pass may still take no
    posts: it is alive, but not open."""
    edited = [_lanes(errand.due) for errand in went_well if errand.act in ("change", "delete")]
    posted = [_lanes(errand.due) for errand in went_well if errand.act == "send"]
    opened = [name for each in posted for name in each] + [space for _, space in edited]
    if opened:
        lanes.open_again(session, names=opened)
    if edited:
        lanes.keep(session, names=[own for own, _ in edited], now=now)


def _lanes(due: Due) -> tuple[str, str]:
    return due.lane, lanes.name_of(due.platform, due.workspace)


def _is_plain(errand: Errand, outcome: Outcome) -> bool:
    return outcome.result == "there" and errand.act != "audit"


def _sent_row(errand: Errand, outcome: Outcome, now: datetime, patience: Patience) -> claims.Values:
    due = errand.due
    audits = len(patience.audits) if errand.doubted and errand.act != "change" else due.audits
    sent_at = due.sent_at or now  # edits do not put off the audits
    return {
        "post": due.key,
        "by": errand.token,
        "id": due.sent_id or outcome.ids[0],
        # One found by its key may hold an older edition: it is brought to this one by an edit.
        "shown": 0 if errand.act == "find" else due.edition,
        "at": now,
        "look": audits,
        "audit_at": max(now, patience.audit_at(audits, sent_at)),
    }


def _look_out_for_copies(
    session: Session, errand: Errand, outcome: Outcome, now: datetime, patience: Patience
) -> None:
    """Somebody else took a post while we were sending it: it may be there twice."""
    kept = claims.state_of(session, key=errand.due.key)
    if kept and errand.act == "send" and kept[0] == "sent" and kept[1] != outcome.ids[0]:
        count = len(patience.audits)
        claims.copied(
            session,
            key=errand.due.key,
            audits=count,
            audit_at=patience.audit_at(count, now),
        )


def _wrote(
    session: Session, errand: Errand, outcome: Outcome, now: datetime, patience: Patience
) -> bool:
    """Write down what did not simply go well; whether a host is to be told."""
    if _is_plain(errand, outcome):
        return False
    due, values = errand.due, _after(errand, outcome, now, patience)
    held = claims.update_held(
        session, key=due.key, token=errand.token, sent_id=due.sent_id, values=values
    )
    if held and outcome.result == "unseen":
        return errand.act == "find" and due.kind != STOP and not errand.fresh
    if not held or outcome.result != "refused":
        return False
    if outcome.of != "post":
        own, space = _lanes(due)
        if due.trial and outcome.of == "place" and errand.act in PACED:
            lanes.open_again(session, names=[space])  # it takes calls
        if errand.act == "delete":
            _put_off_with_it(session, due, values)
            if not (due.trial and outcome.of == "workspace"):
                return False  # what is old holds up nothing that is new
        name = own if outcome.of == "place" else space
        return lanes.stop(session, name=name, reason=outcome.reason, now=now)
    return errand.act in ("send", "find")


def _put_off_with_it(session: Session, due: Due, values: claims.Values) -> None:
    at = {"platform": due.platform, "workspace": due.workspace, "channel": due.channel}
    old_posts.with_it(session, **at, values=dict(values))


def _after(errand: Errand, outcome: Outcome, now: datetime, patience: Patience) -> claims.Values:
    """The columns of a post after an errand that did not simply go well."""
    due, sending = errand.due, errand.act == "send"
    if errand.act == "delete":
        return _after_deletion(due, outcome, now, patience)
    match outcome.result:
        case "there":  # an audit: its copies are gone
            left = due.audits - 1
            if outcome.ids and outcome.ids[0] != due.sent_id:  # the copy may show an older card
                return {"sent_id": outcome.ids[0], "sent_edition": 0, "audits": left, "due_at": now}
            return {
                "audits": left,
                "due_at": claims.edit_first(now, patience.audit_at(left, now) if left else None),
            }
        case "not there":
            return {"state": "planned", "due_at": now, "looked_at": now}
        case "unseen":
            return _unseen(errand, now)
        case "doubt":
            state = {"state": "unknown"} if sending else {}
            return {**state, "tries": due.tries + 1, "due_at": now + _patient(due, patience)}
        case "refused" if outcome.of == "post":
            return _refused(errand, outcome.reason, now)
        case "later" if errand.act not in PACED:
            # A thousand that may not look yet must not stand before those who may post.
            wait = max(_wait(outcome, patience), _patient(due, patience))
            due_at = claims.edit_first(now, now + wait) if errand.act == "audit" else now + wait
            return {"state": due.state, "tries": due.tries + 1, "due_at": due_at}
        case _:  # nothing was taken, so it stays due
            return {"state": "planned"} if sending else {"state": due.state}


def _unseen(errand: Errand, now: datetime) -> claims.Values:
    due = errand.due
    if errand.act == "audit":
        return {"audits": 0, "due_at": claims.edit_first(now, None)}
    if due.kind == STOP:
        due_at = now if due.tries <= PATIENT_AFTER else now + HOUR
        return {"state": "planned", "due_at": due_at, "looked_at": now}
    if errand.fresh:
        # For a day after a silence, and two weeks after a restore, all that a call posts may be
        # there: where a host began it early, and the database forgot. To ask each time would cost
        # more than the copy of that rare day.
        return {"state": "planned", "due_at": now, "looked_at": now}
    until = max(due.not_after or now, now + ASKED)
    return {"state": "unknown", "reason": claims.IN_DOUBT, "due_at": until, "looked_at": now}


def _after_deletion(due: Due, outcome: Outcome, now: datetime, patience: Patience) -> claims.Values:
    """The same for one that was to be taken away."""
    match outcome.result:
        case "doubt":
            return {"tries": due.tries + 1, "due_at": now + _patient(due, patience)}
        case "refused" if outcome.of != "post":
            return _put_off(due, outcome.reason, now)
        case "refused" if not due.token:  # nor may it be changed
            return {"state": "gone", "reason": outcome.reason, "due_at": None}
        case "gone" | "refused":  # an earlier try took it away, and its answer was lost
            return {"state": "gone", "reason": "", "due_at": None}
        case _:
            return {"token": due.token}  # as if this had not been tried


def _put_off(due: Due, reason: str, now: datetime) -> claims.Values:
    """A place or workspace does not let us take this away: again later, for a week."""
    until = due.not_after or now + DEAD
    if now >= until:
        return {"state": "gone", "reason": reason, "due_at": None}
    wait = min(lanes.SHORTEST * 2**due.tries, lanes.LONGEST)
    return {"tries": due.tries + 1, "not_after": until, "due_at": now + wait, "token": ""}


def _refused(errand: Errand, reason: str, now: datetime) -> claims.Values:
    match errand.act:
        case "change":  # this edition cannot be shown; a newer one may be
            return {"reason": reason, "sent_edition": errand.due.edition}
        case "audit":
            return {"reason": reason, "audits": 0, "due_at": claims.edit_first(now, None)}
    return {"reason": reason, "state": "failed", "due_at": None}
