"""Who has a role in a call: whoever had one least often, and longest ago. Pure; it ranks nobody."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

HOST, PRESENT = "host", "present"
OWN_TURNS = (HOST, PRESENT)
"""Roles whose own turns are counted first: some host more than others, and a problem is more to
bring than a watch."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may have a role. `times` they had one before, `last` the number of the call in
    which they had it last (0 for never), `had` how often each role."""

    id: int
    organisation: int = 0
    times: int = 0
    last: int = 0
    had: Mapping[str, int] = field(default_factory=dict)


def deal(
    roles: Sequence[str],
    able: Mapping[str, Sequence[Candidate]],
    held: Mapping[str, Candidate],
    kept: Collection[str] = (),
) -> dict[str, Candidate]:
    """Role to who has it, for each of `roles` that somebody can have. `held` ones stay, but of two
    with one person the one that is not `kept` goes to somebody who is free. Nobody is given two
    while another is free; where nobody is, the host may do more than host."""
    given = {role: held[role] for role in roles if role in held}
    # Who alone can host does; of several, whoever is to present is spared.
    several = len(able.get(HOST, ())) > 1
    for role in sorted(roles, key=lambda role: (role != PRESENT) if several else (role != HOST)):
        others = [each for name, each in given.items() if name != role]
        mine = given.get(role)
        if mine and (role in kept or mine not in others):
            continue
        found = choose(able[role], role, others)
        if found is None and (mine is None or (role == HOST and mine == given.get(PRESENT))):
            found = _besides(role, able[role], given)
        if found:
            given[role] = found
    return given


def _besides(
    role: str, able: Sequence[Candidate], given: Mapping[str, Candidate]
) -> Candidate | None:
    """Who has a role besides another one, as nobody is free: somebody must host, whatever else
    they do, and the host may do one thing more."""
    if role == HOST:
        presenting = [given[PRESENT]] if PRESENT in given else []
        return choose(able, role, presenting) or choose(able, role)
    hosting = given.get(HOST)
    once = list(given.values()).count(hosting) == 1 if hosting else False
    return hosting if once and hosting in able else None


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
            each.had.get(role, 0) if role in OWN_TURNS else 0,
            each.times,
            each.organisation in homes,
            each.last,
            each.had.get(role, 0),
            each.id,
        ),
        default=None,
    )
