"""An organisation is called otherwise: search reads again what its people said, a part a second."""

from datetime import datetime, timedelta

from jobs.table import Errand, chore
from storage import organisations

AT_ONCE = 40
SOON = timedelta(seconds=1)


@chore(organisations.NAMED)
def named(errand: Errand) -> datetime | None:
    """The next part, until there is no more."""
    ref = errand.chore.ref
    more = organisations.read_some(errand.session, organisation_id=ref, limit=AT_ONCE)
    return errand.now + SOON if more else None
