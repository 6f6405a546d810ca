"""What is remembered for a while, the oldest let go first. Nothing depends on it: after a restart
it is gone."""

from collections import OrderedDict
from typing import Generic, TypeVar

V = TypeVar("V")


class Recent(Generic[V]):
    """At most `most` values by key."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[str, ...], V] = OrderedDict()

    def keep(self, value: V, *key: str) -> None:
        """Remember it under this key."""
        self._kept[key] = value
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def find(self, *key: str) -> V | None:
        """What is remembered under this key."""
        return self._kept.get(key)

    def drop(self, *key: str) -> None:
        """Forget it."""
        self._kept.pop(key, None)
