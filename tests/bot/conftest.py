"""A database of its own for each test of the bot's plans."""

import pytest
from sqlalchemy.orm import Session

from storage.database import make_engine
from tests.bot.rows import tuesdays
from tests.cast import database_url


@pytest.fixture
def session(tmp_path, template):
    engine = make_engine(database_url(tmp_path, template))
    with Session(engine) as opened:
        yield opened
    engine.dispose()


@pytest.fixture
def weekly(session):
    return tuesdays(session)
