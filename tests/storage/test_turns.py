"""One writer a network, however many programs there are."""

from concurrent.futures import Future

import pytest
from sqlalchemy import text

from storage import turns
from storage.database import Database
from storage.models import Network
from tests.bot.rows import MONDAY
from tests.cast import database_url


@pytest.fixture
def database(tmp_path, template):
    made = Database(database_url(tmp_path, template))
    made.write(
        lambda s: s.add_all(Network(id=n, name="", zone="UTC", created_at=MONDAY) for n in (1, 2))
    ).result(5)
    yield made
    made.close()


@pytest.mark.sqlite_only("where one thread writes")
def test_where_there_is_one_writer_there_is_nothing_to_take(database):
    assert database.write(lambda session: turns.take(session, network_id=1)).result(5) is False


@pytest.mark.postgresql_only("SQLite has one writer in all")
def test_what_is_read_in_ones_turn_is_what_the_other_wrote(database):
    """Two programs that each add a letter to the same name: read, decide, write."""
    other = Database(database.url)

    def add(letter, network_id=1):
        def work(session):
            turns.take(session, network_id=network_id)
            network = session.get_one(Network, network_id)
            network.name += letter

        return work

    works = [each.write(add(letter)) for letter in "abcdefgh" for each in (database, other)]
    for work in works:
        work.result(5)
    other.close()
    named = database.read(lambda session: session.get_one(Network, 1).name).result(5)
    assert sorted(named) == sorted("abcdefgh" * 2)


@pytest.mark.postgresql_only("SQLite has one writer in all")
def test_another_network_waits_for_nobody(database):
    inside: Future[None] = Future()

    def stand(session):
        turns.take(session, network_id=1)
        inside.set_result(None)
        others = database.write(lambda s: turns.take(s, network_id=2))
        assert others.result(5)

    database.write(stand).result(5)
    assert inside.done()


@pytest.mark.postgresql_only("SQLite has one writer in all")
def test_whoever_waits_too_long_for_a_turn_is_told(database, monkeypatch):
    monkeypatch.setattr("storage.database.BUSY_MS", 20)
    hurried = Database(database.url)

    def stand(session):
        turns.take(session, network_id=1)
        late = hurried.write(lambda s: turns.take(s, network_id=1))
        return late.exception(5)

    problem = database.write(stand).result(5)
    assert "lock timeout" in str(problem)
    assert hurried.write(lambda s: s.scalar(text("SELECT 1"))).result(5) == 1
    hurried.close()
