"""What is kept too long is deleted, for networks whose hosts set how long that is: what I posted of
it, then the rows."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta

from bot.compose.places import channel_in, space_called
from bot.compose.retention import left_standing, taken_away
from bot.publish import to_member
from bot.speech import encode_card
from jobs.table import Errand, chore
from storage import care, networks, old_posts, people, retention
from storage.old_posts import Standing

DAILY, MEANWHILE, SOON = timedelta(days=1), timedelta(minutes=1), timedelta(seconds=2)
MOST = 200  # of each kind in one go, so that people's requests are not held up


@chore("retention")
def delete_old(errand: Errand) -> datetime | None:
    """Delete a batch of what is older than the network keeps; at once again while there is more."""
    session, network_id = errand.session, errand.chore.network_id
    set_ = care.of_network(session, network_id=network_id)
    if set_.keep_months is None:
        return None
    before = errand.now - relativedelta(months=set_.keep_months)
    name = networks.get(session, network_id=network_id).name
    shown = encode_card(taken_away(name, set_.keep_months))
    old_posts.mark(
        session, network_id=network_id, before=before, card=shown, now=errand.now, most=MOST
    )
    deleted = retention.delete_before(session, network_id=network_id, before=before, limit=MOST)
    if old_posts.under_way(session, network_id=network_id):
        return errand.now + (SOON if deleted else MEANWHILE)
    if standing := old_posts.standing(session, network_id=network_id):
        _tell_hosts(errand, name, standing)
        return errand.now + SOON
    return errand.now + (SOON if deleted else DAILY)


def _tell_hosts(errand: Errand, name: str, standing: Sequence[Standing]) -> None:
    """Say what still stands, once a month at most."""
    session, network_id = errand.session, errand.chore.network_id
    places = [_where(errand, each) for each in standing]
    shown = left_standing(name, places, [each.reason for each in standing])
    for host in people.hosts(session, network_id=network_id):
        to_member(
            session,
            host.id,
            shown,
            network_id=network_id,
            of=f"left standing {network_id} {errand.now:%Y-%m}",
            kind="notice",
            now=errand.now,
        )
    old_posts.told(session, network_id=network_id)


def _where(errand: Errand, post: Standing) -> str:
    """A channel; of a direct message nobody is told whose it is."""
    if post.direct:
        return "direct messages"
    space = people.workspace_at(errand.session, platform=post.platform, external=post.workspace)
    name = networks.channel_name(
        errand.session, platform=post.platform, workspace=post.workspace, channel=post.channel
    )
    return channel_in(name, space_called(space.platform, space.name))
