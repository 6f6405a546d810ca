"""Links that nobody kept are forgotten."""

from datetime import datetime

from jobs.table import Errand, chore
from storage import caught


@chore("caught")
def forget(errand: Errand) -> datetime | None:
    """Let go of what waited too long for somebody to keep it."""
    return caught.forget(errand.session, network_id=errand.chore.network_id, now=errand.now)
