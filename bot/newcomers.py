"""Who said by themselves whom they are with: the hosts are told, once a day."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.calendar import instant
from bot.speech import zone_or_utc
from storage import chores, networks
from storage.models import Member

KIND = "newcomers"
MORNING = time(9)


def said(session: Session, member: Member, now: datetime) -> None:
    """Let the hosts be told, next morning, whom a member says they are with."""
    member.with_since = now
    session.flush()
    if chores.when(session, kind=KIND, ref=member.network_id) is None:
        at = next_morning(session, network_id=member.network_id, now=now)
        chores.put(
            session, network_id=member.network_id, kind=KIND, ref=member.network_id, due_at=at
        )


def told(session: Session, member: Member) -> None:
    """Nobody needs to be told of them any more."""
    member.with_since = None
    session.flush()


def next_morning(session: Session, *, network_id: int, now: datetime) -> datetime:
    """The next morning where the network lives."""
    zone = zone_or_utc(networks.get(session, network_id=network_id).zone)
    day = now.astimezone(ZoneInfo(zone)).date()
    today = instant(day, MORNING, zone)
    return today if today > now else instant(day + timedelta(days=1), MORNING, zone)
