"""The hosts are told, once a day, who said by themselves whom they are with."""

from collections.abc import Sequence
from datetime import datetime

from bot.calendar import local_day
from bot.compose.newcomers import Newcomer, newcomers
from bot.newcomers import KIND, next_morning, told
from bot.publish import calm_time, to_member
from jobs.table import Errand, chore
from storage import networks, people, wishes
from storage.models import Member


@chore(KIND, "The hosts read who is new")
def tell_hosts(errand: Errand) -> datetime | None:
    """Tell each host of all but themselves; while the network rests, on a later morning."""
    session, now, network_id = errand.session, errand.now, errand.chore.network_id
    network = networks.get(session, network_id=network_id)
    new = [each for each in people.newly_with(session, network_id=network_id) if each.organisation]
    if network.ended_at or not new:
        return None
    for host in _hosts(errand):
        others = [_newcomer(each) for each in new if each.id != host.id]
        at = calm_time(session, host.id, network_id=network_id, now=now)
        if at is None:
            return next_morning(session, network_id=network_id, now=now)
        if others:
            to_member(
                session,
                host.id,
                newcomers(network.name, others),
                network_id=network_id,
                of=f"network {network_id} new {local_day(now, network.zone)}",
                kind="newcomers",
                now=now,
                not_before=at,
                since=errand.since,
            )
    for each in new:
        told(session, each)
    return None


def _hosts(errand: Errand) -> Sequence[Member]:
    """Those who do not pause just now; all of them where every one does."""
    network_id = errand.chore.network_id
    every = people.hosts(errand.session, network_id=network_id)
    here = [each for each in every if not _pauses(errand, each)]
    return here or every


def _pauses(errand: Errand, host: Member) -> bool:
    until = wishes.of_member(errand.session, member_id=host.id).paused_until
    return until is not None and until > errand.now


def _newcomer(member: Member) -> Newcomer:
    assert member.organisation
    return Newcomer(member.id, member.name, member.organisation.name)
