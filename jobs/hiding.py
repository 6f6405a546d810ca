"""What a host hid goes from the agendas of calls that are over: nothing composes those anew."""

from datetime import datetime, timedelta

from bot.redact import Redaction
from jobs.redacting import MOST, redact
from jobs.table import Errand, chore
from storage import hiding
from storage.models import Hidden

SOON = timedelta(seconds=1)


@chore(hiding.FROM_OLD_AGENDAS)
def take_out(errand: Errand) -> datetime | None:
    """Take it out of as many as are looked through at once. There it does not come back."""
    kept = errand.session.get(Hidden, errand.chore.ref)
    texts = kept.before.get("texts") if kept else None
    if kept is None or not texts:
        return None
    after = kept.before.get("after", "")
    posts = hiding.old_agendas(errand.session, network_id=kept.network_id, after=after, limit=MOST)
    redact(posts, Redaction("", texts), errand.now)
    errand.session.flush()
    if len(posts) == MOST:
        kept.before = {**kept.before, "after": posts[-1].key}
        return errand.now + SOON
    # Several may have spoken for it: whoever of them is erased finds no words of theirs here.
    kept.before = {key: kept.before[key] for key in kept.before if key not in ("texts", "after")}
    return None
