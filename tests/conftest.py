"""Fixtures that every part of the house shares."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests import cast
from tests.bot.office import Office, office
from tests.databases import (
    PostgresqlTemplate,
    Server,
    SqliteTemplate,
    Template,
    long_lived,
    postgresql,
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whatever touches the database runs on both, unless it is marked."""
    if "template" in metafunc.fixturenames:
        mark = metafunc.definition.get_closest_marker
        kinds = [
            kind
            for kind, only_other in (("sqlite", "postgresql_only"), ("postgresql", "sqlite_only"))
            if not mark(only_other)
        ]
        metafunc.parametrize("template", kinds, indirect=True)


@pytest.fixture(scope="session", autouse=True)
def _long_lived() -> Iterator[None]:
    with long_lived():
        yield


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplate:
    """A migrated file, made once for all tests."""
    return SqliteTemplate(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """A server with a migrated database, started once for all tests."""
    with postgresql() as running:
        yield running


@pytest.fixture
def template(request: pytest.FixtureRequest) -> Iterator[Template]:
    """Where this test's databases come from: SQLite and PostgreSQL in turn."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_template")
        return
    lent = PostgresqlTemplate(request.getfixturevalue("postgresql_server"))
    yield lent
    lent.give_back()


@pytest.fixture
async def room(tmp_path: Path, template: Template) -> AsyncIterator[cast.Room]:
    """The cast in their room, on the Monday before the first call."""
    async with cast.room(tmp_path, template) as here:
        yield here


@pytest.fixture
async def desk(
    tmp_path: Path, template: Template, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Office]:
    """The courier's post office, whose database does not wait long for a lock."""
    monkeypatch.setattr("storage.database.BUSY_MS", 20)
    async with office(tmp_path, template) as made:
        yield made
