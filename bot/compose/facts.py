"""What composers are told: small frozen facts, gathered by whoever has the database.

A problem whose raiser may not be named has no author here; one that only an organisation may
read is refused by every composer that writes for the whole network.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.speech import Line, Link, When, is_web_address

NAMELESS = "A member"
ADDED = "added:"


@dataclass(frozen=True)
class Person:
    """A member as others read of them. `id` tells two of the same name apart, never shown."""

    name: str
    organisation: str = ""
    id: int = 0

    @property
    def full(self) -> str:
        """ "Ben (Northside)"."""
        return f"{self.name} ({self.organisation})" if self.organisation else self.name


@dataclass(frozen=True)
class CallFacts:
    """A call, and who answered for it: `answered` without those who can't come, the `absent`."""

    id: int
    series_id: int
    name: str
    starts_at: datetime
    zone: str
    minutes: int
    link: str = ""
    questions: tuple[str, ...] = ()
    answered: tuple[Person, ...] = ()
    absent: tuple[Person, ...] = ()
    roles: tuple[tuple[str, str], ...] = ()
    """(role, name) of whoever has one."""

    @property
    def when(self) -> When:
        return When(self.starts_at, self.zone)

    @property
    def day(self) -> When:
        return When(self.starts_at, self.zone, "day")


@dataclass(frozen=True)
class Answered:
    """A member's check-in, its answers in the order of the questions."""

    who: Person
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Shared:
    """One member's word for a resource. A resource that two spoke for comes twice."""

    id: int
    url: str
    who: Person
    why: str
    title: str = ""

    @property
    def link(self) -> Link | str:
        """Its title, linked where the address is one that may be opened."""
        return Link(self.url, self.title) if is_web_address(self.url) else self.title or self.url


@dataclass(frozen=True)
class Said:
    """Words and who said them: an offer, a disagreement. Always attributed. `helped` is how many
    people said of an offer that it helped."""

    who: Person
    words: str
    id: int = 0
    helped: int = 0


@dataclass(frozen=True)
class Raised:
    """A problem of practice. `sight` is network, organisation or nameless; `state` is raised,
    agenda, worked or closed. `echoes` have it too; whoever reads of a nameless one reads only how
    many they are. `brought` is whether somebody asked for it to be worked on next."""

    id: int
    what: str
    sight: str
    author: Person | None = None
    tried: str = ""
    wanted: str = ""
    offers: tuple[Said, ...] = ()
    state: str = "raised"
    echoes: tuple[Person, ...] = ()
    brought: bool = False
    lesson: str = ""
    at: datetime | None = None

    @property
    def by(self) -> str:
        """Who raised it, as everyone may read it."""
        named = self.author if self.sight != "nameless" else None
        return named.full if named else NAMELESS


@dataclass(frozen=True)
class Promised:
    """A commitment: what someone said they will do. `state` is open, kept, changed (to what it
    `became`) or dropped."""

    id: int
    who: Person
    words: str
    state: str = "open"
    became: str = ""


@dataclass(frozen=True)
class Change:
    """What was changed: an item added (`kind` is "added", `id` tells it apart) by a host, or by the
    member `by` from a message at `link`; or the minutes or place of the item whose key is `kind`.
    `position` counts from 1; None leaves it there."""

    kind: str
    title: str = ""
    minutes: int | None = None
    position: int | None = None
    left_out: bool = False
    id: int = 0
    by: str = ""
    link: str = ""

    @property
    def key(self) -> str:
        return f"{ADDED}{self.id}" if self.kind == "added" else self.kind


@dataclass(frozen=True)
class Carried:
    """What waits for another call, and why."""

    key: str
    title: str
    minutes: int
    why: str
    by: str = ""
    link: str = ""


@dataclass(frozen=True)
class AgendaFacts:
    """All that an agenda is made from. `problems` wait oldest first; `carried` is the last call's
    `Agenda.carried` as it was: whatever is composed anew for each call is taken out of it here.
    `commitments` are to be asked after; `still_open` is how many earlier ones are open.
    `notes_link` is where the call's notes are taken; `opener` is the question it opens with.
    `presenter` has the role, and `volunteers` where they chose it; those `set_aside` can't present
    this time."""

    minutes: int
    protocol: str = ""
    host: str = ""
    notes_link: str = ""
    opener: str = ""
    checkins: tuple[Answered, ...] = ()
    absent: tuple[Person, ...] = ()
    presenter: Person | None = None
    volunteers: bool = False
    set_aside: tuple[Person, ...] = ()
    problems: tuple[Raised, ...] = ()
    resources: tuple[Shared, ...] = ()
    commitments: tuple[Promised, ...] = ()
    still_open: int = 0
    carried: tuple[Carried, ...] = ()
    changes: tuple[Change, ...] = ()


def for_everyone(problems: Iterable[Raised]) -> tuple[Raised, ...]:
    """The problems that the whole network may read; any other sight, known or not, is refused."""
    return tuple(each for each in problems if each.sight in ("network", "nameless"))


def joined(link: str) -> Line:
    """ " · Join the call", linked, for a call that has a link."""
    return (" · ", Link(link, "Join the call")) if is_web_address(link) else ()
