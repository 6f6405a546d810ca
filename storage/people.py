"""Who is asking, and who belongs to a network."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, or_, select, true, update
from sqlalchemy.orm import Session, aliased

from storage.codes import Account
from storage.models import (
    Channel,
    Identity,
    Linked,
    Member,
    Network,
    Organisation,
    Workspace,
)
from storage.models.names import tidy

SHARING = ("slack",)
"""Platforms that let several workspaces share a channel, which has one id in all of them."""
NAMELESS = "Someone new"
"""Whose platform has not told a name yet."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A member's place in the network they are speaking in. `zone` is the network's; `own_zone`
    is where the member lives, "" where nobody told. `active` is of the account they speak from;
    `ended` is the network; `removed` is whoever a host removed from it, `left` who went of their
    own accord. `channel_of` is the workspace in which the channel they speak in became a
    network's."""

    network_id: int
    network: str
    zone: str
    member_id: int
    name: str
    role: str
    active: bool
    organisation_id: int | None
    organisation: str | None
    own_zone: str
    ended: bool
    removed: bool
    left: bool
    channel_id: int | None
    channel_of: str | None

    @property
    def hosts(self) -> bool:
        return self.role == "host"


# Built once: these run for every command, and building costs more than running.
_here = (
    select(Channel.id, Channel.network_id, Workspace.external)
    .join(Workspace)
    .where(
        Channel.external == bindparam("channel"),
        Workspace.platform == bindparam("platform"),
        or_(Workspace.external == bindparam("here"), Workspace.platform.in_(SHARING)),
    )
    .order_by((Workspace.external == bindparam("here")).desc(), Channel.id)
    .limit(1)
)
_at = _here.subquery()
_home = Workspace.__table__.alias("home")
_STANDINGS = (
    select(
        Network.id,
        Network.name,
        Network.zone,
        Member.id,
        Member.name,
        Member.role,
        Identity.active,
        Member.organisation_id,
        Organisation.name,
        Member.zone,
        Network.ended_at.is_not(None),
        Member.removed_at.is_not(None),
        Member.left_at.is_not(None),
        _at.c.id,
        _at.c.external,
        _at.c.network_id,
    )
    .select_from(_home)
    .join(Identity, Identity.workspace_id == _home.c.id)
    .join(Member, Member.id == Identity.member_id)
    .join(Network, Network.id == Member.network_id)
    .outerjoin(Organisation, Organisation.id == Member.organisation_id)
    .outerjoin(_at, true())
    .where(
        _home.c.platform == bindparam("platform"),
        _home.c.external == bindparam("home"),
        Identity.external == bindparam("person"),
    )
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Where someone is asking, and who they are there. `network_id` and `channel_id` are None
    where the channel is no network's; `standings` are all the networks the person belongs to."""

    network_id: int | None
    channel_id: int | None
    standings: tuple[Standing, ...]


def asking(
    session: Session, *, platform: str, here: str, channel: str, home: str, person: str
) -> Asked:
    """Who `person` of workspace `home` is in `channel` of workspace `here`, by the platform's ids.
    A channel that several workspaces share is the same one, from whichever we hear of it."""
    asked = {"platform": platform, "here": here, "channel": channel}
    connection = session.connection()
    rows: Sequence[Any] = connection.execute(
        _STANDINGS, {**asked, "home": home, "person": person}
    ).all()
    if rows:
        *_, here_id, _, at_network = rows[0]
        return Asked(at_network, here_id, tuple(Standing(*row[:-1]) for row in rows))
    at = connection.execute(_here, asked).one_or_none()
    return Asked(at[1] if at else None, at[0] if at else None, ())


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
    """Make a person a member of a network, or find the member they already are. `guest` is told
    of whoever is new."""
    member = known(
        session, network_id=network_id, platform=platform, workspace=workspace, person=person
    )
    if member:
        return member
    space = workspace_at(session, platform=platform, external=workspace)
    if member := _by_another_account(session, network_id, space.id, person):
        add_identity(session, member=member, workspace_id=space.id, external=person, now=now)
        return member
    member = Member(
        network_id=network_id,
        organisation_id=organisation_id,
        name=tidy(name) or NAMELESS,
        role=role,
        zone=zone,
        guest=guest,
        joined_at=now,
    )
    session.add(member)
    session.flush()
    session.add(
        Identity(
            network_id=network_id,
            member_id=member.id,
            workspace_id=space.id,
            external=person,
            guest=guest,
        )
    )
    session.flush()
    return member


def known(
    session: Session, *, network_id: int, platform: str, workspace: str, person: str
) -> Member | None:
    """The member of this network whom the platform names so."""
    found = identity(
        session, network_id=network_id, platform=platform, workspace=workspace, person=person
    )
    return session.get_one(Member, found.member_id) if found else None


def identity(
    session: Session, *, network_id: int, platform: str, workspace: str, person: str
) -> Identity | None:
    """The account that the platform names so, in this network."""
    return session.scalar(
        select(Identity)
        .join(Workspace)
        .where(
            Identity.network_id == network_id,
            Workspace.platform == platform,
            Workspace.external == workspace,
            Identity.external == person,
        )
    )


def called(session: Session, *, network_id: int, platform: str, person: str) -> Identity | None:
    """The first account of this network's that a platform calls so, in whichever workspace."""
    return session.scalar(
        select(Identity)
        .join(Workspace)
        .where(
            Identity.network_id == network_id,
            Workspace.platform == platform,
            Identity.external == person,
        )
        .order_by(Identity.id)
        .limit(1)
    )


def home_of(
    session: Session, *, network_id: int, platform: str, workspace: str, person: str
) -> str:
    """The workspace in which this network knows a person: the one told, or else any."""
    told = identity(
        session, network_id=network_id, platform=platform, workspace=workspace, person=person
    )
    known = told or called(session, network_id=network_id, platform=platform, person=person)
    return known.workspace.external if known else workspace


def is_known(session: Session, *, account: Account) -> bool:
    """Whether an account leads to a member of any network."""
    return (
        session.scalar(
            select(Identity.id)
            .where(
                Identity.workspace_id == account.workspace_id,
                Identity.external == account.external,
            )
            .limit(1)
        )
        is not None
    )


def tell(
    session: Session,
    *,
    account: Identity,
    name: str,
    zone: str,
    guest: bool,
    active: bool,
) -> Member:
    """Keep what a platform tells of an account; the member whose it is. Their name and where they
    live come from the account they are written to; the others only fill in what is not known."""
    account.guest, account.active = guest, active
    session.flush()
    member = session.get_one(Member, account.member_id)
    first = settle(session, member=member)[0].id == account.id
    if tidy(name) and (first or member.name == NAMELESS):
        member.name = name
    if zone and (first or not member.zone):
        member.zone = zone
    return member


def settle(session: Session, *, member: Member) -> Sequence[Identity]:
    """Let a member be a guest if all of their accounts are, and active while any of them is, they
    have not left and no host has removed them; those accounts."""
    accounts = identities(session, member_id=member.id)
    member.guest = all(each.guest for each in accounts)
    here = member.removed_at is None and member.left_at is None
    member.active = here and any(each.active for each in accounts)
    session.flush()
    return accounts


def leave(session: Session, *, member: Member, now: datetime) -> None:
    """Let somebody be no member any more, as they wish; what they gave stays theirs."""
    member.left_at, member.role, member.away_until = now, "member", None
    settle(session, member=member)


def has_left(session: Session, *, member_id: int) -> bool:
    """Whether somebody is no member any more, as they wished."""
    member = session.get(Member, member_id)
    return member is not None and member.left_at is not None


def come_back(session: Session, *, member: Member) -> None:
    """Let somebody who left be a member again."""
    member.left_at = None
    settle(session, member=member)


def lives_in(session: Session, *, account: Identity, zone: str) -> None:
    """Keep where a member lives, as this account of theirs tells it; see `tell`."""
    first = first_identity(session, member_id=account.member_id)
    may = true() if first and first.id == account.id else Member.zone == ""
    session.execute(update(Member).where(Member.id == account.member_id, may).values(zone=zone))


_WORKSPACE = select(Workspace).where(
    Workspace.platform == bindparam("platform"), Workspace.external == bindparam("external")
)


def workspace_at(session: Session, *, platform: str, external: str, name: str = "") -> Workspace:
    """The workspace with the platform's id `external`, kept from now on if it was not."""
    found = session.scalar(_WORKSPACE, {"platform": platform, "external": external})
    if not found:
        found = Workspace(platform=platform, external=external, name=name)
        session.add(found)
        session.flush()
    return found


def name_workspace(session: Session, *, platform: str, external: str, name: str) -> None:
    """Keep what a workspace calls itself."""
    space = workspace_at(session, platform=platform, external=external)
    if name and space.name != name:
        space.name = name
        session.flush()


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


def hosts_in_turn(session: Session, *, network_id: int, now: datetime) -> Sequence[Member]:
    """A network's hosts in the order in which they are asked: those who are away come last."""
    every = hosts(session, network_id=network_id)
    return sorted(every, key=lambda each: each.away_until is not None and each.away_until > now)


def removed(session: Session, *, network_id: int) -> Sequence[Member]:
    """Whom hosts removed from a network, by name."""
    return session.scalars(
        select(Member)
        .where(Member.network_id == network_id, Member.removed_at.is_not(None))
        .order_by(Member.name)
    ).all()


def left(session: Session, *, network_id: int) -> Sequence[Member]:
    """Who left a network of their own accord, the latest first, without those who have since been
    erased: of them no account is known."""
    known = select(Identity.member_id).where(Identity.network_id == network_id)
    return session.scalars(
        select(Member)
        .where(
            Member.network_id == network_id,
            Member.left_at.is_not(None),
            Member.removed_at.is_(None),
            Member.id.in_(known),
        )
        .order_by(Member.left_at.desc(), Member.id)
    ).all()


def newly_with(session: Session, *, network_id: int) -> Sequence[Member]:
    """The active members who said by themselves whom they are with, of whom the hosts have not
    been told; the first first."""
    return session.scalars(
        select(Member)
        .where(Member.network_id == network_id, Member.active, Member.with_since.is_not(None))
        .order_by(Member.with_since, Member.id)
    ).all()


def search(
    session: Session, *, network_id: int, words: str, limit: int, organisation_id: int | None = None
) -> tuple[Sequence[Member], int]:
    """Active members whose names hold these words, whatever the case, by name; the first `limit`,
    and how many there are."""
    every = members(session, network_id=network_id)
    if organisation_id is not None:
        every = [each for each in every if each.organisation_id == organisation_id]
    wanted = words.casefold().split()
    found = [each for each in every if all(one in each.name.casefold() for one in wanted)]
    return found[:limit], len(found)


def named(session: Session, *, network_id: int, name: str) -> Sequence[Member]:
    """Members one of whose names begins with `name`, whatever the case; or whom a platform knows
    by it."""
    begins = re.compile(rf"(?<!\w){re.escape(name.casefold())}")
    everyone = session.scalars(select(Member).where(Member.network_id == network_id)).all()
    if found := [each for each in everyone if begins.search(each.name.casefold())]:
        return found
    return session.scalars(
        select(Member)
        .join(Identity)
        .where(Member.network_id == network_id, func.lower(Identity.external) == name.lower())
    ).all()


def first_identity(session: Session, *, member_id: int) -> Identity | None:
    """Where a member is written to: the first way we knew them that still is one."""
    return next(iter(identities(session, member_id=member_id)), None)


_IDENTITIES = (
    select(Identity)
    .where(Identity.member_id == bindparam("member"))
    .order_by(Identity.active.desc(), Identity.id)
)


def identities(session: Session, *, member_id: int) -> Sequence[Identity]:
    """A member's accounts: the active ones first, and of those the first known."""
    return session.scalars(_IDENTITIES, {"member": member_id}).all()


def accounts(session: Session, *, network_id: int) -> Sequence[Identity]:
    """All accounts that lead to a network's members."""
    return session.scalars(
        select(Identity).where(Identity.network_id == network_id).order_by(Identity.id)
    ).all()


def get(session: Session, *, network_id: int, member_id: int) -> Member | None:
    """A member of this network."""
    member = session.get(Member, member_id)
    return member if member and member.network_id == network_id else None


def add_identity(
    session: Session, *, member: Member, workspace_id: int, external: str, now: datetime
) -> None:
    """Let another account of the same person lead to their member. Of an account that no network
    knows nothing is told yet: it makes no guest a member."""
    elsewhere = session.scalar(
        select(Identity)
        .where(Identity.workspace_id == workspace_id, Identity.external == external)
        .order_by(Identity.id)
        .limit(1)
    )
    made = Identity(
        network_id=member.network_id,
        member_id=member.id,
        workspace_id=workspace_id,
        external=external,
        guest=elsewhere.guest if elsewhere else member.guest,
        active=elsewhere.active if elsewhere else True,
    )
    session.add(made)
    session.flush()
    session.add(Linked(identity_id=made.id, at=now))
    settle(session, member=member)


_THREE = aliased(Identity), aliased(Identity), aliased(Identity)
"""Made once: that takes longer than what is asked with them."""


def _by_another_account(
    session: Session, network_id: int, workspace_id: int, external: str
) -> Member | None:
    """The member of this network whom we know by another account of the same person: one that
    is, in some network, one member with this account."""
    this, other, here = _THREE
    return session.scalar(
        select(Member)
        .join(here, here.member_id == Member.id)
        .join(
            other,
            (other.workspace_id == here.workspace_id) & (other.external == here.external),
        )
        .join(this, this.member_id == other.member_id)
        .where(
            here.network_id == network_id,
            this.workspace_id == workspace_id,
            this.external == external,
        )
        .limit(1)
    )
