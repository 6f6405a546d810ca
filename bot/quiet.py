"""When somebody may be nudged: not in quiet hours, not on free days, in their own zone. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.calendar import instant
from bot.speech import zone_or_utc


@dataclass(frozen=True, slots=True)
class Quiet:
    """Nobody is nudged from `begins` to `ends`, over midnight too, nor on `free` days (0 is
    Monday); equal times are no quiet hours."""

    begins: time
    ends: time
    free: Collection[int] = ()


def may_nudge_at(quiet: Quiet, zone: str, now: datetime) -> datetime | None:
    """The first instant from `now` on at which somebody who lives in `zone` may be nudged; None
    where every day is free."""
    zone = zone_or_utc(zone)
    here = now.astimezone(ZoneInfo(zone))
    for days in range(9):
        day = here.date() + timedelta(days=days)
        if day.weekday() in quiet.free:
            continue
        for begins in (time(0), quiet.ends):
            at = max(now, instant(day, begins, zone)).astimezone(UTC)
            there = at.astimezone(ZoneInfo(zone))
            if there.date() == day and not _is_quiet(quiet, there.time()):
                return at
    return None


def _is_quiet(quiet: Quiet, at: time) -> bool:
    if quiet.begins <= quiet.ends:
        return quiet.begins <= at < quiet.ends
    return at >= quiet.begins or at < quiet.ends
