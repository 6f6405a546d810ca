"""Fixtures that every part of the house shares."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests import cast
from tests.bot.office import Office, office


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database, made once for all tests."""
    return tmp_path_factory.mktemp("template") / "homeroom.db"


@pytest.fixture
async def room(tmp_path: Path, template: Path) -> AsyncIterator[cast.Room]:
    """The cast in their room, on the Monday before the first call."""
    async with cast.room(tmp_path, template) as here:
        yield here


@pytest.fixture
async def desk(
    tmp_path: Path, template: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Office]:
    """The courier's post office, whose database does not wait long for a lock."""
    monkeypatch.setattr("storage.database.BUSY_MS", 20)
    async with office(tmp_path, template) as made:
        yield made
