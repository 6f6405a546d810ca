"""Home bases: the sub-groups of a network, who sits in which, and who has been with whom."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import combinations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.models import BaseRound, HomeBase, Member, Seat


def open_ones(session: Session, *, network_id: int) -> Sequence[HomeBase]:
    """A network's home bases, in their order."""
    return session.scalars(
        select(HomeBase)
        .where(HomeBase.network_id == network_id, HomeBase.closed.is_(False))
        .order_by(HomeBase.place)
    ).all()


def get(session: Session, *, network_id: int, base_id: int) -> HomeBase | None:
    """A home base of this network."""
    found = session.get(HomeBase, base_id)
    return found if found and found.network_id == network_id else None


def of_channel(session: Session, *, channel_id: int) -> HomeBase | None:
    """The home base whose own channel this is."""
    return session.scalar(
        select(HomeBase).where(HomeBase.channel_id == channel_id, HomeBase.closed.is_(False))
    )


def wanted(session: Session, *, network_id: int, number: int) -> Sequence[HomeBase]:
    """So many home bases, those that are there first; what is too many is closed."""
    every = list(
        session.scalars(
            select(HomeBase).where(HomeBase.network_id == network_id).order_by(HomeBase.place)
        )
    )
    for place in range(len(every), number):
        made = HomeBase(network_id=network_id, place=place, name=f"Base {_letters(place)}")
        session.add(made)
        every.append(made)
    for each in every:
        each.closed = each.place >= number
    session.flush()
    return every[:number]


def _letters(place: int) -> str:
    """A, B, … Z, AA, AB …"""
    high, low = divmod(place, 26)
    return (_letters(high - 1) if high else "") + chr(ord("A") + low)


def last_round(session: Session, *, network_id: int) -> BaseRound | None:
    """The round that counts."""
    return session.scalar(
        select(BaseRound)
        .where(BaseRound.network_id == network_id)
        .order_by(BaseRound.id.desc())
        .limit(1)
    )


def rounds(session: Session, *, network_id: int) -> int:
    """How often a network's members were dealt."""
    asked = select(func.count()).select_from(BaseRound).where(BaseRound.network_id == network_id)
    return session.scalar(asked) or 0


def met(session: Session, *, network_id: int) -> Counter[tuple[int, int]]:
    """How often any two members (the lower id first) have sat in one home base, in all rounds."""
    rows = session.execute(
        select(Seat.round_id, Seat.base_id, Seat.member_id)
        .join(BaseRound, BaseRound.id == Seat.round_id)
        .where(BaseRound.network_id == network_id)
        .order_by(Seat.member_id)
    )
    tables: dict[tuple[int, int], list[int]] = {}
    for round_id, base_id, member_id in rows:
        tables.setdefault((round_id, base_id), []).append(member_id)
    return Counter(pair for each in tables.values() for pair in combinations(each, 2))


def deal(
    session: Session, *, network_id: int, seats: Mapping[int, Iterable[int]], now: datetime
) -> BaseRound:
    """A new round: base id to the ids of its members."""
    made = BaseRound(network_id=network_id, at=now)
    session.add(made)
    session.flush()
    for base_id, members in seats.items():
        for member_id in members:
            session.add(Seat(round_id=made.id, base_id=base_id, member_id=member_id))
    session.flush()
    return made


def seat(session: Session, *, round_id: int, base_id: int, member_id: int) -> None:
    """Let a member sit in a home base, in place of where they sat in this round."""
    known = session.get(Seat, (round_id, member_id))
    if known is None:
        session.add(Seat(round_id=round_id, base_id=base_id, member_id=member_id))
    else:
        known.base_id = base_id
    session.flush()


def seated(session: Session, *, round_id: int) -> dict[int, list[Member]]:
    """Base id to its active members, by name."""
    found = session.execute(
        select(Seat.base_id, Member)
        .join(Member, Member.id == Seat.member_id)
        .where(Seat.round_id == round_id, Member.active)
        .order_by(func.lower(Member.name), Member.id)
    )
    by_base: dict[int, list[Member]] = {}
    for base_id, member in found:
        by_base.setdefault(base_id, []).append(member)
    return by_base


def base_of(session: Session, *, round_id: int, member_id: int) -> HomeBase | None:
    """Where a member sits in a round."""
    known = session.get(Seat, (round_id, member_id))
    return session.get(HomeBase, known.base_id) if known else None


def place(session: Session, *, network_id: int, member_id: int) -> None:
    """Give a newcomer a seat in the smallest home base, where members are in some."""
    last = last_round(session, network_id=network_id)
    if last is None or base_of(session, round_id=last.id, member_id=member_id):
        return
    if base := smallest(session, network_id=network_id, round_id=last.id):
        seat(session, round_id=last.id, base_id=base.id, member_id=member_id)


def leave(session: Session, *, network_id: int, member_id: int) -> None:
    """Free a member's seat in the round that counts."""
    last = last_round(session, network_id=network_id)
    known = session.get(Seat, (last.id, member_id)) if last else None
    if known:
        session.delete(known)
        session.flush()


def smallest(session: Session, *, network_id: int, round_id: int) -> HomeBase | None:
    """The open home base with the fewest active members."""
    seated_now = seated(session, round_id=round_id)
    every = open_ones(session, network_id=network_id)
    return min(every, key=lambda each: (len(seated_now.get(each.id, [])), each.place), default=None)
