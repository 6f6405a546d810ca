"""Titles of shared links, one page at a time, each fetch outside any transaction."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import structlog

from bot.clock import Clock
from bot.fetch import Never, NotThisTime
from storage import resources
from storage.database import Database

MOST_TRIES = 4
AGAIN = timedelta(minutes=10)
CLAIMED = timedelta(minutes=3)  # longer than fetching a page may take

log = structlog.get_logger(__name__)


def fetch_next(database: Database, clock: Clock, title_of: Callable[[str], str]) -> bool:
    """Fetch the title that has been wanted longest; False when none is wanted."""
    now = clock.now()
    if not database.read(partial(resources.title_wanted, now=now)).result():
        return False
    claim = partial(resources.claim_title, now=now, again=now + CLAIMED)
    wanted = database.write(claim).result()
    if wanted is None:  # another replica was faster
        return False
    resource_id, url, tries = wanted
    try:
        title, again = title_of(url), None
    except NotThisTime:
        title, again = "", now + AGAIN * 2**tries if tries + 1 < MOST_TRIES else None
    except Never:
        title, again = "", None
    except Exception:
        log.exception("a title could not be read")
        title, again = "", None
    database.write(
        lambda session: resources.title_answer(
            session, resource_id=resource_id, title=title, again=again
        )
    ).result()
    return True
