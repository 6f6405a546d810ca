"""Planning a series further, and asking its host where nobody knows its zone any more."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot import plan
from bot.calendar import is_zone, nearest_zone
from bot.compose.notices import zone_lost_notice
from bot.publish import to_member
from storage import people
from storage.models import Series


def plan_or_ask(session: Session, series: Series, now: datetime) -> None:
    """Plan a series further. Where that can't be done its first host is asked for a zone, once
    for each zone that was lost."""
    plan.plan_ahead(session, series, now)
    if is_zone(series.zone):
        return
    notice = zone_lost_notice(series.id, series.name, series.zone, nearest_zone(series.zone))
    for host in people.hosts_in_turn(session, network_id=series.network_id, now=now)[:1]:
        to_member(
            session,
            host.id,
            notice,
            network_id=series.network_id,
            of=f"series {series.id} has lost {series.zone}",
            kind="notice",
            now=now,
        )
