"""Who has a role in a call: whoever had one least often, and longest ago. Pure; it ranks nobody."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may have a role. `times` they had one before, `last` the number of the call in
    which they had it last (0 for never), `had` how often each role."""

    id: int
    organisation: int = 0
    times: int = 0
    last: int = 0
    had: Mapping[str, int] = field(default_factory=dict)


def choose(
    candidates: Sequence[Candidate], role: str, taken: Collection[Candidate] = ()
) -> Candidate | None:
    """Who is to have a role, besides those who have `taken` another one in the same call; None
    where nobody is left. The same people and the same past give the same choice."""
    busy = {each.id for each in taken}
    homes = {each.organisation for each in taken if each.organisation}
    free = [each for each in candidates if each.id not in busy]
    return min(
        free,
        key=lambda each: (
            each.times,
            each.organisation in homes,
            each.last,
            each.had.get(role, 0),
            each.id,
        ),
        default=None,
    )
