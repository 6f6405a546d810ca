"""A host asks whether everything works."""

from datetime import UTC, datetime

import msgspec

from bot.compose.doctor import examined
from bot.findings import Finding
from bot.speech import Reply, card
from handlers.words import Ask, word
from storage import examined as looks

SOON = "I look again now, and send you what I find, in a moment."
FIRST = (
    "I look now, and send you what I find, in a moment: tokens, channels, clock, database, search."
)


@word("doctor", who="host", past=True)
def doctor(ask: Ask) -> Reply:
    """See whether everything works, and how to mend what does not."""
    me = ask.me
    looks.ask(ask.session, network_id=me.network_id, member_id=me.member_id)
    last = looks.last(ask.session, network_id=me.network_id)
    if last is None:
        return card(FIRST)
    at, found = last
    findings = msgspec.json.decode(found, type=list[Finding])
    when = ago(ask.now, datetime.fromtimestamp(at, UTC))
    return examined(me.network, findings, me.own_zone or me.zone, when, more=SOON)


def ago(now: datetime, then: datetime) -> str:
    """ "12 minutes ago"."""
    minutes = max(0, int((now - then).total_seconds() // 60))
    if minutes < 1:
        return "a moment ago"
    if minutes < 120:
        return f"{minutes} minutes ago" if minutes > 1 else "a minute ago"
    hours = minutes // 60
    return f"{hours} hours ago" if hours < 48 else f"{hours // 24} days ago"
