"""What pictures show, for as long as their secret addresses are good."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.models import Picture


def add(
    session: Session,
    *,
    network_id: int,
    key: str,
    shows: dict[str, Any],
    until: datetime,
    now: datetime,
) -> None:
    """Keep what a picture shows; the network's pictures that are good no more go."""
    session.execute(
        delete(Picture).where(Picture.network_id == network_id, Picture.good_until <= now)
    )
    session.add(Picture(network_id=network_id, key=key, shows=shows, good_until=until))
    session.flush()


def find(session: Session, *, key: str, now: datetime) -> Picture | None:
    """The picture with this key, while it is good."""
    return session.scalar(select(Picture).where(Picture.key == key, Picture.good_until > now))
