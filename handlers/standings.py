"""Who somebody is in their networks, wherever they speak."""

from collections.abc import Sequence

from handlers.words import Ask
from storage import people
from storage.people import Standing


def standings(ask: Ask) -> Sequence[Standing]:
    """Who somebody is, or was, in every network that knows their account."""
    who = ask.said.who
    asked = people.asking(
        ask.session,
        platform=who.platform,
        here="",
        channel="",
        home=who.workspace,
        person=who.person,
    )
    return sorted(asked.standings, key=lambda each: (each.network.casefold(), each.network_id))
