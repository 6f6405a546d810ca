"""How a network is doing, as a picture that people can read."""

from datetime import timedelta

from bot.compose.health import Bar, HealthFacts, health, together
from bot.picture import make_address
from bot.speech import Reply
from handlers.words import Ask, word
from storage import health as counts
from storage import people, problems

CALLS = 8
LATELY = timedelta(days=90)


@word("network health", example="network health", who="host", past=True)
def show(ask: Ask) -> Reply:
    """See how your network is doing: check-ins by organisation, exit tickets, open asks."""
    network_id, session = ask.me.network_id, ask.session
    calls = counts.ended_calls(session, network_id=network_id, limit=CALLS)
    ids = [each.id for each in calls]
    spoke = counts.participation(session, network_id=network_id, call_ids=ids)
    bars = together([(_bar(each, len(ids)), each.members) for each in spoke if each.members])
    given = counts.tickets(session, call_ids=ids)
    since = calls[-1].starts_at if calls else ask.now - LATELY
    shared, tried = counts.shared(session, network_id=network_id, since=since)
    waiting = problems.waiting(session, network_id=network_id, before=ask.now)
    members = len(people.members(session, network_id=network_id))
    return health(
        HealthFacts(
            ask.me.network,
            ask.me.own_zone or ask.me.zone,
            len(ids),
            since,
            bars,
            answers=given.answers,
            asked=members * len(ids),
            useful=given.useful,
            recommend=given.recommend,
            recommend_of=given.asked,
            shared=shared,
            tried=tried,
            asks=tuple((each.what, each.at) for each in waiting if not each.offers),
            picture=make_address(
                session, network_id=network_id, bars=bars, web=ask.web, now=ask.now
            )
            if ids
            else "",
        )
    )


def _bar(spoke: counts.Spoke, calls: int) -> Bar:
    return Bar(spoke.organisation or "No organisation said", spoke.checkins, spoke.members * calls)
