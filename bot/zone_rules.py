"""The rules of the time zones: which are in use, and whether they are others than they were.

zoneinfo reads a zone from the system's own files where there are any, and from the tzdata package
only where there are none; so the package's version alone says nothing.
"""

import zoneinfo
from hashlib import sha256
from importlib import metadata, resources
from pathlib import Path

from bot.calendar import is_zone
from bot.speech import say_when

UNKNOWN = "unknown"


def rules_of(zone: str) -> str:
    """What `zoneinfo` reads for a zone, in brief: "system 3f…" or "tzdata 2026.6 3f…"; "unknown"
    where it knows none. The same rules give the same words."""
    if not is_zone(zone):
        return UNKNOWN
    for folder in zoneinfo.TZPATH:
        file = Path(folder, zone)
        if file.is_file():
            return f"system {_digest(file.read_bytes())}"
    packed = resources.files("tzdata").joinpath("zoneinfo", *zone.split("/"))
    return f"tzdata {metadata.version('tzdata')} {_digest(packed.read_bytes())}"


def _digest(rules: bytes) -> str:
    return sha256(rules).hexdigest()[:16]


def read_again() -> None:
    """Forget the rules that this process has read: from now on those that are there count."""
    zoneinfo.ZoneInfo.clear_cache()
    say_when.cache_clear()
