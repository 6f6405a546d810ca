"""Where and as whom something is overheard."""

from dataclasses import replace

from handlers.words import Ask
from storage import networks
from storage.models import Channel
from storage.people import Standing


def heard_in(ask: Ask) -> Channel:
    """The network's channel in which it was overheard."""
    place = ask.said.place
    found = networks.channel_at(
        ask.session, platform=place.platform, workspace=place.workspace, channel=place.channel
    )
    assert found  # what is overheard elsewhere comes to no handler
    return found


def aside(ask: Ask, channel: Channel) -> Ask:
    """The same for the network as such, where who posted is no member of it."""
    if ask.standing is not None:
        return ask
    network = networks.get(ask.session, network_id=channel.network_id)
    nobody = Standing(
        network_id=network.id,
        network=network.name,
        zone=network.zone,
        member_id=0,
        name="",
        role="",
        active=True,
        organisation_id=None,
        organisation=None,
        own_zone="",
        channel_id=channel.id,
        channel_of=channel.workspace.external,
        ended=network.ended_at is not None,
        removed=False,
        left=False,
    )
    return replace(ask, standing=nobody)
