"""Bringing a database to this version of the program."""

from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine


class FromTheFuture(Exception):
    """The database was written by a newer version of the program."""


def settings() -> AlembicConfig:
    """Alembic's settings, without a file."""
    made = AlembicConfig()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return made


def upgrade(engine: Engine) -> None:
    """Migrate to the newest revision. Raises FromTheFuture when the database is newer than the
    program."""
    made = settings()
    known = {each.revision for each in ScriptDirectory.from_config(made).walk_revisions()}
    with engine.begin() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        if current is not None and current not in known:
            raise FromTheFuture(
                "This database was written by a newer Homeroom. Install that version again, or"
                " restore a backup made by this one."
            )
        made.attributes["connection"] = connection
        command.upgrade(made, "head")
