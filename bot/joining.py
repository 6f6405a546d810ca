"""A channel that asks to join a network, shown to all whom it concerns: the hosts, whoever asked,
and the channel itself. What becomes known later is shown in the same messages."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.compose.joining import Asks, asks_card, told_card, welcome_card
from bot.compose.places import channel_in, space_called
from bot.publish import to_channels, to_member
from bot.speech import Card, encode_card
from bot.stops import INVITES, is_outside
from storage import joinings, networks, outbox, people
from storage.codes import Account
from storage.models import Channel, Joining

SOMEBODY = "somebody"
"""Whoever asked, where that is not known, or not any more."""


def facts(session: Session, asked: Joining) -> Asks:
    """What is known of a channel that asks."""
    space = asked.workspace
    outside = is_outside(
        session, platform=space.platform, workspace=space.external, channel=asked.external
    )
    return Asks(
        asked.id,
        networks.get(session, network_id=asked.network_id).name,
        channel_in(name_of(session, asked), space_called(space.platform, space.name)),
        asked.person_name or SOMEBODY,
        INVITES[space.platform],
        inside=False if outside else True if asked.name_due is None else None,
        state=asked.state,  # type: ignore[arg-type]
        by=asked.decider.name if asked.decider else "",
    )


def name_of(session: Session, asked: Joining) -> str:
    """What the channel is called; "" while nobody has told it."""
    channel = _channel(session, asked)
    return (channel.name if channel else "") or asked.name


def show(session: Session, asked: Joining, now: datetime) -> None:
    """Let everything that was said of it say what is known now."""
    known = facts(session, asked)
    for host in people.hosts(session, network_id=asked.network_id):
        to_member(
            session,
            host.id,
            asks_card(known),
            network_id=asked.network_id,
            of=f"joining {asked.id}",
            kind="notice",
            now=now,
        )
    if asked.state == "asked":
        return
    if asked.person:
        _tell_asker(session, asked, told_card(known), now)
    channel = _channel(session, asked) if asked.state == "approved" else None
    if channel and channel.network_id == asked.network_id:
        of = f"joining {asked.id} welcome"
        to_channels(session, [channel], welcome_card(known), of=of, kind="notice", now=now)


def forget_asker(session: Session, account: Account, now: datetime) -> None:
    """Whoever asked is about to be erased: let nothing that was said of it name them, wherever it
    was posted; what nobody has decided is asked no more."""
    for asked in joinings.asked_by(session, account=account):
        state = "erased" if asked.state == "asked" else asked.state
        known = replace(facts(session, asked), asked_by=SOMEBODY, state=state)  # type: ignore[arg-type]
        space = asked.workspace
        welcome = outbox.key_of(
            of=f"joining {asked.id} welcome",
            platform=space.platform,
            workspace=space.external,
            channel=asked.external,
        )
        _say_instead(session, {welcome}, welcome_card(known), now)
        _say_instead(session, _told_hosts(session, asked), asks_card(known), now)


def _told_hosts(session: Session, asked: Joining) -> set[str]:
    """The delivery keys under which its hosts were told, those who host no more included."""
    return {
        outbox.key_of(
            of=f"joining {asked.id}",
            platform=each.workspace.platform,
            workspace=each.workspace.external,
            channel=each.external,
        )
        for each in people.accounts(session, network_id=asked.network_id)
    }


def _say_instead(session: Session, keys: set[str], shown: Card, now: datetime) -> None:
    for post in outbox.those(session, keys=keys):
        outbox.put(
            session,
            key=post.key,
            network_id=post.network_id,
            kind=post.kind,
            platform=post.platform,
            workspace=post.workspace,
            channel=post.channel,
            card=encode_card(shown),
            now=now,
        )


def _channel(session: Session, asked: Joining) -> Channel | None:
    space = asked.workspace
    return networks.channel_at(
        session, platform=space.platform, workspace=space.external, channel=asked.external
    )


def _tell_asker(session: Session, asked: Joining, shown: Card, now: datetime) -> None:
    """Whoever asked belongs to no network yet: they are written to by their account."""
    home = asked.home
    outbox.put(
        session,
        key=outbox.key_of(
            of=f"joining {asked.id} told",
            platform=home.platform,
            workspace=home.external,
            channel=asked.person,
        ),
        network_id=asked.network_id,
        kind="notice",
        platform=home.platform,
        workspace=home.external,
        channel=asked.person,
        card=encode_card(shown),
        now=now,
        direct=True,
    )
