"""Faults on demand: what a network and a busy Slack do to a call now and then."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bot.playground.shapes import Json

Kind = Literal[
    "lost_answer",  # accepted, then the connection closes without an answer
    "error_before",  # 500, not accepted
    "error_after",  # accepted, then 500
    "reset",  # the connection resets, not accepted
    "slow",  # accepted after `seconds`
    "hang",  # never answered, not accepted
    "late",  # 500 now; lands `seconds` later
    "rate_limited",  # 429 with Retry-After `seconds`
]


@dataclass
class Fault:
    method: str
    kind: Kind
    times: int
    where: Callable[[Json], bool] | None
    seconds: float


class Faults:
    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(
        self,
        method: str,
        kind: Kind,
        *,
        times: int = 1,
        where: Callable[[Json], bool] | None = None,
        seconds: float = 1.0,
    ) -> Fault:
        """The next `times` calls of `method` whose args please `where` meet it.

        `method` is a Web API method, "response_url", or "*" for any.
        """
        fault = Fault(method, kind, times, where, seconds)
        self._waiting.append(fault)
        return fault

    def clear(self) -> None:
        self._waiting.clear()

    def take(self, method: str, args: Json) -> Fault | None:
        for fault in self._waiting:
            if fault.method in (method, "*") and (fault.where is None or fault.where(args)):
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
                return fault
        return None
