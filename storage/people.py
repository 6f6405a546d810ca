"""Who is asking, and who belongs to a network."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storage.models import Channel, Identity, Member, Network, Organisation, Workspace


@dataclass(frozen=True, slots=True)
class Standing:
    """A member's place in the network they are speaking in."""

    network_id: int
    network: str
    zone: str
    member_id: int
    name: str
    role: str
    active: bool
    organisation_id: int | None
    organisation: str | None
    channel_id: int | None

    @property
    def hosts(self) -> bool:
        return self.role == "host"


# Built once: these run for every command, and building costs more than running.
_CHANNEL = (
    select(Channel.id, Channel.network_id)
    .join(Workspace)
    .where(
        Workspace.platform == bindparam("platform"),
        Workspace.external == bindparam("workspace"),
        Channel.external == bindparam("channel"),
    )
)
_STANDINGS = (
    select(
        Network.id,
        Network.name,
        Network.zone,
        Member.id,
        Member.name,
        Member.role,
        Member.active,
        Member.organisation_id,
        Organisation.name,
    )
    .select_from(Identity)
    .join(Workspace, Workspace.id == Identity.workspace_id)
    .join(Member, Member.id == Identity.member_id)
    .join(Network, Network.id == Member.network_id)
    .outerjoin(Organisation, Organisation.id == Member.organisation_id)
    .where(
        Workspace.platform == bindparam("platform"),
        Workspace.external == bindparam("workspace"),
        Identity.external == bindparam("person"),
    )
)


def channel_at(
    session: Session, *, platform: str, workspace: str, channel: str
) -> tuple[int, int] | None:
    """(channel id, network id) of a network's channel by the platform's ids."""
    found = session.execute(
        _CHANNEL, {"platform": platform, "workspace": workspace, "channel": channel}
    ).one_or_none()
    return (found[0], found[1]) if found else None


def standings(
    session: Session, *, platform: str, workspace: str, person: str, channel_id: int | None = None
) -> list[Standing]:
    """The networks that a person belongs to, by the platform's ids of workspace and person."""
    rows = session.execute(
        _STANDINGS, {"platform": platform, "workspace": workspace, "person": person}
    )
    return [Standing(*row, channel_id) for row in rows]


def join(
    session: Session,
    *,
    network_id: int,
    platform: str,
    workspace: str,
    person: str,
    name: str,
    now: datetime,
    role: str = "member",
    organisation_id: int | None = None,
    zone: str = "",
    guest: bool = False,
) -> Member:
    """Make a person a member of a network, or find the member they already are."""
    member = known(
        session, network_id=network_id, platform=platform, workspace=workspace, person=person
    )
    if member:
        return member
    space = workspace_at(session, platform=platform, external=workspace)
    member = Member(
        network_id=network_id,
        organisation_id=organisation_id,
        name=name or "Someone new",
        role=role,
        zone=zone,
        guest=guest,
        joined_at=now,
    )
    session.add(member)
    session.flush()
    session.add(
        Identity(network_id=network_id, member_id=member.id, workspace_id=space.id, external=person)
    )
    session.flush()
    return member


def known(
    session: Session, *, network_id: int, platform: str, workspace: str, person: str
) -> Member | None:
    """The member of this network whom the platform names so."""
    return session.scalar(
        select(Member)
        .join(Identity)
        .join(Workspace)
        .where(
            Identity.network_id == network_id,
            Workspace.platform == platform,
            Workspace.external == workspace,
            Identity.external == person,
        )
    )


def workspace_at(session: Session, *, platform: str, external: str, name: str = "") -> Workspace:
    """The workspace with the platform's id `external`, kept from now on if it was not."""
    found = session.scalar(
        select(Workspace).where(Workspace.platform == platform, Workspace.external == external)
    )
    if not found:
        found = Workspace(platform=platform, external=external, name=name)
        session.add(found)
        session.flush()
    return found


def members(session: Session, *, network_id: int) -> Sequence[Member]:
    """A network's active members, by name."""
    return session.scalars(
        select(Member).where(Member.network_id == network_id, Member.active).order_by(Member.name)
    ).all()


def hosts(session: Session, *, network_id: int) -> Sequence[Member]:
    """A network's active hosts, the longest-serving first."""
    return session.scalars(
        select(Member)
        .where(Member.network_id == network_id, Member.active, Member.role == "host")
        .order_by(Member.id)
    ).all()


def named(session: Session, *, network_id: int, name: str) -> Sequence[Member]:
    """Members whose name holds `name`, whatever the case."""
    wanted = name.casefold()
    everyone = session.scalars(select(Member).where(Member.network_id == network_id))
    return [member for member in everyone if wanted in member.name.casefold()]


def first_identity(session: Session, *, member_id: int) -> Identity | None:
    """Where a member is written to: the first way we knew them."""
    return session.scalar(
        select(Identity).where(Identity.member_id == member_id).order_by(Identity.id).limit(1)
    )


def get(session: Session, *, network_id: int, member_id: int) -> Member | None:
    """A member of this network."""
    member = session.get(Member, member_id)
    return member if member and member.network_id == network_id else None
