"""A look at everything for the host who asked for it: it calls platforms, so it is an errand."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import msgspec
import structlog
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.compose.doctor import examined
from bot.findings import Finding
from bot.publish import to_member
from storage import examined as looks
from storage import networks, people
from storage.database import Database

CLAIMED = timedelta(minutes=10)  # longer than looking may take
UNLOOKED = Finding(
    "Doctor",
    "I could not look at everything: something failed on my side.",
    "Whoever runs Homeroom reads its log, and `python -m bot doctor`.",
)

log = structlog.get_logger(__name__)


def look_next(database: Database, clock: Clock, examine: Callable[[int], list[Finding]]) -> bool:
    """Look at the network whose turn it is, and tell those who asked; False when nobody did."""
    if not database.read(looks.is_asked).result():
        return False
    claim = partial(looks.claim, now=clock.now(), lasting=CLAIMED)
    network_id = database.write(claim).result()
    if network_id is None:  # somebody looks already
        return False
    try:
        found = examine(network_id)
    except Exception:
        log.exception("a network could not be looked at")
        found = [UNLOOKED]

    def keep(session: Session) -> None:
        now, written = clock.now(), msgspec.json.encode(found).decode()
        network = networks.get(session, network_id=network_id)
        for member_id in looks.keep(session, network_id=network_id, found=written, now=now):
            member = people.get(session, network_id=network_id, member_id=member_id)
            zone = (member.zone if member else "") or network.zone
            to_member(
                session,
                member_id,
                examined(network.name, found, zone),
                network_id=network_id,
                of=f"doctor {network_id} {now.timestamp():.0f}",
                kind="notice",
                now=now,
            )

    database.write(keep).result()
    return True
