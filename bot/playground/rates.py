"""Slack's rate limits: one post a second in a channel, and the tiers per minute."""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil, inf


@dataclass(frozen=True)
class Rates:
    """`tiers` are calls per minute; `commercial` is the app sold outside the Marketplace."""

    posts_per_second: float = 1.0
    post_burst: int = 4
    tiers: dict[int, float] = field(default_factory=lambda: {1: 1, 2: 20, 3: 50, 4: 100})
    commercial: bool = False

    @classmethod
    def loose(cls) -> "Rates":
        """No limits: for the demo's seed and for measuring the bot, not Slack."""
        return cls(posts_per_second=inf, tiers=dict.fromkeys((1, 2, 3, 4), inf))


class Meter:
    """Token buckets, by the world's watch."""

    def __init__(self, watch: Callable[[], float]) -> None:
        self._watch = watch
        self._buckets: dict[tuple[str, ...], tuple[float, float]] = {}

    def take(self, key: tuple[str, ...], per_second: float, burst: float) -> int:
        """0 when the call may pass, else the seconds of Retry-After."""
        if per_second == inf:
            return 0
        now = self._watch()
        left, since = self._buckets.get(key, (burst, now))
        left = min(burst, left + (now - since) * per_second)
        if left < 1:
            self._buckets[key] = (left, now)
            return max(1, ceil((1 - left) / per_second - 1e-9))
        self._buckets[key] = (left - 1, now)
        return 0
