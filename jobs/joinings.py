"""A channel asks to join: its name, whoever asked, and whether Homeroom is in it are asked of the
platform, which takes a call; so it is an errand, and what was said is corrected."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import structlog
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.errors import InDoubt, NotNow, Refused
from bot.findings import Looked
from bot.joining import show
from bot.stops import now_absent, now_present
from storage import joinings, turns
from storage.database import Database
from storage.models import Joining

CLAIMED = timedelta(minutes=5)  # longer than looking may take
AGAIN = timedelta(minutes=5)
GIVES_UP = timedelta(days=1)  # after it was asked for

LookAt = Callable[[str, str, str, str], tuple[Looked, str]]
"""(platform, workspace, channel, person) → the channel, and what the person is called, "" where
that is not told. Raises NotNow, InDoubt or Refused."""

log = structlog.get_logger(__name__)


def look_next(database: Database, clock: Clock, look_at: LookAt) -> bool:
    """Look at the channel whose turn it is; False when it is no channel's."""
    now = clock.now()
    if not database.read(partial(joinings.to_look, now=now)).result():
        return False
    claim = partial(joinings.claim_to_look, now=now, again=now + CLAIMED)
    due: Joining | None = database.write(claim).result()
    if due is None:  # another replica was faster
        return False
    joining_id, network_id, space = due.id, due.network_id, due.workspace
    looked: Looked | None = None
    person = ""
    try:
        looked, person = look_at(space.platform, space.external, due.external, due.person)
    except (NotNow, InDoubt, Refused) as problem:
        log.info("a channel that asks to join could not be looked at", why=str(problem))

    def keep(session: Session) -> None:
        turns.take(session, network_id=network_id)
        asked = joinings.get(session, network_id=network_id, joining_id=joining_id)
        if asked is None:
            return
        if looked is None:
            asked.name_due = now + AGAIN if now < asked.at + GIVES_UP else None
            return
        asked.name_due = None
        asked.name = looked.name.casefold() or asked.name
        if asked.person:  # else whoever asked was erased meanwhile
            asked.person_name = person or asked.person_name
        at = {"platform": space.platform, "workspace": space.external, "channel": asked.external}
        if looked.absent:
            now_absent(session, **at, reason=looked.absent, now=now)
        else:
            now_present(session, **at)
        session.flush()
        show(session, asked, now)

    database.write(keep).result()
    return True
