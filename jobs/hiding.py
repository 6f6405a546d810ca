"""What a host hid goes from the agendas of calls that are over: nothing composes those anew."""

from datetime import datetime, timedelta

from bot.redact import Redaction
from bot.speech import decode_card, encode_card
from jobs.table import Errand, chore
from storage import hiding
from storage.models import Hidden

SOON = timedelta(seconds=1)
MOST = 80  # posts at once, so that people's requests are not held up


@chore(hiding.FROM_OLD_AGENDAS)
def take_out(errand: Errand) -> datetime | None:
    """Take it out of as many as are looked through at once. There it does not come back."""
    kept = errand.session.get(Hidden, errand.chore.ref)
    texts = kept.before.get("texts") if kept else None
    if kept is None or not texts:
        return None
    after = kept.before.get("after", "")
    posts = hiding.old_agendas(errand.session, network_id=kept.network_id, after=after, limit=MOST)
    redaction = Redaction("", texts)
    for post in posts:
        shown = decode_card(post.card)
        made = redaction.card(shown)
        if made is not shown:
            post.card, post.edition = encode_card(made), post.edition + 1
            post.due_at = errand.now if post.due_at is None else min(post.due_at, errand.now)
    errand.session.flush()
    if len(posts) == MOST:
        kept.before = {**kept.before, "after": posts[-1].key}
        return errand.now + SOON
    # Several may have spoken for it: whoever of them is erased finds no words of theirs here.
    kept.before = {key: kept.before[key] for key in kept.before if key not in ("texts", "after")}
    return None
