"""The tables of what the clock does: a call's steps, and chores that belong to no call. Each job
registers its own; the schedule reads them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from storage.models import Call, Chore


@dataclass(frozen=True, slots=True)
class Turn:
    """One run of a step, inside its transaction. `first` is False when its posts are composed
    again because something about the call changed. `since` is when the step was due: in doubt, a
    post is looked for from then on. `web` is our public address, or "".
    `model` says whether a model may be asked to open the recap."""

    session: Session
    call: Call
    now: datetime
    first: bool
    since: datetime
    web: str
    model: bool


Job = Callable[[Turn], None]

TABLE: dict[str, Job] = {}
COURSE: dict[str, Job] = {}


def step(kind: str) -> Callable[[Job], Job]:
    """Register what the clock does at a step. It may run again, so it wants posts rather than
    sends them: the outbox knows what is there."""

    def register(job: Job) -> Job:
        TABLE[kind] = job
        return job

    return register


def course(kind: str) -> Callable[[Job], Job]:
    """Register what a call's own course needs at a step, once, also where the step is off or came
    too late to be posted."""

    def register(job: Job) -> Job:
        COURSE[kind] = job
        return job

    return register


@dataclass(frozen=True, slots=True)
class Errand:
    """One run of a chore, inside its transaction. `since` is when it was due: in doubt, a post is
    looked for from then on."""

    session: Session
    chore: Chore
    now: datetime
    since: datetime
    web: str


Does = Callable[[Errand], datetime | None]
"""What is done; when it is to be done again, or None for never."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of chore. `label` names it where the demo's clock is moved on to it; "" where nobody
    would notice."""

    does: Does
    label: str


CHORES: dict[str, Kind] = {}


def chore(kind: str, label: str = "") -> Callable[[Does], Does]:
    """Register what the clock does at a chore of this kind. It may run again, so it wants posts
    rather than sends them; how late it may still be done is its own to say."""

    def register(does: Does) -> Does:
        CHORES[kind] = Kind(does, label)
        return does

    return register
