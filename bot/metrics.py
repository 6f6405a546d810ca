"""What the program counts, for Prometheus: how much and how long, never who or where.

Labels are fixed words. No person, channel or network has a name here.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.errors import Refusal
from bot.speech import FormErrors
from storage.waiting import STATES, Waiting

LATE = (0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900, 3600, 14400)  # seconds
ANSWER = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 3)
TICK = (0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60)
OUTCOMES = ("answered", "refused", "errors", "failed", "given_up")


class Metrics:
    """One program's figures, in a registry of their own. Safe to call from any thread."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._late = self._histogram("post_late_seconds", "From due to sent", LATE)
        self._retries = self._counter("post_retries", "Posts the platform put off (429, refused)")
        self._doubts = self._counter("post_doubts", "Sendings whose answer was lost")
        self._copies = self._counter("post_copies_deleted", "Copies found and deleted")
        self._claims = self._counter("post_claims", "Posts taken up to be sent, changed, looked up")
        self._refused = self._counter("posts_refused", "Posts that a platform will not take")
        self._skipped = self._counter("steps_skipped", "Steps left out because they came too late")
        self._ticks = self._histogram("tick_seconds", "How long a tick took", TICK)
        self._standstills = self._counter("clock_standstills", "Times the ticker was set going")
        self._disagreements = self._counter("clock_disagreements", "Times two clocks differed")
        self._failures = self._counter("database_errors", "Errors that the database gave")
        self._answer = self._histogram("answer_seconds", "How long an answer took", ANSWER)
        answers = Counter(
            "homeroom_answers", "Acts answered, by outcome", ["outcome"], registry=self.registry
        )
        self._answers = {name: answers.labels(outcome=name) for name in OUTCOMES}
        posts = Gauge(
            "homeroom_posts_waiting", "Posts to see to, by state", ["state"], registry=self.registry
        )
        self._posts = {name: posts.labels(state=name) for name in STATES}
        self._oldest = self._gauge("oldest_post_seconds", "How long the longest due post is late")
        self._stopped = self._gauge("lanes_stopped", "Channels and workspaces that take nothing")
        self._reachable = self._gauge("database_reachable", "1 when the queue could be read")

    # -- the courier's -----------------------------------------------------------------------------

    def sent(self, late_seconds: float) -> None:
        """A post is there, so long after it was due."""
        self._late.observe(max(late_seconds, 0.0))

    def retried(self) -> None:
        """The platform certainly took nothing; it is tried again."""
        self._retries.inc()

    def doubted(self) -> None:
        """The platform's answer was lost; it is looked up."""
        self._doubts.inc()

    def copies(self, number: int) -> None:
        """So many copies of a post were found and deleted."""
        self._copies.inc(number)

    def claimed(self, number: int) -> None:
        """So many posts were taken up."""
        self._claims.inc(number)

    def refused(self) -> None:
        """The platform will not take a post."""
        self._refused.inc()

    # -- the clock's -------------------------------------------------------------------------------

    def skipped(self) -> None:
        """A step came too late, and was left out."""
        self._skipped.inc()

    def ticked(self, seconds: float) -> None:
        """A tick was done."""
        self._ticks.observe(seconds)

    def stood_still(self) -> None:
        """The ticker had stopped, and was set going again."""
        self._standstills.inc()

    def clock_disagreed(self) -> None:
        """Two clocks do not agree: the machine's jumped, or it and a server's differ."""
        self._disagreements.inc()

    # -- the roof's --------------------------------------------------------------------------------

    def database_failed(self) -> None:
        """The database gave an error."""
        self._failures.inc()

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Time one answer, and tell its outcome by how the block ends."""
        begun, outcome = perf_counter(), "failed"
        try:
            yield
            outcome = "answered"
        except Refusal:
            outcome = "refused"
            raise
        except FormErrors:
            outcome = "errors"
            raise
        except asyncio.CancelledError:
            outcome = "given_up"
            raise
        finally:
            self._answers[outcome].inc()
            self._answer.observe(perf_counter() - begun)

    def page(self, waiting: Waiting | None, now: datetime) -> bytes:
        """All figures in Prometheus' text format; the queue's are 0 when it could not be read."""
        self._reachable.set(waiting is not None)
        queue = waiting or Waiting({}, None, 0)
        for name, gauge in self._posts.items():
            gauge.set(queue.posts.get(name, 0))
        late = (now - queue.oldest).total_seconds() if queue.oldest else 0.0
        self._oldest.set(max(late, 0.0))
        self._stopped.set(queue.stopped)
        return generate_latest(self.registry)

    def _counter(self, name: str, help_: str) -> Counter:
        return Counter(f"homeroom_{name}", help_, registry=self.registry)

    def _gauge(self, name: str, help_: str) -> Gauge:
        return Gauge(f"homeroom_{name}", help_, registry=self.registry)

    def _histogram(self, name: str, help_: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(f"homeroom_{name}", help_, buckets=buckets, registry=self.registry)
