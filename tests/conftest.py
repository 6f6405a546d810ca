"""Fixtures that every part of the house shares."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests import cast


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database, made once for all tests."""
    return tmp_path_factory.mktemp("template") / "homeroom.db"


@pytest.fixture
async def room(tmp_path: Path, template: Path) -> AsyncIterator[cast.Room]:
    """The cast in their room, on the Monday before the first call."""
    async with cast.room(tmp_path, template) as here:
        yield here
