"""Work that waits for its transaction, and the future that its asker holds."""

import queue
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Any, TypeVar

from sqlalchemy.orm import Session

T = TypeVar("T")
Work = Callable[[Session], T]
Job = tuple[Work[Any], "Future[Any]"]
Inbox = queue.SimpleQueue["Job | None"]
"""Jobs in the order they were asked for; a None tells one thread that there will be no more."""


def answer(session: Session, work: Work[Any], future: "Future[Any]") -> None:
    """Do work whose future is running. What it raises belongs to its own asker."""
    try:
        result = work(session)
    except BaseException as problem:
        future.set_exception(problem)
    else:
        future.set_result(result)


def fail(jobs: Iterable[Job], problem: BaseException) -> None:
    """Tell all who still wait for an answer, but not those who gave up before it began."""
    for _, future in jobs:
        if not future.done() and (future.running() or future.set_running_or_notify_cancel()):
            future.set_exception(problem)
