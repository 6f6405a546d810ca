"""Who let the program in, and with which (encrypted) tokens."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from storage.models import Installation
from storage.people import name_workspace


class Given(NamedTuple):
    """What a platform gave for an installation; the tokens are encrypted already."""

    external: str
    organisation: str
    name: str
    address: str
    teams: list[str]
    bot_user: str
    bot_id: str
    bot_token: str
    refresh_token: str
    scopes: str
    installed_by: str
    expires_at: datetime | None


def every(session: Session, *, platform: str) -> Sequence[Installation]:
    """All that were ever made, those that are gone too, the first first."""
    return session.scalars(
        select(Installation).where(Installation.platform == platform).order_by(Installation.id)
    ).all()


def find(session: Session, *, platform: str, external: str) -> Installation | None:
    """The installation of a workspace or an organisation, also one that is gone."""
    return session.scalar(
        select(Installation).where(
            Installation.platform == platform, Installation.external == external
        )
    )


def keep(session: Session, *, platform: str, given: Given, now: datetime) -> Installation:
    """Keep an installation; a newer one takes an older one's place."""
    known = find(session, platform=platform, external=given.external)
    if known is None:
        known = Installation(platform=platform, revision=0)
        session.add(known)
    for name, value in given._asdict().items():
        setattr(known, name, value)
    known.installed_at, known.renewing_until = now, None
    known.state, known.trouble = "live", ""
    known.revision += 1
    session.flush()
    if not given.organisation or given.organisation != given.external:
        name_workspace(session, platform=platform, external=given.external, name=given.name)
    return known


def gone(session: Session, *, platform: str, external: str, revision: int) -> bool:
    """It was taken away, unless it changed since this revision; whether it was live until now.
    Its tokens are worth nothing any more, and are not kept."""
    known = _held(session, platform, external)
    if known is None or known.state == "gone" or known.revision != revision:
        return False
    known.state, known.bot_token, known.refresh_token = "gone", "", ""
    known.expires_at = known.renewing_until = None
    known.trouble = ""
    known.revision += 1
    session.flush()
    return True


def knows_team(session: Session, *, platform: str, external: str, team: str) -> None:
    """A workspace speaks that belongs to this organisation."""
    known = _held(session, platform, external)
    if known and team not in known.teams:
        known.teams = [*known.teams, team]  # no new revision: a renewal may be under way
        session.flush()


def claim_to_renew(
    session: Session, *, platform: str, now: datetime, expiring: datetime, until: datetime
) -> Installation | None:
    """The installation whose token ends first, before `expiring`: it is the asker's to renew
    `until` then. None where there is none, or another program has it."""
    found = session.scalar(
        select(Installation)
        .where(
            Installation.platform == platform,
            Installation.state == "live",
            Installation.expires_at <= expiring,
            or_(Installation.renewing_until.is_(None), Installation.renewing_until <= now),
        )
        .order_by(Installation.expires_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if found:
        found.renewing_until = until
        session.flush()
    return found


def renewed(
    session: Session,
    *,
    platform: str,
    external: str,
    revision: int,
    bot_token: str,
    refresh_token: str,
    expires_at: datetime | None,
) -> bool:
    """Keep the next tokens, unless it was installed anew meanwhile; whether they were kept."""
    known = _held(session, platform, external)
    if known is None or known.state != "live" or known.revision != revision:
        return False
    known.bot_token, known.refresh_token = bot_token, refresh_token
    known.expires_at, known.renewing_until, known.trouble = expires_at, None, ""
    known.revision += 1
    session.flush()
    return True


def not_renewed(
    session: Session,
    *,
    platform: str,
    external: str,
    revision: int,
    why: str,
    again: datetime,
) -> None:
    """Its token could not be renewed; nobody tries before `again`."""
    known = _held(session, platform, external)
    if known and known.revision == revision:
        known.renewing_until, known.trouble = again, why
        session.flush()


def _held(session: Session, platform: str, external: str) -> Installation | None:
    return session.scalar(
        select(Installation)
        .where(Installation.platform == platform, Installation.external == external)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
