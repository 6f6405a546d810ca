"""Prompts and a network's pauses: what would be asked while it rests, and when it is instead."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.calendar import instant, local_day
from bot.compose.prompts import Coming
from bot.timing import Timing, upcoming
from storage import pauses
from storage.models import Pause


def rest_at(session: Session, at: datetime, *, network_id: int, zone: str) -> Pause | None:
    """The pause that a network, which lives in `zone`, is in at an instant."""
    return pauses.is_paused(session, network_id=network_id, on=local_day(at, zone))


def after_rest(
    session: Session, timing: Timing, rest: Pause, *, network_id: int, zone: str
) -> Timing:
    """What would come once, in `rest`: the same on the first day on which the network rests no
    more."""
    found: Pause | None = rest
    while found:
        on = max(timing.starts_on + timedelta(days=1), found.last_on)
        timing = replace(timing, starts_on=on)
        at = instant(on, timing.at, timing.zone)
        found = rest_at(session, at, network_id=network_id, zone=zone)
    return timing


def coming(
    session: Session, timing: Timing, now: datetime, *, network_id: int, zone: str
) -> Iterator[Coming]:
    """When something comes after `now`, with what becomes of it where the network rests then."""
    for at in upcoming(timing, now):
        rest = rest_at(session, at, network_id=network_id, zone=zone)
        if rest is None:
            yield Coming(at)
        elif timing.rule:
            yield Coming(at, rest.name, rest.last_on)
        else:
            later = after_rest(session, timing, rest, network_id=network_id, zone=zone)
            instead = instant(later.starts_on, later.at, later.zone)
            yield Coming(at, rest.name, rest.last_on, instead)
