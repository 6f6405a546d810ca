"""When a database may be older than what was posted."""

from datetime import timedelta

import pytest

from bot.clock import MovableClock
from jobs.doubt import AFTER_RESTORE, AFTER_SILENCE, Doubt, is_as_it_was
from storage import marks
from storage.database import Database
from tests.bot.rows import MONDAY
from tests.cast import database_url

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
LATER = MONDAY + timedelta(days=30)


@pytest.fixture
def database(tmp_path, template):
    made = Database(database_url(tmp_path, template))
    yield made
    made.close()


def at(database, when):
    """What a program that starts then takes for possible."""
    doubt = Doubt(database, MovableClock(when, running=False))
    doubt.keep()
    return doubt


def test_a_new_database_is_not_doubted(database):
    assert at(database, MONDAY).since(LATER) == LATER


def test_a_restart_is_not_doubted(database):
    at(database, MONDAY)
    assert at(database, MONDAY + 2 * MINUTE).since(LATER) == LATER


def test_after_a_silence_posts_may_be_there_since_its_beginning(database):
    at(database, MONDAY)
    later = at(database, MONDAY + HOUR)
    assert later.since(LATER) == MONDAY
    assert later.since(MONDAY - HOUR) == MONDAY - HOUR


def test_the_doubt_lasts_over_restarts_and_then_ends(database):
    at(database, MONDAY)
    at(database, MONDAY + HOUR)
    assert at(database, MONDAY + HOUR + MINUTE).since(LATER) == MONDAY
    clock = MovableClock(MONDAY + HOUR + MINUTE, running=False)
    doubt = Doubt(database, clock)
    doubt.keep()
    clock.move(MONDAY + HOUR + AFTER_SILENCE)
    doubt.keep()
    assert doubt.since(LATER) == LATER


def test_a_second_silence_forgets_nothing_of_the_first(database):
    for hours in (0, 1, 2):
        last = at(database, MONDAY + hours * HOUR)
    assert last.since(LATER) == MONDAY


def test_a_backup_of_a_moment_ago_is_doubted_too(database):
    at(database, MONDAY)
    database.write(lambda session: marks.put(session, marks.RESTORED, "yes")).result()
    assert at(database, MONDAY + MINUTE).since(LATER) == MONDAY
    assert database.read(lambda session: marks.get(session, marks.RESTORED)).result() is None
    at(database, MONDAY + HOUR)  # a silence beside it ends nothing sooner
    last = MONDAY + MINUTE + AFTER_RESTORE
    assert at(database, last - MINUTE).since(last + HOUR) == MONDAY


def test_calls_composed_again_are_doubted_until_all_are(database):
    at(database, MONDAY)
    doubt = at(database, MONDAY + HOUR)
    assert doubt.since_again(MONDAY + HOUR / 2, LATER) == MONDAY
    doubt.settle()
    assert doubt.since_again(MONDAY + HOUR / 2, LATER) == LATER


def test_a_server_that_was_lost_may_have_forgotten_what_was_composed(database):
    doubt = at(database, MONDAY)
    doubt.settle()
    assert doubt.since_again(MONDAY - HOUR, LATER) == LATER
    database.losses += 1
    assert doubt.since_again(MONDAY - HOUR, LATER) == MONDAY - HOUR


def test_a_database_is_as_it_was_when_it_was_just_in_use_and_not_put_back(database):
    def is_now(when):
        return database.read(lambda session: is_as_it_was(session, when)).result()

    assert not is_now(MONDAY)
    at(database, MONDAY)
    assert is_now(MONDAY + 2 * MINUTE)
    assert not is_now(MONDAY + HOUR)
    database.write(lambda session: marks.put(session, marks.RESTORED, "yes")).result()
    assert not is_now(MONDAY + 2 * MINUTE)
