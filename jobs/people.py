"""Who is in the network's channels: read from the platform, so that those who have not spoken
are known too."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Protocol

import structlog
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.compose.notices import guest_notice
from bot.errors import InDoubt, NotNow, Refused
from bot.findings import Looked
from bot.publish import to_member
from bot.stops import channel_seen
from storage import bases, networks, people, removals, wishes
from storage.codes import Account
from storage.database import Database
from storage.models import Member

EVERY = timedelta(hours=12)
AGAIN = timedelta(minutes=5)
CLAIMED = timedelta(minutes=10)  # longer than reading the largest channel may take

log = structlog.get_logger(__name__)


class Profile(Protocol):
    """A person as their platform describes them."""

    @property
    def person(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def zone(self) -> str: ...
    @property
    def workspace(self) -> str: ...
    @property
    def guest(self) -> bool: ...
    @property
    def deactivated(self) -> bool: ...
    @property
    def bot(self) -> bool: ...


PeopleOf = Callable[[str, str, str], tuple[Looked, Sequence[Profile]]]
"""(platform, workspace, channel) → the channel and its people. Raises NotNow, InDoubt or
Refused."""


def read_next(database: Database, clock: Clock, people_of: PeopleOf) -> bool:
    """Read the people of the channel whose turn it is; False when it is no channel's."""
    now = clock.now()
    if not database.read(partial(networks.to_read, now=now)).result():
        return False
    claim = partial(networks.claim_to_read, now=now, again=now + CLAIMED)
    due = database.write(claim).result()
    if due is None:  # another replica was faster
        return False
    channel_id, platform, workspace, external = due
    looked: Looked | None = None
    profiles: Sequence[Profile] = ()
    try:
        looked, profiles = people_of(platform, workspace, external)
    except (NotNow, InDoubt, Refused) as problem:
        log.info("a channel's people could not be read", why=str(problem))

    def keep(session: Session) -> None:
        channel = networks.channel(session, channel_id=channel_id)
        if looked:
            channel.name = looked.name.casefold() or channel.name
            channel_seen(session, channel, looked.absent, now)
        channel.people_due = now + (EVERY if profiles else AGAIN)
        for each in profiles:
            if not each.bot:
                _keep(session, channel.network_id, platform, workspace, each, clock)

    database.write(keep).result()
    return True


def _keep(
    session: Session, network_id: int, platform: str, workspace: str, told: Profile, clock: Clock
) -> None:
    home = told.workspace or workspace
    find = partial(
        people.identity,
        session,
        network_id=network_id,
        platform=platform,
        workspace=home,
        person=told.person,
    )
    known = find()
    if (told.deactivated or not told.name) and (known is None or not told.name):
        return  # nobody to make a member of; of whom the platform shows only an id, nothing is new
    if known is None and _stays_away(session, network_id, platform, home, told.person):
        return
    if known is None:
        member = people.join(
            session,
            network_id=network_id,
            platform=platform,
            workspace=home,
            person=told.person,
            name=told.name,
            now=clock.now(),
            zone=told.zone,
            guest=told.guest,
        )
        if member.active:
            wishes.to_greet(session, member_id=member.id)
        if member.active and not member.guest:
            bases.place(session, network_id=network_id, member_id=member.id)
        known = find()
        assert known
    member = people.tell(
        session,
        account=known,
        name=told.name,
        zone=told.zone,
        guest=told.guest,
        active=not told.deactivated,
    )
    if member.guest and member.role == "host":
        _step_down(session, member, clock)


def _stays_away(
    session: Session, network_id: int, platform: str, workspace: str, person: str
) -> bool:
    """Whether they had what was kept of them erased, and have not spoken since."""
    space = people.workspace_at(session, platform=platform, external=workspace)
    return bool(removals.why(session, network_id=network_id, account=Account(space.id, person)))


def _step_down(session: Session, member: Member, clock: Clock) -> None:
    """A guest who began a network, before the platform had told us, belongs to it but does not
    host it."""
    member.role = "member"
    to_member(
        session,
        member.id,
        guest_notice(member.name),
        network_id=member.network_id,
        of=f"member {member.id} is a guest",
        kind="notice",
        now=clock.now(),
    )
