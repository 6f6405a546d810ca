"""Putting a card into the outbox for channels or people: handlers and jobs both use it."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from bot.calendar import local_day
from bot.compose.pages import pages
from bot.quiet import Quiet, may_nudge_at
from bot.speech import Card, card, encode_card
from storage import care, networks, outbox, pauses, people, wishes
from storage.models import Channel, Identity

_QUIET = "when a network rests"
MOVED = card("(What was here is now in the message above.)")
"""In place of a page that a card had while it was longer."""


def to_channels(
    session: Session,
    channels: Iterable[Channel],
    shown: Card,
    *,
    of: str,
    kind: str,
    now: datetime,
    under: str = "",
    thread_of: str = "",
    call_id: int | None = None,
    not_after: datetime | None = None,
    since: datetime | None = None,
) -> None:
    """Want a card in every channel. `of` names what it is, the same for all; `under` is the `of`
    of the post whose thread it belongs to; `thread_of` what is typed in its own thread answers. A
    long card goes on in its own thread."""
    for channel in channels:
        space = channel.workspace
        put = partial(
            outbox.put,
            session,
            network_id=channel.network_id,
            kind=kind,
            platform=space.platform,
            workspace=space.external,
            channel=channel.external,
            thread_of=thread_of,
            call_id=call_id,
            not_after=not_after,
        )
        key = partial(
            outbox.key_of,
            platform=space.platform,
            workspace=space.external,
            channel=channel.external,
        )
        _put_pages(session, put, key, shown, of=of, under=under, now=now, since=since)


def where_posted(session: Session, *, network_id: int, of: str) -> list[Channel]:
    """The channels of a network in which this was posted."""
    return [
        each
        for each in networks.channels(session, network_id=network_id)
        if outbox.get(session, key=key_in(each, of))
    ]


def key_in(channel: Channel, of: str) -> str:
    """The delivery key of a post in a channel."""
    space = channel.workspace
    return outbox.key_of(
        of=of, platform=space.platform, workspace=space.external, channel=channel.external
    )


def to_member(
    session: Session,
    member_id: int,
    shown: Card,
    *,
    network_id: int,
    of: str,
    kind: str,
    now: datetime,
    call_id: int | None = None,
    not_after: datetime | None = None,
    not_before: datetime | None = None,
    since: datetime | None = None,
) -> bool:
    """Want a card in a direct message to a member; False when no platform knows them. A message
    that one of their accounts has is changed there, and is not sent to another. Whoever left is
    written nothing new but what they asked for, which is all that is kept of them."""
    accounts = _accounts(session, member_id, of)
    if kind != "export" and people.has_left(session, member_id=member_id):
        accounts = [each for each in accounts if outbox.get(session, key=_key_at(each)(of=of))]
    for each in accounts:
        put = partial(
            outbox.put,
            session,
            network_id=network_id,
            kind=kind,
            platform=each.workspace.platform,
            workspace=each.workspace.external,
            channel=each.external,
            call_id=call_id,
            not_after=not_after,
            member_id=member_id,
            not_before=not_before,
        )
        _put_pages(session, put, _key_at(each), shown, of=of, under="", now=now, since=since)
    return bool(accounts)


def was_told(session: Session, member_id: int, of: str) -> bool:
    """Whether this was wanted in a direct message to a member."""
    accounts = _accounts(session, member_id, of)
    return any(outbox.get(session, key=_key_at(each)(of=of)) for each in accounts)


def nudge_member(
    session: Session,
    member_id: int,
    shown: Card,
    *,
    network_id: int,
    of: str,
    kind: str,
    now: datetime,
    not_after: datetime,
    call_id: int | None = None,
    since: datetime | None = None,
    pointless: bool = False,
) -> bool:
    """Remind a member of something: not while they pause, not if they wish no nudges, not in quiet
    hours or on a free day in their own zone, and not at all where none of that is over by
    `not_after`. One that was sent is changed; one that has become `pointless` before is not
    sent. Whether anything was wanted."""
    accounts = _accounts(session, member_id, of)
    # Held on to, or each would be read again below.
    posts = [outbox.get(session, key=_key_at(each)(of=of)) for each in accounts]
    known = [each.key for each in posts if each]
    if pointless and known and all(outbox.let_go(session, key=key) for key in known):
        return False
    at = nudge_time(session, member_id, network_id=network_id, now=now)
    if not known and (pointless or at is None or at >= not_after):
        return False
    return to_member(
        session,
        member_id,
        shown,
        network_id=network_id,
        of=of,
        kind=kind,
        now=now,
        call_id=call_id,
        not_after=not_after,
        not_before=at,
        since=since,
    )


def nudge_time(
    session: Session, member_id: int, *, network_id: int, now: datetime
) -> datetime | None:
    """When a member may be nudged, from `now` on; None where they wish it never, or not now, and
    where they are no member any more."""
    wish = wishes.of_member(session, member_id=member_id)
    if not wish.nudges or (wish.paused_until and wish.paused_until > now):
        return None
    return calm_time(session, member_id, network_id=network_id, now=now)


def calm_time(
    session: Session, member_id: int, *, network_id: int, now: datetime
) -> datetime | None:
    """When a member may be told what can wait, whatever they wish of nudges: not in quiet hours,
    not on a free day. None while the network rests."""
    rests = _rests(session, network_id, now)
    member = people.get(session, network_id=network_id, member_id=member_id)
    if rests is None or member is None or not member.active:
        return None
    quiet, zone = rests
    return may_nudge_at(quiet, member.zone or zone, now)


def _rests(session: Session, network_id: int, now: datetime) -> tuple[Quiet, str] | None:
    """When a network lets its people rest, and its zone; None while it rests altogether. Asked once
    a transaction, however many are nudged in it."""
    asked = (_QUIET, network_id, now)
    if asked not in session.info:
        network = networks.get(session, network_id=network_id)
        set_ = care.of_network(session, network_id=network_id)
        quiet = Quiet(set_.quiet_from, set_.quiet_until, tuple(set_.free_days))
        paused = pauses.is_paused(session, network_id=network_id, on=local_day(now, network.zone))
        session.info[asked] = None if paused else (quiet, network.zone)
    found: tuple[Quiet, str] | None = session.info[asked]
    return found


def _accounts(session: Session, member_id: int, of: str) -> Sequence[Identity]:
    """The accounts at which a member reads this message: where it is already, else the first.
    Two that were members of their own may both have it."""
    every = people.identities(session, member_id=member_id)
    if len(every) < 2:
        return every
    have = [each for each in every if each.active and outbox.get(session, key=_key_at(each)(of=of))]
    return have or every[:1]


def _key_at(account: Identity) -> Callable[..., str]:
    space = account.workspace
    return partial(
        outbox.key_of,
        platform=space.platform,
        workspace=space.external,
        channel=account.external,
    )


def _put_pages(
    session: Session,
    put: Callable[..., bool],
    key: Callable[..., str],
    shown: Card,
    *,
    of: str,
    under: str,
    now: datetime,
    since: datetime | None,
) -> None:
    first, cards = key(of=under or of), pages(shown)
    changed = False
    for number, page in enumerate(cards, start=1):
        own = key(of=_page(of, number))
        before = timedelta(microseconds=len(cards) - number)  # they come in their order
        changed |= put(
            key=own,
            card=encode_card(page),
            now=now - before,
            since=since and since - before,
            thread_key="" if own == first else first,
        )
    number = len(cards) + 1
    while changed and outbox.get(session, key=key(of=_page(of, number))):
        put(key=key(of=_page(of, number)), card=encode_card(MOVED), now=now, thread_key=first)
        number += 1


def _page(of: str, number: int) -> str:
    return of if number == 1 else f"{of} page {number}"
