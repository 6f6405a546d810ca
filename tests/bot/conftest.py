"""A database of its own for each test of the bot's plans."""

import pytest
from sqlalchemy.orm import Session

from storage.database import Database
from storage.models import Base
from tests.bot.rows import tuesdays


@pytest.fixture
def session(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/homeroom.db")
    Base.metadata.create_all(database.engine)
    with Session(database.engine) as opened:
        yield opened
    database.close()


@pytest.fixture
def weekly(session):
    return tuesdays(session)
