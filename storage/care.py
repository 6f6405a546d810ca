"""What a network takes care of: quiet hours, days without nudges, how long things are kept."""

from datetime import time

from sqlalchemy.orm import Session

from storage.models import Care

QUIET_FROM, QUIET_UNTIL, FREE_DAYS = time(21), time(7), (5, 6)


def of_network(session: Session, *, network_id: int) -> Care:
    """What a network takes care of, as its hosts set it, or as it is by itself."""
    return session.get(Care, network_id) or Care(
        network_id=network_id,
        quiet_from=QUIET_FROM,
        quiet_until=QUIET_UNTIL,
        free_days=list(FREE_DAYS),
        keep_months=None,
    )


def put(
    session: Session,
    *,
    network_id: int,
    quiet_from: time,
    quiet_until: time,
    free_days: list[int],
    keep_months: int | None,
) -> bool:
    """Set what a network takes care of; whether that changed anything."""
    known = of_network(session, network_id=network_id)
    before = (known.quiet_from, known.quiet_until, known.free_days, known.keep_months)
    known.quiet_from, known.quiet_until = quiet_from, quiet_until
    known.free_days, known.keep_months = free_days, keep_months
    session.add(known)
    session.flush()
    return before != (quiet_from, quiet_until, free_days, keep_months)
