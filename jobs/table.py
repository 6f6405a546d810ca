"""The table of the clock's steps: each job registers its own; the schedule reads it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from storage.models import Call


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
