"""Fixtures that every part of the house shares."""

import gc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

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
from tests.room import Room
from tests.teams import cast as cast_on_teams

# A file is one worker’s: those that take longest begin first, so that nobody waits for one at last.
LONGEST = (
    "tests/teams/test_outsiders.py",
    "tests/jobs/test_openings.py",
    "tests/browser/",
    "tests/faults/",
    "tests/jobs/test_month_off.py",
    "tests/handlers/test_recaps.py",
    "tests/teams/test_render_shown.py",
)

gc.disable()  # while everything is imported, all of which stays


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


def pytest_collection_finish() -> None:
    """What was imported is gone through no more, and what the tests leave behind less often: that
    took a tenth of their time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)
    gc.enable()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whatever touches the database runs on both, unless it is marked. The dialogs, and what the
    clock does in the room, run on both doors as well: on Slack with SQLite, on Teams with
    PostgreSQL, since neither knows of the other and all four would take too long."""
    mark = metafunc.definition.get_closest_marker
    if "template" not in metafunc.fixturenames:
        return
    kinds = [
        kind
        for kind, only_other in (("sqlite", "postgresql_only"), ("postgresql", "sqlite_only"))
        if not mark(only_other)
    ]
    if "door" not in metafunc.fixturenames:
        metafunc.parametrize("template", kinds, indirect=True)
        return
    dialogs = metafunc.module.__name__.startswith(("tests.handlers.", "tests.jobs."))
    if not dialogs or mark("slack_only") or len(kinds) == 1:
        ways = [pytest.param(kind, "slack", id=kind) for kind in kinds]
    else:
        ways = [
            pytest.param("sqlite", "slack", id="sqlite-slack"),
            pytest.param("postgresql", "teams", id="postgresql-teams"),
        ]
    metafunc.parametrize(("template", "door"), ways, indirect=True)


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
def door(request: pytest.FixtureRequest) -> str:
    """The door of this test's room: slack and teams in turn."""
    return str(request.param)


@pytest.fixture(scope="session")
def issuer_key() -> rsa.RSAPrivateKey:
    """Whoever signs for Teams; made once, since it takes a while."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
async def room(
    request: pytest.FixtureRequest, tmp_path: Path, template: Template, door: str
) -> AsyncIterator[Room]:
    """The cast in their room, on the Monday before the first call."""
    if door == "slack":
        async with cast.room(tmp_path, template) as here:
            yield here
    else:
        key = request.getfixturevalue("issuer_key")
        async with cast_on_teams.room(tmp_path, template, key) as there:
            yield there


@pytest.fixture
async def desk(
    tmp_path: Path, template: Template, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Office]:
    """The courier's post office, whose database does not wait long for a lock."""
    monkeypatch.setattr("storage.database.BUSY_MS", 20)
    async with office(tmp_path, template) as made:
        yield made
