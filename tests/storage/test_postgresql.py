"""Several writers: work that met another's, and connections that break."""

import threading

import psycopg
import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, InternalError, OperationalError

from storage import calls, postgresql, steps
from storage.database import Database
from storage.models import Delivery, Network, Workspace
from tests.bot.rows import MONDAY
from tests.gates import held, plain_address
from tests.storage.test_database import database, keep, kept

__all__ = ["database"]

pytestmark = pytest.mark.postgresql_only("SQLite has one writer, and no connection to lose")


def break_connection(session):
    """As when a server is restarted: the connection is found to be no more."""
    mine = session.scalar(text("SELECT pg_backend_pid()"))
    with psycopg.connect(address(session.get_bind().engine.url), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [mine])


def address(url):
    return plain_address(url.render_as_string(hide_password=False))


def in_turn(*works):
    """Work that is something else at each run."""
    left = iter(works)

    def work(session):
        return next(left)(session)

    return work


def test_work_that_met_another_is_run_again_and_finds_what_the_other_kept(database):
    """Two who keep the same thing at once, each having looked that it is not there."""
    both_looked = threading.Barrier(2)
    runs = []

    def look_then_keep(session):
        known = session.scalar(select(Workspace.name).where(Workspace.external == "T1"))
        runs.append(known)
        if known is None:
            both_looked.wait(5)
            session.add(Workspace(platform="slack", external="T1", name="ours"))
            session.flush()
        return known

    works = [database.write(look_then_keep) for _ in range(2)]
    assert {work.result(5) for work in works} == {None, "ours"}
    assert runs == [None, None, "ours"]


def test_two_that_stand_in_each_others_way_are_both_done(database):
    def two_networks(session):
        session.add_all(Network(name=name, zone="UTC", created_at=MONDAY) for name in "ab")

    database.write(two_networks).result(5)
    both_have_one = threading.Barrier(2)
    runs = []

    def rename(first, second):
        def work(session):
            runs.append(first)
            for name in (first, second):
                session.execute(
                    text("UPDATE network SET zone = :z WHERE name = :n"), {"z": first, "n": name}
                )
                if name == first and len(runs) <= 2:
                    both_have_one.wait(5)

        return work

    # A superuser's privilege: without it a deadlock is found after a second.
    soon = {"options": "-c deadlock_timeout=5ms -c lock_timeout=5s"}
    impatient = Database(
        database.engine.url.update_query_dict(soon).render_as_string(hide_password=False)
    )
    works = [impatient.write(rename(*"ab")), impatient.write(rename(*"ba"))]
    assert [work.result(10) for work in works] == [None, None]
    assert len(runs) > 2  # one of them again; on a slow machine they may meet once more
    impatient.close()


def test_what_is_there_for_good_is_told_after_a_few_tries(database):
    database.write(keep("a")).result(5)
    runs = []

    def again(session):
        runs.append(1)
        keep("a")(session)

    with pytest.raises(IntegrityError):
        database.write(again).result(5)
    assert len(runs) == postgresql.MOST_TRIES


def test_work_that_waited_too_long_for_a_lock_is_not_run_again(database):
    runs = []

    def work(session):
        runs.append(1)
        keep("a")(session)
        session.flush()

    with held(database.url), pytest.raises(OperationalError, match="lock"):
        database.write(work).result(5)
    assert len(runs) == 1


def test_work_whose_connection_broke_is_run_again_on_a_new_one(database):
    before = database.losses
    work = in_turn(lambda session: (break_connection(session), keep("a")(session)), keep("b"))
    database.write(work).result(5)
    assert kept(database) == ["b"]
    assert database.losses == before + 1


def test_looking_again_after_a_connection_broke(database):
    def broken(session):
        break_connection(session)
        return session.scalar(text("SELECT 1"))

    assert database.read(in_turn(broken, lambda session: "seen")).result(5) == "seen"


def test_work_that_breaks_its_connection_each_time_is_given_up(database):
    def work(session):
        break_connection(session)
        keep("a")(session)

    with pytest.raises(OperationalError):
        database.write(work).result(5)
    assert kept(database) == []


def test_a_commit_whose_answer_was_lost_is_run_again_and_finds_itself(database):
    """It is kept once: a delivery is remembered."""
    committed = []

    def lose_the_answer(connection):
        if not committed:
            committed.append(1)
            driver = connection.connection.driver_connection
            driver.commit()
            driver.close()

    event.listen(database.engine, "commit", lose_the_answer)

    def once(session):
        new = session.get(Delivery, "d1") is None
        if new:
            keep("d1")(session)
        return new

    assert database.write(once).result(5) is False
    assert committed == [1]
    assert kept(database) == ["d1"]


def test_while_the_server_is_away_the_asker_is_told_at_once(database):
    database.write(keep("a")).result(5)
    there = database.engine.url
    admin = there.set(database="postgres")
    with psycopg.connect(address(admin), autocommit=True) as other:
        name = f'"{there.database}"'
        other.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
            [there.database],
        )
        with pytest.raises(DBAPIError):
            database.write(keep("b")).result(5)
        other.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    database.write(keep("c")).result(5)
    assert kept(database) == ["a", "c"]


def test_a_reader_only_reads(database):
    with pytest.raises(InternalError, match="read-only"):
        database.read(lambda session: (keep("a")(session), session.flush())).result(5)


def test_how_a_connection_is_set_up(database):
    wanted = {
        "application_name": "homeroom",
        "lock_timeout": "20ms",  # as this test wants it
        "statement_timeout": "10s",
        "idle_in_transaction_session_timeout": "30s",
        "TimeZone": "UTC",
        "transaction_isolation": "read committed",
    }

    def settings(session):
        return {name: session.scalar(text(f"SHOW {name}")) for name in wanted}

    assert database.write(settings).result(5) == wanted


def test_what_the_address_says_goes_before(database):
    url = database.engine.url.update_query_dict(
        {"application_name": "other", "options": "-c statement_timeout=1s"}
    )
    other = Database(url.render_as_string(hide_password=False))
    shown = [
        other.read(lambda s, n=n: s.scalar(text(f"SHOW {n}"))).result(5)
        for n in ("application_name", "statement_timeout", "lock_timeout")
    ]
    other.close()
    assert shown == ["other", "1s", "20ms"]


def test_the_hot_paths_use_their_indexes(database):
    plans = []

    def explain(_connection, cursor, statement, parameters, *_rest):
        if statement.startswith("SELECT"):
            cursor.execute(f"EXPLAIN {statement}", parameters)
            plans.append("\n".join(row[0] for row in cursor.fetchall()))

    def ask(session):
        session.execute(text("SET LOCAL enable_seqscan = off"))  # the tables are empty
        event.listen(session.connection(), "before_cursor_execute", explain)
        steps.claim(session, now=MONDAY, limit=5)
        calls.claim_stale(session, limit=5)
        calls.next_start(session, network_id=1, now=MONDAY)

    database.write(ask).result(5)
    assert "ix_step_due" in plans[0]
    assert "ix_call_stale" in plans[1]
    assert "ix_call_network" in plans[2]
