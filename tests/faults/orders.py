"""What a sender of a storm is told, and what it reports."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.errands import Patience

STORM = Patience(
    lease=timedelta(seconds=1.5),
    begin=timedelta(seconds=0.8),
    settle=timedelta(seconds=0.3),
    longest=timedelta(seconds=1.5),
    audits=(timedelta(seconds=1), timedelta(seconds=2.5)),
    pace=timedelta(),
    apart=timedelta(),
)
"""The courier's patience, some forty times shorter, with its proportions."""
LONGEST_CALL = 0.5  # seconds; ten in earnest


@dataclass(frozen=True)
class Orders:
    """`die_at` is the number of the effect on database or network before which the process kills
    itself; 0 for never. `wall_off` (shared) is by how many seconds the machine's clock is wrong.
    `left` (shared) is what is still to be done, -1 while nobody knows; `effects` counts."""

    database: str
    slack: str
    token: str
    wall_off: Any
    left: Any
    effects: Any
    die_at: int = 0
    edits: int = 0
    """The call whose link is changed when the sender starts; 0 for none."""
