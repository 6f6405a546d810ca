"""Migrations: from nothing, again, and not from the future."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from subprocess import PIPE

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.schema import CreateTable

from bot.errors import ConfigError
from bot.opening import open_database
from storage import turns
from storage.database import make_engine
from storage.migrate import FromTheFuture, settings, upgrade
from storage.models import Base


@pytest.fixture
def engine(tmp_path, template):
    made = make_engine(template.blank(tmp_path / "deep"))
    yield made
    made.dispose()


def test_from_nothing_and_again(engine):
    upgrade(engine)
    tables = set(inspect(engine).get_table_names())
    assert set(Base.metadata.tables) < tables
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO delivery (id, at) VALUES ('kept', '2026-11-23')"))
    upgrade(engine)
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT id FROM delivery")) == "kept"
    assert set(inspect(engine).get_table_names()) == tables


def test_models_and_migrations_agree(engine):
    upgrade(engine)

    def ours(_object, name, kind, reflected, compare_to):
        return not (kind == "table" and reflected and compare_to is None and "passage_" in name)

    with engine.begin() as connection:
        found = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": ours}
        )
        assert compare_metadata(found, Base.metadata) == []


def test_every_account_begins_as_its_member_was(engine):
    made = settings()
    with engine.begin() as connection:
        made.attributes["connection"] = connection
        command.upgrade(made, "0003")
        for row in (
            "network (id, name, zone, created_at) VALUES (1, 'Lab', 'UTC', '2026-11-23')",
            "workspace (id, platform, external, name) VALUES (1, 'slack', 'T1', '')",
            "member (id, network_id, name, role, guest, zone, active, joined_at)"
            " VALUES (1, 1, 'Gus', 'member', true, '', false, '2026-11-23')",
            "identity (network_id, member_id, workspace_id, external) VALUES (1, 1, 1, 'UGUS')",
        ):
            connection.execute(text(f"INSERT INTO {row}"))
    upgrade(engine)
    with engine.begin() as connection:
        kept = connection.execute(text("SELECT external, guest, active FROM identity")).one()
        assert tuple(kept) == ("UGUS", True, False)


KINDS = {"INTEGER": lambda n: n, "BOOLEAN": lambda n: 0, "JSON": lambda n: f"[{n}]"}
OF_A_TABLE = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE TABLE %'"
INDEXES = "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'index' ORDER BY name"


def filled(connection):
    """Two rows in every table, which point at each other; what each table holds."""
    tables = [each for (each,) in connection.exec_driver_sql(OF_A_TABLE).all()]
    for table in sorted(set(tables) & set(Base.metadata.tables)):
        columns = connection.exec_driver_sql(f"PRAGMA table_info({table})").all()
        for n in (1, 7):
            values = [
                KINDS.get(kind, lambda n, kind=kind: f"2026-11-0{n} 08:00:00")(n)
                if kind in KINDS or kind in ("DATETIME", "DATE", "TIME")
                else f"{name}{n}"
                for _, name, kind, *_ in columns
            ]
            marks = ", ".join("?" for _ in values)
            connection.exec_driver_sql(f"INSERT INTO {table} VALUES ({marks})", tuple(values))  # noqa: S608
    return {
        table: ", ".join(f'"{each[1]}"' for each in columns)
        for table in sorted(set(tables) & set(Base.metadata.tables))
        if (columns := connection.exec_driver_sql(f"PRAGMA table_info({table})").all())
    }


def held(connection, columns):
    """What stands in these columns, and how the tables point at each other."""
    return {
        table: (
            connection.exec_driver_sql(f"SELECT {names} FROM {table} ORDER BY 1, 2").all(),  # noqa: S608
            sorted(
                map(tuple, connection.exec_driver_sql(f"PRAGMA foreign_key_list({table})").all())
            ),
        )
        for table, names in columns.items()
    }


@pytest.mark.sqlite_only("on PostgreSQL no id was ever given twice")
def test_a_database_in_use_comes_through_whole_and_gives_no_id_twice(engine):
    made = settings()
    with engine.begin() as connection:
        made.attributes["connection"] = connection
        command.upgrade(made, "0013")
    with engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            columns = filled(connection)
            before = held(connection, columns)
            indexes = set(connection.exec_driver_sql(INDEXES).all())
    assert len(before) > 50 and all(len(rows) == 2 for rows, _ in before.values())
    engine.dispose()
    upgrade(engine)
    with engine.begin() as connection:
        assert held(connection, columns) == before
        assert indexes <= set(connection.exec_driver_sql(INDEXES).all())
        assert sum(" WHERE " in (sql or "") for _, _, sql in indexes) > 5
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        # Higher ids may have been deleted before: nobody knows.
        assert given(connection) == 7 + 100 + 1


def given(connection):
    """The id of a new workspace, which is deleted again."""
    new = "INSERT INTO workspace (platform, external, name) VALUES ('slack', 'new', '')"
    made = connection.exec_driver_sql(f"{new} RETURNING id").scalar_one()
    connection.exec_driver_sql("DELETE FROM workspace WHERE external = 'new'")
    return made


def test_an_id_names_one_row_for_ever(engine):
    """In whichever table, of this and of later migrations: as the models say it."""
    upgrade(engine)
    with engine.begin() as connection:
        assert [given(connection), given(connection), given(connection)] == [1, 2, 3]
        if engine.dialect.name == "postgresql":
            return
        words = "SELECT name, sql FROM sqlite_master WHERE type = 'table'"
        kept = dict(map(tuple, connection.exec_driver_sql(words).all()))
    wanted = {name: str(CreateTable(t).compile(engine)) for name, t in Base.metadata.tables.items()}
    once = {name for name, sql in wanted.items() if "AUTOINCREMENT" in sql}
    assert len(once) > 30
    assert {name for name in wanted if "AUTOINCREMENT" in kept[name]} == once, (
        "let op.create_table say sqlite_autoincrement=True"
    )


@pytest.mark.sqlite_only("PostgreSQL looks at every change")
def test_what_points_at_nothing_ends_a_migration_and_nothing_was_changed(engine):
    with engine.connect() as connection:
        made = settings()
        with connection.begin():
            made.attributes["connection"] = connection
            command.upgrade(made, "0013")
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            connection.exec_driver_sql(
                "INSERT INTO organisation (id, network_id, name) VALUES (1, 99, 'Lost')"
            )
    engine.dispose()
    with pytest.raises(RuntimeError, match="a row of organisation points at no row of network"):
        upgrade(engine)
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "0013"


def test_a_database_from_the_future_is_refused_untouched(engine):
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(FromTheFuture, match="Install that version again, or restore a backup"):
        upgrade(engine)
    with pytest.raises(ConfigError, match="newer Homeroom"):
        open_database(engine.url.render_as_string(hide_password=False))
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "9999"


START = """
import sys
from storage.database import make_engine
from storage.migrate import upgrade
engine = make_engine(sys.argv[1])
print("ready", flush=True)
sys.stdin.read()
upgrade(engine)
"""


@pytest.mark.postgresql_only("a file has one program")
def test_of_two_programs_that_start_together_one_migrates(engine):
    url = engine.url.render_as_string(hide_password=False)
    starting = [sys.executable, "-c", START, url]
    both = [subprocess.Popen(starting, stdin=PIPE, stdout=PIPE, stderr=PIPE) for _ in range(2)]
    for each in both:
        assert each.stdout and each.stdout.readline()
    for each in both:
        assert each.stdin
        each.stdin.close()
    assert [each.wait(30) for each in both] == [0, 0]
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM alembic_version")) == 1


@pytest.mark.postgresql_only("a file has one program")
def test_the_second_program_waits_until_the_first_has_migrated(engine, monkeypatch):
    """However long it takes, and though others wait for a lock only so long."""
    monkeypatch.setattr("storage.database.BUSY_MS", 1)
    ours = make_engine(engine.url.render_as_string(hide_password=False))
    with engine.begin() as first, ThreadPoolExecutor(1) as threads:
        turns.take_tables(first)
        waiting = threads.submit(upgrade, ours)
        until(
            lambda: (
                waiting.done()
                or first.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted"))
            ),
        )
        assert not waiting.done()
        first.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        first.execute(text("INSERT INTO alembic_version VALUES (:newest)"), {"newest": newest()})
        first.commit()
        waiting.result(5)
    # It found the work done: it made no table itself.
    assert inspect(ours).get_table_names() == ["alembic_version"]
    ours.dispose()


def newest():
    return ScriptDirectory.from_config(settings()).get_current_head()


def until(there):
    """Ask until it is so; the test's own time-out ends it if it never is."""
    while not there():
        pass


def test_a_file_that_is_no_database_is_named(tmp_path):
    (tmp_path / "notes.txt").write_text("These are my notes. " * 100)
    with pytest.raises(ConfigError, match=r"DATABASE_URL: .*notes\.txt cannot be used"):
        open_database(f"sqlite:///{tmp_path / 'notes.txt'}")


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="DATABASE_URL"):
        open_database(f"sqlite:///{tmp_path / 'file' / 'homeroom.db'}")


def test_a_server_that_cannot_be_reached_is_named_without_its_password():
    with pytest.raises(ConfigError, match=r"DATABASE_URL: .*127\.0\.0\.1.* cannot be used") as told:
        open_database("postgresql://ana:hush@127.0.0.1:1/homeroom?password=hush")
    assert "hush" not in str(told.value)
    assert "refused" in str(told.value)
