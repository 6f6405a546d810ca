"""Networks, their organisations and channels."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, delete, or_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from storage import people, turns
from storage.models import (
    Base,
    Call,
    CaughtMessage,
    Channel,
    Chore,
    Identity,
    Network,
    Organisation,
    Series,
    SeriesChannel,
    Step,
    Workspace,
)

LOCK_NOT_AVAILABLE = "55P03"
FORGETTING = (
    *("caught", "retention", "organisation named"),
    *("erase", "erase posts", "find recap", "forget for good"),
)
"""The chores by which what is kept becomes less: people were told that it does, also of a network
that has ended."""


class BeingTaken(Exception):
    """Somebody else makes the channel a network's at this very moment, and takes their time."""


def add(
    session: Session, *, name: str, zone: str, organisations: Sequence[str], now: datetime
) -> Network:
    """Begin a network with its organisations."""
    network = Network(name=name, zone=zone, created_at=now)
    session.add(network)
    session.flush()
    session.add_all(Organisation(network_id=network.id, name=each) for each in organisations)
    session.flush()
    return network


def add_channel(
    session: Session,
    *,
    network_id: int,
    platform: str,
    workspace: str,
    channel: str,
    now: datetime,
    name: str = "",
) -> Channel:
    """Make a channel that `is_free` one of the network's; its people are read from the platform
    soon."""
    space = people.workspace_at(session, platform=platform, external=workspace)
    made = Channel(
        network_id=network_id, workspace_id=space.id, external=channel, name=name, people_due=now
    )
    session.add(made)
    session.flush()
    return made


def channels(session: Session, *, network_id: int) -> Sequence[Channel]:
    """The network's channels, the first added first."""
    return session.scalars(
        select(Channel).where(Channel.network_id == network_id).order_by(Channel.id)
    ).all()


def in_workspace(
    session: Session, *, platform: str, workspace: str, channel: str = ""
) -> Sequence[int]:
    """The ids of the networks that have a channel in a workspace, or of the one whose that very
    `channel` is."""
    if channel:
        known = channel_at(session, platform=platform, workspace=workspace, channel=channel)
        return [known.network_id] if known else []
    return session.scalars(
        select(Channel.network_id)
        .join(Workspace)
        .where(Workspace.platform == platform, Workspace.external == workspace)
        .distinct()
        .order_by(Channel.network_id)
    ).all()


def is_free(session: Session, *, platform: str, workspace: str, channel: str) -> bool:
    """Whether a channel is no network's, and stays so until this transaction makes it one's.
    Raises BeingTaken."""
    try:
        turns.take_channel(session, platform=platform, channel=channel)
    except OperationalError as problem:
        if getattr(problem.orig, "sqlstate", "") == LOCK_NOT_AVAILABLE:
            raise BeingTaken from problem
        raise
    known = channel_at(session, platform=platform, workspace=workspace, channel=channel)
    return known is None


def channel_name(session: Session, *, platform: str, workspace: str, channel: str) -> str:
    """A channel's name, by the platform's ids; "" where it is not known."""
    found = session.scalar(
        select(Channel.name)
        .join(Workspace)
        .where(
            Workspace.platform == platform,
            Workspace.external == workspace,
            Channel.external == channel,
        )
    )
    return found or ""


def meeting_channels(session: Session, *, network_id: int) -> Sequence[Channel]:
    """The channels in which a call of the network is held; all of them while none is planned."""
    held = session.scalars(
        select(Channel)
        .join(SeriesChannel)
        .join(Series)
        .where(Series.network_id == network_id, Series.ended_at.is_(None))
        .order_by(Channel.id)
        .distinct()
    ).all()
    return held or channels(session, network_id=network_id)


def is_guest(session: Session, *, platform: str, workspace: str, person: str) -> bool:
    """Whether some network knows this person as a guest of their workspace."""
    found = session.scalar(
        select(Identity.id)
        .join(Workspace)
        .where(
            Workspace.platform == platform,
            Workspace.external == workspace,
            Identity.external == person,
            Identity.guest,
        )
        .limit(1)
    )
    return found is not None


