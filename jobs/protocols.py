"""A protocol that runs in writing closes when its days are over."""

from datetime import datetime

from bot.running import show_closing, show_written
from jobs.table import Errand, chore
from storage import networks, runs
from storage.models import Run


@chore("protocol", "A protocol in writing closes")
def close(errand: Errand) -> datetime | None:
    """Close it, however late: what was written stays open until then."""
    session, run = errand.session, errand.session.get(Run, errand.chore.ref)
    if run is None or not runs.end(session, run=run, now=errand.now):
        return None
    zone = networks.get(session, network_id=run.network_id).zone
    show_written(session, run, errand.now, zone)
    show_closing(session, run, errand.now)
    return None
