"""What is kept too long is deleted, for networks whose hosts set how long that is."""

from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta

from jobs.table import Errand, chore
from storage import care, retention

DAILY, SOON = timedelta(days=1), timedelta(seconds=2)
MOST = 200  # of each kind in one go, so that people's requests are not held up


@chore("retention")
def delete_old(errand: Errand) -> datetime | None:
    """Delete a batch of what is older than the network keeps; at once again while there is more."""
    set_ = care.of_network(errand.session, network_id=errand.chore.network_id)
    if set_.keep_months is None:
        return None
    before = errand.now - relativedelta(months=set_.keep_months)
    deleted = retention.delete_before(
        errand.session, network_id=errand.chore.network_id, before=before, limit=MOST
    )
    return errand.now + (SOON if deleted else DAILY)
