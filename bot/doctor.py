"""What `doctor` looks at besides the platforms: the database, the search, what waits, the clock,
the model and the settings. Each says what is so, and where that is not well, the mend."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.config import Config
from bot.findings import Finding, Spot
from bot.llm import Model, ModelFailed
from storage import checkup

SAFE_SQLITE = ((3, 44, 6), (3, 50, 7), (3, 51, 3))
"""From these on (each in its own line of versions) SQLite does not lose what was just written to a
journal that another connection resets."""
OLD = timedelta(minutes=10)  # a post that waits longer is late
WRONG_CLOCK = timedelta(seconds=30)
LITTLE_ROOM = 500_000_000  # bytes


def spots(session: Session, network_id: int | None = None) -> list[Spot]:
    """The channels to look at: of one network, or of all."""
    return [Spot(*each) for each in checkup.places(session, network_id=network_id)]


def of_rows(session: Session, now: datetime, network_id: int | None = None) -> list[Finding]:
    """The search and what waits to be posted: of one network, or of all."""
    return [_search(session), *_waiting(session, now, network_id)]


def _search(session: Session) -> Finding:
    lost, left = checkup.search_gaps(session)
    if not lost and not left:
        return Finding("Search", "Everything that was shared can be found.")
    return Finding(
        "Search",
        f"The index is not in step: {lost} passages can’t be found, {left} are found no more.",
        "Restore the last backup (`python -m bot restore FILE`), or tell whoever makes Homeroom:"
        " this should not happen.",
    )


def _waiting(session: Session, now: datetime, network_id: int | None) -> list[Finding]:
    """Nothing, where posts wait for a channel or workspace: that is said of it, with its mend."""
    oldest = checkup.oldest_waiting(session, now=now, network_id=network_id)
    if oldest and now - oldest >= OLD:
        said = f"The oldest post has waited for {lasted(now - oldest)}."
        mend = "Look whether Homeroom runs (`/readyz` on its web side), and into its log."
        return [Finding("Posts", said, mend)]
    if any(each.held or each.shut for each in spots(session, network_id)):
        return []
    return [Finding("Posts", "Nothing waits that should be there.")]


def lasted(span: timedelta) -> str:
    """ "3 hours"."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} minutes"
    return f"{minutes // 60} hours" if minutes < 48 * 60 else f"{minutes // 1440} days"


def of_clock(ours: datetime, theirs: datetime | None, whose: str) -> Finding:
    """Whether our time is that of a platform."""
    if theirs is None:
        return Finding("Clock", f"{whose} told no time to compare with; nothing seems wrong.")
    off = abs(ours - theirs)
    if off <= WRONG_CLOCK:
        return Finding("Clock", f"It agrees with {whose}’s.")
    return Finding(
        "Clock",
        f"It is {off.total_seconds():.0f} seconds away from {whose}’s.",
        "Set this machine’s clock by a time server (`timedatectl set-ntp true`).",
    )


def of_sqlite(version: str = sqlite3.sqlite_version) -> Finding:
    """The version of SQLite that this Python has."""
    if is_safe(tuple(int(each) for each in version.split("."))):
        return Finding("SQLite", f"Version {version}.")
    # No mend: one program with one writer, as Homeroom is, does not meet it.
    return Finding(
        "SQLite",
        f"Version {version}: before 3.51.3 several programs that write to one file may lose what"
        " was just written. Homeroom is one, so this is no harm; do not let other programs write.",
    )


def is_safe(version: tuple[int, ...]) -> bool:
    """Whether this SQLite has the mend of the race in its journal."""
    return version >= SAFE_SQLITE[-1] or any(
        version[:2] == line[:2] and version >= line for line in SAFE_SQLITE
    )


def of_room(free: int) -> Finding:
    """The disk that the database is on."""
    shown = f"{free / 1e9:,.1f} GB"
    if free >= LITTLE_ROOM:
        return Finding("Disk", f"{shown} are free.")
    return Finding(
        "Disk", f"Only {shown} are free.", "Make room: when it is full, nothing is saved."
    )


def of_model(config: Config) -> list[Finding]:
    """Whether the model answers, where there is one."""
    if not config.llm_url:
        return []
    model = Model(config.llm_url, config.llm_model, config.llm_key)
    try:
        model.say(system="Answer with the word: ready", facts="Are you ready?", most_tokens=20)
    except ModelFailed as why:
        return [
            Finding(
                "Model",
                f"{config.llm_model} did not answer ({why}). Recaps go without its opening.",
                "Look at LLM_URL (up to and including /v1), LLM_MODEL and LLM_KEY.",
            )
        ]
    finally:
        model.close()
    return [Finding("Model", f"{config.llm_model} answers.")]


def of_address(config: Config) -> Finding:
    """The address under which others reach the web side."""
    url = config.public_url
    if not url:
        return Finding(
            "PUBLIC_URL",
            "There is none: posts have no calendar links, `me export` gives no file, and the health"
            " of a network has no picture. All else works without.",
        )
    if url.startswith("https://") or "://127.0.0.1" in url or "://localhost" in url:
        return Finding("PUBLIC_URL", f"{url}")
    return Finding(
        "PUBLIC_URL",
        f"{url} is not https: platforms call only https, and people’s calendar links are open to"
        " whoever listens.",
        "Put a proxy with a certificate before Homeroom, and its address into PUBLIC_URL.",
    )


def in_order(findings: Sequence[Finding]) -> list[Finding]:
    """What is to be mended first."""
    return sorted(findings, key=lambda each: each.well)
