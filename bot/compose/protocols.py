"""The protocol library: ways to talk about one thing in fixed steps, with minutes."""

from collections.abc import Sequence
from dataclasses import dataclass

Steps = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Protocol:
    """A protocol. Below `least` minutes it is not itself any more: then `short` names the one
    to use instead, and without one its steps are merged. `written` ones work in a thread too."""

    key: str
    name: str
    purpose: str
    steps: Steps
    least: int
    short: str = ""
    written: bool = False

    @property
    def minutes(self) -> int:
        return sum(minutes for _, minutes in self.steps)


def _rounds(people: Sequence[str], steps: Steps) -> Steps:
    return tuple((f"{person}: {step}", minutes) for person in people for step, minutes in steps)


_ALL = (
    Protocol(
        "consultancy",
        "Consultancy",
        "Think through one person’s problem without rushing to solve it.",
        (
            ("Present", 10),
            ("Clarifying questions", 5),
            ("Probing questions, then restate the question", 10),
            ("Group discusses, presenter silent", 15),
            ("Presenter reflects", 5),
            ("Debrief", 5),
        ),
        least=20,
        short="flash",
    ),
    Protocol(
        "flash",
        "Flash consultancy",
        "One person’s problem, in short.",
        (
            ("Present", 3),
            ("Clarifying questions", 2),
            ("Probing questions, then restate the question", 3),
            ("Group discusses, presenter silent", 4),
            ("Presenter reflects", 2),
            ("Debrief", 1),
        ),
        least=8,
    ),
    Protocol(
        "tuning",
        "Tuning",
        "Make a piece of work better with warm and cool feedback.",
        (
            ("Introduction", 10),
            ("Present", 20),
            ("Clarifying questions", 5),
            ("Pause to think", 3),
            ("Warm and cool feedback, presenter silent", 15),
            ("Presenter responds", 15),
            ("Debrief", 10),
        ),
        least=30,
        short="flash",
    ),
    Protocol(
        "success",
        "Success analysis",
        "Find out why something worked, so that others can do it too.",
        (
            ("Write about one success", 5),
            ("Share the first", 5),
            ("“How was it different?”", 5),
            ("The same for the next person, and the next", 15),
            ("Implications for all of us", 10),
            ("Debrief", 5),
        ),
        least=10,
    ),
    Protocol(
        "issaquah",
        "Issaquah",
        "Understand a problem deeply before suggesting anything; passing is allowed.",
        (
            ("Present", 10),
            ("Clarifying questions", 5),
            ("Active listening: “What I hear you saying…”", 7),
            ("Interpretive questions", 8),
            ("Check in with the presenter", 4),
            ("Probing questions", 10),
            ("Suggestions", 10),
            ("Reflection", 6),
        ),
        least=30,
        short="flash",
    ),
    Protocol(
        "chalktalk",
        "Chalk talk",
        "Everyone writes in silence to one question, then connects what was written.",
        (
            ("Read the question", 1),
            ("Write in silence", 9),
            ("Connect comments", 7),
            ("Say what stands out", 3),
        ),
        least=5,
        written=True,
    ),
    Protocol(
        "troika",
        "Troika consulting",
        "In threes: each is the client once, and two consult.",
        _rounds(
            ("First client", "Second client", "Third client"),
            (("share", 2), ("clarify", 2), ("two consult, client listens", 5), ("takeaways", 1)),
        ),
        least=15,
    ),
    Protocol(
        "124all",
        "1-2-4-All",
        "Every voice in a few minutes.",
        (("Alone", 1), ("In pairs", 2), ("In fours", 4), ("All together", 5)),
        least=6,
    ),
    Protocol(
        "cycle",
        "Inquiry cycle (PDSA)",
        "Plan a small change, look at what it did, and decide what next.",
        (
            ("Owner, dates, aim and change idea", 8),
            ("Questions, predictions and data plan: who, when, where", 7),
            ("Done as planned? Surprises", 5),
            ("Data against prediction", 10),
            ("Adopt, adapt or abandon", 5),
        ),
        least=10,
        written=True,
    ),
    Protocol(
        "connections",
        "Connections",
        "Arrive: speak or not, once until all have had the chance.",
        (
            ("Open the floor", 1),
            ("Speak or not, once until all have had the chance", 17),
            ("Close", 2),
        ),
        least=5,
    ),
    Protocol(
        "plusdelta",
        "Plus/delta",
        "What to keep and what to change next time.",
        (("Plus: what helped", 2), ("Delta: what to change", 2), ("One takeaway each", 1)),
        least=2,
        written=True,
    ),
)

PROTOCOLS = {each.key: each for each in _ALL}


def called(said: str) -> Protocol | None:
    """The protocol that is meant by a name, or by a part of one that no other has."""
    words = said.casefold().strip()
    known = {each.key: each for each in _ALL} | {each.name.casefold(): each for each in _ALL}
    for part in (str.startswith, str.__contains__):
        found = {each.key: each for name, each in known.items() if words and part(name, words)}
        if len(found) == 1:
            return next(iter(found.values()))
    return known.get(words)


def fitting(protocol: Protocol, minutes: int) -> Protocol:
    """The protocol itself, or its short version where the minutes are too few for it."""
    if minutes < protocol.least and protocol.short:
        return PROTOCOLS[protocol.short]
    return protocol


def scaled(protocol: Protocol, minutes: int) -> Steps:
    """The steps with minutes that sum to `minutes`, each one minute or more, in proportion.

    Where even the fitting version has more steps than minutes, neighbours are merged, and say so
    by their names ("Present + Clarifying questions").
    """
    steps = _merged(fitting(protocol, minutes).steps, minutes)
    shares = share_out(minutes, [weight for _, weight in steps], [1] * len(steps))
    return tuple((name, share) for (name, _), share in zip(steps, shares, strict=True))


def _merged(steps: Steps, most: int) -> Steps:
    """At most `most` steps: the two neighbours that take the least time together become one."""
    if most < 1:
        raise ValueError("A protocol needs one minute at least.")
    left = list(steps)
    while len(left) > most:
        at = min(range(len(left) - 1), key=lambda i: left[i][1] + left[i + 1][1])
        (first, some), (second, others) = left[at : at + 2]
        left[at : at + 2] = [(f"{first} + {second}", some + others)]
    return tuple(left)


def share_out(minutes: int, weights: Sequence[int], least: Sequence[int]) -> list[int]:
    """`minutes` in proportion to `weights`, none under its `least`, by largest remainder.

    `least` must fit into `minutes`, and there must be a weight.
    """
    free = set(range(len(weights)))
    while True:
        left = minutes - sum(least[i] for i in range(len(least)) if i not in free)
        total = sum(weights[i] for i in free)
        # Whoever's share is under its least gets the least, and the others share what is left.
        pinned = {i for i in free if left * weights[i] < least[i] * total}
        if not pinned:
            break
        free -= pinned
    shares = [left * weights[i] // total if i in free else least[i] for i in range(len(least))]
    by_remainder = sorted(free, key=lambda i: (-(left * weights[i] % total), i))
    for i in by_remainder[: minutes - sum(shares)]:
        shares[i] += 1
    return shares