def organisations(session: Session, *, network_id: int) -> Sequence[Organisation]:
    """The network's organisations, by name."""
    return session.scalars(
        select(Organisation)
        .where(Organisation.network_id == network_id)
        .order_by(Organisation.name)
    ).all()


def get(session: Session, *, network_id: int) -> Network:
    """The network of a standing; it is there."""
    return session.get_one(Network, network_id)


def load(session: Session, ids: Collection[int]) -> Sequence[Network]:
    """Networks by their ids."""
    return session.scalars(select(Network).where(Network.id.in_(ids)).order_by(Network.id)).all()


def channel(session: Session, *, channel_id: int) -> Channel:
    """A channel by our own id; it is there."""
    return session.get_one(Channel, channel_id)


def channel_at(session: Session, *, platform: str, workspace: str, channel: str) -> Channel | None:
    """The network's channel that a platform names so; None where it is no network's. One that
    several workspaces share is the same one from every side, as in `people.asking`."""
    here = Workspace.external == workspace
    return session.scalar(
        select(Channel)
        .join(Workspace)
        .where(
            Workspace.platform == platform,
            Channel.external == channel,
            or_(here, Workspace.platform.in_(people.SHARING)),
        )
        .order_by(here.desc(), Channel.id)
        .limit(1)
    )


def release(session: Session, *, channel: Channel) -> None:
    """Let a channel be no network's any more. What was shared there stays, and says of no channel
    that it came from there."""
    _forget_caught(session, channel)
    for column in _pointing_at(Channel):
        there = column == channel.id
        table: Table = column.table
        if column.nullable:
            session.execute(update(table).where(there).values({column.name: None}))
        else:
            session.execute(delete(table).where(there))
    session.delete(channel)
    session.flush()
    session.expire_all()


def _forget_caught(session: Session, channel: Channel) -> None:
    """What was only overheard there, and waits for somebody to keep it, goes with the channel; what
    was kept is the network's."""
    for caught in session.scalars(
        select(CaughtMessage).where(CaughtMessage.channel_id == channel.id)
    ):
        session.delete(caught)
    session.flush()


def _pointing_at(model: type[Base]) -> list[Column[Any]]:
    own = Base.metadata.tables[model.__tablename__].c.id
    tables = Base.metadata.sorted_tables
    return [each for table in tables for each in table.c if each.references(own)]


def end(session: Session, *, network: Network, now: datetime) -> None:
    """End a network: the clock does nothing more for it but to delete what is to be deleted, and
    only its past is read. Its series are ended before."""
    network.ended_at = now
    of_it = select(Call.id).where(Call.network_id == network.id)
    session.execute(
        update(Step)
        .where(Step.call_id.in_(of_it), Step.state == "planned")
        .values(state="skipped", note="the network has ended"),
        execution_options={"synchronize_session": "fetch"},
    )
    session.execute(
        delete(Chore).where(Chore.network_id == network.id, Chore.kind.not_in(FORGETTING))
    )
    session.execute(update(Channel).where(Channel.network_id == network.id).values(people_due=None))
    session.flush()


def to_read(session: Session, *, now: datetime) -> bool:
    """Whether the people of a channel are to be read."""
    return session.scalar(select(Channel.id).where(Channel.people_due <= now).limit(1)) is not None


def claim_to_read(
    session: Session, *, now: datetime, again: datetime
) -> tuple[int, str, str, str] | None:
    """(id, platform, workspace, channel) whose people are to be read now. It is ours until
    `again`: then whoever looks next takes it that we came to grief."""
    due = session.scalar(
        select(Channel)
        .where(Channel.people_due <= now)
        .order_by(Channel.people_due)
        .limit(1)
        .with_for_update(of=Channel, skip_locked=True)
    )
    if due is None:
        return None
    due.people_due = again
    return due.id, due.workspace.platform, due.workspace.external, due.external
