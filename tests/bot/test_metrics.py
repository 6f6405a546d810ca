"""What is counted, and what is not told."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.errors import Refusal
from bot.metrics import Metrics
from bot.speech import FormErrors
from storage.waiting import Waiting

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def metrics():
    return Metrics()


def read(page):
    """Every sample by its name and labels."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(page.decode())
        for sample in family.samples
    }


def figures(metrics, waiting=None):
    return read(metrics.page(waiting, NOON))


def test_what_the_courier_tells(metrics):
    metrics.sent(0.4)
    metrics.sent(90)
    metrics.sent(-3)  # sent by a clock that is behind the one it was planned by
    metrics.retried()
    metrics.doubted()
    metrics.copies(2)
    metrics.claimed(7)
    metrics.refused()
    said = figures(metrics)
    assert said["homeroom_post_late_seconds_bucket", "0.5"] == 2
    assert said["homeroom_post_late_seconds_bucket", "60.0"] == 2
    assert said["homeroom_post_late_seconds_bucket", "120.0"] == 3
    assert said["homeroom_post_late_seconds_sum",] == 90.4
    assert said["homeroom_post_retries_total",] == 1
    assert said["homeroom_post_doubts_total",] == 1
    assert said["homeroom_post_copies_deleted_total",] == 2
    assert said["homeroom_post_claims_total",] == 7
    assert said["homeroom_posts_refused_total",] == 1


def test_what_the_clock_and_the_database_tell(metrics):
    metrics.skipped()
    metrics.ticked(0.3)
    metrics.stood_still()
    metrics.clock_disagreed()
    metrics.database_failed()
    said = figures(metrics)
    assert said["homeroom_steps_skipped_total",] == 1
    assert said["homeroom_tick_seconds_bucket", "0.1"] == 0
    assert said["homeroom_tick_seconds_bucket", "0.5"] == 1
    assert said["homeroom_clock_standstills_total",] == 1
    assert said["homeroom_clock_disagreements_total",] == 1
    assert said["homeroom_database_errors_total",] == 1


@pytest.mark.parametrize(
    ("problem", "outcome"),
    [
        (None, "answered"),
        (Refusal("no"), "refused"),
        (FormErrors({"what": "too long"}), "errors"),
        (OSError("disk full"), "failed"),
        (asyncio.CancelledError(), "given_up"),
    ],
)
def test_an_answer_by_how_it_ends(metrics, problem, outcome):
    with suppress(Refusal, FormErrors, OSError, asyncio.CancelledError), metrics.answering():
        if problem:
            raise problem
    said = figures(metrics)
    counted = {key[1]: value for key, value in said.items() if key[0] == "homeroom_answers_total"}
    assert {name for name, value in counted.items() if value} == {outcome}
    assert said["homeroom_answer_seconds_count",] == 1


def test_the_queue(metrics):
    since = NOON - timedelta(seconds=90)
    said = figures(metrics, Waiting({"planned": 3, "unknown": 1}, since, 2))
    assert said["homeroom_posts_waiting", "planned"] == 3
    assert said["homeroom_posts_waiting", "unknown"] == 1
    assert said["homeroom_posts_waiting", "sending"] == 0
    assert said["homeroom_oldest_post_seconds",] == 90
    assert said["homeroom_lanes_stopped",] == 2
    assert said["homeroom_database_reachable",] == 1
    gone = figures(metrics)  # and what was read before is not said again
    assert gone["homeroom_posts_waiting", "planned"] == 0
    assert gone["homeroom_oldest_post_seconds",] == 0
    assert gone["homeroom_database_reachable",] == 0


def test_two_programs_share_no_figure(metrics):
    metrics.retried()
    assert figures(Metrics())["homeroom_post_retries_total",] == 0
