"""Putting a card into the outbox for channels or people: handlers and jobs both use it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.compose.pages import pages
from bot.speech import Card, encode_card
from storage import outbox, people
from storage.models import Channel


def to_channels(
    session: Session,
    channels: Iterable[Channel],
    card: Card,
    *,
    of: str,
    kind: str,
    now: datetime,
    under: str = "",
    call_id: int | None = None,
    not_after: datetime | None = None,
) -> None:
    """Want `card` in every channel. `of` names what it is, the same for all; `under` is the `of`
    of the post whose thread it belongs to. A long card goes on in its own thread."""
    for channel in channels:
        space = channel.workspace
        _put_pages(
            session,
            card,
            of=of,
            under=under,
            kind=kind,
            now=now,
            network_id=channel.network_id,
            platform=space.platform,
            workspace=space.external,
            channel=channel.external,
            call_id=call_id,
            not_after=not_after,
        )


def to_member(
    session: Session,
    member_id: int,
    card: Card,
    *,
    network_id: int,
    of: str,
    kind: str,
    now: datetime,
    call_id: int | None = None,
    not_after: datetime | None = None,
) -> bool:
    """Want `card` in a direct message to a member; False when no platform knows them."""
    identity = people.first_identity(session, member_id=member_id)
    if identity is None:
        return False
    _put_pages(
        session,
        card,
        of=of,
        under="",
        kind=kind,
        now=now,
        network_id=network_id,
        platform=identity.workspace.platform,
        workspace=identity.workspace.external,
        channel=identity.external,
        call_id=call_id,
        not_after=not_after,
        member_id=member_id,
    )
    return True


def _put_pages(
    session: Session,
    card: Card,
    *,
    of: str,
    under: str,
    kind: str,
    now: datetime,
    network_id: int,
    platform: str,
    workspace: str,
    channel: str,
    call_id: int | None,
    not_after: datetime | None,
    member_id: int | None = None,
) -> None:
    def key(name: str) -> str:
        return outbox.key_of(of=name, platform=platform, workspace=workspace, channel=channel)

    first, cards = key(under or of), pages(card)
    for number, page in enumerate(cards):
        own = key(of if number == 0 else f"{of} page {number + 1}")
        outbox.put(
            session,
            key=own,
            network_id=network_id,
            kind=kind,
            platform=platform,
            workspace=workspace,
            channel=channel,
            card=encode_card(page),
            now=now - timedelta(microseconds=len(cards) - number - 1),  # in their order
            member_id=member_id,
            thread_key="" if own == first else first,
            call_id=call_id,
            not_after=not_after,
        )
