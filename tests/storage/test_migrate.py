"""Migrations: from nothing, again, and not from the future."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from bot.errors import ConfigError
from bot.opening import open_database
from storage.database import make_engine
from storage.migrate import FromTheFuture, upgrade
from storage.models import Base


@pytest.fixture
def engine(tmp_path):
    made = make_engine(f"sqlite:///{tmp_path / 'deep' / 'homeroom.db'}")
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


def test_a_database_from_the_future_is_refused_untouched(engine):
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(FromTheFuture, match="Install that version again, or restore a backup"):
        upgrade(engine)
    with pytest.raises(ConfigError, match="newer Homeroom"):
        open_database(str(engine.url))
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "9999"


def test_a_file_that_is_no_database_is_named(tmp_path):
    (tmp_path / "notes.txt").write_text("These are my notes. " * 100)
    with pytest.raises(ConfigError, match=r"DATABASE_URL: .*notes\.txt cannot be used"):
        open_database(f"sqlite:///{tmp_path / 'notes.txt'}")


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="DATABASE_URL"):
        open_database(f"sqlite:///{tmp_path / 'file' / 'homeroom.db'}")
